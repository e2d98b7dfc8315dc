//! What the tests of all tables share: rows made from a good one, and what becomes of them.

use std::io::Write;

use fundtrail_types::{Address, Asset, AssetInfo, Chain, Coverage, Movement, Problem, TxOrder};

use crate::{
    Rows, TableFile, TokenTable,
    foreign::{self, Setting, Told},
    from_bytes,
};

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

/// The rows of another program's table, of a chain, with decimals of tokens by contract; and what the file lists.
pub(crate) fn foreign(
    text: impl Into<Vec<u8>>,
    chain: Option<&str>,
    decimals: &[(&str, u8)],
) -> (Vec<Result<Told, Problem>>, Vec<Coverage>) {
    let mut tokens = TokenTable::default();
    for (contract, decimals) in decimals {
        let asset = Asset::parse(Chain::ETHEREUM, contract).unwrap();
        let (symbol, decimals) = (String::new(), Some(*decimals));
        tokens.add(AssetInfo { asset, symbol, decimals, verified: true }).unwrap();
    }
    let chain = chain.map(|name| name.parse().unwrap());
    let file = from_bytes("export.csv", text).unwrap();
    let mut rows = foreign::read(file, Setting { chain, ..Setting::new(&tokens) }).unwrap();
    let results: Vec<_> = rows.by_ref().collect();
    let count = |good: bool| u64::try_from(results.iter().filter(|row| row.is_ok() == good).count()).unwrap();
    assert_eq!((rows.good(), rows.rejected()), (count(true), count(false)));
    (results, rows.coverage())
}

/// What moved, one line each: kind, asset, from, to, amount, place, time, n. Addresses of EVM chains in lower case, as
/// the exports have them.
pub(crate) fn lines(results: &[Result<Told, Problem>]) -> Vec<String> {
    let told = results.iter().map(|result| result.as_ref().unwrap());
    told.flat_map(|told| &told.movements).map(|row| line(&row.movement)).collect()
}

fn line(movement: &Movement) -> String {
    let lower = |text: String| if text.starts_with("0x") { text.to_lowercase() } else { text };
    let side = |side: &Option<Address>| side.as_ref().map_or("-".to_owned(), |address| lower(address.to_string()));
    let place = match movement.order.tx {
        TxOrder::Unknown => movement.order.height.to_string(),
        TxOrder::Timed => "timed".to_owned(),
        TxOrder::Opening | TxOrder::Index(_) => panic!("no export tells {:?}", movement.order),
    };
    format!(
        "{} {} {} {} {} {place} {} {}",
        movement.kind,
        lower(movement.asset.name_on_chain()),
        side(&movement.from),
        side(&movement.to),
        movement.amount,
        movement.time.unwrap(),
        movement.n,
    )
}

/// Why the only row of a table is rejected.
pub(crate) fn rejection(text: String, chain: Option<&str>, decimals: &[(&str, u8)]) -> String {
    let (results, _) = foreign(text, chain, decimals);
    let [Err(problem)] = results.as_slice() else { panic!("{results:?}") };
    assert_eq!(problem.line, Some(2));
    problem.reason.clone()
}
