//! Blocks as nodes tell them, from any JSON at all.

use fundtrail_ethereum::{DecodedBlock, FeeRule, RawBlock, RawCalls, Rules, decode};
use fundtrail_types::{Amount, Chain, Kind, Movement};
use serde_json::value::RawValue;

use crate::{Tally, moved::is_short};

/// The block, its receipts, its calls and its differences of balances: one line each. What is no JSON was not told.
///
/// Calls are read in both of their forms, by the rules of Ethereum and by those of a chain of which nothing is known.
///
/// # Panics
/// If a block is told in a way that no block can be.
pub fn blocks(data: &[u8]) -> Tally {
    let mut lines = data.split(|&byte| byte == b'\n').map(json);
    let mut next = || lines.next().flatten();
    let mut tally = Tally::default();
    let Some(block) = next() else { return tally };
    let (receipts, calls, diffs) = (next(), next(), next());
    let forms = [RawCalls::Frames as fn(Box<RawValue>) -> RawCalls, RawCalls::Rows];
    for (form, rules) in forms.into_iter().flat_map(|form| rules().map(|rules| (form, rules))) {
        let raw = RawBlock {
            height: height(&block),
            block: block.clone(),
            receipts: receipts.clone(),
            calls: calls.clone().map(form),
            diffs: diffs.clone(),
            uncles: Vec::new(),
            notes: Vec::new(),
        };
        match decode(&raw, &rules) {
            Ok(block) => {
                check(&block, data.len());
                let again = decode(&raw, &rules).map(|again| moved(&again));
                assert_eq!(again.ok(), Some(moved(&block)), "the same answers tell the same");
                tally.add(Tally { good: number(block.transactions.len()), rejected: number(block.problems.len()) });
            }
            Err(problem) => {
                is_short(&problem);
                tally.add(Tally { good: 0, rejected: 1 });
            }
        }
    }
    tally
}

fn json(line: &[u8]) -> Option<Box<RawValue>> {
    serde_json::from_slice(line).ok()
}

/// As a node was asked for it: the height that it says itself.
fn height(block: &RawValue) -> u64 {
    #[derive(serde::Deserialize)]
    struct Numbered {
        number: String,
    }
    let told = serde_json::from_str::<Numbered>(block.get()).ok();
    told.and_then(|told| u64::from_str_radix(told.number.strip_prefix("0x")?, 16).ok()).unwrap_or_default()
}

fn rules() -> [Rules; 2] {
    let unknown = Rules::unknown(Chain::ETHEREUM);
    let ether = Amount::from(2_000_000_000_000_000_000_u64);
    let rewards = vec![(0, ether), (15_537_394, Amount::ZERO)];
    let weth = fundtrail_types::Address::parse(Chain::ETHEREUM, "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2");
    let wrapped = weth.into_iter().collect();
    [Rules { wrapped, rewards, fees: FeeRule::BurnAndTip, ..unknown.clone() }, unknown]
}

fn moved(block: &DecodedBlock) -> Vec<Movement> {
    block.transactions.iter().flat_map(|one| &one.movements).chain(&block.own).cloned().collect()
}

fn number(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

fn check(block: &DecodedBlock, bytes: usize) {
    // Whatever moved was told in several bytes, so nobody makes much of little. A fee is two movements, and an account
    // that differs is told in a diff or by a movement.
    let calls: usize = block.transactions.iter().map(|one| one.calls.len()).sum();
    assert!(moved(block).len() + calls <= bytes, "{} movements, {calls} calls of {bytes} bytes", moved(block).len());
    block.problems.iter().for_each(is_short);
    assert!(!block.verified || (block.problems.is_empty() && block.reconciled.unexplained == 0));
    for transaction in &block.transactions {
        let movements = &transaction.movements;
        let fees = movements.iter().filter(|one| one.kind == Kind::Fee);
        let paid = fees.fold(Amount::ZERO, |sum, one| sum.saturating_add(one.amount));
        assert_eq!(paid.to_string(), transaction.fee.whole().to_string(), "a fee goes somewhere, to the wei");
        if !transaction.succeeded {
            // Coins that a deposit from the chain below brings come even so.
            let moves = |one: &&Movement| !matches!(one.kind, Kind::Fee | Kind::Mint | Kind::Unexplained);
            assert_eq!(movements.iter().find(moves), None, "a failed transaction moves its fee alone");
        }
        if transaction.complete {
            let legs = movements.iter().map(|one| one.order.leg);
            assert!(legs.eq((0..).take(movements.len()).map(Some)), "legs are numbered as they stand");
        }
        let internal = movements.iter().any(|one| one.kind == Kind::Internal);
        assert!(transaction.complete || !internal, "nobody knows calls that nobody told");
    }
}
