//! A large database: how fast it is loaded, how many bytes it takes, how fast it gives a history back, and what a trace costs
//! beside reading its rows.
//!
//! The load is done once, by the same two threads as `fundtrail ingest`: one makes the movements, one writes them; its numbers
//! are printed. `BENCH_LENGTH` makes the database smaller, `BENCH_DIR` puts it elsewhere.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(clippy::print_stderr, reason = "what is measured once is told once")]
#![allow(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{
    env,
    hint::black_box,
    sync::mpsc,
    time::{Duration, Instant},
};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use fundtrail_benches::{SEED, account, payments, question};
use fundtrail_graph::{Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, Store};
use fundtrail_types::{Account, Method, Movement, Question, Start, TraceAnswer};
use tempfile::TempDir;

const LENGTH: u64 = 10_000_000;
const MOVEMENTS_PER_ACCOUNT: u64 = 5;
/// As many as `fundtrail ingest` puts into a batch of a large load.
const MOVEMENTS_PER_BATCH: usize = 250_000;
/// Movements that the making thread hands over at once, and how many handfuls it may be ahead.
const HANDFUL: usize = 512;
const AHEAD_MAX: usize = 64;
const HOPS_MAX: u32 = 5;
/// Enough for numbers that repeat within a tenth, few enough that a run stays under ten minutes.
const SAMPLES: usize = 10;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(10);

/// Loads and compacts a database, and tells how that went.
fn loaded(length: u64) -> (TempDir, Store) {
    let folder = tempfile::tempdir_in(env::var_os("BENCH_DIR").unwrap_or_else(|| env::temp_dir().into())).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut writer = store.writer().unwrap();
    let started = Instant::now();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<Movement>>(AHEAD_MAX);
        scope.spawn(move || {
            let mut movements = payments(length, (length / MOVEMENTS_PER_ACCOUNT).max(2), SEED).peekable();
            while movements.peek().is_some() {
                sender.send(movements.by_ref().take(HANDFUL).collect()).unwrap();
            }
        });
        for handful in receiver {
            handful.iter().for_each(|movement| writer.movement(movement));
            if writer.pending() >= MOVEMENTS_PER_BATCH {
                writer.commit(None).unwrap();
            }
        }
    });
    writer.commit(None).unwrap();
    drop(writer);
    let rate = |since: Instant| u128::from(length) * 1000 / since.elapsed().as_millis().max(1);
    let (loaded, loading) = (rate(started), started.elapsed());
    store.compact(&mut |_, _| true).unwrap();
    let bytes = store.bytes_on_disk().unwrap();
    eprintln!("{length} movements loaded in {loading:.1?}, {loaded} a second");
    eprintln!("with the compaction at the end {:.1?}, {} a second", started.elapsed(), rate(started));
    eprintln!("{bytes} bytes on disk, {} a movement", bytes / length);
    (folder, store)
}

fn ask(store: &Store, question: &Question) -> TraceAnswer {
    let labels = LabelBook::default();
    trace(store, Request { question, labels: &labels, crossings: &[], is_verified: &|_| true, go_on: &mut |_| true })
        .unwrap()
}

/// Reads whole histories and counts their lines.
fn scan(store: &Store, accounts: &[AccountId]) -> u64 {
    accounts
        .iter()
        .map(|account| store.history(*account).map(|entry| black_box(entry).map(|_| 1u64).unwrap()).sum::<u64>())
        .sum()
}

/// An account from the thin end of the tail, of which there are most: one that paid out at all.
fn payer(store: &Store, accounts: u64) -> Account {
    let pays = |number: &u64| {
        let id = store.account_id(&account(*number)).unwrap();
        id.is_some_and(|id| store.history(id).any(|entry| entry.unwrap().side == fundtrail_store::Side::Out))
    };
    account((accounts * 3 / 4..accounts).find(pays).unwrap())
}

fn stores(criterion: &mut Criterion) {
    let length = env::var("BENCH_LENGTH").ok().and_then(|text| text.parse().ok()).unwrap_or(LENGTH);
    let (_folder, store) = loaded(length);
    let mut group = criterion.benchmark_group("store");
    group.sample_size(SAMPLES).warm_up_time(WARM_UP).measurement_time(MEASURED).sampling_mode(SamplingMode::Flat);
    let busiest = [store.account_id(&account(0)).unwrap().unwrap()];
    group.throughput(Throughput::Elements(scan(&store, &busiest)));
    group.bench_function("history of the busiest account", |bencher| bencher.iter(|| scan(&store, &busiest)));

    let from = payer(&store, length / MOVEMENTS_PER_ACCOUNT);
    let asked =
        |methods: &[Method]| Question { starts: vec![Start::of(from.clone())], ..question(methods, HOPS_MAX).unwrap() };
    // The rows that a trace reads: the whole histories of all accounts that it opens, which are those within its hops.
    for (name, methods) in [
        ("fifo", vec![Method::Fifo]),
        ("haircut", vec![Method::Haircut]),
        ("both", vec![Method::Haircut, Method::Fifo]),
    ] {
        let question = asked(&methods);
        let answer = ask(&store, &question);
        let within = answer.flow.accounts.iter().filter(|one| one.hops < HOPS_MAX);
        let opened: Vec<AccountId> = within.map(|one| store.account_id(&one.account).unwrap().unwrap()).collect();
        let rows = scan(&store, &opened);
        eprintln!(
            "{name}: {} accounts opened, {rows} rows in their histories, {} movements carried value",
            opened.len(),
            answer.flow.movements.len()
        );
        group.throughput(Throughput::Elements(rows));
        group.bench_function(format!("bare scan of the rows of the trace, {name}"), |bencher| {
            bencher.iter(|| scan(&store, &opened));
        });
        group.bench_function(format!("trace of {HOPS_MAX} hops, {name}"), |bencher| {
            bencher.iter(|| black_box(ask(&store, &question)));
        });
    }
    group.finish();
}

criterion_group!(benches, stores);
criterion_main!(benches);
