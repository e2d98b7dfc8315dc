//! Reading transactions from files, and writing what they moved.

use std::{collections::BTreeMap, fs, path::Path};

use fundtrail_solana::{DecodedBlock, DecodedTx, NoHistory, RawBlock, RawTransaction, decode, decode_block};
use fundtrail_types::{Address, Asset, Chain, Movement, Relation};
use serde_json::{Value, value::RawValue};

pub(crate) fn value(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap()
}

pub(crate) fn raw(value: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap()
}

pub(crate) fn transaction(slot: u64, json: &Value) -> DecodedTx {
    let raw = RawTransaction { slot, index: None, time: json["blockTime"].as_i64(), json: raw(json) };
    decode(&raw, &NoHistory, Chain::SOLANA).unwrap_or_else(|problem| panic!("{problem} {}", problem.record))
}

pub(crate) fn block(slot: u64, json: &Value) -> DecodedBlock {
    decode_block(&RawBlock { slot, json: raw(json) }, &NoHistory, Chain::SOLANA).unwrap()
}

fn side(side: &Option<Address>) -> String {
    side.as_ref().map_or("-".to_owned(), ToString::to_string)
}

/// One line for a movement.
pub(crate) fn line(movement: &Movement) -> String {
    let (kind, n, asset) = (movement.kind, movement.n, movement.asset.name_on_chain());
    let leg = movement.order.leg.map_or("-".to_owned(), |leg| leg.to_string());
    format!("{leg} {kind} {asset} {} {} {} {n}\n", side(&movement.from), side(&movement.to), movement.amount)
}

/// One line for a relation.
pub(crate) fn relation_line(one: &Relation) -> String {
    let asset = one.asset.as_ref().map_or("-".to_owned(), Asset::name_on_chain);
    format!("{} {} {} {asset}\n", one.kind, one.subject, one.object)
}

/// What movements give each address, by asset.
pub(crate) fn sums(movements: &[Movement]) -> BTreeMap<(Address, Asset), i128> {
    let mut sums = BTreeMap::new();
    for one in movements {
        let amount: i128 = one.amount.to_string().parse().unwrap();
        for (who, sign) in [(&one.from, -1), (&one.to, 1)] {
            if let Some(who) = who {
                *sums.entry((who.clone(), one.asset.clone())).or_default() += sign * amount;
            }
        }
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}
