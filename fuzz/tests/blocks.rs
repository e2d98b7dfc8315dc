//! The target of blocks on mutations of real ones: the same inputs on every run, in a few seconds.

#![allow(clippy::unwrap_used, reason = "a fixture that cannot be read is a failed test")]

mod spoil;

use std::path::Path;

use fundtrail_fuzz::{Tally, blocks};
use proptest::{
    prelude::{Rng, RngExt},
    test_runner::{RngAlgorithm, TestRng},
};
use serde_json::{Map, Value, json};
use spoil::spoil;

const HEIGHTS: [u64; 4] = [4_404_763, 7_280_016, 11_098_450, 17_053_184];
const ROUNDS: usize = 100;
/// Calls below one another: more than the machine allows, and more than a stack holds that is not careful.
const DEEP: usize = 20_000;

/// What a node never says, and a hostile one might.
fn trouble(rng: &mut TestRng) -> Value {
    let all = [
        Value::Null,
        json!(""),
        json!("0x"),
        json!("0x0"),
        json!("0x1"),
        json!(-1),
        json!(1e300),
        json!(true),
        json!([]),
        json!({}),
        json!(format!("0x{}", "f".repeat(64))),
        json!(format!("0x{}", "f".repeat(66))),
        json!("0xffffffffffffffff"),
        json!("SELFDESTRUCT"),
        json!("DELEGATECALL"),
        json!("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"),
        json!("0x0000000000000000000000000000000000000000"),
        json!("execution reverted"),
        json!("a".repeat(5_000)),
        json!({"code": -32_000, "message": "execution timeout"}),
    ];
    let place = rng.random_range(0..all.len());
    all[place].clone()
}

/// The parts of a block: itself, its receipts, its calls, and differences that agree with nothing.
fn parts(height: u64) -> [Value; 4] {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../crates/ethereum/tests/blocks/fixtures/{height}.json"));
    let mut cut: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let [block, receipts, calls] = ["block", "receipts", "calls"].map(|part| cut[part].take());
    let maker = block["miner"].as_str().unwrap();
    let diff = |tx: &Value| {
        let (mut pre, mut post) = (Map::new(), Map::new());
        pre.insert(tx["from"].as_str().unwrap().to_owned(), json!({"balance": "0xffffffffffffffff"}));
        post.insert(maker.to_owned(), json!({"balance": "0x5208"}));
        json!({"txHash": tx["hash"], "result": {"pre": pre, "post": post}})
    };
    let diffs = block["transactions"].as_array().unwrap().iter().map(diff).collect();
    [block, receipts, calls, diffs]
}

/// The same calls as rows of `trace_block`.
fn rows(calls: &Value, block: &Value) -> Value {
    fn add(frame: &Value, path: &[usize], tx: (&Value, usize), rows: &mut Vec<Value>) {
        let kind = frame["type"].as_str().unwrap().to_lowercase();
        let action =
            json!({"callType": kind, "from": frame["from"], "to": frame["to"], "value": frame["value"], "input": "0x"});
        let row = match kind.starts_with("create") {
            true => json!({"type": "create", "action": action, "result": {"address": frame["to"]}}),
            false => json!({"type": "call", "action": action}),
        };
        let mut row = row.as_object().unwrap().clone();
        row.extend([("traceAddress".to_owned(), json!(path)), ("transactionHash".to_owned(), tx.0.clone())]);
        row.extend([("transactionPosition".to_owned(), json!(tx.1)), ("error".to_owned(), frame["error"].clone())]);
        rows.push(Value::Object(row));
        for (below, at) in frame["calls"].as_array().into_iter().flatten().zip(0..) {
            add(below, &[path, &[at]].concat(), tx, rows);
        }
    }
    let mut rows = Vec::new();
    let transactions = block["transactions"].as_array().unwrap();
    for ((call, tx), position) in calls.as_array().unwrap().iter().zip(transactions).zip(0..) {
        let frame = if call["result"].is_null() { call } else { &call["result"] };
        add(frame, &[], (&tx["hash"], position), &mut rows);
    }
    Value::Array(rows)
}

fn bytes(parts: &[Value]) -> Vec<u8> {
    parts.iter().map(Value::to_string).collect::<Vec<_>>().join("\n").into_bytes()
}

#[test]
fn blocks_hold_on_mutations_of_real_ones() {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[6; 32]);
    for height in HEIGHTS {
        let [block, receipts, calls, diffs] = parts(height);
        let rows = rows(&calls, &block);
        let (mut total, mut after_mutation) = (Tally::default(), Tally::default());
        for calls in [calls, rows] {
            let whole = [block.clone(), receipts.clone(), calls, diffs.clone()];
            total.add(blocks(&bytes(&whole[..3])));
            total.add(blocks(&bytes(&whole)));
            for _ in 0..ROUNDS {
                let mut spoilt = whole.clone();
                for _ in 0..rng.random_range(1..3) {
                    let part = rng.random_range(0..spoilt.len());
                    spoil(&mut rng, &mut spoilt[part], trouble);
                }
                after_mutation.add(blocks(&bytes(&spoilt)));
            }
        }
        assert!(total.good > 8, "{height}: {total:?}");
        assert!(after_mutation.good > 300 && after_mutation.rejected > 100, "{height}: {after_mutation:?}");
    }
}

#[test]
fn blocks_hold_on_calls_without_end() {
    let [block, receipts, _, _] = parts(HEIGHTS[0]);
    let frame = "{\"type\":\"CALL\",\"from\":\"0x0000000000000000000000000000000000000001\",\"calls\":[";
    let calls = format!("[{{\"result\":{}{}}}]", frame.repeat(DEEP), "]}".repeat(DEEP));
    let mut data = bytes(&[block, receipts]);
    data.push(b'\n');
    data.extend(calls.into_bytes());
    let tally = blocks(&data);
    assert!(tally.good > 0 && tally.rejected >= 4, "the calls are refused, the rest is told: {tally:?}");
}

#[test]
fn blocks_hold_on_random_bytes() {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let whole = bytes(&parts(HEIGHTS[1]));
    for _ in 0..ROUNDS {
        let mut data = whole.clone();
        let at = rng.random_range(0..data.len());
        match rng.random_range(0..3) {
            0 => data[at] = rng.random_range(0..=255),
            1 => data.truncate(at),
            _ => rng.fill_bytes(&mut data[at..]),
        }
        blocks(&data);
    }
}
