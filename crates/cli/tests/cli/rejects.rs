//! `--rejects FILE`: every rejected row with its place, not only those that fit a screen.

use fundtrail::{
    Info, IngestReport,
    types::{AuditAnswer, TraceAnswer},
};

use crate::{
    desk::Desk,
    ledger::{HEADER, nobody, tx},
};

/// Rows of which every third is bad, with the line of each bad one.
fn partly_bad(rows: usize) -> (String, Vec<u64>) {
    let (mut csv, mut bad) = (HEADER.to_owned(), Vec::new());
    for number in 0..rows {
        let amount = if number % 3 == 0 { "1,5" } else { "15" };
        csv += &format!("eip155:1,{},{number},,native,{},{},{amount}\n", tx(number + 1), nobody(1), nobody(2));
        if number % 3 == 0 {
            bad.push(number as u64 + 2);
        }
    }
    (csv, bad)
}

#[test]
fn every_bad_row_is_listed_and_every_good_one_is_loaded() {
    let desk = Desk::new();
    let (csv, bad) = partly_bad(120);
    desk.write("rows.csv", &csv);
    let run = desk.run("ingest file rows.csv --db db --rejects bad.csv --json").ended(3);
    let [report]: [IngestReport; 1] = run.json();
    assert_eq!((report.records, report.taken, report.rejected), (120, 80, bad.len() as u64));
    let bytes = desk.read("bad.csv");
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(table.headers().unwrap(), vec!["file", "line", "reason", "record"]);
    let lines: Vec<&str> = csv.lines().collect();
    let mut listed = Vec::new();
    for row in table.records().map(Result::unwrap) {
        let line: usize = row[1].parse().unwrap();
        assert_eq!((&row[0], &row[3]), ("rows.csv", lines[line - 1]));
        assert!(!row[2].is_empty());
        listed.push(line as u64);
    }
    assert_eq!(listed, bad);
    let info: Info = desk.run("db info --db db --json").done().json();
    assert_eq!((info.chains[0].movements, info.sources[0].rejected), (80, bad.len() as u64));
    let answer: TraceAnswer = desk.run(&format!("trace {} --db db --json", nobody(1))).done().json();
    assert_eq!(answer.seeds[0].movements, 80);
}

#[test]
fn a_run_without_bad_rows_leaves_a_list_without_rows() {
    let desk = Desk::new();
    desk.write("rows.csv", partly_bad(3).0.lines().filter(|line| !line.contains("1,5")).collect::<Vec<_>>().join("\n"));
    desk.run("ingest file rows.csv --db db --rejects bad.csv").done();
    assert_eq!(desk.read("bad.csv"), b"file,line,reason,record\n");
    let run = desk.run("ingest file rows.csv --db db --rejects none/bad.csv").ended(2);
    assert!(run.stderr.contains("cannot write none/bad.csv"), "{run:?}");
}

#[test]
fn rows_of_several_files_are_listed_with_their_file() {
    let desk = Desk::new();
    desk.write("a.csv", partly_bad(4).0);
    desk.write("b.csv", partly_bad(1).0);
    desk.run("ingest file a.csv b.csv --db db --rejects bad.csv").ended(3);
    let bytes = desk.read("bad.csv");
    let rows = csv::Reader::from_reader(bytes.as_slice()).into_records();
    let files: Vec<_> = rows.map(|row| row.unwrap()[0].to_owned()).collect();
    assert_eq!(files, ["a.csv", "a.csv", "b.csv"]);
}

#[test]
fn rejected_payouts_belong_to_the_audits_answer() {
    let desk = Desk::with_demo();
    desk.copy("cases/bybit-2025/payouts.csv");
    let good = String::from_utf8(desk.read("payouts.csv")).unwrap();
    desk.write("payouts.csv", good.replacen(",45.5,", ",45.5.5,", 1));
    let run = desk.run("audit payouts.csv --db db --json").ended(3).complains(&["rejected: payouts.csv:7: `amount`"]);
    let answer: AuditAnswer = run.json();
    assert_eq!((answer.payees.len(), answer.rejected.len(), answer.rejected[0].line), (5, 1, Some(7)));
    // A finding weighs more than a row that could not be read.
    desk.run("audit payouts.csv --db db --fail-on flagged").ended(1);
}
