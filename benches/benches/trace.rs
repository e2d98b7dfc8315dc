//! How fast a trace is without a disk: ledgers in memory, one method at a time and all together.
//!
//! Throughput counts the movements that carried value in the answer. Histories are read beyond that, and a movement
//! between two open accounts is read from both sides; that work is part of the time and not of the count.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{hint::black_box, time::Duration};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use fundtrail_benches::{SEED, chain, heavy_tailed, question, tree};
use fundtrail_graph::{MemoryLedger, Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_types::{Method, Movement, Question, TraceAnswer};

/// A shape: its name, its ledger of a given length, the lengths, and the hops to follow it.
type Shape = (&'static str, fn(u64) -> Vec<Movement>, &'static [u64], u32);

/// A chain is followed to its end; a ledger that runs in circles as far as a question does unless told otherwise.
const SHAPES: [Shape; 3] = [
    ("chain", chain, &[10_000], u32::MAX),
    ("tree", |length| tree(8, length), &[10_000], u32::MAX),
    ("heavy", |length| heavy_tailed(length, SEED), &[10_000, 100_000], 12),
];

/// Enough for numbers that repeat within a tenth, few enough that a run stays under five minutes.
const SAMPLES: usize = 10;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(5);

fn ask(ledger: &MemoryLedger, question: &Question) -> TraceAnswer {
    let labels = LabelBook::default();
    trace(ledger, Request { question, labels: &labels, is_verified: &|_| true, go_on: &mut |_| true }).unwrap()
}

fn traces(criterion: &mut Criterion) {
    let methods: [(&str, &[Method]); 3] =
        [("haircut", &[Method::Haircut]), ("fifo", &[Method::Fifo]), ("all", &Method::ALL)];
    for (shape, make, lengths, hops_max) in SHAPES {
        let mut group = criterion.benchmark_group(format!("trace/{shape}"));
        group.sample_size(SAMPLES).warm_up_time(WARM_UP).measurement_time(MEASURED).sampling_mode(SamplingMode::Flat);
        for &length in lengths {
            let ledger = MemoryLedger::new(&make(length));
            for (name, methods) in methods {
                let question = question(methods, hops_max).unwrap();
                let carried = ask(&ledger, &question).flow.movements.len();
                group.throughput(Throughput::Elements(carried as u64));
                group.bench_with_input(BenchmarkId::new(name, length), &question, |bencher, question| {
                    bencher.iter(|| black_box(ask(&ledger, question)));
                });
            }
        }
    }
}

criterion_group!(benches, traces);
criterion_main!(benches);
