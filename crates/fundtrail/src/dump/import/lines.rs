//! The lines of an export: what each tells, and whether all of them are there.

use std::io::{BufRead, Read};

use fundtrail_store::{SourceInfo, TxView};
use fundtrail_types::{Asset, Coverage};
use sha2::{Digest, Sha256};

use super::super::{Line, VERSION, VERSION_MIN};
use crate::{Error, input};

/// Longer lines are of no export: the largest transactions of any chain have some thousand movements.
const LINE_LEN_MAX: u64 = 64 << 20;

/// What a line between the ends tells.
pub(super) enum Row {
    Transaction(TxView),
    Symbol { asset: Asset, decimals: Option<u8>, symbol: String },
    Coverage(Coverage),
    Source(SourceInfo),
}

/// A line between the ends: its number, its bytes, and what it tells or why it is rejected.
pub(super) struct Found<'a> {
    pub(super) line: u64,
    pub(super) text: &'a [u8],
    pub(super) row: Result<Row, String>,
}

/// How many lines stand before the end, the first one included, and how many of them are rejected.
#[derive(Clone, Copy, Default)]
pub(super) struct Counted {
    pub(super) lines: u64,
    pub(super) rejected: u64,
}

/// Hands on every line between the ends, and gives their number if all are there as they were exported. `refuse` makes the
/// error of a line.
pub(super) fn each(
    mut lines: impl BufRead,
    refuse: &dyn Fn(u64, String) -> Error,
    take: &mut dyn FnMut(Found<'_>) -> Result<(), Error>,
) -> Result<Counted, Error> {
    let (mut text, mut hash, mut counted) = (Vec::new(), Sha256::new(), Counted::default());
    loop {
        text.clear();
        let read = lines.by_ref().take(LINE_LEN_MAX).read_until(b'\n', &mut text);
        let read = read.map_err(|error| {
            refuse(counted.lines + 1, format!("it cannot be read any further ({error}): export or copy it again"))
        })?;
        if read == 0 {
            let reason = format!("the export is cut off after {} lines: export or copy it again", counted.lines);
            return Err(refuse(counted.lines, reason));
        }
        let line = serde_json::from_slice::<Line>(&text).map_err(|error| error.to_string());
        if counted.lines == 0 {
            check_first(line).map_err(|reason| refuse(1, reason))?;
            hash.update(&text);
            counted.lines = 1;
            continue;
        }
        if let Ok(Line::End { lines: told, sha256 }) = line {
            // A line that was rejected is known to have changed.
            let is_whole = told == counted.lines && (counted.rejected > 0 || sha256 == input::hex(&hash.finalize()));
            check_end(is_whole, &mut lines).map_err(|reason| refuse(counted.lines + 1, reason))?;
            return Ok(counted);
        }
        hash.update(&text);
        counted.lines += 1;
        let row = line.and_then(row);
        counted.rejected += u64::from(row.is_err());
        take(Found { line: counted.lines, text: &text, row })?;
    }
}

fn row(line: Line) -> Result<Row, String> {
    match line {
        Line::Transaction(transaction) => transaction.view().map(Row::Transaction),
        Line::Symbol { asset, decimals, symbol } => Ok(Row::Symbol { asset, decimals, symbol }),
        Line::Coverage(claim) => Ok(Row::Coverage(claim)),
        Line::Source(source) => Ok(Row::Source(source)),
        Line::FundtrailExport { .. } | Line::End { .. } => Err("this line belongs to the ends of an export".to_owned()),
    }
}

fn check_first(line: Result<Line, String>) -> Result<(), String> {
    match line {
        Ok(Line::FundtrailExport { version: VERSION_MIN..=VERSION }) => Ok(()),
        Ok(Line::FundtrailExport { version }) => Err(format!(
            "this export has version {version}, this build reads up to version {VERSION}: use the build that wrote it, or a newer one"
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
