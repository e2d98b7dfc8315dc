//! Blocks made by hand: transactions with their receipts, calls and differences of balances.

use std::collections::BTreeMap;

use fundtrail_ethereum::{DecodedBlock, FeeRule, RawBlock, RawCalls, Rules, decode};
use fundtrail_types::{Address, Amount, Chain, Kind, Movement, Reading};
use serde_json::{Map, Value, json, value::RawValue};

/// Who gets the tips.
pub(crate) const MAKER: u64 = 0xfee;
pub(crate) const HEIGHT: u64 = 20_000_000;
pub(crate) const GAS: u64 = 21_000;
/// Wei a unit of gas: what the block asks for, and what each transaction pays.
pub(crate) const BASE: u64 = 4;
pub(crate) const PRICE: u64 = 10;
/// Of each transaction.
pub(crate) const FEE: u64 = GAS * PRICE;
pub(crate) const TIP: u64 = GAS * (PRICE - BASE);

pub(crate) const WETH: &str = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";
pub(crate) const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/// The address of a number.
pub(crate) fn address(number: u64) -> String {
    format!("0x{number:040x}")
}

pub(crate) fn noun(number: u64) -> Address {
    Address::parse(Chain::ETHEREUM, &address(number)).unwrap()
}

pub(crate) fn hex(number: u64) -> String {
    format!("{number:#x}")
}

/// 32 bytes.
pub(crate) fn word(number: u64) -> String {
    format!("0x{number:064x}")
}

pub(crate) fn ethereum() -> Rules {
    let weth = Address::parse(Chain::ETHEREUM, WETH).unwrap();
    Rules { wrapped: vec![weth], fees: FeeRule::BurnAndTip, ..Rules::unknown(Chain::ETHEREUM) }
}

/// A call without calls below it.
pub(crate) fn call(kind: &str, from: u64, to: u64, wei: u64) -> Value {
    json!({"type": kind, "from": address(from), "to": address(to), "value": hex(wei), "input": "0x", "gas": "0x0", "gasUsed": "0x0"})
}

/// A call with calls below it.
pub(crate) fn around(mut call: Value, below: Vec<Value>) -> Value {
    call["calls"] = Value::Array(below);
    call
}

pub(crate) fn failed(mut call: Value) -> Value {
    call["error"] = json!("execution reverted");
    call
}

/// A `Transfer` of ERC-20.
pub(crate) fn transfer(token: u64, from: u64, to: u64, units: u64) -> Value {
    event(&address(token), &[TRANSFER.to_owned(), word(from), word(to)], &word(units))
}

pub(crate) fn event(contract: &str, topics: &[String], data: &str) -> Value {
    json!({"address": contract, "topics": topics, "data": data})
}

/// A transaction: its own call with all below it, its events, and whether it succeeded.
pub(crate) struct Tx {
    pub(crate) call: Value,
    pub(crate) logs: Vec<Value>,
    pub(crate) succeeds: bool,
}

impl Tx {
    pub(crate) fn of(call: Value, logs: Vec<Value>) -> Self {
        Self { call, logs, succeeds: true }
    }

    /// Ether from one to another, and no more.
    pub(crate) fn plain(from: u64, to: u64, wei: u64) -> Self {
        Self::of(call("CALL", from, to, wei), Vec::new())
    }
}

/// What a node answers for one block.
pub(crate) struct Made {
    pub(crate) block: Value,
    pub(crate) receipts: Value,
    pub(crate) calls: Value,
    pub(crate) diffs: Option<Value>,
    pub(crate) notes: Vec<String>,
}

