//! The first line of a file: how it is written, and which table it is.

use crate::{json, kind::TableKind, parquet::ParquetRows, split::Splitter};

/// What the first line tells.
pub(crate) struct Header {
    /// Which table the file is.
    pub(crate) kind: TableKind,
    /// How its records are written.
    pub(crate) form: Form,
    /// What stood for the `*` of a column's name, such as the ticker of the native coin.
    pub(crate) wild: Option<String>,
}

/// How the records of a file are written.
pub(crate) enum Form {
    /// Comma-separated; by position, the column that a field belongs to, or none if it is free.
    Csv(Vec<Option<usize>>),
    /// One JSON object per line.
    Jsonl,
    /// Columns apart. Its header is in the file's index.
    Parquet(Box<ParquetRows>),
}

/// Reads a header, or the names in the first object.
pub(crate) fn read(name: &str, first: &[u8]) -> Result<Header, String> {
    match std::str::from_utf8(first) {
        Ok(first) if first.contains('\0') => {}
        Ok(first) if is_jsonl(name, first) => {
            let (kind, matched) = TableKind::of(&json::names(first)?)?;
            return Ok(Header { kind, form: Form::Jsonl, wild: matched.wild });
        }
        Ok(first) => return csv(first),
        Err(_) => {}
    }
    Err("the file is no text: give CSV or JSONL in UTF-8, plain or compressed by gzip or Zstandard, or Parquet as it is".to_owned())
}

/// The name decides, as people mean it to; without a known ending, the first character does.
fn is_jsonl(name: &str, first: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let bare = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    if bare.ends_with(".jsonl") || bare.ends_with(".ndjson") {
        return true;
    }
    !bare.ends_with(".csv") && first.trim_start().starts_with(['{', '['])
}

fn csv(first: &str) -> Result<Header, String> {
    let mut splitter = Splitter::default();
    if splitter.line(first) != Ok(true) {
        return Err("the quotes in the header do not fit: close each before a comma or the end of the line".to_owned());
    }
    let names: Vec<String> = splitter.fields().map(str::to_owned).collect();
    let (kind, matched) = TableKind::of(&names)?;
    kind.check_header(&names)?;
    Ok(Header { kind, form: Form::Csv(matched.columns), wild: matched.wild })
}
