//! What understanding transactions of Solana costs beside parsing their JSON and throwing it away.
//!
//! The transactions are the chosen ones of `crates/solana/tests/transactions`, as `json` and as `base64` tell them.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(clippy::print_stderr, reason = "what is measured once is told once")]
#![allow(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{fs, hint::black_box, path::PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fundtrail_solana::{NoHistory, RawTransaction, decode};
use fundtrail_types::Chain;
use serde_json::{Value, value::RawValue};

/// Those of which balances are told: what costs something.
const TRANSACTIONS: [&str; 7] = [
    "account-creation",
    "close-and-drain",
    "failed",
    "jupiter-route",
    "temporary-wrapped-sol",
    "to-oneself",
    "without-owner",
];

fn raw(encoding: &str, name: &str) -> RawTransaction {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/solana/tests/transactions/fixtures");
    let text = fs::read_to_string(fixtures.join(encoding).join(format!("{name}.json"))).unwrap();
    let json = RawValue::from_string(text.trim().to_owned()).unwrap();
    RawTransaction::from_result(Chain::SOLANA, json).unwrap()
}

fn transactions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("transactions");
    for encoding in ["json", "base64"] {
        let raws = TRANSACTIONS.map(|name| raw(encoding, name));
        let bytes: usize = raws.iter().map(|raw| raw.json.get().len()).sum();
        let read = |raw: &RawTransaction| decode(raw, &NoHistory, Chain::SOLANA).unwrap();
        let movements: usize = raws.iter().map(|raw| read(raw).movements.len()).sum();
        eprintln!("{encoding}: {} transactions, {movements} movements, {bytes} bytes", raws.len());
        group.throughput(Throughput::Elements(u64::try_from(raws.len()).unwrap()));
        group.bench_function(format!("{encoding}, parse and throw away"), |bencher| {
            let parse = |raw: &RawTransaction| serde_json::from_str::<Value>(raw.json.get()).unwrap();
            bencher.iter(|| raws.iter().for_each(|raw| drop(black_box(parse(raw)))));
        });
        group.bench_function(format!("{encoding}, decode"), |bencher| {
            bencher.iter(|| raws.iter().for_each(|raw| drop(black_box(read(raw)))));
        });
    }
    group.finish();
}

criterion_group!(benches, transactions);
criterion_main!(benches);