impl Made {
    pub(crate) fn of(txs: &[Tx]) -> Self {
        let (mut transactions, mut receipts, mut calls, mut events) = (Vec::new(), Vec::new(), Vec::new(), 0_u64);
        for (tx, index) in txs.iter().zip(0_u64..) {
            let (root, hash) = (&tx.call, Self::tx(index));
            transactions.push(json!({"hash": hash, "blockHash": word(HEIGHT), "transactionIndex": hex(index), "from": root["from"],
                "to": root["to"], "value": root["value"], "input": root["input"], "gas": hex(GAS), "gasPrice": hex(PRICE)}));
            let mut logs = tx.logs.clone();
            for log in &mut logs {
                log["logIndex"] = json!(hex(events));
                events += 1;
            }
            receipts
                .push(json!({"transactionHash": hash, "blockHash": word(HEIGHT), "status": hex(tx.succeeds.into()),
                "gasUsed": hex(GAS), "effectiveGasPrice": hex(PRICE), "contractAddress": null, "logs": logs}));
            calls.push(json!({"txHash": hash, "result": root}));
        }
        let block = json!({"number": hex(HEIGHT), "hash": word(HEIGHT), "parentHash": word(HEIGHT - 1), "timestamp": "0x66000000",
            "miner": address(MAKER), "baseFeePerGas": hex(BASE), "transactions": transactions, "uncles": []});
        let (receipts, calls) = (Value::Array(receipts), Value::Array(calls));
        Self { block, receipts, calls, diffs: None, notes: Vec::new() }
    }

    /// The hash of a transaction.
    pub(crate) fn tx(index: u64) -> String {
        word(0x7a00 + index)
    }

    /// By how much each transaction changed balances, in wei: who, before, after.
    pub(crate) fn changed(mut self, txs: &[&[(u64, u64, u64)]]) -> Self {
        let diff = |(changes, index): (&&[(u64, u64, u64)], u64)| {
            let (mut pre, mut post) = (Map::new(), Map::new());
            for (who, before, after) in *changes {
                pre.insert(address(*who), json!({"balance": hex(*before)}));
                post.insert(address(*who), json!({"balance": hex(*after)}));
            }
            json!({"txHash": Self::tx(index), "result": {"pre": pre, "post": post}})
        };
        self.diffs = Some(txs.iter().zip(0..).map(diff).collect());
        self
    }

    pub(crate) fn raw(&self) -> RawBlock {
        RawBlock {
            height: HEIGHT,
            block: raw(&self.block),
            receipts: Some(raw(&self.receipts)),
            calls: Some(RawCalls::Frames(raw(&self.calls))),
            diffs: self.diffs.as_ref().map(raw),
            uncles: Vec::new(),
            notes: self.notes.clone(),
        }
    }

    pub(crate) fn decoded(&self) -> DecodedBlock {
        self.decoded_by(&ethereum())
    }

    pub(crate) fn decoded_by(&self, rules: &Rules) -> DecodedBlock {
        decode(&self.raw(), rules).unwrap()
    }
}

pub(crate) fn raw(value: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap()
}

/// What the only transaction of a block moved.
pub(crate) fn moved(tx: Tx) -> Vec<Movement> {
    let mut decoded = Made::of(&[tx]).decoded();
    assert_eq!(decoded.problems, []);
    decoded.transactions.remove(0).movements
}

/// Kind, giver, getter, amount; of the fees nothing.
pub(crate) type Leg = (Kind, Option<Address>, Option<Address>, Amount);

pub(crate) fn legs(movements: &[Movement]) -> Vec<Leg> {
    let moved = movements.iter().filter(|one| one.kind != Kind::Fee);
    moved.map(|one| (one.kind, one.from.clone(), one.to.clone(), one.amount)).collect()
}

pub(crate) fn leg(kind: Kind, from: u64, to: u64, amount: u64) -> Leg {
    (kind, Some(noun(from)), Some(noun(to)), Amount::from(amount))
}

/// Fees by who got them.
pub(crate) fn fees(movements: &[Movement]) -> BTreeMap<Option<Address>, Amount> {
    movements.iter().filter(|one| one.kind == Kind::Fee).map(|one| (one.to.clone(), one.amount)).collect()
}

pub(crate) fn reading(movements: &[Movement]) -> Reading {
    Reading::of(movements)
}
