//! How fast a trace is without a disk: ledgers in memory, one method at a time and all together. And a trace over a store
//! in its parts: the bare scan of the rows that it reads, the engine that follows the value, and the building of the answer.
//!
//! Throughput of the first counts the movements that carried value in the answer. Histories are read beyond that, and a movement
//! between two open accounts is read from both sides; that work is part of the time and not of the count. Throughput of the parts counts all rows that are read.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{
    cell::Cell,
    hint::black_box,
    time::{Duration, Instant},
};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use fundtrail_benches::{SEED, chain, heavy_tailed, payments, question, tree};
use fundtrail_graph::{Claims, Ledger, MemoryLedger, Request, TxAt, trace};
use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, AssetId, Entry, Leg, Store, StoreError};
use fundtrail_types::{Account, Asset, Chain, Coverage, Method, Movement, Position, Question, TraceAnswer, TxId};

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

/// The ledger whose trace is taken apart. `TRACE_LENGTH=10000000` makes it the one of the `bulk` bench.
const PARTS_LENGTH: u64 = 200_000;
const PARTS_HOPS_MAX: u32 = 5;
const MOVEMENTS_PER_BATCH: usize = 250_000;

fn ask(ledger: &impl Ledger, question: &Question) -> TraceAnswer {
    let labels = LabelBook::default();
    trace(ledger, Request { question, labels: &labels, crossings: &[], is_verified: &|_| true, go_on: &mut |_| true })
        .unwrap()
}

fn traces(criterion: &mut Criterion) {
    let methods: [(&str, &[Method]); 3] =
        [("haircut", &[Method::Haircut]), ("fifo", &[Method::Fifo]), ("all three", &Method::USUAL)];
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

/// A ledger that notes when the engine is done: a trace asks for the chains once, and only then, to look for targets.
struct Watched<'a> {
    store: &'a Store,
    done: Cell<Option<Instant>>,
}

impl Ledger for Watched<'_> {
    fn account_id(&self, account: &Account) -> Result<Option<AccountId>, StoreError> {
        Ledger::account_id(self.store, account)
    }

    fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        Ledger::account(self.store, id)
    }

    fn asset(&self, id: AssetId) -> Result<Asset, StoreError> {
        Ledger::asset(self.store, id)
    }

    fn history(&self, account: AccountId) -> Box<dyn Iterator<Item = Result<Entry, StoreError>> + '_> {
        Ledger::history(self.store, account)
    }

    fn txs(&self, chain: Chain, places: &[Position]) -> Result<Vec<TxId>, StoreError> {
        Ledger::txs(self.store, chain, places)
    }

    fn tx(&self, chain: Chain, id: &TxId) -> Result<Option<TxAt>, StoreError> {
        Ledger::tx(self.store, chain, id)
    }

    fn legs(&self, chain: Chain, at: Position) -> Result<Vec<Leg>, StoreError> {
        Ledger::legs(self.store, chain, at)
    }

    fn chains(&self) -> Result<Vec<Chain>, StoreError> {
        self.done.set(Some(Instant::now()));
        Ledger::chains(self.store)
    }

    fn coverage_of(&self, account: &Account) -> Result<Vec<Coverage>, StoreError> {
        Ledger::coverage_of(self.store, account)
    }

    fn coverage_among(&self, chain: Chain, wanted: &dyn Fn(AccountId) -> bool) -> Result<Claims, StoreError> {
        Ledger::coverage_among(self.store, chain, wanted)
    }
}

/// The time of the engine and of the building of the answer.
fn parts_of(store: &Store, question: &Question) -> [Duration; 2] {
    let watched = Watched { store, done: Cell::new(None) };
    let started = Instant::now();
    black_box(ask(&watched, question));
    let done = watched.done.get().unwrap();
    [done - started, done.elapsed()]
}

fn parts(criterion: &mut Criterion) {
    let length = std::env::var("TRACE_LENGTH").ok().and_then(|text| text.parse().ok()).unwrap_or(PARTS_LENGTH);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut writer = store.writer().unwrap();
    for movement in payments(length, length / 5, SEED) {
        writer.movement(&movement);
        if writer.pending() == MOVEMENTS_PER_BATCH {
            writer.commit(None).unwrap();
        }
    }
    writer.commit(None).unwrap();
    store.compact(&mut |_, _| true).unwrap();
    let methods: [(&str, &[Method]); 3] = [
        ("haircut", &[Method::Haircut]),
        ("fifo", &[Method::Fifo]),
        ("haircut and fifo", &[Method::Haircut, Method::Fifo]),
    ];
    for (name, methods) in methods {
        let mut group = criterion.benchmark_group(format!("trace/parts/{name}"));
        group.sample_size(SAMPLES).warm_up_time(WARM_UP).measurement_time(MEASURED).sampling_mode(SamplingMode::Flat);
        let question = question(methods, PARTS_HOPS_MAX).unwrap();
        let answer = ask(&store, &question);
        let within = answer.flow.accounts.iter().filter(|one| one.hops < PARTS_HOPS_MAX);
        let opened: Vec<AccountId> = within.map(|one| store.account_id(&one.account).unwrap().unwrap()).collect();
        assert_eq!(opened.len(), answer.certificate.accounts_opened);
        group.throughput(Throughput::Elements(answer.certificate.movements_read));
        let scan = |account: &AccountId| -> usize {
            store.history(*account).map(|entry| black_box(entry).map(|_| 1).unwrap()).sum()
        };
        group.bench_function("bare scan", |bencher| bencher.iter(|| opened.iter().map(scan).sum::<usize>()));
        for (part, name) in ["engine", "answer"].into_iter().enumerate() {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|times| (0..times).map(|_| parts_of(&store, &question)[part]).sum());
            });
        }
    }
}

criterion_group!(benches, traces, parts);
criterion_main!(benches);
