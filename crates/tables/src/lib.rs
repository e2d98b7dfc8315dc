//! Rows that others exported: Fundtrail's own tables and those of other programs, read into the nouns of
//! `fundtrail-types`.
//!
//! The way of a row: `source` opens and decompresses, `lines` cuts bounded lines, `header` tells the table, `split`
//! (CSV) or `json` (JSONL) finds the fields, `record` holds them by column name, and one file per table
//! ([`movements`], [`labels`], [`payouts`], [`coverage`], [`crossings`], [`prices`],
//! [`tokens`]) says what they mean. `kind` lists the tables.
//! Those of other programs are listed in [`foreign`]: `schema` finds their columns under any of their names, and one
//! file for each says what they mean. Extractors split a block over tables that need each other ([`SideTables`]), and
//! write Parquet, whose columns `parquet` puts together to records.
//!
//! A wrong header refuses the file, because a mistyped column would be lost in silence. A wrong row is one
//! [`Problem`] with file, line, reason and remedy, and reading goes on. Nothing is guessed or rounded.
//!
//! Memory is bounded whatever the input: a line and a record take at most 1 MiB each, a page of Parquet 128 MiB,
//! decompression streams, and only the readers of movements grow with the file, by at most 120 bytes a movement (see
//! `seen` and `foreign::repeats`), and side tables by what they keep (see `side`).
//!
//! Deliberately absent: the network, the store, and rules about what rows mean together. `docs/data.md` describes the
//! formats for the people who write such files.
//!
//! ```
//! let tokens = fundtrail_tables::TokenTable::default();
//! let text = "chain,payee,wallet,asset,amount\n\
//!             eip155:1,contractor-01,0xAF620E6d32B1c67f3396EF5d2F7d7642Dc2e6CE9,native,1.5\n";
//! let file = fundtrail_tables::from_bytes("payouts.csv", text)?;
//! let payouts = fundtrail_tables::payouts::read(file, &tokens).collect::<Result<Vec<_>, _>>()?;
//! assert_eq!(payouts[0].amount_raw.to_string(), "1500000000000000000");
//! # Ok::<(), fundtrail_types::Problem>(())
//! ```

pub mod coverage;
pub mod crossings;
pub mod foreign;
pub mod labels;
pub mod movements;
pub mod payouts;
pub mod prices;
pub mod rejects;
pub mod tokens;

mod amounts;
mod cryo;
mod ethereum_etl;
mod etherscan;
mod extracted;
mod fields;
mod file;
mod header;
mod json;
mod kind;
mod lines;
mod listing;
mod numbers;
mod parquet;
mod record;
mod refused;
mod rows;
mod schema;
mod seen;
mod side;
mod solscan;
mod source;
mod split;
#[cfg(test)]
mod testing;

use std::{io::Read, path::Path};

use fundtrail_types::Problem;

pub use extracted::{Extracted, Role};
pub use file::TableFile;
pub use foreign::Foreign;
pub use kind::TableKind;
pub use rows::Rows;
pub use side::SideTables;
pub use tokens::TokenTable;

/// Opens a table: CSV or JSONL, plain, gzip or Zstandard, or Parquet. Reads as far as the header, or the first object.
///
/// # Errors
/// If there is no such file, it is empty or no text, or its columns are those of no table.
pub fn open(path: impl AsRef<Path>) -> Result<TableFile, Problem> {
    let path = path.as_ref();
    match parquet::ParquetFile::of_path(path) {
        Some(opened) => TableFile::start_parquet(&path.display().to_string(), opened),
        None => TableFile::start(source::Source::open(path)?),
    }
}

/// Reads a table that is in memory. `name` stands in messages, and its ending tells CSV from JSONL as a path's does.
///
/// # Errors
/// As [`open`].
pub fn from_bytes(name: &str, bytes: impl Into<Vec<u8>>) -> Result<TableFile, Problem> {
    let bytes = bytes.into();
    if let Some(opened) = parquet::ParquetFile::of_bytes(&bytes) {
        return TableFile::start_parquet(name, opened);
    }
    let size_bytes = u64::try_from(bytes.len()).ok();
    TableFile::start(source::Source::new(name.to_owned(), std::io::Cursor::new(bytes), size_bytes)?)
}

/// Reads a table from any stream, such as standard input. A Parquet file has its header at its end, so it cannot come
/// as a stream.
///
/// # Errors
/// As [`open`].
pub fn from_reader(name: &str, input: impl Read + Send + 'static) -> Result<TableFile, Problem> {
    TableFile::start(source::Source::new(name.to_owned(), input, None)?)
}
