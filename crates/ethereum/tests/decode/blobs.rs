//! The fee for blobs is destroyed, and explorers do not tell it.

use fundtrail_ethereum::{RawBlock, decode};
use fundtrail_types::{Amount, Kind};
use serde_json::json;

use crate::made::{FEE, Made, TIP, Tx, ethereum, hex};

const BLOBS: u64 = 131_072 * 3;

fn fees(calls: bool) -> Vec<Amount> {
    let mut made = Made::of(&[Tx::plain(1, 2, 5)]);
    made.receipts[0]["blobGasUsed"] = json!(hex(131_072));
    made.receipts[0]["blobGasPrice"] = json!(hex(3));
    let raw = made.raw();
    let raw = if calls { raw } else { RawBlock { calls: None, ..raw } };
    let block = decode(&raw, &ethereum()).unwrap();
    assert_eq!(block.problems, []);
    let movements = &block.transactions[0].movements;
    movements.iter().filter(|one| one.kind == Kind::Fee).map(|one| one.amount).collect()
}

#[test]
fn the_blob_fee_is_burnt_with_the_base_fee() {
    assert_eq!(fees(true), [Amount::from(FEE - TIP + BLOBS), Amount::from(TIP)]);
}

/// So the rest is the same movement as in an explorer's view, and a union of the two counts nothing twice.
#[test]
fn without_calls_the_blob_fee_stands_apart() {
    assert_eq!(fees(false), [Amount::from(FEE), Amount::from(BLOBS)]);
}
