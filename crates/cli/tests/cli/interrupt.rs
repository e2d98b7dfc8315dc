//! A load that is killed or interrupted, and run again, gives the store of one that ran through.

use std::{
    fs,
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use fundtrail::{CheckReport, Info, IngestReport};

use crate::{
    desk::Desk,
    ledger::{Dice, many, nobody},
};

const ROWS: usize = 60_000;
const LOAD: &str = "ingest file rows.csv --rejects bad.csv --json --db";
/// A load of `ROWS` takes a few seconds; one that does not write for so long hangs.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// Bytes of the database on disk. They grow while a batch is written, so a kill by size also hits one half written.
fn bytes(db: &Path) -> u64 {
    let files = fs::read_dir(db).into_iter().flatten().filter_map(Result::ok);
    files.filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum()
}

/// Waits until the load writes and the database has grown by so many bytes, or the load has ended.
fn wait_for_growth(desk: &Desk, child: &mut Child, growth: u64) {
    let (start, mut least) = (Instant::now(), None);
    while child.try_wait().unwrap().is_none() {
        // The list of rejected rows is made after the database was opened.
        if desk.path("bad.csv").exists() {
            let now = bytes(&desk.path("db"));
            if now >= least.get_or_insert(now).saturating_add(growth) {
                return;
            }
        }
        assert!(start.elapsed() < WAIT_MAX, "the load hangs");
        std::thread::sleep(Duration::from_micros(500));
    }
}

fn begin(desk: &Desk) -> Child {
    let _ = fs::remove_file(desk.path("bad.csv"));
    desk.command(&format!("{LOAD} db")).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn info(desk: &Desk, db: &str) -> Info {
    desk.run(&format!("db info --json --db {db}")).done().json()
}

/// What both databases must answer alike.
fn answer(desk: &Desk, db: &str) -> Vec<u8> {
    let (from, limits) = (nobody(0), "--hops 3 --method haircut,fifo --as-of 2026-11-22");
    desk.run(&format!("trace {from} {limits} --json --db {db}")).done().stdout
}

#[track_caller]
fn is_sound(desk: &Desk, db: &str) {
    let report: CheckReport = desk.run(&format!("db check --json --db {db}")).done().json();
    assert_eq!((report.broken_total, report.broken.len()), (0, 0));
}

/// Ctrl-C once the load writes and has written so much: it stops cleanly and says how to go on. Gives what it says.
#[track_caller]
fn interrupt(desk: &Desk, growth: u64) -> String {
    let mut child = begin(desk);
    wait_for_growth(desk, &mut child, growth);
    let signal = std::process::Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(signal.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{told}");
    assert!(told.contains("run the same command again to go on from there"), "{told}");
    told
}

#[test]
fn killed_three_times_and_interrupted_once() {
    let desk = Desk::new();
    desk.write("rows.csv", many(ROWS, 11));
    let [through]: [IngestReport; 1] = desk.run(&format!("{LOAD} whole")).ended(3).json();
    let rejects = desk.read("bad.csv");
    let all = bytes(&desk.path("whole"));
    let mut dice = Dice(20_250_221);
    let mut unfinished = 0;
    // In percent of the whole: a kill while the first batch is written, and at some moment of the later ones.
    for part in [5, 35, 30] {
        let mut child = begin(&desk);
        wait_for_growth(&desk, &mut child, all * (part + dice.roll() % 10) / 100);
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().code(), None, "it was killed before it ended");
        is_sound(&desk, "db");
        let now = info(&desk, "db");
        assert!(now.sources.is_empty(), "a load that did not end is no source");
        let stored = now.unfinished.first().map_or(0, |(_, records)| *records);
        assert!(stored >= unfinished, "what was stored once stays");
        unfinished = stored;
    }
    assert!(unfinished > 0, "no kill came after a checkpoint");
    interrupt(&desk, 100_000);
    let (load, at) = info(&desk, "db").unfinished[0].clone();
    assert!(load.starts_with(&through.digest) && at > unfinished, "{load} {at}");
    let [resumed]: [IngestReport; 1] = desk.run(&format!("{LOAD} db")).ended(3).json();
    assert_eq!((resumed.resumed_after, resumed.records, resumed.taken), (at, through.records, through.taken));
    assert_eq!(desk.read("bad.csv"), rejects, "the rejects of the whole file");
    is_sound(&desk, "db");
    assert_eq!(answer(&desk, "db"), answer(&desk, "whole"));
    let (one, other) = (info(&desk, "db"), info(&desk, "whole"));
    assert_eq!((&one.chains, &one.sources, &one.unfinished), (&other.chains, &other.sources, &vec![]));
}

#[test]
fn an_interrupted_load_tells_how_much_is_stored() {
    let desk = Desk::new();
    desk.write("rows.csv", many(25_000, 12));
    // The second time it is interrupted while it reads over what is stored already.
    for growth in [100_000, 0] {
        let told = interrupt(&desk, growth);
        let (_, records) = info(&desk, "db").unfinished[0].clone();
        assert!(told.contains(&format!(" {records} records")), "{records} are stored, but: {told}");
    }
}

#[test]
fn the_report_of_a_resumed_load_is_that_of_the_whole_file() {
    let desk = Desk::new();
    desk.write("rows.csv", many(15_000, 13));
    let [through]: [IngestReport; 1] = desk.run(&format!("{LOAD} whole")).ended(3).json();
    interrupt(&desk, 100_000);
    let [resumed]: [IngestReport; 1] = desk.run(&format!("{LOAD} db")).ended(3).json();
    assert!(resumed.resumed_after > 0);
    assert_eq!(resumed.zero_value_events, through.zero_value_events, "transfers of nothing in the file");
    assert_eq!(IngestReport { resumed_after: 0, ..resumed }, through);
}
