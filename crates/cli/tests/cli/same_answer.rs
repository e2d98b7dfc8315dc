//! The same input gives the same answer, byte for byte, however it came in.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use fundtrail::{Info, IngestReport};

use crate::{
    bybit::COLD,
    desk::{Desk, data},
    ledger::Dice,
};

/// The answers that are compared, from the database `db`.
fn answers(desk: &Desk, db: &str) -> [Vec<u8>; 3] {
    let trace = desk.run(&format!("trace {COLD} --as-of 2026-11-22 --json --db {db}")).done().stdout;
    let audit = desk.run(&format!("audit payouts.csv --as-of 2026-11-22 --json --db {db}")).done().stdout;
    let info: Info = desk.run(&format!("db info --json --db {db}")).done().json();
    assert!(info.unfinished.is_empty());
    [trace, audit, format!("{:#?}", info.chains).into_bytes()]
}

/// A desk with the case's files, and its movements in `a.csv` and `b.csv.gz`: shuffled, and cut in two.
fn shuffled(seed: u64) -> Desk {
    let desk = Desk::new();
    for file in ["movements.csv", "coverage.csv", "payouts.csv"] {
        desk.copy(&format!("cases/bybit-2025/{file}"));
    }
    let text = std::fs::read_to_string(data("cases/bybit-2025/movements.csv")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let header = lines.remove(0);
    Dice(seed).shuffle(&mut lines);
    let part = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    let (first, second) = lines.split_at(97);
    desk.write("a.csv", part(first));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(part(second).as_bytes()).unwrap();
    desk.write("b.csv.gz", gzip.finish().unwrap());
    desk
}

#[test]
fn the_demo_says_the_same_in_every_database_and_again() {
    let desk = Desk::new();
    let first = desk.run("demo --json --db a").done().stdout;
    assert!(!first.is_empty());
    assert_eq!(desk.run("demo --json --db b").done().stdout, first, "another database");
    assert_eq!(desk.run("demo --json --db b").done().stdout, first, "the same database again");
    let text = desk.run("demo --db a").done().stdout;
    assert_eq!(desk.run("demo --db a").done().stdout, text, "for people");
}

#[test]
fn rows_in_any_order_and_in_two_files_in_either_order_give_the_same_answers() {
    for seed in [1, 2] {
        let desk = shuffled(seed);
        desk.run("ingest file movements.csv coverage.csv --db whole").done();
        desk.run("ingest file a.csv b.csv.gz coverage.csv --db forth").done();
        desk.run("ingest file coverage.csv --db back").done();
        desk.run("ingest file b.csv.gz --db back").done();
        desk.run("ingest file a.csv --db back").done();
        let whole = answers(&desk, "whole");
        assert_eq!(answers(&desk, "forth"), whole, "seed {seed}");
        assert_eq!(answers(&desk, "back"), whole, "seed {seed}");
    }
}

#[test]
fn loading_twice_or_in_other_pieces_changes_nothing() {
    let desk = shuffled(3);
    desk.run("ingest file movements.csv coverage.csv --db db").done();
    let once = answers(&desk, "db");
    let again: Vec<IngestReport> = desk.run("ingest file movements.csv coverage.csv --db db --json").done().json();
    assert_eq!(again.iter().map(|report| (report.taken, report.resumed_after)).collect::<Vec<_>>(), [(250, 0), (7, 0)]);
    assert_eq!(answers(&desk, "db"), once);
    desk.run("ingest file b.csv.gz a.csv b.csv.gz --db db").done();
    assert_eq!(answers(&desk, "db"), once);
    desk.run("db check --db db").done();
}

#[test]
fn equal_transfers_of_one_transaction_stay_two_however_often_they_are_loaded() {
    let row = format!(
        "eip155:1,{},7,,native,{},{},5\n",
        crate::ledger::tx(1),
        crate::ledger::nobody(1),
        crate::ledger::nobody(2)
    );
    let desk = Desk::with_rows(&format!("{}{row}{row}", crate::ledger::HEADER));
    desk.write("one.csv", format!("{}{row}", crate::ledger::HEADER));
    desk.run("ingest file one.csv rows.csv one.csv --db db").done();
    let info: Info = desk.run("db info --db db --json").done().json();
    assert_eq!((info.chains[0].transactions, info.chains[0].movements), (1, 2));
}
