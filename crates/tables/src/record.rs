//! One record: column names to text, with the line it starts at.

use std::ops::Range;

use crate::kind::TableKind;

/// How much of a rejected record is repeated to the user.
pub(crate) const RECORD_CHARS_MAX: usize = 300;

/// How much of one value is repeated of a record that is no line: as much as an address has.
const SHOWN_CHARS_MAX: usize = 44;

/// One row of a table, still text. It is reused from row to row.
#[derive(Debug)]
pub(crate) struct Record {
    columns: &'static [&'static str],
    /// By column: where its value stands in `text`; none if the row has no such column.
    values: Vec<Option<Range<usize>>>,
    text: String,
    /// The record as it was read.
    pub(crate) raw: String,
    /// The line it starts at.
    pub(crate) line: u64,
}

impl Record {
    pub(crate) fn new(kind: TableKind) -> Self {
        let columns = kind.columns();
        Self { columns, values: vec![None; columns.len()], text: String::new(), raw: String::new(), line: 0 }
    }

    /// Forgets the values of the row before.
    pub(crate) fn clear(&mut self) {
        self.values.fill(None);
        self.text.clear();
    }

    /// Gives `column` a value. False if it has one.
    pub(crate) fn set(&mut self, column: usize, value: &str) -> bool {
        let start = self.text.len();
        self.text.push_str(value);
        match self.values.get_mut(column) {
            Some(place @ None) => *place = Some(start..self.text.len()),
            _ => return false,
        }
        true
    }

    /// The value of a column; none if it is missing or empty.
    pub(crate) fn get(&self, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|name| *name == column);
        debug_assert!(index.is_some(), "`{column}` is no column of this table");
        let range = self.values.get(index?)?.clone()?;
        self.text.get(range).filter(|value| !value.is_empty())
    }
}

impl Record {
    /// The values as `column=value`, for a record that was not read from a line. An address is shown whole; of a hash the
    /// start, because what a message repeats of a record is short.
    pub(crate) fn print(&self) -> String {
        let filled = self.columns.iter().filter_map(|column| Some((column, self.get(column)?)));
        let shown = filled.map(|(column, value)| format!("{column}={}", shorten(value, SHOWN_CHARS_MAX)));
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// At most `chars_max` characters, the last of which shows that something was left out.
pub(crate) fn shorten(text: &str, chars_max: usize) -> String {
    if text.chars().nth(chars_max).is_none() {
        return text.to_owned();
    }
    text.chars().take(chars_max.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_set_once_and_empty_means_absent() {
        let mut record = Record::new(TableKind::Tokens);
        assert!(record.set(0, "eip155:1") && record.set(2, "") && !record.set(0, "eip155:2"));
        assert_eq!((record.get("chain"), record.get("symbol"), record.get("note")), (Some("eip155:1"), None, None));
        record.clear();
        assert_eq!(record.get("chain"), None);
    }

    #[test]
    fn shortened_text_keeps_whole_letters() {
        assert_eq!(shorten("ёжик", 4), "ёжик");
        assert_eq!(shorten("ёжики", 4), "ёжи…");
    }
}
