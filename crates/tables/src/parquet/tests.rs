//! Parquet files of every type and compression that extractors write, and what damage becomes.

mod money;

use std::path::PathBuf;

use super::*;
use crate::{kind::TableKind, record::Record};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

/// Opens a file as if its columns were those of a movement table, whatever they mean.
fn open(bytes: &[u8]) -> Result<ParquetRows, String> {
    let file = ParquetFile::of_bytes(bytes).expect("it begins as a Parquet file")?;
    let own = TableKind::Movements.columns();
    let columns: Vec<_> = file.names().iter().map(|name| own.iter().position(|column| column == name)).collect();
    file.rows(&columns)
}

fn print(record: &Record) -> String {
    let columns = TableKind::Movements.columns().iter();
    columns.filter_map(|column| Some(format!("{column}={}", record.get(column)?))).collect::<Vec<_>>().join(", ")
}

/// The rows of a file, each as its values are printed; what ends it stands at the end.
fn rows(bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut rows = open(bytes)?;
    let mut all = Vec::new();
    loop {
        let mut record = Record::new(TableKind::Movements);
        match rows.advance(&mut record) {
            Ok(true) => all.push(print(&record)),
            Ok(false) => return Ok(all),
            Err(Fault::Row(reason)) => all.push(format!("row {}: {reason}", rows.row())),
            Err(Fault::End(reason)) => return Err(reason),
        }
    }
}

#[test]
fn every_compression_and_page_version_gives_the_same_rows() {
    let plain = rows(&fixture("parquet/none.parquet")).unwrap();
    assert_eq!(plain.len(), 12);
    for compression in ["zstd", "snappy", "gzip", "lz4"] {
        assert_eq!(rows(&fixture(&format!("parquet/{compression}.parquet"))).as_ref(), Ok(&plain), "{compression}");
    }
    let all = rows(&fixture("parquet/groups.parquet")).unwrap();
    assert_eq!((all.len(), &all[..12]), (300, &plain[..]));
}

#[test]
fn each_type_is_the_text_that_a_csv_would_have() {
    let all = rows(&fixture("parquet/groups.parquet")).unwrap();
    assert_eq!(
        all[0],
        "chain=eip155:1, tx=0x0000000000000000, block=4294967295, before_block=18446744073709551615, \
         time=2024-01-01T00:00:00Z, tx_index=0, \
         leg=1606938044258990275541962092341162602522202993782792835301376, kind=naïve, amount=0.0, \
         amount_raw=10000000000000000000000000000000000000, symbol=0, note=true"
    );
    assert_eq!(
        all[299],
        "chain=eip155:1, tx=0x3030303030303030, block=4294966996, time=2024-01-01T00:04:59Z, tx_index=-299, \
         leg=1606938044258990275541962092341162602522202993782792835301675, amount=2.99e23, \
         amount_raw=10000000000000000000000000000000000299, symbol=-2.99, note=false"
    );
    assert_eq!(
        all[7],
        "row 8: `time`: it is a time with a fraction of a second, and chains count whole seconds: write the file again"
    );
}

#[test]
fn what_is_not_read_says_so() {
    let refused = |bytes: &[u8]| rows(bytes).unwrap_err();
    assert!(refused(&fixture("parquet/brotli.parquet")).contains("column `tx` of the Parquet file cannot be read"));
    let file = ParquetFile::of_bytes(&fixture("parquet/none.parquet")).unwrap().unwrap();
    let list = file.names().iter().position(|name| name.starts_with("list")).unwrap();
    let columns: Vec<_> = (0..=list).map(|leaf| (leaf == list).then_some(0)).collect();
    let reason = file.rows(&columns).map(drop).unwrap_err();
    assert!(reason.contains("column `list.list.element` holds lists"), "{reason}");

    let whole = fixture("parquet/zstd.parquet");
    assert!(refused(&whole[..whole.len() - 3]).contains("cut off: copy the file again"));
    assert!(refused(b"PAR1").contains("cut off"));
    assert!(ParquetFile::of_bytes(b"PAR").is_none());
    let mut encrypted = whole.clone();
    encrypted.splice(whole.len() - 4.., *b"PARE");
    assert!(refused(&encrypted).contains("encrypted: write it again without"));
    let mut long = whole.clone();
    long.splice(whole.len() - 8..whole.len() - 4, [0xff; 4]);
    assert!(refused(&long).contains("4095 MiB long, and more than 16 are not read"));
    let mut short = whole.clone();
    short.splice(whole.len() - 8..whole.len() - 4, [0xff, 0xff, 0, 0]);
    assert!(refused(&short).contains("index of the Parquet file cannot be read"));
}

#[test]
fn a_page_that_says_it_is_huge_is_not_unpacked() {
    // The header of the first page: type, then the sizes, as the compact protocol writes numbers.
    let mut bytes = fixture("parquet/zstd.parquet");
    let start = 4;
    assert_eq!(bytes[start..start + 3], [0x15, 0x04, 0x15], "a dictionary, whose size comes next");
    assert!(bytes[start + 3] < 0x80, "of one byte");
    // 2^31 - 1 takes five bytes, so what follows moves and the rest cannot be read either; the size is seen first.
    bytes.splice(start + 3..start + 4, [0xfe, 0xff, 0xff, 0xff, 0x0f]);
    let reason = rows(&bytes).unwrap_err();
    assert!(reason.contains("a page of 2047 MiB, and more than 16 are not read"), "{reason}");
}

/// Numbers that look random and are the same on every run (xorshift).
fn random(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % (1 << 31)).unwrap()
}

#[test]
fn damage_is_a_reason_and_never_a_panic() {
    let mut state = 1;
    let mut damaged = 0;
    for name in ["zstd", "snappy", "gzip", "none", "lz4"] {
        let whole = fixture(&format!("parquet/{name}.parquet"));
        for round in 0..DAMAGED_FILES {
            let mut bytes = whole.clone();
            for _ in 0..=round % 3 {
                let place = 4 + random(&mut state) % (bytes.len() - 12);
                bytes[place] = u8::try_from(random(&mut state) % 256).unwrap();
            }
            if round % 7 == 0 {
                bytes.drain(4..4 + random(&mut state) % (whole.len() - 12));
            }
            damaged += u64::from(rows(&bytes).is_err());
        }
    }
    assert!(damaged > 100, "{damaged}");
}

/// How many files of each kind are damaged. More find nothing new, and take longer.
const DAMAGED_FILES: usize = 300;
