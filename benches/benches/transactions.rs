//! What understanding transactions of Solana costs beside parsing their JSON and throwing it away.
//!
//! The transactions are those of `crates/solana/tests/transactions`; `FUNDTRAIL_SHARED_DATA` adds real ones as they came.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(clippy::print_stderr, reason = "what is measured once is told once")]
#![allow(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{
    env, fs,
    hint::black_box,
    path::{Path, PathBuf},
};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fundtrail_solana::{NoHistory, RawTransaction, decode};
use fundtrail_types::Chain;
use serde_json::{Value, value::RawValue};

fn raws(folder: &Path) -> Vec<RawTransaction> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files.sort();
    let result = |path: &PathBuf| -> Option<RawTransaction> {
        let told: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let told = told.get("result").unwrap_or(&told);
        let raw = RawTransaction::from_result(Chain::SOLANA, serde_json::value::to_raw_value(told).unwrap()).ok()?;
        decode(&raw, &NoHistory, Chain::SOLANA).ok().map(|_| raw)
    };
    files.iter().filter_map(result).collect()
}

fn transactions(criterion: &mut Criterion) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/solana/tests/transactions/fixtures");
    let mut all = raws(&fixtures);
    if let Some(folder) = env::var_os("FUNDTRAIL_SHARED_DATA") {
        all.extend(raws(&PathBuf::from(folder).join("solana-transactions")));
    }
    let texts: Vec<&RawValue> = all.iter().map(|raw| &*raw.json).collect();
    let bytes: usize = texts.iter().map(|text| text.get().len()).sum();
    eprintln!("{} transactions, {bytes} bytes", all.len());
    let mut group = criterion.benchmark_group("transactions");
    group.throughput(Throughput::Elements(u64::try_from(all.len()).unwrap()));
    group.bench_function("parse and throw away", |bencher| {
        bencher
            .iter(|| texts.iter().for_each(|text| drop(black_box(serde_json::from_str::<Value>(text.get()).unwrap()))));
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| all.iter().for_each(|raw| drop(black_box(decode(raw, &NoHistory, Chain::SOLANA).unwrap()))));
    });
    group.finish();
}

criterion_group!(benches, transactions);
criterion_main!(benches);
