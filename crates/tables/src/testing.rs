//! What the tests of all tables share: rows made from a good one, and what becomes of them.

use std::io::Write;

use fundtrail_types::Problem;

use crate::{Rows, TableFile, from_bytes};

/// A row by column name.
pub(crate) type Row<'a> = &'a [(&'a str, &'a str)];

/// The row with some values replaced or added.
pub(crate) fn with<'v>(base: &[(&'v str, &'v str)], changes: &[(&'v str, &'v str)]) -> Vec<(&'v str, &'v str)> {
    let kept = base.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes).copied().collect()
}

/// Rows as a CSV with one column for every name that occurs.
pub(crate) fn csv(rows: &[Vec<(&str, &str)>]) -> String {
    let mut columns: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !columns.contains(name) {
            columns.push(name);
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&columns).unwrap();
    for row in rows {
        let value = |column: &&str| row.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
        writer.write_record(columns.iter().map(value)).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// With a checksum, as the `zstd` tool writes it.
pub(crate) fn zstandard(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 0).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Reads one row that must be good.
pub(crate) fn good<T>(row: Vec<(&str, &str)>, read: impl Fn(TableFile) -> Rows<'static, T>) -> T {
    let mut rows: Vec<T> = read(from_bytes("rows.csv", csv(&[row])).unwrap()).collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

/// Puts each change between two good rows: it must be rejected for the reason given, with the file, its line and its
/// text, and the rows around it must be read.
pub(crate) fn rejected<T: std::fmt::Debug>(
    base: Row<'_>,
    cases: &[(Row<'_>, &str)],
    read: impl Fn(TableFile) -> Rows<'static, T>,
) {
    for (changes, reason) in cases {
        let text = csv(&[base.to_vec(), with(base, changes), base.to_vec()]);
        let mut rows = read(from_bytes("rows.csv", text.clone()).unwrap());
        let results: Vec<Result<T, Problem>> = rows.by_ref().collect();
        let [Ok(_), Err(problem), Ok(_)] = results.as_slice() else { panic!("{changes:?}: {results:?}") };
        assert_eq!((problem.file.as_str(), problem.line), ("rows.csv", Some(3)), "{changes:?}");
        assert!(problem.reason.contains(reason), "{changes:?}: {}", problem.reason);
        assert_eq!(Some(problem.record.as_str()), text.lines().nth(2));
        assert_eq!((rows.good(), rows.rejected()), (2, 1));
    }
}
