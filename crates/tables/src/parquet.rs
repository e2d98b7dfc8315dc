//! Parquet: what extractors such as cryo write. Its rows become records as those of a CSV do.
//!
//! A Parquet file holds its columns apart, in groups of rows, and says at its end where each of them is. Here one page
//! of each column that the table has is held at a time, and the others are not read at all, so memory is bounded by
//! the size of a page (see `pages`) and not by the file. All of it is hostile input: places are held against the
//! size of the file (`chunks`), sizes of pages are looked at before a page is unpacked (`pages`), and should the
//! library that decodes it panic for all that, the panic is caught and becomes a reason to refuse the file.
//!
//! Such a panic also shows on the standard error stream, where the program's panic hook writes.
//!
//! Deliberately absent: lists and other nested columns, times of 96 bits, and encrypted files. The row number stands
//! where messages of other files have a line.

mod chunks;
mod pages;
mod rows;
mod values;

use std::{
    fs::File,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

use parquet::{
    errors::Result as ParquetResult,
    file::metadata::{ParquetMetaData, ParquetMetaDataReader},
};

use chunks::Chunks;
use rows::Wanted;
use values::Meaning;

pub(crate) use rows::{Fault, ParquetRows};

/// How a Parquet file begins and ends.
pub(crate) const MAGIC: [u8; 4] = *b"PAR1";
/// How one ends whose index is encrypted.
const ENCRYPTED_MAGIC: [u8; 4] = *b"PARE";

/// The largest index that is read: a row group takes some 100 bytes a column, so this is thousands of them.
const INDEX_LEN_MAX: u32 = 16 << 20;

/// What to do about a file that cannot be read.
const REMEDY: &str = "copy the file again, or extract it again";

/// A Parquet file, of which the index is read.
pub(crate) struct ParquetFile {
    chunks: Arc<Chunks>,
    index: ParquetMetaData,
    pub(crate) len: u64,
}

impl ParquetFile {
    /// Opens a file if it is a Parquet file: none if it begins as none, or is no file that one can go about in.
    pub(crate) fn of_path(path: &Path) -> Option<Result<Self, String>> {
        let about = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let chunks = Chunks::of_file(File::open(path).ok()?, about.len());
        Self::of_chunks(chunks, about.len())
    }

    /// As [`of_path`](Self::of_path), of a file in memory.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Result<Self, String>> {
        let len = u64::try_from(bytes.len()).ok()?;
        bytes.starts_with(&MAGIC).then(|| Self::of_chunks(Chunks::of_bytes(bytes.to_vec()), len))?
    }

    fn of_chunks(chunks: Chunks, len: u64) -> Option<Result<Self, String>> {
        let begins = chunks.take(0, MAGIC.len()).is_ok_and(|magic| *magic == MAGIC);
        begins.then(|| Self::open(chunks, len))
    }

    fn open(chunks: Chunks, len: u64) -> Result<Self, String> {
        let cut = || format!("the Parquet file is cut off: {REMEDY}");
        let tail = len.checked_sub(8).and_then(|start| chunks.take(start, 8).ok()).ok_or_else(cut)?;
        let (index_len, magic) = tail.split_first_chunk::<4>().ok_or_else(cut)?;
        if *magic == ENCRYPTED_MAGIC {
            return Err("the Parquet file is encrypted: write it again without encryption".to_owned());
        }
        if *magic != MAGIC {
            return Err(cut());
        }
        let index_len = u32::from_le_bytes(*index_len);
        if index_len > INDEX_LEN_MAX {
            return Err(format!(
                "the index of the Parquet file says that it is {} MiB long, and more than {} are not read: {REMEDY}",
                index_len >> 20,
                INDEX_LEN_MAX >> 20
            ));
        }
        let index = caught(|| ParquetMetaDataReader::new().parse_and_finish(&chunks))
            .map_err(|error| format!("the index of the Parquet file cannot be read ({error}): {REMEDY}"))?;
        Ok(Self { chunks: Arc::new(chunks), index, len })
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> Vec<String> {
        let columns = self.index.file_metadata().schema_descr().columns();
        columns.iter().map(|column| column.path().string()).collect()
    }

    /// The name of a column that has a float for money, if there is one. `is_money` tells it of a place in the table.
    pub(crate) fn float_money(&self, columns: &[Option<usize>], is_money: impl Fn(usize) -> bool) -> Option<String> {
        let schema = self.index.file_metadata().schema_descr();
        let mut leaves = schema.columns().iter().zip(columns);
        let is_float = |column| Meaning::of(column) == Some(Meaning::Float);
        let (column, _) = leaves.find(|(column, place)| place.is_some_and(&is_money) && is_float(column))?;
        Some(column.path().string())
    }

    /// The counter of the bytes taken so far.
    pub(crate) fn bytes_read(&self) -> Arc<AtomicU64> {
        self.chunks.bytes_read()
    }

    /// The rows, with the columns that the table has: by place in the file, the place in the table.
    pub(crate) fn rows(self, columns: &[Option<usize>]) -> Result<ParquetRows, String> {
        let schema = self.index.file_metadata().schema_descr_ptr();
        let mut wanted = Vec::new();
        for (leaf, place) in columns.iter().enumerate() {
            let Some(place) = *place else { continue };
            let column = schema.column(leaf);
            let name = column.path().string();
            let meaning = Meaning::of(&column).ok_or_else(|| {
                format!(
                    "column `{name}` holds lists, dates or another type that is not read: write it as text or as a \
                     number"
                )
            })?;
            wanted.push(Wanted { leaf, place, name, meaning, level: column.max_def_level() });
        }
        Ok(ParquetRows::new(self.chunks, self.index, wanted))
    }
}

/// What the library gives, with a panic of it as an error: it decodes what others wrote.
fn caught<T>(what: impl FnOnce() -> ParquetResult<T>) -> Result<T, String> {
    match panic::catch_unwind(AssertUnwindSafe(what)) {
        Ok(result) => result.map_err(|error| crate::record::shorten(&error.to_string(), 120)),
        Err(_) => Err("its bytes contradict each other".to_owned()),
    }
}

#[cfg(test)]
mod tests;
