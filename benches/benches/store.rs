//! How fast the database loads, how fast it gives a history back, and what a trace costs beside reading its rows.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use fundtrail_benches::{SEED, account, heavy_tailed, question};
use fundtrail_graph::{Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, Store};
use fundtrail_types::{Method, Movement, Question, TraceAnswer};
use tempfile::TempDir;

const LENGTH: u64 = 50_000;
/// As many as `fundtrail ingest` puts into a batch.
const MOVEMENTS_PER_BATCH: usize = 10_000;
const HOPS_MAX: u32 = 12;
/// Enough for numbers that repeat within a tenth, few enough that a run stays under five minutes.
const SAMPLES: usize = 10;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(10);

fn empty() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    (folder, store)
}

fn load(store: &Store, movements: &[Movement]) {
    let mut writer = store.writer().unwrap();
    for batch in movements.chunks(MOVEMENTS_PER_BATCH) {
        batch.iter().for_each(|movement| writer.movement(movement));
        writer.commit(None).unwrap();
    }
}

fn ask(store: &Store, question: &Question) -> TraceAnswer {
    let labels = LabelBook::default();
    trace(store, Request { question, labels: &labels, is_verified: &|_| true, go_on: &mut |_| true }).unwrap()
}

/// Reads whole histories and counts their lines.
fn scan(store: &Store, accounts: &[AccountId]) -> u64 {
    accounts
        .iter()
        .map(|account| store.history(*account).map(|entry| black_box(entry).map(|_| 1u64).unwrap()).sum::<u64>())
        .sum()
}

fn stores(criterion: &mut Criterion) {
    let movements = heavy_tailed(LENGTH, SEED);
    let mut group = criterion.benchmark_group("store");
    group.sample_size(SAMPLES).warm_up_time(WARM_UP).measurement_time(MEASURED).sampling_mode(SamplingMode::Flat);

    group.throughput(Throughput::Elements(LENGTH));
    group.bench_function("load", |bencher| {
        let run = |(folder, store): (TempDir, Store)| {
            load(&store, &movements);
            (store, folder)
        };
        bencher.iter_batched(empty, run, BatchSize::PerIteration);
    });

    let (_folder, store) = empty();
    load(&store, &movements);
    let busiest = [store.account_id(&account(0)).unwrap().unwrap()];
    group.throughput(Throughput::Elements(scan(&store, &busiest)));
    group.bench_function("history of one account", |bencher| bencher.iter(|| scan(&store, &busiest)));

    // The rows that a trace reads: the whole histories of all accounts that it opens, which are those within its hops.
    let question = question(&[Method::Haircut, Method::Fifo], HOPS_MAX).unwrap();
    let answer = ask(&store, &question);
    let within = answer.flow.accounts.iter().filter(|one| one.hops < HOPS_MAX);
    let opened: Vec<AccountId> = within.map(|one| store.account_id(&one.account).unwrap().unwrap()).collect();
    let rows = scan(&store, &opened);
    assert_eq!((opened.len(), rows), (answer.certificate.accounts_opened, answer.certificate.movements_read));
    group.throughput(Throughput::Elements(rows));
    group.bench_function("bare scan of the rows of a trace", |bencher| bencher.iter(|| scan(&store, &opened)));
    group.bench_function("trace", |bencher| bencher.iter(|| black_box(ask(&store, &question))));
    group.finish();
}

criterion_group!(benches, stores);
criterion_main!(benches);
