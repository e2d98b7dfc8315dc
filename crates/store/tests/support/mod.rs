//! What the tests of the store share: everything that a store tells, by name, so that two stores can be compared.

#![allow(clippy::unwrap_used, dead_code, reason = "a failed step is a failed test; not every test needs all")]

use std::{collections::BTreeSet, fmt::Write};

use fundtrail_store::{Entry, Store, StoreError};
use fundtrail_types::Account;

/// Transactions with their movements, histories, symbols, coverage and loads, as text. Numbers that the store gave do not
/// show, because they depend on which load came first.
pub(crate) fn dump(store: &Store) -> String {
    let mut text = String::new();
    let info = store.info().unwrap();
    let mut accounts: BTreeSet<Account> = BTreeSet::new();
    for (chain, id) in store.chains().unwrap() {
        for tx in store.transactions(id).map(Result::unwrap) {
            let (height, slot, order) = (tx.height, tx.slot, tx.order);
            let flags = (tx.completeness, tx.conflict);
            writeln!(text, "tx {chain} {} {height} {slot} {order:?} {:?} {flags:?}", tx.id, tx.time).unwrap();
            for movement in store.movements_at(&tx).unwrap() {
                writeln!(text, "  {movement:?}").unwrap();
                accounts.extend(movement.from_account().into_iter().chain(movement.to_account()));
                let asset = store.asset_id(&movement.asset).unwrap().unwrap();
                writeln!(text, "  {:?}", store.symbols(asset).unwrap()).unwrap();
            }
            for relation in store.relations_at(&tx).unwrap() {
                writeln!(text, "  {relation:?}").unwrap();
                accounts.extend([relation.subject, relation.object].map(|address| Account { chain, address }));
            }
            assert_eq!(store.tx_by_id(chain, &tx.id).unwrap().unwrap(), tx);
        }
    }
    for account in accounts {
        let id = store.account_id(&account).unwrap().unwrap();
        let lines = store.history(id).map(|entry| line(store, entry));
        writeln!(text, "account {account}\n{}", lines.collect::<String>()).unwrap();
        for relation in store.relations_of(id).unwrap() {
            writeln!(text, "  {:?}", relation.unwrap()).unwrap();
        }
    }
    for chain in info.chains {
        writeln!(text, "{} {:?} {} {:?}", chain.chain, chain.heights, chain.relations, chain.coverage).unwrap();
    }
    writeln!(text, "{:?} {:?}", info.sources, info.unfinished).unwrap();
    text
}

fn line(store: &Store, entry: Result<Entry, StoreError>) -> String {
    let entry = entry.unwrap();
    let other = match entry.counterparty.0 {
        0 => "-".to_owned(),
        _ => store.account(entry.counterparty).unwrap().to_string(),
    };
    let (position, order, side, kind) = (entry.position, entry.order, entry.side, entry.kind);
    let asset = store.asset(entry.asset).unwrap();
    let (amount, time, told, plain) = (entry.amount, entry.time, entry.leg_told, entry.plain);
    format!("  {position:?} {order:?} {side:?} {kind} {other} {asset} {amount} {time:?} {told} {plain}\n")
}
