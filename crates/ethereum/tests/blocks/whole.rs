//! The whole blocks, where the recorded replies are at hand: `FUNDTRAIL_SHARED_DATA` names the folder.

use std::{collections::BTreeMap, path::PathBuf};

use fundtrail_ethereum::{decode, decode_transaction};
use fundtrail_types::{Kind, Movement};
use serde_json::{Value, json};

use crate::support::{HEIGHTS, alone, block, ethereum, value};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("FUNDTRAIL_SHARED_DATA").map(|path| PathBuf::from(path).join("ethereum-blocks"));
    if folder.is_none() {
        eprintln!("left out: FUNDTRAIL_SHARED_DATA names no folder with recorded blocks");
    }
    folder
}

/// Uncle of 7280016: its height is not in the recording, so one block older is taken; the amount is not asserted.
fn uncles(block: &Value) -> Vec<Value> {
    let number = u64::from_str_radix(&block["number"].as_str().unwrap()[2..], 16).unwrap();
    let uncle = json!({"number": format!("{:#x}", number - 1), "miner": block["miner"]});
    block["uncles"].as_array().unwrap().iter().map(|_| uncle.clone()).collect()
}

#[test]
fn real_blocks_decode_without_a_problem_by_either_route() {
    let Some(folder) = folder() else { return };
    for height in HEIGHTS {
        let part = |name: &str| value(&folder.join(format!("{height}.{name}.json")));
        let (whole, receipts, calls) = (part("block"), part("receipts"), part("callTracer"));
        let raw = block(height, &whole, &receipts, &calls, &uncles(&whole));
        let decoded = decode(&raw, &ethereum()).unwrap();
        assert_eq!(decoded.problems, []);
        assert_eq!(decoded.transactions.len(), whole["transactions"].as_array().unwrap().len());
        assert!(decoded.transactions.iter().all(|one| one.complete));
        let single: Vec<Vec<Movement>> = alone(&whole, &receipts, &calls)
            .iter()
            .map(|raw| decode_transaction(raw, &ethereum()).unwrap().movements)
            .collect();
        let of_block: Vec<Vec<Movement>> = decoded.transactions.iter().map(|one| one.movements.clone()).collect();
        assert_eq!(single, of_block);
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        for movement in of_block.iter().flatten().chain(&decoded.own) {
            *kinds.entry(movement.kind).or_default() += 1;
        }
        eprintln!("{height}: {kinds:?} {:?}", decoded.left_out);
    }
}
