//! Reading blocks from files, and the rules of Ethereum.

use std::{fs, path::Path};

use fundtrail_ethereum::{FeeRule, RawBlock, RawCalls, RawTransaction, Rules};
use fundtrail_types::{Address, Amount, Chain, Movement};
use serde_json::{Value, value::RawValue};

pub(crate) const HEIGHTS: [u64; 4] = [4404763, 7280016, 11098450, 17053184];

pub(crate) fn ethereum() -> Rules {
    let weth = Address::parse(Chain::ETHEREUM, "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2").unwrap();
    Rules {
        chain: Chain::ETHEREUM,
        wrapped: vec![weth],
        fees: FeeRule::BurnAndTip,
        rewards: [(0, 5), (4_370_000, 3), (7_280_000, 2), (15_537_394, 0)]
            .map(|(height, ether): (_, u64)| (height, Amount::from(ether * 1_000_000_000_000_000_000)))
            .to_vec(),
        lasting_since: Some(1_710_338_135),
    }
}

pub(crate) fn value(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap()
}

pub(crate) fn raw(value: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap()
}

/// A block with its uncles told as far as the rewards need it.
pub(crate) fn block(height: u64, block: &Value, receipts: &Value, calls: &Value, uncles: &[Value]) -> RawBlock {
    RawBlock {
        height,
        block: raw(block),
        receipts: Some(raw(receipts)),
        calls: Some(RawCalls::Frames(raw(calls))),
        diffs: None,
        uncles: uncles.iter().map(raw).collect(),
        notes: Vec::new(),
    }
}

/// Each transaction of a block alone.
pub(crate) fn alone(block: &Value, receipts: &Value, calls: &Value) -> Vec<RawTransaction> {
    let mut header = block.clone();
    let transactions = header["transactions"].take();
    let (transactions, receipts) = (transactions.as_array().unwrap(), receipts.as_array().unwrap());
    let calls = calls.as_array().unwrap();
    let of = |((transaction, receipt), call): ((&Value, &Value), &Value)| RawTransaction {
        header: raw(&header),
        transaction: raw(transaction),
        receipt: raw(receipt),
        calls: Some(raw(call)),
    };
    transactions.iter().zip(receipts).zip(calls).map(of).collect()
}

/// One line for a movement.
pub(crate) fn line(movement: &Movement) -> String {
    let side = |side: &Option<Address>| side.as_ref().map_or("-".to_owned(), ToString::to_string);
    let (tx, kind, n) = (&movement.tx, movement.kind, movement.n);
    let order = movement.order.leg.map_or("-".to_owned(), |leg| leg.to_string());
    let asset = movement.asset.name_on_chain();
    format!("{tx} {order} {kind} {asset} {} {} {} {n}\n", side(&movement.from), side(&movement.to), movement.amount)
}
