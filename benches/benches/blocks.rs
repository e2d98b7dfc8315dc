//! What understanding a recorded block costs beside parsing its JSON and throwing it away.
//!
//! The blocks are the cut ones of `crates/ethereum/tests/blocks`; `FUNDTRAIL_SHARED_DATA` puts whole ones in their place.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(clippy::print_stderr, reason = "what is measured once is told once")]
#![allow(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{env, fs, hint::black_box, path::PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fundtrail_ethereum::{FeeRule, RawBlock, RawCalls, Rules, decode};
use fundtrail_types::Chain;
use serde_json::{Value, value::RawValue};

const HEIGHTS: [u64; 4] = [4_404_763, 7_280_016, 11_098_450, 17_053_184];

/// A block, its receipts and its calls.
fn parts(height: u64) -> [Box<RawValue>; 3] {
    if let Some(folder) = env::var_os("FUNDTRAIL_SHARED_DATA") {
        let folder = PathBuf::from(folder).join("ethereum-blocks");
        return ["block", "receipts", "callTracer"].map(|part| {
            let text = fs::read_to_string(folder.join(format!("{height}.{part}.json"))).unwrap();
            RawValue::from_string(text.trim().to_owned()).unwrap()
        });
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/ethereum/tests/blocks/fixtures");
    let cut: Value = serde_json::from_slice(&fs::read(folder.join(format!("{height}.json"))).unwrap()).unwrap();
    ["block", "receipts", "calls"].map(|part| serde_json::value::to_raw_value(&cut[part]).unwrap())
}

fn raw(height: u64) -> RawBlock {
    let [block, receipts, calls] = parts(height);
    let (receipts, calls) = (Some(receipts), Some(RawCalls::Frames(calls)));
    RawBlock { height, block, receipts, calls, diffs: None, uncles: Vec::new(), notes: Vec::new() }
}

fn blocks(criterion: &mut Criterion) {
    let raws = HEIGHTS.map(raw);
    let texts: Vec<String> = HEIGHTS.into_iter().flat_map(parts).map(|part| part.get().to_owned()).collect();
    let rules = Rules { fees: FeeRule::BurnAndTip, ..Rules::unknown(Chain::ETHEREUM) };
    let transactions: usize = raws.iter().map(|raw| decode(raw, &rules).unwrap().transactions.len()).sum();
    let bytes: usize = texts.iter().map(String::len).sum();
    eprintln!("{transactions} transactions, {bytes} bytes");
    let mut group = criterion.benchmark_group("blocks");
    group.throughput(Throughput::Elements(u64::try_from(transactions).unwrap()));
    group.bench_function("parse and throw away", |bencher| {
        bencher.iter(|| texts.iter().for_each(|text| drop(black_box(serde_json::from_str::<Value>(text).unwrap()))));
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| raws.iter().for_each(|raw| drop(black_box(decode(raw, &rules).unwrap()))));
    });
    group.finish();
}

criterion_group!(benches, blocks);
criterion_main!(benches);
