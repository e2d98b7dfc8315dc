//! Tables: whatever the bytes are, every record is a row or a problem, and rows come back.

use std::{collections::HashSet, io::Write};

use fundtrail_tables::{
    Foreign, Rows, TableFile, TableKind, TokenTable, coverage, crossings,
    foreign::{self, Setting},
    from_bytes, labels, movements, payouts, prices, tokens,
};
use fundtrail_types::{Asset, AssetInfo, Chain, Problem};

use crate::print::Print;

/// What a message may repeat of a record.
const RECORD_CHARS_MAX: usize = 300;
/// The longest message lists the columns of every table.
const REASON_LEN_MAX: usize = 4000;

/// How many records were read and rejected: a run in which nothing was read has tested nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Good rows.
    pub good: u64,
    /// Rejected records and refused files.
    pub rejected: u64,
}

impl Tally {
    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.good += other.good;
        self.rejected += other.rejected;
    }
}

/// Reads the bytes as they are, as the rows of each table in CSV and JSONL, and packed.
pub fn tables(data: &[u8]) -> Tally {
    let mut tally = Tally::default();
    for name in ["f", "f.csv", "f.jsonl"] {
        tally.add(file(name, data, None));
    }
    for kind in TableKind::ALL {
        let header = kind.columns().join(",") + "\n";
        // With a quote, a record may take several lines, and there is no telling how many there are.
        let records = (!data.contains(&b'"')).then(|| texts(data));
        let csv = [header.as_bytes(), data].concat();
        let plain = file("f.csv", &csv, records);
        tally.add(plain);

        let first: String = kind.required().iter().map(|column| format!("\"{column}\":0,")).collect();
        // No one required column tells a movement file; `from` does.
        let from = if kind == TableKind::Movements { "from" } else { "x_" };
        let object = format!("{{{first}\"{from}\":null}}\n");
        tally.add(file("f.jsonl", &[object.as_bytes(), data].concat(), Some(texts(data) + 1)));

        assert_eq!(file("f.csv", &gzip(&csv), records), plain, "gzip changes nothing");
        assert_eq!(file("f.csv", &zstandard(&csv), records), plain, "Zstandard changes nothing");
    }
    for kind in Foreign::ALL.map(TableKind::Foreign) {
        let csv = [(kind.columns().join(",") + "\n").as_bytes(), data].concat();
        let records = (!data.contains(&b'"')).then(|| texts(data));
        tally.add(file("f.csv", &csv, records));
    }
    tally.add(file("f.csv.gz", &cut(gzip(data)), None));
    tally.add(file("f.csv.zst", &cut(zstandard(data)), None));
    tally
}

/// Reads a file as the table that it says it is. `records` is how many it has, where that is known.
fn file(name: &str, bytes: &[u8], records: Option<u64>) -> Tally {
    let opened = match from_bytes(name, bytes) {
        Ok(opened) => opened,
        Err(problem) => {
            check(&problem, name);
            return Tally { good: 0, rejected: 1 };
        }
    };
    // Empty, so that decimals must stand in the rows.
    let table = TokenTable::default();
    match opened.kind() {
        TableKind::Movements => rows(opened, records, |file| movements::read(file, &table)),
        TableKind::Labels => rows(opened, records, labels::read),
        TableKind::Payouts => rows(opened, records, |file| payouts::read(file, &table)),
        TableKind::Coverage => rows(opened, records, coverage::read),
        TableKind::Crossings => rows(opened, records, |file| crossings::read(file, &table)),
        TableKind::Prices => rows(opened, records, prices::read),
        TableKind::Foreign(_) => told(opened, bytes, records),
        TableKind::Tokens => {
            let (mut first, mut second) = (TokenTable::default(), TokenTable::default());
            let (tally, good) = collect(&mut tokens::read(opened, &mut first), records);
            comes_back(&good, |file| tokens::read(file, &mut second));
            assert_eq!(first.all(), second.all());
            tally
        }
    }
}

