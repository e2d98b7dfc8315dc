//! Whether what moved explains what accounts have. Wherever a node tells balances before and after, native movements must
//! add up to the difference for every account, to the wei. What does not is booked as a movement of its own kind, so that
//! balances are right and the hole shows.

mod receivers;

use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::{Address, B256, U256, U512};
use fundtrail_types::{Asset, Kind, Movement, Order, TxId, TxOrder};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::{
    DecodedBlock, FeeRule,
    decode::noun,
    ledger::{count_equal, units},
};

/// How far movements and balances agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Balances that were held against the movements: one for each account that a transaction, or a block, touched.
    pub checked: u64,
    /// Those that movements do not explain.
    pub unexplained: u64,
    /// Those by which it was found out who got a fee, on chains whose rule is not known.
    pub receivers: u64,
}

/// Balances of the accounts that a transaction changed, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TxDiff {
    /// The transaction, if the source names it.
    pub tx: Option<B256>,
    /// Wei before and after; none if the source could not trace the transaction.
    pub balances: Option<BTreeMap<Address, (U256, U256)>>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, rename = "txHash")]
    tx: Option<B256>,
    #[serde(default)]
    result: Option<States>,
    #[serde(default)]
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct States {
    pre: BTreeMap<Address, State>,
    post: BTreeMap<Address, State>,
}

#[derive(Deserialize)]
struct State {
    #[serde(default)]
    balance: Option<U256>,
}

/// Reads the answer of `debug_traceBlockByNumber` with `prestateTracer` in diff mode.
///
/// An account that was not there before has no `pre`; one that is gone has no `post`; of one that is in both, `post` has
/// its balance only if that changed. Source: geth's documentation of built-in tracers.
pub(crate) fn diffs(raw: &RawValue) -> Result<Vec<TxDiff>, String> {
    let answers: Vec<Answer> = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    Ok(answers.into_iter().map(Answer::diff).collect())
}

impl Answer {
    fn diff(self) -> TxDiff {
        let Some(States { mut pre, post }) = self.result.filter(|_| self.error.is_none()) else {
            return TxDiff { tx: self.tx, balances: None };
        };
        let mut balances = BTreeMap::new();
        for (address, state) in post {
            let before = pre.remove(&address).and_then(|state| state.balance).unwrap_or_default();
            balances.insert(address, (before, state.balance.unwrap_or(before)));
        }
        for (address, state) in pre {
            balances.insert(address, (state.balance.unwrap_or_default(), U256::ZERO));
        }
        TxDiff { tx: self.tx, balances: Some(balances) }
    }
}

/// Holds the movements of each transaction against the balances that it changed, and books what they do not explain.
///
/// A block is verified if each was held, and all are explained. One that moved something of its own is not: differences are
/// told by transaction, and nothing here tells what came of its rewards and withdrawals.
pub(crate) fn by_transaction(block: &mut DecodedBlock, diffs: &[TxDiff]) {
    let by_hash: BTreeMap<TxId, &TxDiff> =
        diffs.iter().filter_map(|diff| Some((TxId::Evm(diff.tx?.0), diff))).collect();
    let (mut reconciled, mut whole) =
        (Reconciled::default(), block.own.is_empty() && block.problems.len() == block.notes);
    for transaction in &mut block.transactions {
        if !transaction.complete {
            whole = false;
            continue;
        }
        let by_index = || usize::try_from(transaction.index).ok().and_then(|index| diffs.get(index));
        let told = by_hash.get(&transaction.id).copied();
        let diff = told.or_else(|| by_index().filter(|diff| diff.tx.is_none()));
        let Some(balances) = diff.and_then(|diff| diff.balances.as_ref()) else {
            whole = false;
            continue;
        };
        let missing = reconciled.missing(&transaction.movements, balances);
        if missing.is_empty() {
            continue;
        }
        if block.fees == FeeRule::Whole {
            let found = receivers::in_transaction(transaction, block.maker, &missing);
            reconciled.receivers += found;
            if found > 0 {
                continue;
            }
        }
        let like = transaction.movements.first().cloned();
        reconciled.book(&mut transaction.movements, like.as_ref(), missing);
    }
    block.verified = whole && reconciled.unexplained == 0;
    block.reconciled = reconciled;
}

