//! A table file: its records one after the other, whatever it is written in.
//!
//! A record that cannot be taken apart is a [`Trouble`] and reading goes on with the next line. Where that is not
//! possible (damaged compression, a quote that never closes) the trouble says that reading ends.

use std::{
    fmt, io,
    sync::{Arc, atomic::AtomicU64},
};

use fundtrail_types::Problem;

use crate::{
    header::{self, Form, Header},
    json,
    kind::TableKind,
    lines::{Found, LINE_LEN_MAX, Lines},
    parquet::{Fault, ParquetFile},
    record::{RECORD_CHARS_MAX, Record, shorten},
    source::{Source, Wrap, whole},
    split::{Splitter, TextAfterQuote},
};

const TOO_LONG: &str = "the line is longer than 1 MiB: no row of a table is; check that the file has line ends";

/// An opened table, read as far as its header.
pub struct TableFile {
    name: String,
    kind: TableKind,
    wild: Option<String>,
    form: Form,
    wrap: Wrap,
    bytes_read: Arc<AtomicU64>,
    size_bytes: Option<u64>,
    lines: Lines,
    /// For CSV.
    splitter: Splitter,
    record: Record,
}

/// Why there is no record.
pub(crate) struct Trouble {
    /// The problem, for the user.
    pub(crate) problem: Problem,
    /// Whether reading cannot go on.
    pub(crate) ends: bool,
}

impl TableFile {
    /// Reads the header, or the first object, and tells from it which table this is.
    pub(crate) fn start(source: Source) -> Result<Self, Problem> {
        let Source { name, input, wrap, bytes_read, size_bytes } = source;
        let mut lines = Lines::new(input);
        match lines.advance_to_text().map_err(|error| whole(&name, wrap.reason(&error)))? {
            Found::Line => {}
            Found::TooLong => return Err(refuse(&name, &lines, TOO_LONG.to_owned())),
            Found::End => {
                return Err(whole(&name, "the file is empty: a table has at least a header, or one object, so check that its export was finished".to_owned()));
            }
        }
        let Header { kind, form, wild } =
            header::read(&name, lines.bytes()).map_err(|reason| refuse(&name, &lines, reason))?;
        if matches!(form, Form::Jsonl) {
            lines.step_back(Found::Line);
        }
        let (splitter, record) = (Splitter::default(), Record::new(kind));
        Ok(Self { name, kind, wild, form, wrap, bytes_read, size_bytes, lines, splitter, record })
    }

    /// Reads the names in the index of a Parquet file, and tells from them which table this is.
    pub(crate) fn start_parquet(name: &str, opened: Result<ParquetFile, String>) -> Result<Self, Problem> {
        let refuse = |reason: String| whole(name, reason);
        let opened = opened.map_err(refuse)?;
        let names = opened.names();
        let (kind, matched) = TableKind::of(&names).map_err(refuse)?;
        kind.check_header(&names).map_err(refuse)?;
        if let Some(column) = opened.float_money(&matched.columns, |place| kind.is_money(place)) {
            let column = shorten(&column, 60);
            return Err(refuse(format!(
                "column `{column}` holds floats, which are rounded, and money is exact: write it as text, as whole numbers \
                 or as decimals (Parquet's DECIMAL)"
            )));
        }
        let (bytes_read, size_bytes) = (opened.bytes_read(), Some(opened.len));
        let form = Form::Parquet(Box::new(opened.rows(&matched.columns).map_err(refuse)?));
        let (name, wild, wrap, lines) = (name.to_owned(), matched.wild, Wrap::Plain, Lines::new(Box::new(io::empty())));
        let (splitter, record) = (Splitter::default(), Record::new(kind));
        Ok(Self { name, kind, wild, form, wrap, bytes_read, size_bytes, lines, splitter, record })
    }

    /// Which table this is.
    pub fn kind(&self) -> TableKind {
        self.kind
    }

    /// What stood for the `*` of a column's name in the header, such as the ticker of the native coin.
    pub(crate) fn wild(&self) -> Option<&str> {
        self.wild.as_deref()
    }

    /// The file, as it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A counter of the bytes taken from the file so far, before decompression; it runs on while rows are read.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }

    /// The size of the file before decompression, where it is known.
    pub fn size_bytes(&self) -> Option<u64> {
        self.size_bytes
    }