/// Reads a table of another program, of its own chain or of Ethereum. What moved is printed as rows of our own.
fn told(file: TableFile, bytes: &[u8], records: Option<u64>) -> Tally {
    let name = file.name().to_owned();
    let tokens = one_token();
    let read = |file, chain| foreign::read(file, Setting { chain, ..Setting::new(&tokens) });
    let implied = read(file, None);
    let opened = implied.or_else(|_| read(from_bytes(&name, bytes)?, Some(Chain::ETHEREUM)));
    let mut rows = match opened {
        Ok(rows) => rows,
        Err(problem) => {
            check(&problem, &name);
            return Tally { good: 0, rejected: 1 };
        }
    };
    let (tally, good) = collect(&mut rows, records);
    for claim in rows.coverage() {
        assert!(claim.from_height <= claim.to_height && claim.account.is_some());
    }
    for told in &good {
        assert!(!told.movements.is_empty() || told.left_out.is_some(), "nothing is dropped in silence");
    }
    // A row that the file repeats has the same `n`, and a store keeps it once; two equal rows of our own are two movements.
    let mut kept = HashSet::new();
    let moved = good.into_iter().flat_map(|told| told.movements);
    let moved: Vec<_> = moved.filter(|row| kept.insert(format!("{row:?}"))).collect();
    comes_back(&moved, |file| movements::read(file, &tokens));
    tally
}

/// A table with one token, so that exports without decimals have good rows.
fn one_token() -> TokenTable {
    let mut tokens = TokenTable::default();
    if let Ok(asset) = Asset::parse(Chain::ETHEREUM, "0xdac17f958d2ee523a2206206994597c13d831ec7") {
        let added = tokens.add(AssetInfo { asset, symbol: "USDT".to_owned(), decimals: Some(6), verified: true });
        assert_eq!(added, Ok(()));
    }
    tokens
}

fn rows<'t, T: Print + PartialEq + std::fmt::Debug>(
    file: TableFile,
    records: Option<u64>,
    read: impl Fn(TableFile) -> Rows<'t, T>,
) -> Tally {
    let (tally, good) = collect(&mut read(file), records);
    comes_back(&good, read);
    tally
}

/// Reads all rows and checks what holds for each and for all.
fn collect<T>(rows: &mut Rows<'_, T>, records: Option<u64>) -> (Tally, Vec<T>) {
    let (mut good, mut tally, mut broke_off) = (Vec::new(), Tally::default(), false);
    while let Some(row) = rows.next() {
        assert!(!broke_off, "nothing comes after the end");
        match row {
            Ok(row) => {
                good.push(row);
                tally.good += 1;
            }
            Err(problem) => {
                check(&problem, rows.file().name());
                broke_off = problem.reason.ends_with("nothing after was read");
                tally.rejected += 1;
            }
        }
    }
    assert!(rows.next().is_none());
    assert_eq!((tally.good, tally.rejected), (rows.good(), rows.rejected()));
    if let Some(records) = records
        && !broke_off
    {
        assert_eq!(tally.good + tally.rejected, records, "every record is a row or a problem");
    }
    (tally, good)
}

fn check(problem: &Problem, name: &str) {
    assert_eq!(problem.file, name);
    assert!(problem.line != Some(0));
    assert!(problem.record.chars().count() <= RECORD_CHARS_MAX);
    assert!(!problem.reason.is_empty() && problem.reason.len() <= REASON_LEN_MAX, "{}", problem.reason);
}

/// Rows that are printed and read again are the same rows.
fn comes_back<'t, T: Print + PartialEq + std::fmt::Debug>(rows: &[T], read: impl FnOnce(TableFile) -> Rows<'t, T>) {
    let text: String = rows.iter().map(|row| row.line() + "\n").collect();
    match from_bytes("printed.jsonl", text) {
        Ok(file) => {
            let again: Result<Vec<T>, Problem> = read(file).collect();
            assert_eq!(again.as_deref(), Ok(rows));
        }
        Err(problem) => assert!(rows.is_empty(), "{problem}"),
    }
}

/// Lines that are not blank.
fn texts(data: &[u8]) -> u64 {
    data.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).map(|_| 1).sum()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory does not fail; if it did, the comparison with the plain text would.
    let _ = encoder.write_all(data);
    encoder.finish().unwrap_or_default()
}

fn zstandard(data: &[u8]) -> Vec<u8> {
    zstd::encode_all(data, 1).unwrap_or_default()
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() * 2 / 3);
    bytes
}
