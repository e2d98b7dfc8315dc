//! A trace beside what else people use for it: DuckDB with a recursive query and networkx, in one run on the same transfers; the same trace
//! in databases of different size; and a trace over a million movements that carry value.
//!
//! The peers tell only who is reached in order of time, which is what poison tells; amounts they do not tell. So poison is held against
//! them, account by account, and FIFO stands beside it. `PEER_SIZES` (transfers, separated by commas) and `PEER_DIR` change what is made
//! and where; `PEER_PYTHON` names a Python that has the packages of `benches/peers/requirements.txt`, and without it there are no peers.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(clippy::print_stdout, reason = "its table is what it is for")]

use std::{
    collections::BTreeSet,
    env, fs,
    hint::black_box,
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use fundtrail_benches::{SEED, account, amid_strangers, number, question, tree};
use fundtrail_graph::{Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, Store};
use fundtrail_types::{Account, Method, Movement, Question, Start, TraceAnswer};

const SIZES: &str = "1000000,10000000,50000000";
/// Of how many transfers the peers get the table.
const TABLE: u64 = 10_000_000;
/// Transfers among those whom the trace can reach. All others are among strangers.
const CORE: u64 = 1_000_000;
const HOPS_MAX: u32 = 5;
/// Rows that the FIFO trace shall read.
const ROWS: std::ops::Range<u64> = 20_000..200_000;
const MOVEMENTS_PER_BATCH: usize = 250_000;
const RUNS: usize = 5;
const MILLION: u64 = 1_000_000;

fn main() {
    let mut words = env::args().skip(1);
    if let (Some(word), Some(folder)) = (words.next(), words.next())
        && word == "million"
    {
        return million_alone(Path::new(&folder));
    }
    let own = tempfile::tempdir().unwrap();
    let folder = env::var_os("PEER_DIR").map_or_else(|| own.path().to_owned(), Into::into);
    fs::create_dir_all(&folder).unwrap();
    million(&folder.join("million"));
    let sizes = env::var("PEER_SIZES").unwrap_or_else(|_| SIZES.to_owned());
    let mut start = None;
    for size in sizes.split(',').map(|size| size.parse::<u64>().unwrap()) {
        one_size(&folder, size, &mut start);
    }
}

/// The same trace in a database of a given size, and the peers beside it in the one that they get a table of.
fn one_size(folder: &Path, size: u64, start: &mut Option<Account>) {
    let core = CORE.min(size);
    let store = loaded(&folder.join(format!("db-{size}")), amid_strangers(size, core, SEED));
    let start = start.get_or_insert_with(|| find_start(&store, core)).clone();
    let asked = |method| Question { starts: vec![Start::of(start.clone())], ..question(&[method], HOPS_MAX).unwrap() };
    let (fifo, poison) = (asked(Method::Fifo), asked(Method::Poison));
    let answer = ask(&store, &fifo);
    let opened = opened(&store, &answer);
    let scan = median(|| {
        black_box(
            opened.iter().map(|id| store.history(*id).filter(|entry| black_box(entry).is_ok()).count()).sum::<usize>(),
        );
    });
    println!(
        "{size} transfers, from account {}: FIFO over {HOPS_MAX} hops reads {} rows of {} accounts, {} movements carry value",
        number(&start.address),
        answer.certificate.movements_read,
        opened.len(),
        answer.flow.movements.len()
    );
    println!("  bare scan of the accounts' whole histories   {scan:>12.3?}");
    println!(
        "  FIFO trace, the whole answer                 {:>12.3?}",
        median(|| drop(black_box(ask(&store, &fifo))))
    );
    println!(
        "  poison trace, the whole answer               {:>12.3?}",
        median(|| drop(black_box(ask(&store, &poison))))
    );
    if size == TABLE
        && let Some(python) = env::var_os("PEER_PYTHON")
    {
        let reached = reached(&ask(&store, &poison));
        println!("  poison reaches {} accounts", reached.len());
        peers(folder, &python, size, core, &start, &reached);
    }
}

/// The peers on the same transfers. What they reach must be what poison reaches.
fn peers(folder: &Path, python: &std::ffi::OsStr, size: u64, core: u64, start: &Account, reached: &BTreeSet<u64>) {
    let table = folder.join("transfers.csv");
    let mut out = BufWriter::new(fs::File::create(&table).unwrap());
    writeln!(out, "pos,src,dst,amount").unwrap();
    for (pos, one) in amid_strangers(size, core, SEED).enumerate() {
        let [from, to] = [&one.from, &one.to].map(|side| number(side.as_ref().unwrap()));
        writeln!(out, "{pos},{from},{to},{}", one.amount).unwrap();
    }
    out.flush().unwrap();
    let told = folder.join("reached.txt");
    fs::write(&told, reached.iter().map(|number| format!("{number}\n")).collect::<String>()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/peers.py");
    let mut command = Command::new(python);
    command.arg(script).arg(&table).arg(number(&start.address).to_string()).arg(HOPS_MAX.to_string()).arg(told);
    assert!(command.status().unwrap().success(), "the peers failed");
}

fn reached(answer: &TraceAnswer) -> BTreeSet<u64> {
    let carried = answer.flow.movements.iter().filter(|one| one.shares.iter().any(|share| share.seed.is_some()));
    carried.filter_map(|one| one.to.as_ref()).map(|to| number(&to.address)).collect()
}

/// A tree of a million payments, all of which carry value.
fn million(folder: &Path) {
    drop(loaded(folder, tree(8, MILLION).into_iter()));
    // By itself, so that its memory is its own.
    assert!(Command::new(env::current_exe().unwrap()).arg("million").arg(folder).status().unwrap().success());
}

fn million_alone(folder: &Path) {
    let store = Store::open_read_only(folder).unwrap();
    let asked = question(&[Method::Fifo], u32::MAX).unwrap();
    let started = Instant::now();
    let answer = ask(&store, &asked);
    let (carried, took) = (answer.flow.movements.len(), started.elapsed());
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned();
    println!("FIFO over {carried} movements that carry value: {took:.2?}, at most {peak} of memory");
}

fn loaded(folder: &Path, movements: impl Iterator<Item = Movement>) -> Store {
    if let Ok(store) = Store::open_read_only(folder) {
        return store;
    }
    let store = Store::open(folder).unwrap();
    let mut writer = store.writer().unwrap();
    let started = Instant::now();
    for movement in movements {
        writer.movement(&movement);
        if writer.pending() == MOVEMENTS_PER_BATCH {
            writer.commit(None).unwrap();
        }
    }
    writer.commit(None).unwrap();
    drop(writer);
    store.compact(&mut |_, _| true).unwrap();
    println!("{} loaded in {:.0?}", folder.display(), started.elapsed());
    store
}

fn ask(store: &Store, question: &Question) -> TraceAnswer {
    let labels = LabelBook::default();
    trace(store, Request { question, labels: &labels, crossings: &[], is_verified: &|_| true, go_on: &mut |_| true })
        .unwrap()
}

/// The first account from the middle of the tail whose trace is of the size that is wanted.
fn find_start(store: &Store, core: u64) -> Account {
    let is_wanted = |account: &Account| {
        let known = store.account_id(account).unwrap().is_some();
        let asked =
            Question { starts: vec![Start::of(account.clone())], ..question(&[Method::Fifo], HOPS_MAX).unwrap() };
        let labels = LabelBook::default();
        let request =
            Request { question: &asked, labels: &labels, crossings: &[], is_verified: &|_| true, go_on: &mut |_| true };
        known && trace(store, request).is_ok_and(|answer| ROWS.contains(&answer.certificate.movements_read))
    };
    (core / 100..).map(account).find(is_wanted).unwrap()
}

fn opened(store: &Store, answer: &TraceAnswer) -> Vec<AccountId> {
    let within = answer.flow.accounts.iter().filter(|one| one.hops < HOPS_MAX);
    within.map(|one| store.account_id(&one.account).unwrap().unwrap()).collect()
}

fn median(work: impl Fn()) -> Duration {
    work();
    let once = || {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    let mut times: Vec<Duration> = (0..RUNS).map(|_| once()).collect();
    times.sort();
    times[RUNS / 2]
}
