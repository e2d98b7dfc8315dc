//! Loading files into the store: movements and claims of coverage.
//!
//! A load is named by the digests of its bytes and of the token table that reads them, because another table takes
//! other rows. Its rows go in by batches, each with a checkpoint, so that a load that was interrupted goes on where it
//! stopped when it is run again. Loading a file twice changes nothing.

use std::{path::Path, sync::atomic::Ordering};

use fundtrail_store::{Checkpoint, SourceInfo, Store, Writer};
use fundtrail_tables::{Rows, TableFile, TableKind, TokenTable, coverage, movements};
use fundtrail_types::{Coverage, Problem};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, input};

/// Records per batch: large enough that the cost of a batch is spread, small enough that little is lost.
const RECORDS_PER_BATCH: u64 = 10_000;

/// Records between two reports of progress.
const RECORDS_PER_REPORT: u64 = 512;

/// Rejected rows that a report names; all of them are counted, and handed to the caller one by one.
const PROBLEMS_NAMED_MAX: usize = 20;

/// How far a load has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Bytes of the file as it lies on disk.
    pub bytes_read: u64,
    /// Size of the file, if known.
    pub bytes_total: Option<u64>,
    /// Records read, rejected ones included.
    pub records: u64,
}

/// What a load did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestReport {
    /// The file.
    pub file: String,
    /// What it holds: `movements` or `coverage`.
    pub kind: String,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// Records read.
    pub records: u64,
    /// Records taken.
    pub taken: u64,
    /// Of these, events that moved nothing.
    pub zero_value_events: u64,
    /// Records rejected.
    pub rejected: u64,
    /// The first of the rejected ones.
    pub problems: Vec<Problem>,
    /// Records that an interrupted run had stored already.
    pub resumed_after: u64,
}

/// Where a load tells what happens.
struct Listener<'a> {
    progress: &'a mut dyn FnMut(Progress) -> bool,
    rejected: &'a mut dyn FnMut(&Problem) -> Result<(), Error>,
}

/// Loads a table of movements or of coverage from a file. `progress` is told now and then how far the load has come,
/// and answers whether to go on; `rejected` gets every row that was rejected.
///
/// # Errors
/// If the file cannot be read at all or is another table, the caller asks to stop, or the database fails.
pub fn ingest(
    store: &Store,
    path: &Path,
    tokens: &TokenTable,
    progress: &mut dyn FnMut(Progress) -> bool,
    rejected: &mut dyn FnMut(&Problem) -> Result<(), Error>,
) -> Result<IngestReport, Error> {
    let (file, digest) = input::open(path)?;
    load(store, file, digest, tokens, Listener { progress, rejected })
}

/// Loads a table that is in memory, silently.
///
/// # Errors
/// As [`ingest`].
pub fn ingest_bytes(store: &Store, name: &str, bytes: &[u8], tokens: &TokenTable) -> Result<IngestReport, Error> {
    let file = fundtrail_tables::from_bytes(name, bytes).map_err(Error::File)?;
    let listener = Listener { progress: &mut |_| true, rejected: &mut |_| Ok(()) };
    load(store, file, input::hex(&Sha256::digest(bytes)), tokens, listener)
}

fn load(
    store: &Store,
    file: TableFile,
    digest: String,
    tokens: &TokenTable,
    listener: Listener<'_>,
) -> Result<IngestReport, Error> {
    let wrong = |file: &TableFile, remedy| Error::WrongTable {
        file: file.name().to_owned(),
        found: file.kind().name(),
        remedy,
    };
    match file.kind() {
        TableKind::Movements => {
            let put = |writer: &mut Writer<'_>, row: movements::MovementRow| {
                writer.movement(&row.movement)?;
                if row.symbol.is_some() || row.decimals.is_some() {
                    writer.symbol(&row.movement.asset, row.decimals, row.symbol.as_deref().unwrap_or_default());
                }
                Ok(())
            };
            let is_zero = |row: &movements::MovementRow| row.movement.amount.is_zero();
            let rows = movements::read_after(file, tokens, store.told_decimals()?);
            run(store, rows, digest, &load_id(tokens), listener, is_zero, put)
        }
        TableKind::Coverage => {
            let put = |writer: &mut Writer<'_>, row: Coverage| {
                writer.coverage(&row);
                Ok(())
            };
            run(store, coverage::read(file), digest, "", listener, |_| false, put)
        }
        TableKind::Labels => {
            Err(wrong(&file, "labels stay out of the database; name the file with --labels when you ask"))
        }
        TableKind::Payouts => Err(wrong(&file, "payouts are audited, not loaded: `fundtrail audit FILE`")),
        TableKind::Tokens => Err(wrong(&file, "tokens stay out of the database; name the file with --tokens")),
    }
}

/// Puts every row of a table into the store. `is_zero` says whether a row is an event that moved nothing.
fn run<T>(
    store: &Store,
    rows: Rows<'_, T>,
    digest: String,
    settings: &str,
    listener: Listener<'_>,
    is_zero: impl Fn(&T) -> bool,
    mut put: impl FnMut(&mut Writer<'_>, T) -> Result<(), Error>,
) -> Result<IngestReport, Error> {
    let (name, kind) = (rows.file().name().to_owned(), rows.file().kind().name().to_owned());
    let (bytes, bytes_total) = (rows.file().bytes_read(), rows.file().size_bytes());
    let load = format!("{digest}{settings}");
    let resumed_after = store.checkpoint(&load)?.unwrap_or_default();
    let mut writer = store.writer()?;
    let mut report = IngestReport {
        file: name.clone(),
        kind,
        digest: digest.clone(),
        records: 0,
        taken: 0,
        zero_value_events: 0,
        rejected: 0,
        problems: Vec::new(),
        resumed_after,
    };
    // Records before the checkpoint are read again, for their counts and rejects, but not written again.
    for row in rows {
        report.records += 1;
        match row {
            Ok(row) => {
                report.taken += 1;
                report.zero_value_events += u64::from(is_zero(&row));
                if report.records > resumed_after {
                    put(&mut writer, row)?;
                }
            }
            Err(problem) => {
                (listener.rejected)(&problem)?;
                report.rejected += 1;
                if report.problems.len() < PROBLEMS_NAMED_MAX {
                    report.problems.push(problem);
                }
            }
        }
        if report.records.is_multiple_of(RECORDS_PER_BATCH) && report.records > resumed_after {
            writer.commit(Some(&Checkpoint { load: load.clone(), records: report.records, finished: None }))?;
        }
        if report.records.is_multiple_of(RECORDS_PER_REPORT) {
            let progress = Progress { bytes_read: bytes.load(Ordering::Relaxed), bytes_total, records: report.records };
            if !(listener.progress)(progress) {
                let records = report.records.max(resumed_after);
                writer.commit(Some(&Checkpoint { load, records, finished: None }))?;
                return Err(Error::Interrupted(records));
            }
        }
    }
    let source = SourceInfo { digest, name, records: report.records, rejected: report.rejected };
    writer.commit(Some(&Checkpoint { load, records: report.records, finished: Some(source) }))?;
    Ok(report)
}

/// What the token table adds to a load's name.
fn load_id(tokens: &TokenTable) -> String {
    let mut hash = Sha256::new();
    for info in tokens.all() {
        hash.update(format!("{}={:?};", info.asset, info.decimals));
    }
    format!("+{}", input::hex(&hash.finalize()))
}
