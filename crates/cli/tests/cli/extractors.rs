//! Tables of extractors: two of them tell the same of one chain, and what tells only half is rejected.

use std::{collections::BTreeMap, path::Path};

use fundtrail::{Info, IngestReport};

use crate::desk::Desk;

/// Files that two extractors wrote of one private chain, see `crates/tables/tests/fixtures/README.md`.
fn fixtures(desk: &Desk, folder: &str, files: &[&str]) {
    for file in files {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tables/tests/fixtures").join(folder).join(file);
        std::fs::copy(&from, desk.path(file)).unwrap();
    }
}

const ETL: [&str; 6] =
    ["blocks.csv", "logs.csv", "receipts.csv", "token_transfers.csv", "traces.csv", "transactions.csv"];
const CRYO: [&str; 4] = ["blocks.parquet", "transactions.parquet", "traces.parquet", "logs.parquet"];

/// The account that paid for most of that chain.
const RICH: &str = "eip155:31337:0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

#[test]
fn two_extractors_of_one_chain_give_one_answer() {
    let desk = Desk::new();
    fixtures(&desk, "ethereum-etl", &ETL);
    fixtures(&desk, "cryo", &CRYO);
    let etl = format!("ingest file {} --json --db etl --chain eip155:31337", ETL.join(" "));
    let etl: Vec<IngestReport> = desk.run(&etl).done().json();
    let cryo: Vec<IngestReport> = desk.run(&format!("ingest file {} --json --db cryo", CRYO.join(" "))).done().json();
    let find = |reports: &[IngestReport], file: &str| reports.iter().find(|one| one.file == file).unwrap().clone();
    for (one, other) in
        [("logs.csv", "logs.parquet"), ("traces.csv", "traces.parquet"), ("transactions.csv", "transactions.parquet")]
    {
        let (one, other) = (find(&etl, one), find(&cryo, other));
        assert_eq!((one.records, one.movements, &one.left_out), (other.records, other.movements, &other.left_out));
        assert!(!one.left_out.is_empty() && one.rejected + other.rejected == 0);
    }
    let told = find(&etl, "token_transfers.csv").left_out;
    assert_eq!(told, BTreeMap::from([("told by another table of the command".to_owned(), 16)]));
    let trace = |db: &str| desk.run(&format!("trace {RICH} --json --as-of 2026-11-22 --db {db}")).done().stdout;
    assert!(trace("etl") == trace("cryo"));
    let lines = |db: &str| {
        desk.run(&format!("db export {db}.jsonl --db {db}")).done();
        let all = String::from_utf8(desk.read(&format!("{db}.jsonl"))).unwrap();
        all.lines().filter(|line| !line.contains("\"source\"")).map(str::to_owned).collect::<Vec<_>>()
    };
    let (etl, cryo) = (lines("etl"), lines("cryo"));
    assert_eq!(etl[..etl.len() - 1], cryo[..cryo.len() - 1], "every row but the last, which counts them");
    desk.run("db check --db cryo").done();
}

#[test]
fn extractors_tables_that_tell_half_are_rejected_with_what_to_give() {
    let desk = Desk::new();
    fixtures(&desk, "ethereum-etl", &ETL);
    fixtures(&desk, "cryo", &["native_transfers.parquet", "traces.parquet"]);
    desk.run("ingest file transactions.csv --db db").ended(2).complains(&["transactions.csv: ", "--chain"]);
    let run = desk.run("ingest file transactions.csv token_transfers.csv --chain eip155:31337 --db db").ended(3);
    let run =
        run.complains(&["rejected: transactions.csv:2: nothing tells whether", "give the receipts or the traces"]);
    run.complains(&["rejected: token_transfers.csv:2: ", "may be an NFT", "give the logs"]);
    let run = desk.run("ingest file native_transfers.parquet --db db").ended(3);
    run.complains(&["rejected: native_transfers.parquet:1: ", "extract `traces`"]);
    let run = desk.run("ingest file native_transfers.parquet --chain eip155:1 --db db").ended(3);
    run.complains(&["eip155:31337", "--chain"]);
    let info: Info = desk.run("db info --json --db db").done().json();
    assert_eq!(info.chains.iter().map(|chain| chain.chain.to_string()).collect::<Vec<_>>(), ["eip155:31337"]);
}

#[test]
fn whoever_knows_which_blocks_were_extracted_says_so() {
    let desk = Desk::new();
    fixtures(&desk, "cryo", &CRYO);
    desk.run(&format!("ingest file {} --chain eip155:31337 --covers 3..9 --db db", CRYO.join(" "))).done();
    let text = desk.run(&format!("coverage {RICH} --db db")).done();
    assert!(text.text().contains("  the whole chain: ") && text.text().contains(", 3 to 9, "), "{}", text.text());
}
