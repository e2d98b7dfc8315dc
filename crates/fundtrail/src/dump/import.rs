//! Reading an export. All of it is read before anything of it is stored: only its last line tells whether it is whole, and
//! what was stored of one that is not would stay.

mod file;
mod lines;

use std::path::Path;

use fundtrail_store::{Checkpoint, SourceInfo, Store, Writer};
use fundtrail_types::Problem;
use serde::{Deserialize, Serialize};

use crate::Error;
use file::Dump;
use lines::{Found, Row};

/// Lines of a batch.
const LINES_PER_BATCH: u64 = 100_000;
/// Lines between two reports of progress.
const LINES_PER_REPORT: u64 = 4096;
/// Rejected lines that a report names.
const PROBLEMS_NAMED_MAX: usize = 20;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Lines read.
    pub lines: u64,
    /// Transactions among them.
    pub transactions: u64,
    /// Lines rejected.
    pub rejected: u64,
    /// The first of the rejected ones.
    pub problems: Vec<Problem>,
    /// Lines that an interrupted run had stored already.
    pub resumed_after: u64,
}

/// Adds what an export holds to the store. `go_on` is told how many lines were read, first while they are looked at and
/// then while they are stored, and answers whether to go on; run it again to go on from there.
///
/// # Errors
/// If the file is no export, is cut off or was changed, and then nothing of it is stored; or if the caller asks to stop, or
/// the database fails.
pub fn import(store: &Store, path: &Path, go_on: &mut dyn FnMut(u64) -> bool) -> Result<ImportReport, Error> {
    let refuse = |line: u64, reason: String| {
        let line = Some(line).filter(|line| *line > 0);
        Error::File(Problem { file: path.display().to_string(), line, reason, record: String::new() })
    };
    let unreadable = |error: std::io::Error| refuse(0, format!("it cannot be read ({error}): check the path"));
    let mut dump = Dump::open(path, store.path()).map_err(|reason| refuse(0, reason))?;
    let whole = lines::each(dump.begin().map_err(unreadable)?, &refuse, &mut |found| {
        let stop = found.line.is_multiple_of(LINES_PER_REPORT) && !go_on(found.line);
        if stop { Err(Error::Stopped) } else { Ok(()) }
    })?;
    let load = format!("import+{}", dump.digest);
    let resumed_after = store.checkpoint(&load)?.unwrap_or_default();
    let mut writer = store.writer()?;
    let mut report = ImportReport { resumed_after, ..ImportReport::default() };
    let counted = lines::each(dump.begin().map_err(unreadable)?, &refuse, &mut |Found { line, text, row }| {
        match row {
            Ok(row) => put(&mut writer, row, line > resumed_after, whole.rejected > 0, &mut report),
            Err(reason) if report.problems.len() < PROBLEMS_NAMED_MAX => {
                let record = String::from_utf8_lossy(text).chars().take(300).collect();
                let file = path.display().to_string();
                report.problems.push(Problem { file, line: Some(line), reason, record });
            }
            Err(_) => {}
        }
        let stop = line.is_multiple_of(LINES_PER_REPORT) && !go_on(line);
        if stop || line.is_multiple_of(LINES_PER_BATCH) {
            let records = line.max(resumed_after);
            writer.commit(Some(&Checkpoint { load: load.clone(), records, finished: None }))?;
        }
        if stop { Err(Error::Interrupted { done: line, of: "records" }) } else { Ok(()) }
    })?;
    writer.commit(None)?;
    store.forget(&load)?;
    Ok(ImportReport { lines: counted.lines, rejected: counted.rejected, ..report })
}

/// Hands a line to the writer, unless an earlier run stored it.
fn put(writer: &mut Writer<'_>, row: Row, is_new: bool, is_damaged: bool, report: &mut ImportReport) {
    report.transactions += u64::from(matches!(row, Row::Transaction(_)));
    if !is_new {
        return;
    }
    match row {
        Row::Transaction(view) => writer.view(view),
        Row::Symbol { asset, decimals, symbol } => writer.symbol(&asset, decimals, &symbol),
        // What is not whole here must not be claimed to be.
        Row::Coverage(claim) if !is_damaged => writer.coverage(&claim),
        Row::Coverage(_) => {}
        Row::Source(source) => writer.source(SourceInfo { undone: source.undone || is_damaged, ..source }),
    }
}
