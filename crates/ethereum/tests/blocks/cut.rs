//! The chosen transactions: what they moved is pinned, one movement a line.

use std::{collections::BTreeSet, fs, path::Path};

use fundtrail_ethereum::{DecodedBlock, decode, decode_transaction};
use fundtrail_types::{Amount, Kind};
use serde_json::{Value, json};

use crate::support::{HEIGHTS, alone, block, ethereum, line, value};

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/blocks").join(name)
}

fn cut(height: u64) -> Value {
    value(&folder("fixtures").join(format!("{height}.json")))
}

fn decoded(height: u64) -> DecodedBlock {
    let cut = cut(height);
    decode(&block(height, &cut["block"], &cut["receipts"], &cut["calls"], &[]), &ethereum()).unwrap()
}

#[test]
fn movements_are_pinned() {
    for height in HEIGHTS {
        let decoded = decoded(height);
        let movements = decoded.transactions.iter().flat_map(|one| &one.movements).chain(&decoded.own);
        let text: String = movements.map(line).collect();
        let path = folder("golden").join(format!("{height}.txt"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(text, fs::read_to_string(&path).unwrap(), "{height}");
    }
}

#[test]
fn each_transaction_alone_moves_the_same() {
    for height in HEIGHTS {
        let cut = cut(height);
        for (raw, whole) in
            alone(&cut["block"], &cut["receipts"], &cut["calls"]).iter().zip(decoded(height).transactions)
        {
            assert_eq!(decode_transaction(raw, &ethereum()).unwrap().movements, whole.movements);
        }
    }
}

/// The chosen transactions show what they were chosen for.
#[test]
fn every_kind_occurs() {
    let blocks = HEIGHTS.map(decoded);
    let kinds: BTreeSet<Kind> = blocks
        .iter()
        .flat_map(|block| block.transactions.iter().flat_map(|one| &one.movements).chain(&block.own))
        .map(|movement| movement.kind)
        .collect();
    let wanted = [
        Kind::Fee,
        Kind::Native,
        Kind::Internal,
        Kind::Token,
        Kind::Mint,
        Kind::Burn,
        Kind::Reward,
        Kind::Withdrawal,
        Kind::Wrap,
        Kind::Unwrap,
    ];
    assert_eq!(kinds, BTreeSet::from(wanted));
    assert!(blocks.iter().any(|block| block.left_out.nfts > 0) && blocks.iter().any(|block| block.left_out.failed > 0));
}

#[test]
fn uncles_that_are_not_told_leave_the_rewards_unknown() {
    let decoded = decoded(7_280_016);
    let [problem] = decoded.problems.as_slice() else { panic!("{:?}", decoded.problems) };
    assert!(problem.reason.contains("1 uncles and 0 are told"), "{problem}");
    assert!(decoded.own.is_empty());
    // With one that is two blocks older: 6/8 of 2 ETH for it, and 1/32 more for the miner.
    let cut = cut(7_280_016);
    let uncle = json!({"number": "0x6f158e", "miner": "0x0000000000000000000000000000000000000001"});
    let raw = block(7_280_016, &cut["block"], &cut["receipts"], &cut["calls"], &[uncle]);
    let own = decode(&raw, &ethereum()).unwrap().own;
    let wei: Vec<Amount> = own.iter().map(|one| one.amount).collect();
    assert_eq!(wei, [Amount::from(2_062_500_000_000_000_000_u64), Amount::from(1_500_000_000_000_000_000_u64)]);
}

/// A failed transaction moves its fee alone, whatever its value says.
#[test]
fn failed_transactions_move_their_fee_alone() {
    let mut seen = 0;
    for block in HEIGHTS.map(decoded) {
        for transaction in block.transactions.iter().filter(|one| !one.succeeded) {
            seen += 1;
            assert!(transaction.movements.iter().all(|one| one.kind == Kind::Fee), "{:?}", transaction.id);
        }
    }
    assert!(seen >= 3, "{seen}");
}
