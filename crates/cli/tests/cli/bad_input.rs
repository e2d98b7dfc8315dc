//! Bad input: each kind has its exit code and a message with file, line and remedy, and nothing panics.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use fundtrail::{Info, IngestReport};

use crate::{
    desk::Desk,
    ledger::{HEADER, nobody, tx},
};

/// A row of whole units with everything right, but for what `change` replaces.
fn row(change: (&str, &str)) -> String {
    let (tx, from, to) = (tx(9), nobody(1), "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2");
    let row = format!("eip155:1,{tx},7,2025-02-21T14:29:47Z,native,{from},{to},1.5\n");
    let changed = row.replacen(change.0, change.1, 1);
    assert_ne!(changed, row, "{change:?}");
    changed
}

/// A table with a good row on both sides of a bad one, which stands on line 3.
fn around(bad: &str) -> String {
    let header = HEADER.replace("amount_raw", "amount");
    let good = |number| row((&tx(9), &tx(number)));
    format!("{header}{}{bad}{}", good(1), good(2))
}

/// Loads `rows.csv` whose line 3 is bad: the others are taken.
#[track_caller]
fn one_bad_row(bad: &str, says: &[&str]) {
    let desk = Desk::new();
    desk.write("rows.csv", around(bad));
    let run = desk.run("ingest file rows.csv --db db --json").ended(3);
    let [report]: [IngestReport; 1] = run.json();
    assert_eq!((report.records, report.taken, report.rejected), (3, 2, 1), "{bad}");
    let [problem] = report.problems.as_slice() else { panic!("{report:?}") };
    assert_eq!((problem.file.as_str(), problem.line), ("rows.csv", Some(3)));
    assert_eq!(problem.record, bad.trim_end());
    run.complains(&[&["rejected: rows.csv:3: "], says].concat());
    let info: Info = desk.run("db info --db db --json").done().json();
    assert_eq!((info.chains[0].transactions, info.sources[0].rejected), (2, 1));
    desk.run("db check --db db").done();
}

#[test]
fn a_wrong_checksum() {
    one_bad_row(&row(("0x47666F", "0x47666f")), &["`to`", "wrong EIP-55 checksum"]);
}

#[test]
fn an_amount_that_overflows() {
    // 2^256 wei, one too many.
    let over = "115792089237316195423570985008687907853269984665640564039457.584007913129639936";
    one_bad_row(&row((",1.5", &format!(",{over}"))), &["`amount`", "does not fit 256 bits"]);
}

#[test]
fn too_many_decimals() {
    one_bad_row(&row((",1.5", ",0.1234567890123456789")), &["`amount`", "more than the 18 decimals"]);
}

#[test]
fn no_number_no_time_no_height() {
    one_bad_row(&row((",1.5", ",1e18")), &["`amount`", "digits"]);
    one_bad_row(&row((",1.5", ",-1")), &["`amount`", "digits"]);
    one_bad_row(&row((",7,2025-02-21T14:29:47Z,", ",,,")), &["`block`", "`time`"]);
    one_bad_row(&row((",7,", ",18446744073709551616,")), &["`block`"]);
    one_bad_row(&row(("T14:29:47Z", " 14:29")), &["`time`", "2025-02-21T14:29:47Z"]);
    one_bad_row(&row((",1.5", ",1.5,more")), &["9 fields", "8"]);
}

#[test]
fn a_row_of_another_chains_address() {
    let mint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
    one_bad_row(&row((&nobody(1), mint)), &["`from`", "but an address of solana:"]);
    one_bad_row(&row(("eip155:1", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp")), &["`tx`", "Solana signature"]);
    one_bad_row(&row(("eip155:1", "ethereum")), &["`chain`", "CAIP-2"]);
}

#[test]
fn an_unknown_column_stops_the_file() {
    let desk = Desk::new();
    desk.write("rows.csv", around("").replacen("amount", "ammount", 1));
    let run = desk.run("ingest file rows.csv --db db").ended(2);
    let run = run.complains(&["rows.csv:1: ", "unknown column `ammount`", "amount_raw"]);
    assert!(run.stdout.is_empty(), "{run:?}");
}

#[test]
fn gzip_that_is_cut_off_gives_the_rows_before_the_cut() {
    let desk = Desk::new();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    let rows = 20_000;
    gzip.write_all(HEADER.as_bytes()).unwrap();
    for number in 1..=rows {
        writeln!(gzip, "eip155:1,{},{number},,native,{},{},{number}", tx(number), nobody(1), nobody(2)).unwrap();
    }
    let bytes = gzip.finish().unwrap();
    desk.write("rows.csv.gz", &bytes[..bytes.len() / 2]);
    let run = desk.run("ingest file rows.csv.gz --db db --json").ended(3);
    let [report]: [IngestReport; 1] = run.json();
    assert!(report.taken > 0 && report.taken < rows as u64 && report.rejected == 1, "{report:?}");
    // The cut is after the header and the good rows.
    let line = report.taken + 2;
    run.complains(&[
        &format!("rows.csv.gz:{line}: "),
        "the gzip data is cut off",
        &format!("{} good rows", report.taken),
    ]);
    desk.write("head.csv.gz", &bytes[..12]);
    desk.run("ingest file head.csv.gz --db db").ended(2).complains(&["head.csv.gz: ", "the gzip data is cut off"]);
}

#[test]
fn files_that_are_no_table_of_movements() {
    let desk = Desk::new();
    for file in ["labels/services.csv", "cases/bybit-2025/payouts.csv", "tokens.csv"] {
        desk.copy(file);
    }
    desk.write("empty.csv", "");
    desk.write("page.csv", "<!doctype html>\n<title>not found</title>\n");
    desk.write("picture.csv", [0x89, b'P', b'N', b'G', 0, 0xff]);
    std::fs::create_dir(desk.path("folder")).unwrap();
    for (file, says) in [
        ("empty.csv", "the file is empty"),
        ("folder", "this is a folder"),
        ("none.csv", "there is no such file"),
        ("page.csv", "those of no table"),
        ("picture.csv", "no text"),
        ("services.csv", "--labels"),
        ("payouts.csv", "`fundtrail audit FILE`"),
        ("tokens.csv", "--tokens"),
    ] {
        let run = desk.run(&format!("ingest file {file} --db db")).ended(2).complains(&[file, says]);
        assert!(run.stdout.is_empty(), "{run:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_does_not_keep_the_others_out() {
    let desk = Desk::new();
    desk.write("good.csv", around(""));
    desk.write("empty.csv", "");
    let run = desk.run("ingest file empty.csv good.csv --db db --json").ended(2).complains(&["empty.csv"]);
    let [report]: [IngestReport; 1] = run.json();
    assert_eq!((report.file.as_str(), report.taken), ("good.csv", 2));
    let info: Info = desk.run("db info --db db --json").done().json();
    assert_eq!(info.chains[0].transactions, 2);
}
