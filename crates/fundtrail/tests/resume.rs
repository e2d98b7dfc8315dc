//! A load that was interrupted goes on where it stopped, and another token table starts it anew, because it takes
//! other rows of the same file.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fmt::Write;

use fundtrail::{Error, IngestReport, IngestSetting, Listener, Reference, Stage, Store, ingest, types::Chain};

/// Rows of a token whose decimals no row tells.
const ROWS: usize = 25_000;
const TOKEN: &str = "0x1111111111111111111111111111111111111111";

fn load(store: &Store, path: &std::path::Path, reference: &Reference, stop_after: u64) -> Result<IngestReport, Error> {
    let mut listener = Listener { progress: &mut |progress| progress.records < stop_after, rejected: &mut |_| Ok(()) };
    ingest(store, path, &IngestSetting::new(reference.tokens()), &mut listener)
}

#[test]
fn another_token_table_starts_an_interrupted_load_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = "chain,tx,block,asset,from,to,amount\n".to_owned();
    for row in 0..ROWS {
        writeln!(text, "eip155:1,0x{row:064x},{row},{TOKEN},0x{:040x},0x{:040x},1.5", row + 1, row + 2).unwrap();
    }
    let path = dir.path().join("movements.csv");
    std::fs::write(&path, text).unwrap();
    let tokens = dir.path().join("tokens.csv");
    std::fs::write(&tokens, format!("chain,contract,symbol,decimals,basis,source\neip155:1,{TOKEN},T,6,published,x\n"))
        .unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();

    let without = Reference::empty();
    assert!(matches!(load(&store, &path, &without, 15_000), Err(Error::Interrupted { .. })));
    let mut with = Reference::empty();
    with.add(&tokens).unwrap();
    let report = load(&store, &path, &with, u64::MAX).unwrap();
    assert_eq!((report.resumed_after, report.taken, report.rejected), (0, ROWS as u64, 0));
    assert_eq!(store.info().unwrap().chains[0].movements, ROWS as u64);

    // The interrupted load itself still goes on where it stopped, and takes nothing away.
    let report = load(&store, &path, &without, u64::MAX).unwrap();
    assert!(report.resumed_after >= 10_000, "{}", report.resumed_after);
    assert_eq!((report.taken, report.rejected), (0, ROWS as u64));
    assert_eq!(store.chains().unwrap()[0].0, Chain::ETHEREUM);
    assert!(store.info().unwrap().unfinished.is_empty());
    assert_eq!(store.info().unwrap().chains[0].movements, ROWS as u64);
}

/// Killed or interrupted in its compaction, a load is finished: nothing of it is missing, and nothing says so.
#[test]
fn a_load_whose_compaction_was_interrupted_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("movements.csv");
    let row = "eip155:1,0x0000000000000000000000000000000000000000000000000000000000000001,7,native";
    let text = format!("chain,tx,block,asset,from,to,amount\n{row},{TOKEN},0x{:040x},1.5\n", 2);
    std::fs::write(&path, text).unwrap();
    let (store, reference) = (Store::open(&dir.path().join("db")).unwrap(), Reference::empty());
    // As after a large load, whose rows are written as tables.
    let mut writer = store.writer().unwrap().tables_from(1);
    writer.symbol(&fundtrail::types::Asset::native(Chain::ETHEREUM), None, "ETH");
    writer.commit(None).unwrap();
    drop(writer);

    let until_compaction = |progress: fundtrail::Progress<'_>| !matches!(progress.stage, Stage::Compaction(..));
    let mut listener = Listener { progress: &mut { until_compaction }, rejected: &mut |_| Ok(()) };
    let report = ingest(&store, &path, &IngestSetting::new(reference.tokens()), &mut listener).unwrap();
    assert_eq!((report.records, report.movements), (1, 1), "the load is done, and only its compaction is not");
    let info = store.info().unwrap();
    assert_eq!((info.sources.len(), info.unfinished.len(), info.compaction_due), (1, 0, true));
    assert_eq!(info.chains[0].movements, 1);

    load(&store, &path, &reference, u64::MAX).unwrap();
    let again = store.info().unwrap();
    assert!(!again.compaction_due);
    assert_eq!((again.sources, again.chains), (info.sources, info.chains));
}
