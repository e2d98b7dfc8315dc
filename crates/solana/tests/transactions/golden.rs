//! The chosen transactions: what they moved is pinned, one movement, residue and relation a line.

use std::{fs, path::PathBuf};

use fundtrail_solana::{DecodedTx, LeftOut, Why};
use fundtrail_types::{Kind, TxOrder};
use serde_json::Value;

use crate::support::{block, line, relation_line, transaction, value};

/// Each with its file.
pub(crate) const TRANSACTIONS: [&str; 8] = [
    "account-creation",
    "close-and-drain",
    "failed",
    "jupiter-route",
    "temporary-wrapped-sol",
    "to-oneself",
    "without-meta",
    "without-owner",
];
pub(crate) const BLOCKS: [(&str, u64); 2] = [("block-100000000", 100_000_000), ("block-154808473", 154_808_473)];

pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/transactions").join(name)
}

pub(crate) fn fixture(name: &str) -> Value {
    value(&folder("fixtures").join(format!("{name}.json")))
}

fn decoded(name: &str) -> DecodedTx {
    let told = fixture(name);
    transaction(told["slot"].as_u64().unwrap(), &told)
}

fn text(one: &DecodedTx) -> String {
    let movements = one.movements.iter().map(line);
    let residues = one.residues.iter().map(|one| {
        format!("? {} {} {:?} {} {}\n", one.address, one.asset.name_on_chain(), one.side, one.amount, one.reason)
    });
    let relations = one.relations.iter().map(|one| format!("~ {}", relation_line(one)));
    movements.chain(residues).chain(relations).collect()
}

fn pinned(name: &str, text: &str) {
    let path = folder("golden").join(format!("{name}.txt"));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(&path).unwrap(), "{name}");
}

#[test]
fn transactions_are_pinned() {
    TRANSACTIONS.iter().for_each(|name| pinned(name, &text(&decoded(name))));
}

#[test]
fn blocks_are_pinned() {
    for (name, slot) in BLOCKS {
        let block = block(slot, &fixture(name));
        assert_eq!(block.problems, []);
        let own: String = block.own.iter().map(line).collect();
        let transactions = block.transactions.iter().map(text);
        pinned(name, &transactions.chain([own]).collect::<Vec<_>>().join("\n"));
    }
}

/// The chosen transactions show what they were chosen for.
#[test]
fn each_shows_what_it_was_chosen_for() {
    for name in ["account-creation", "close-and-drain", "jupiter-route", "temporary-wrapped-sol", "to-oneself"] {
        let one = decoded(name);
        assert!(one.succeeded && one.complete && one.residues.is_empty(), "{name}: {:?}", one.left_out);
        assert!(one.reconciled.checked > 3 && one.reconciled.unexplained == 0, "{name}");
    }
    let failed = decoded("failed");
    assert!(!failed.succeeded && failed.complete && failed.movements.len() == 1, "{:?}", failed.movements);
    assert!(failed.instructions.iter().any(|one| one.parent.is_some()), "its calls are told");
    let nameless = decoded("without-owner");
    assert_eq!((nameless.left_out.owners_unknown, nameless.owners_unknown.len()), (1, 2));
    let bare = decoded("without-meta");
    assert_eq!(bare.left_out, LeftOut { without_meta: 1, ..LeftOut::default() });
    assert!(!bare.balances && !bare.complete && bare.movements.is_empty() && !bare.instructions.is_empty());
}

#[test]
fn calls_that_are_not_told_leave_tokens_unexplained_and_lamports_right() {
    let block = block(154_808_473, &fixture("block-154808473"));
    let [one] = block.transactions.as_slice() else { panic!("{:?}", block.problems) };
    assert!(one.balances && !one.complete && one.left_out.without_calls == 1);
    assert!(one.residues.iter().all(|one| one.reason == Why::CallsUnknown && !one.asset.is_native()));
    assert_eq!(one.residues.len(), one.movements.iter().filter(|one| one.kind == Kind::Unexplained).count());
    assert_eq!(one.movements[0].order.tx, TxOrder::Index(0));
}