    /// The record found last.
    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// Goes to the next record; false at the end.
    pub(crate) fn advance(&mut self) -> Result<bool, Trouble> {
        self.record.clear();
        self.record.raw.clear();
        if let Form::Parquet(rows) = &mut self.form {
            let advanced = rows.advance(&mut self.record);
            self.record.line = rows.row();
            return advanced.map_err(|fault| match fault {
                Fault::Row(reason) => self.row(reason),
                Fault::End(reason) => self.broken(&reason),
            });
        }
        match self.lines.advance_to_text() {
            Err(error) => return Err(self.cut_off(&error)),
            Ok(Found::End) => return Ok(false),
            Ok(Found::Line) => self.record.line = self.lines.number(),
            Ok(Found::TooLong) => {
                self.record.line = self.lines.number();
                self.record.raw = String::from_utf8_lossy(self.lines.bytes()).into_owned();
                return Err(self.row(TOO_LONG.to_owned()));
            }
        }
        let valid = match self.form {
            Form::Csv(_) => self.take_csv()?,
            Form::Jsonl | Form::Parquet(_) => take_line(&mut self.record.raw, &self.lines),
        };
        if !valid {
            return Err(self.row("the row is not UTF-8 text: save the file as UTF-8".to_owned()));
        }
        let filled = match &self.form {
            Form::Csv(columns) => {
                fill_csv(&mut self.record, columns, &self.splitter, matches!(self.kind, TableKind::Foreign(_)))
            }
            Form::Jsonl | Form::Parquet(_) => {
                let line = std::mem::take(&mut self.record.raw);
                let filled = json::fill(&mut self.record, self.kind, &line);
                self.record.raw = line;
                filled
            }
        };
        filled.map(|()| true).map_err(|reason| self.row(reason))
    }

    /// Collects the lines of one CSV record. Gives whether all of it is UTF-8.
    fn take_csv(&mut self) -> Result<bool, Trouble> {
        self.splitter.clear();
        let mut valid = true;
        loop {
            let start = self.record.raw.len();
            valid &= take_line(&mut self.record.raw, &self.lines);
            match self.splitter.line(self.record.raw.get(start..).unwrap_or_default()) {
                Ok(true) => return Ok(valid),
                Ok(false) => {}
                Err(TextAfterQuote) => {
                    return Err(self.broken(
                        "a quoted field is followed by more text: close it before a comma or the end of the line, and \
                         double every quote inside it",
                    ));
                }
            }
            self.record.raw.push('\n');
            match self.lines.advance() {
                Err(error) => return Err(self.cut_off(&error)),
                Ok(Found::Line) if self.record.raw.len() + self.lines.bytes().len() <= LINE_LEN_MAX => {}
                Ok(Found::End) => {
                    return Err(self.broken("a quoted field is still open at the end of the file: close it"));
                }
                Ok(_) => return Err(self.broken("a quoted field is still open after 1 MiB: close it")),
            }
        }
    }

    /// The present record as a problem.
    pub(crate) fn problem(&self, reason: String) -> Problem {
        let record = match self.form {
            Form::Csv(_) | Form::Jsonl => shorten(self.record.raw.trim_end_matches('\n'), RECORD_CHARS_MAX),
            // There is no line that one could show.
            Form::Parquet(_) => shorten(&self.record.print(), RECORD_CHARS_MAX),
        };
        Problem { file: self.name.clone(), line: Some(self.record.line), reason, record }
    }

    fn row(&self, reason: String) -> Trouble {
        Trouble { problem: self.problem(reason), ends: false }
    }

    /// Where the next row starts is not known any more: the quotes do not fit, or the file is damaged.
    fn broken(&self, reason: &str) -> Trouble {
        Trouble { problem: self.problem(reason.to_owned()), ends: true }
    }

    fn cut_off(&self, error: &io::Error) -> Trouble {
        let line = Some(self.lines.number() + 1);
        let problem = Problem { line, ..whole(&self.name, self.wrap.reason(error)) };
        Trouble { problem, ends: true }
    }
}

impl fmt::Debug for TableFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableFile")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("line", &self.record.line)
            .finish_non_exhaustive()
    }
}

/// Puts fields into their columns. Some programs end each row with a comma more than the header has, and pad what they
/// write; in our own tables both are mistakes.
fn fill_csv(record: &mut Record, columns: &[Option<usize>], splitter: &Splitter, foreign: bool) -> Result<(), String> {
    let fits = match splitter.len().checked_sub(columns.len()) {
        Some(0) => true,
        Some(_) => foreign && splitter.fields().skip(columns.len()).all(|field| field.trim().is_empty()),
        None => false,
    };
    if !fits {
        return Err(format!(
            "the row has {} fields and the header {}: write one field per column, and quotes around a field that has a \
             comma",
            splitter.len(),
            columns.len(),
        ));
    }
    for (column, field) in columns.iter().zip(splitter.fields()) {
        if let Some(column) = column {
            record.set(*column, if foreign { field.trim() } else { field });
        }
    }
    Ok(())
}

/// Appends the present line to the raw record; false if it is not UTF-8, and then as far as it can be shown.
fn take_line(raw: &mut String, lines: &Lines) -> bool {
    match std::str::from_utf8(lines.bytes()) {
        Ok(line) => raw.push_str(line),
        Err(_) => {
            raw.push_str(&String::from_utf8_lossy(lines.bytes()));
            return false;
        }
    }
    true
}

/// The first line as the reason to refuse the file.
fn refuse(name: &str, lines: &Lines, reason: String) -> Problem {
    let record = shorten(&String::from_utf8_lossy(lines.bytes()), RECORD_CHARS_MAX);
    Problem { file: name.to_owned(), line: Some(lines.number()), reason, record }
}

#[cfg(test)]
mod tests;
