//! The rows of a Parquet file: one group after the other, and in it one batch of each column.

use std::sync::Arc;

use parquet::{
    column::reader::get_column_reader,
    errors::ParquetError,
    file::{metadata::ParquetMetaData, serialized_reader::SerializedPageReader},
};

use super::{
    REMEDY, caught,
    chunks::Chunks,
    pages,
    values::{Meaning, Values},
};
use crate::record::Record;

/// The rows of a Parquet file.
pub(crate) struct ParquetRows {
    chunks: Arc<Chunks>,
    index: ParquetMetaData,
    /// Where the columns of the table are in the file.
    wanted: Vec<Wanted>,
    /// The next group of rows.
    group: usize,
    /// Rows of the present group that were not given yet.
    left: u64,
    columns: Vec<Column>,
    row: u64,
    text: String,
}

/// A column that is read.
pub(super) struct Wanted {
    /// Its place in the file.
    pub(super) leaf: usize,
    /// Its place in the table.
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) meaning: Meaning,
    /// At this level, a row has a value.
    pub(super) level: i16,
}

/// The values of a column in the present group.
struct Column {
    values: Values,
    levels: Vec<i16>,
    /// Rows in the batch.
    rows: usize,
    /// The next row of the batch, and its value.
    next: usize,
    next_value: usize,
}

/// Why there is no row.
pub(crate) enum Fault {
    /// The row itself is at fault.
    Row(String),
    /// Nothing more can be read.
    End(String),
}

impl ParquetRows {
    pub(super) fn new(chunks: Arc<Chunks>, index: ParquetMetaData, wanted: Vec<Wanted>) -> Self {
        Self { chunks, index, wanted, group: 0, left: 0, columns: Vec::new(), row: 0, text: String::new() }
    }

    /// The number of the present row, from 1.
    pub(crate) fn row(&self) -> u64 {
        self.row
    }

    /// Goes to the next row; false at the end.
    pub(crate) fn advance(&mut self, record: &mut Record) -> Result<bool, Fault> {
        while self.left == 0 {
            if !self.open_group()? {
                return Ok(false);
            }
        }
        self.left -= 1;
        self.row += 1;
        let mut fault = None;
        for (wanted, column) in self.wanted.iter().zip(&mut self.columns) {
            let Some(value) = column.step(wanted).map_err(|error| broken(&wanted.name, &error))? else { continue };
            self.text.clear();
            match column.values.text(value, wanted.meaning, &mut self.text) {
                Ok(()) => _ = record.set(wanted.place, self.text.trim()),
                Err(reason) => fault = Some(format!("`{}`: {reason}: write the file again", wanted.name)),
            }
        }
        fault.map_or(Ok(true), |reason| Err(Fault::Row(reason)))
    }

    /// Goes to the next group of rows; false at the end.
    fn open_group(&mut self) -> Result<bool, Fault> {
        let Some(group) = self.index.row_groups().get(self.group) else { return Ok(false) };
        self.group += 1;
        self.left = u64::try_from(group.num_rows()).unwrap_or_default();
        self.columns.clear();
        for wanted in &self.wanted {
            let values = caught(|| {
                let about = group.column(wanted.leaf);
                let places =
                    [about.data_page_offset(), about.compressed_size(), about.dictionary_page_offset().unwrap_or(0)];
                if places.iter().any(|place| *place < 0) {
                    return Err(ParquetError::General("the index says that it begins before the file".to_owned()));
                }
                let (start, len) = about.byte_range();
                pages::check(&self.chunks, start, len).map_err(ParquetError::General)?;
                let rows = usize::try_from(self.left)?;
                let pages = SerializedPageReader::new(Arc::clone(&self.chunks), about, rows, None)?;
                Values::new(get_column_reader(about.column_descr_ptr(), Box::new(pages)))
            });
            let values = values.map_err(|error| broken(&wanted.name, &error))?;
            self.columns.push(Column { values, levels: Vec::new(), rows: 0, next: 0, next_value: 0 });
        }
        Ok(true)
    }
}

impl Column {
    /// Goes to the next row: the place of its value in the batch, or none if it has no value.
    fn step(&mut self, wanted: &Wanted) -> Result<Option<usize>, String> {
        if self.next == self.rows {
            (self.next, self.next_value) = (0, 0);
            self.rows = caught(|| self.values.fill(&mut self.levels))?;
            if self.rows == 0 {
                return Err("it has fewer rows than the index says".to_owned());
            }
        }
        let level = self.levels.get(self.next).copied().unwrap_or(wanted.level);
        self.next += 1;
        if level < wanted.level {
            return Ok(None);
        }
        self.next_value += 1;
        Ok(Some(self.next_value - 1))
    }
}

fn broken(name: &str, error: &str) -> Fault {
    Fault::End(format!("column `{name}` of the Parquet file cannot be read ({error}): {REMEDY}"))
}
