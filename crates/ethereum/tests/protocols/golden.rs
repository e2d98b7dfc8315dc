//! Real transactions, in `real/`, with what was read of them beside it. `BLESS=1` writes that anew.
//!
//! Each file holds what a node answers of one transaction, without fields that say nothing of what moved; sources in `data/README.md`.

use std::{collections::BTreeSet, env, fmt::Write, fs, path::Path};

use fundtrail_ethereum::{
    B256, DecodedTx, RawTransaction, decode_transaction,
    protocols::{ALL, Protocol},
};
use fundtrail_types::{Action, ActionKind, Kind, Movement, Reading};
use serde_json::value::RawValue;

use crate::made::ethereum;

#[derive(serde::Deserialize)]
struct Told {
    header: Box<RawValue>,
    transaction: Box<RawValue>,
    receipt: Box<RawValue>,
    calls: Box<RawValue>,
}

/// A movement or an action in one line.
fn line(movement: &Movement) -> String {
    let name = |side: &Option<fundtrail_types::Address>| side.as_ref().map_or("nobody".to_owned(), ToString::to_string);
    let (leg, kind, asset) = (movement.order.leg.unwrap_or(u32::MAX), movement.kind, &movement.asset);
    format!("{leg:>3} {kind} {} {asset} {} -> {}", movement.amount, name(&movement.from), name(&movement.to))
}

fn told(decoded: &DecodedTx) -> String {
    let mut text = format!("{}\n", decoded.id);
    decoded.movements.iter().for_each(|one| writeln!(text, "{}", line(one)).unwrap());
    for action in &decoded.actions {
        let Action { kind, protocol, evidence, by, gave, got, crosses, note } = action;
        writeln!(text, "{protocol} ({evidence}): {kind} by {by}, gave {gave:?}, got {got:?}").unwrap();
        crosses.iter().for_each(|one| writeln!(text, "    {}", serde_json::to_string(one).unwrap()).unwrap());
        note.iter().for_each(|one| writeln!(text, "    {one}").unwrap());
    }
    decoded.unread.iter().for_each(|one| writeln!(text, "unread: {one}").unwrap());
    text
}

#[test]
fn real_transactions_mean_what_they_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/protocols/real");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let raw: Told = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let Told { header, transaction, receipt, calls } = raw;
        let read = |calls| {
            let (header, transaction, receipt) = (header.clone(), transaction.clone(), receipt.clone());
            decode_transaction(&RawTransaction { header, transaction, receipt, calls }, &ethereum()).unwrap()
        };
        let decoded = read(Some(calls));
        agrees(&decoded);
        // Every event of a protocol in a real transaction is understood.
        let known: BTreeSet<B256> = ALL.iter().flat_map(Protocol::topics).collect();
        let events =
            decoded.receipt.logs.iter().filter(|log| log.topics.first().is_some_and(|topic| known.contains(topic)));
        assert_eq!(events.count(), decoded.actions.len(), "{}", file.display());
        let (text, golden) = (told(&decoded), file.with_extension("txt"));
        if env::var_os("BLESS").is_some() {
            fs::write(&golden, &text).unwrap();
        }
        assert_eq!(text, fs::read_to_string(&golden).unwrap(), "{}", golden.display());
        // Without inner calls the same swaps are seen, as far as tokens tell them.
        let kinds =
            |decoded: &DecodedTx| decoded.actions.iter().map(|one| (one.kind, one.by.clone())).collect::<Vec<_>>();
        assert_eq!(kinds(&read(None)), kinds(&decoded), "{}", file.display());
    }
}

/// What actions say and what the generic reading says are one: every movement that an action names is there, and whoever is said to have
/// swapped ends with less of what it gave and with more of what it got.
fn agrees(decoded: &DecodedTx) {
    for action in &decoded.actions {
        let legs: BTreeSet<u32> = action.legs().collect();
        let named = decoded.movements.iter().filter(|one| one.order.leg.is_some_and(|leg| legs.contains(&leg)));
        let named: Vec<Movement> = named.filter(|one| one.kind != Kind::Fee).cloned().collect();
        assert_eq!(named.len(), legs.len(), "{action:?}");
        let reading = Reading::of(&named);
        if action.kind == ActionKind::Swap {
            assert!(reading.converters.contains(&action.by.address), "{action:?}: {reading:?}");
        }
    }
}
