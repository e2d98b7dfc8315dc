//! Whole sets of tables: the two extractors agree with each other and with the balances of the node.

use std::{collections::HashMap, path::PathBuf};

use fundtrail_tables::{TokenTable, foreign::LeftOut};
use fundtrail_types::{Address, Amount, Asset, Kind, Movement};

use crate::{Loaded, anvil, fixture, load, merged};

const ERC20: &str = "0x0B306BF915C4d645ff596e518fAf3F9669b97016";

fn cryo(tables: &[&str]) -> Loaded {
    let paths: Vec<PathBuf> = tables.iter().map(|table| fixture(&format!("cryo/{table}"))).collect();
    load(&paths, None, &TokenTable::default())
}

fn ethereum_etl(tables: &[&str]) -> Loaded {
    let paths: Vec<PathBuf> = tables.iter().map(|table| fixture(&format!("ethereum-etl/{table}.csv"))).collect();
    load(&paths, Some(anvil()), &TokenTable::default())
}

fn whole_cryo() -> Loaded {
    cryo(&[
        "native_transfers.parquet",
        "erc20_transfers.parquet",
        "logs.parquet",
        "transactions.parquet",
        "traces.parquet",
        "blocks.parquet",
    ])
}

fn whole_etl() -> Loaded {
    ethereum_etl(&["token_transfers", "transactions", "logs", "traces", "receipts", "blocks"])
}

/// What each account gained of an asset, less what it lost.
fn changes(movements: &[Movement], asset: &Asset) -> HashMap<Address, (Amount, Amount)> {
    let mut changes: HashMap<Address, (Amount, Amount)> = HashMap::new();
    for movement in movements.iter().filter(|movement| movement.asset == *asset) {
        if let Some(to) = &movement.to {
            let change = changes.entry(to.clone()).or_default();
            change.0 = change.0.checked_add(movement.amount).unwrap();
        }
        if let Some(from) = &movement.from {
            let change = changes.entry(from.clone()).or_default();
            change.1 = change.1.checked_add(movement.amount).unwrap();
        }
    }
    changes
}

/// Holds every account that the chain touched against what its node says of its balances before and after.
fn check_balances(movements: &[Movement]) {
    let native = changes(movements, &Asset::native(anvil()));
    let token = changes(movements, &Asset::parse(anvil(), ERC20).unwrap());
    let text = std::fs::read_to_string(fixture("balances.csv")).unwrap();
    let mut accounts = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [name, address, native_before, native_after, token_before, token_after] = fields[..] else {
            panic!("{line}")
        };
        let address = Address::parse(anvil(), address).unwrap();
        for (changes, before, after) in [(&native, native_before, native_after), (&token, token_before, token_after)] {
            let (gained, lost) = changes.get(&address).copied().unwrap_or_default();
            let before: Amount = before.parse().unwrap();
            let expected = before.checked_add(gained).unwrap().checked_sub(lost).unwrap();
            assert_eq!(expected.to_string(), after, "{name}");
        }
        accounts += 1;
    }
    assert_eq!(accounts, 27);
    // All value that moved touched one of these accounts: the fees alone went to nobody.
    let touched = native.keys().filter(|address| !text.contains(&address.to_string()));
    assert_eq!(touched.count(), 0);
}

#[test]
fn every_balance_is_explained_by_the_movements_of_cryo() {
    let loaded = whole_cryo();
    assert_eq!(loaded.problems, []);
    check_balances(&merged(&loaded.movements));
}

#[test]
fn every_balance_is_explained_by_the_movements_of_ethereum_etl() {
    let loaded = whole_etl();
    assert_eq!(loaded.problems, []);
    check_balances(&merged(&loaded.movements));
}

#[test]
fn both_extractors_tell_the_same_movements_in_the_same_order() {
    let (one, other) = (merged(&whole_cryo().movements), merged(&whole_etl().movements));
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
    // 35 transactions, of which 4 failed; 8 calls with value inside them; of 18 logs, 11 are transfers of tokens.
    let count = |kind| one.iter().filter(|movement| movement.kind == kind).count();
    let counts = [Kind::Fee, Kind::Native, Kind::Internal, Kind::Token].map(count);
    assert_eq!((counts, one.len()), ([35, 31, 8, 11], 85));
    assert!(one.iter().all(|movement| movement.time.is_some()));
}

#[test]
fn what_is_left_out_is_counted_with_its_reason() {
    let both = [
        // Four transactions, in `transactions` and in `traces`.
        (LeftOut::Failed, 8),
        // The approval.
        (LeftOut::NoMovement, 1),
        (LeftOut::Reverted, 4),
        (LeftOut::Borrowed, 3),
        (LeftOut::ZeroCall, 4),
        (LeftOut::Nft, 3),
        (LeftOut::OddEvent, 3),
    ];
    let with = |other: u64| both.into_iter().chain([(LeftOut::OtherTable, other)]).collect();
    // All 54 calls that `native_transfers` has, and all 11 of `erc20_transfers`.
    assert_eq!(whole_cryo().left_out, with(65));
    // All 16 of `token_transfers`, three of which are NFTs.
    assert_eq!(whole_etl().left_out, with(16));
}

#[test]
fn fewer_tables_tell_the_same_of_what_they_tell() {
    let whole = merged(&whole_cryo().movements);
    let of = |kinds: &[Kind]| -> Vec<Movement> {
        whole.iter().filter(|movement| kinds.contains(&movement.kind)).cloned().collect()
    };
    let traces = cryo(&["traces.parquet", "blocks.parquet"]);
    assert_eq!((traces.problems, merged(&traces.movements)), (vec![], of(&[Kind::Native, Kind::Internal])));
    let tokens = cryo(&["logs.parquet", "blocks.parquet"]);
    assert_eq!((tokens.problems, merged(&tokens.movements)), (vec![], of(&[Kind::Token])));
    let failed = cryo(&["traces-exclude-failed.parquet", "blocks.parquet"]);
    assert_eq!((failed.problems, merged(&failed.movements)), (vec![], of(&[Kind::Native, Kind::Internal])));
    // Without traces, the receipt says which contract a transaction created.
    let etl = ethereum_etl(&["transactions", "receipts"]);
    let without_leg = |mut movements: Vec<Movement>| {
        movements.iter_mut().for_each(|movement| movement.order.leg = None);
        merged(&movements)
    };
    assert_eq!((etl.problems, without_leg(etl.movements)), (vec![], without_leg(of(&[Kind::Fee, Kind::Native]))));
}