/// Holds the movements of a whole block against balances before and after it, for nodes that tell no differences, and books
/// what they do not explain. Every account that the block touched must be among the balances.
pub(crate) fn by_block(block: &mut DecodedBlock, balances: &BTreeMap<Address, (U256, U256)>) {
    // Where something is missing anyway, balances would show it as money from nowhere, and it would stay when the rest comes.
    if block.problems.len() > block.notes || !block.transactions.iter().all(|transaction| transaction.complete) {
        return;
    }
    let of_transactions = block.transactions.iter().flat_map(|one| &one.movements);
    let movements: Vec<Movement> = of_transactions.chain(&block.own).cloned().collect();
    let mut reconciled = Reconciled::default();
    let missing = reconciled.missing(&movements, balances);
    if block.fees == FeeRule::Whole && !missing.is_empty() {
        reconciled.receivers = receivers::in_block(&mut block.transactions, &missing);
    }
    if reconciled.receivers == 0 {
        let order = Order { height: block.height, tx: TxOrder::Index(u32::MAX), leg: None };
        let like = movements.first().map(|first| Movement { tx: TxId::Evm(block.hash), order, ..first.clone() });
        reconciled.book(&mut block.own, like.as_ref(), missing);
    }
    block.verified = reconciled.unexplained == 0;
    block.reconciled.add(reconciled);
}

impl DecodedBlock {
    /// Every account whose native coin the block moved.
    pub(crate) fn touched(&self) -> BTreeSet<Address> {
        let movements = self.transactions.iter().flat_map(|one| &one.movements).chain(&self.own);
        let native = movements.filter(|movement| movement.asset.is_native());
        let sides = native.flat_map(|movement| [&movement.from, &movement.to]);
        let evm = |side: &Option<fundtrail_types::Address>| match side {
            Some(fundtrail_types::Address::Evm(bytes)) => Some(Address::from(*bytes)),
            _ => None,
        };
        // Who got the fees shows only if it is asked, too.
        let paid = self.transactions.iter().any(|one| !one.fee.whole().is_zero());
        let maker = self.maker.filter(|_| paid && self.fees == FeeRule::Whole);
        sides.filter_map(evm).chain(maker).collect()
    }
}

/// What an account's movements do not explain: whether something came in, and how much.
type Missing = (Address, bool, U256);

fn book(movements: &mut Vec<Movement>, like: &Movement, missing: Vec<Missing>) {
    for (account, came, wei) in missing {
        let account = Some(noun(account));
        let (from, to) = if came { (None, account) } else { (account, None) };
        let leg = like.order.leg.and_then(|_| u32::try_from(movements.len()).ok());
        movements.push(Movement {
            kind: Kind::Unexplained,
            asset: Asset::native(like.chain),
            from,
            to,
            amount: units(wei),
            n: 0,
            order: Order { leg, ..like.order },
            ..like.clone()
        });
    }
    count_equal(movements);
}

impl Reconciled {
    /// Counts balances that were held against movements.
    pub fn add(&mut self, other: Self) {
        self.checked += other.checked;
        self.unexplained += other.unexplained;
        self.receivers += other.receivers;
    }

    /// Books what movements do not explain, and counts it.
    fn book(&mut self, movements: &mut Vec<Movement>, like: Option<&Movement>, missing: Vec<Missing>) {
        self.unexplained += u64::try_from(missing.len()).unwrap_or(u64::MAX);
        if let Some(like) = like {
            book(movements, like, missing);
        }
    }

    /// Holds movements against balances. An account that moved something and that is not among the balances did not
    /// change, by the source's word.
    fn missing(&mut self, movements: &[Movement], balances: &BTreeMap<Address, (U256, U256)>) -> Vec<Missing> {
        // What an account had and got, beside what it has left and gave.
        let mut sums: BTreeMap<Address, (U512, U512)> = BTreeMap::new();
        for (address, (before, after)) in balances {
            sums.insert(*address, (U512::from(*before), U512::from(*after)));
        }
        for movement in movements.iter().filter(|movement| movement.asset.is_native()) {
            let wei = U512::from(U256::from_be_slice(&movement.amount.to_be_bytes_trimmed()));
            for (account, came) in [(&movement.to, true), (&movement.from, false)] {
                let Some(fundtrail_types::Address::Evm(bytes)) = account else { continue };
                let (got, gave) = sums.entry(Address::from(*bytes)).or_default();
                let sum = if came { got } else { gave };
                *sum = sum.saturating_add(wei);
            }
        }
        self.checked += u64::try_from(sums.len()).unwrap_or(u64::MAX);
        let missing = |(account, (got, gave)): (Address, (U512, U512))| match got.cmp(&gave) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Less => Some((account, true, (gave - got).saturating_to())),
            std::cmp::Ordering::Greater => Some((account, false, (got - gave).saturating_to())),
        };
        sums.into_iter().filter_map(missing).collect()
    }
}
