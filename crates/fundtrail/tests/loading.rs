//! Loading: pipes, counts over an interruption, decimals that contradict each other.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::{fmt::Write, path::Path, process::Command};

use fundtrail::{
    Error, IngestReport, IngestSetting, Listener, Reference, Store, ingest, ingest_bytes,
    types::{Asset, Chain},
};

const TOKEN: &str = "0x1111111111111111111111111111111111111111";

/// Transfers of ether, every fifth of nothing.
fn rows(count: usize) -> String {
    let mut text = "chain,tx,block,asset,from,to,amount_raw\n".to_owned();
    for row in 0..count {
        let amount = row % 5;
        writeln!(text, "eip155:1,0x{row:064x},{row},native,0x{:040x},0x{:040x},{amount}", row + 1, row + 2).unwrap();
    }
    text
}

fn load(store: &Store, path: &Path, stop_after: u64) -> Result<IngestReport, Error> {
    let reference = Reference::empty();
    let mut listener = Listener { progress: &mut |progress| progress.records < stop_after, rejected: &mut |_| Ok(()) };
    ingest(store, path, &IngestSetting::new(reference.tokens()), &mut listener)
}

#[test]
fn a_pipe_gives_every_row_and_the_digest_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let (file, pipe) = (dir.path().join("rows.csv"), dir.path().join("pipe"));
    // More than any buffer on the way holds.
    std::fs::write(&file, rows(20_000)).unwrap();
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let store = Store::open(&dir.path().join("db")).unwrap();
    let feed = || {
        let (from, to) = (file.clone(), pipe.clone());
        std::thread::spawn(move || std::fs::write(to, std::fs::read(from).unwrap()).unwrap())
    };
    let feeding = feed();
    assert!(matches!(load(&store, &pipe, 15_000), Err(Error::Interrupted { .. })));
    feeding.join().unwrap();
    let feeding = feed();
    let piped = load(&store, &pipe, u64::MAX).unwrap();
    feeding.join().unwrap();
    assert_eq!((piped.records, piped.taken, piped.rejected), (20_000, 20_000, 0));
    assert!(piped.resumed_after >= 10_000, "{}", piped.resumed_after);
    assert_eq!(piped.file, pipe.display().to_string());
    assert_eq!(load(&store, &file, u64::MAX).unwrap().digest, piped.digest);
    let info = store.info().unwrap();
    assert_eq!((info.chains[0].movements, info.chains[0].zero_value_events), (16_000, 4_000));
}

#[test]
fn a_missing_file_and_a_folder_are_told_as_such() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    for (path, says) in [(dir.path().join("none.csv"), "no such file"), (dir.path().to_owned(), "is a folder")] {
        let error = load(&store, &path, u64::MAX).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn zero_value_events_before_an_interruption_are_counted_too() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("rows.csv");
    std::fs::write(&file, rows(20_000)).unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    assert!(matches!(load(&store, &file, 15_000), Err(Error::Interrupted { .. })));
    let report = load(&store, &file, u64::MAX).unwrap();
    assert!(report.resumed_after > 0);
    assert_eq!((report.taken, report.zero_value_events), (20_000, 4_000));
}

/// One transfer of the token, as a file of its own.
fn token_row(number: usize, decimals: u8, symbol: &str) -> String {
    format!(
        "chain,tx,block,asset,from,to,amount_raw,decimals,symbol\n\
         eip155:1,0x{number:064x},7,{TOKEN},0x{:040x},0x{:040x},5,{decimals},{symbol}\n",
        1, 2
    )
}

#[test]
fn rows_that_contradict_the_decimals_of_an_earlier_load_are_rejected() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    let reference = Reference::empty();
    let load = |text: String| ingest_bytes(&store, "rows.csv", text.as_bytes(), reference.tokens()).unwrap();
    assert_eq!(load(token_row(1, 6, "T")).rejected, 0);
    assert_eq!(load(token_row(2, 6, "U")).rejected, 0);
    let report = load(token_row(3, 18, "T"));
    assert_eq!((report.taken, report.rejected), (0, 1));
    assert!(report.problems[0].reason.contains("6 decimals by an earlier row"), "{}", report.problems[0]);
    let asset = Asset::parse(Chain::ETHEREUM, TOKEN).unwrap();
    assert_eq!(reference.asset_info(&store, &asset).unwrap().decimals, Some(6));
}

#[test]
fn a_token_whose_decimals_are_in_dispute_is_told_in_base_units() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    let asset = Asset::parse(Chain::ETHEREUM, TOKEN).unwrap();
    let reference = Reference::empty();
    ingest_bytes(&store, "rows.csv", token_row(1, 6, "T").as_bytes(), reference.tokens()).unwrap();
    // Rows are rejected before this can come about, but a token table lets them through.
    let tokens = dir.path().join("tokens.csv");
    let table = format!("chain,contract,symbol,decimals,basis,source\neip155:1,{TOKEN},T,18,published,x\n");
    std::fs::write(&tokens, table).unwrap();
    let mut with = Reference::empty();
    with.add(&tokens).unwrap();
    ingest_bytes(&store, "rows.csv", token_row(2, 18, "T").as_bytes(), with.tokens()).unwrap();
    assert_eq!(reference.asset_info(&store, &asset).unwrap().decimals, None);
    assert_eq!(with.asset_info(&store, &asset).unwrap().decimals, Some(18));
}
