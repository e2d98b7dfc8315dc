//! Reading an export.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use fundtrail_store::{Checkpoint, SourceInfo, Store, Writer};
use fundtrail_types::Problem;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Line, VERSION};
use crate::{Error, input};

/// Lines of a batch.
const LINES_PER_BATCH: u64 = 100_000;
/// Lines between two reports of progress.
const LINES_PER_REPORT: u64 = 4096;
/// Longer lines are of no export: the largest transactions of any chain have some thousand movements.
const LINE_LEN_MAX: u64 = 64 << 20;
/// Rejected lines that a report names.
const PROBLEMS_NAMED_MAX: usize = 20;
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

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

/// Adds what an export holds to the store. `go_on` is told how many lines were read, and answers whether to go on; run it
/// again to go on from there.
///
/// # Errors
/// If the file is no export or cut off, the caller asks to stop, or the database fails.
pub fn import(store: &Store, path: &Path, go_on: &mut dyn FnMut(u64) -> bool) -> Result<ImportReport, Error> {
    let refuse = |line: u64, reason: String| {
        let line = Some(line).filter(|line| *line > 0);
        Error::File(Problem { file: path.display().to_string(), line, reason, record: String::new() })
    };
    let (mut lines, digest) =
        open(path).map_err(|error| refuse(0, format!("it cannot be read ({error}): check the path")))?;
    let load = format!("import+{digest}");
    let resumed_after = store.checkpoint(&load)?.unwrap_or_default();
    let mut report = ImportReport { resumed_after, ..ImportReport::default() };
    let mut writer = store.writer()?;
    let (mut text, mut hash) = (Vec::new(), Sha256::new());
    loop {
        text.clear();
        let read = lines.by_ref().take(LINE_LEN_MAX).read_until(b'\n', &mut text);
        let read = read.map_err(|error| {
            refuse(report.lines + 1, format!("it cannot be read any further ({error}): export or copy it again"))
        })?;
        if read == 0 {
            let reason = format!("the export is cut off after {} lines: export or copy it again", report.lines);
            return Err(refuse(report.lines, reason));
        }
        let line = serde_json::from_slice::<Line>(&text).map_err(|error| error.to_string());
        if report.lines == 0 {
            check_first(line).map_err(|reason| refuse(1, reason))?;
            hash.update(&text);
            report.lines = 1;
            continue;
        }
        if let Ok(Line::End { lines: told, sha256 }) = line {
            // A line that was rejected is known to have changed.
            let is_whole = told == report.lines && (report.rejected > 0 || sha256 == input::hex(&hash.finalize()));
            check_end(is_whole, &mut lines).map_err(|reason| refuse(report.lines + 1, reason))?;
            break;
        }
        hash.update(&text);
        report.lines += 1;
        if let Err(reason) = line.and_then(|line| put(&mut writer, line, report.lines > resumed_after, &mut report)) {
            report.rejected += 1;
            let record = String::from_utf8_lossy(&text).chars().take(300).collect();
            if report.problems.len() < PROBLEMS_NAMED_MAX {
                let line = Some(report.lines);
                report.problems.push(Problem { file: path.display().to_string(), line, reason, record });
            }
        }
        let stop = report.lines.is_multiple_of(LINES_PER_REPORT) && !go_on(report.lines);
        if stop || report.lines.is_multiple_of(LINES_PER_BATCH) {
            let records = report.lines.max(resumed_after);
            writer.commit(Some(&Checkpoint { load: load.clone(), records, finished: None }))?;
        }
        if stop {
            return Err(Error::Interrupted(report.lines));
        }
    }
    writer.commit(None)?;
    store.forget(&load)?;
    Ok(report)
}

fn open(path: &Path) -> io::Result<(Box<dyn BufRead>, String)> {
    let digest = input::digest_while(File::open(path)?, &mut io::sink())?;
    let mut magic = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut magic)?;
    let file = BufReader::new(File::open(path)?);
    if magic == ZSTD_MAGIC {
        return Ok((Box::new(BufReader::new(zstd::Decoder::with_buffer(file)?)), digest));
    }
    Ok((Box::new(file), digest))
}

fn check_first(line: Result<Line, String>) -> Result<(), String> {
    match line {
        Ok(Line::FundtrailExport { version: VERSION }) => Ok(()),
        Ok(Line::FundtrailExport { version }) => Err(format!(
            "this export has version {version}, this build reads version {VERSION}: use the build that wrote it, or a newer one"
        )),
        _ => {
            Err("this is no export: `fundtrail db export` writes them; tables are loaded with `fundtrail ingest file`"
                .to_owned())
        }
    }
}

/// What stands before the end is what was exported, and nothing stands behind it.
fn check_end(is_whole: bool, rest: &mut impl Read) -> Result<(), String> {
    if !is_whole {
        return Err(
            "the lines before this one are not those that were exported, some were lost or changed: export or copy it \
                    again"
                .to_owned(),
        );
    }
    match rest.read(&mut [0]) {
        Ok(0) => Ok(()),
        _ => Err("something stands behind the end of the export: import each export by itself".to_owned()),
    }
}

/// Hands a line to the writer, unless an earlier run stored it.
fn put(writer: &mut Writer<'_>, line: Line, is_new: bool, report: &mut ImportReport) -> Result<(), String> {
    match line {
        Line::Transaction(transaction) => {
            report.transactions += 1;
            let view = transaction.view()?;
            if is_new {
                writer.view(view);
            }
        }
        Line::Symbol { asset, decimals, symbol } if is_new => writer.symbol(&asset, decimals, &symbol),
        // What is not whole here must not be claimed to be.
        Line::Coverage(claim) if is_new && report.rejected == 0 => writer.coverage(&claim),
        Line::Source(source) if is_new => {
            writer.source(SourceInfo { undone: source.undone || report.rejected > 0, ..source });
        }
        Line::Symbol { .. } | Line::Coverage(_) | Line::Source(_) => {}
        Line::FundtrailExport { .. } | Line::End { .. } => {
            return Err("this line belongs to the ends of an export".into());
        }
    }
    Ok(())
}
