//! Databases of other formats, and compaction.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use fundtrail::{FORMAT, Info};

use crate::{
    desk::Desk,
    hard::table::{Mix, TRACE, answer, table},
    ledger::nobody,
};

/// Unpacks the tiny database that the last build of a format left.
fn unpack(desk: &Desk, format: u32, db: &str) {
    let saved = format!("../store/tests/formats/{format}.tar.gz");
    let saved = Path::new(env!("CARGO_MANIFEST_DIR")).join(saved);
    fs::create_dir(desk.path(db)).unwrap();
    let mut tar = Command::new("tar");
    assert!(tar.arg("-xzf").arg(saved).arg("-C").arg(desk.path(db)).status().unwrap().success());
}

#[test]
fn an_older_format_is_refused_and_migrates() {
    let desk = Desk::new();
    unpack(&desk, 1, "db");
    unpack(&desk, 2, "saved");
    desk.write("rows.csv", table(Mix { sparse: 0, one_good_of: 1, dense: 9, one_again_of: 4 }, 5));
    for words in ["db info", "db check", "db compact", "ingest file rows.csv", &format!("trace {}", nobody(0))] {
        let run = desk.run(&format!("{words} --db db")).ended(2);
        run.complains(&[
            "the database at db was written in format 1, this build reads format 4",
            "`fundtrail db migrate`",
        ]);
    }
    let run = desk.run("db migrate --db db").done();
    assert_eq!(run.text(), "the database had format 1 and has format 4 now\n");
    let run = desk.run("db migrate --db db").done();
    assert_eq!(run.text(), "the database has format 4 already\n");
    desk.run("db migrate --db saved").done();
    desk.run("db check --db db").done();
    for db in ["db", "saved"] {
        desk.run(&format!("db export {db}.jsonl --db {db}")).done();
    }
    assert!(desk.read("db.jsonl") == desk.read("saved.jsonl"), "each step as if the next build had written it");
    desk.run("ingest file rows.csv --db db").done();
    desk.run("db migrate --db none").ended(2).complains(&["no database at none"]);
}

/// CRC-32C, as RocksDB writes it before the records of its log.
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..u8::BITS {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
        }
    }
    (!crc).rotate_right(15).wrapping_add(0xa282_ead8)
}

/// Writes another number of the format into the log of a new database, as a newer build would.
fn from_the_future(log: &PathBuf, format: u32) {
    const HEADER_LEN: usize = 7;
    // Before the key: its length, the family, the kind of entry, their count and the number of the first.
    const BEFORE_KEY_LEN: usize = 1 + 1 + 1 + 4 + 8;
    let mut bytes = fs::read(log).unwrap();
    let key = bytes.windows(6).position(|window| window == b"format").unwrap();
    let record = key - BEFORE_KEY_LEN;
    let len = usize::from(u16::from_le_bytes([bytes[record - 3], bytes[record - 2]]));
    let value = record + len - size_of::<u32>();
    assert_eq!(
        (value, &bytes[value..record + len]),
        (key + 7, &FORMAT.to_be_bytes()[..]),
        "a record of this row alone"
    );
    bytes[value..record + len].copy_from_slice(&format.to_be_bytes());
    // The checksum covers the type of the record, which is the last byte of its header, and the record.
    let sum = checksum(&bytes[record - 1..record + len]);
    bytes[record - HEADER_LEN..record - 3].copy_from_slice(&sum.to_le_bytes());
    fs::write(log, bytes).unwrap();
}

#[test]
fn a_newer_format_is_refused() {
    let desk = Desk::new();
    desk.write("rows.csv", table(Mix { sparse: 0, one_good_of: 1, dense: 9, one_again_of: 4 }, 5));
    desk.run("ingest file rows.csv --db db").done();
    let mut files = fs::read_dir(desk.path("db")).unwrap().map(|file| file.unwrap().path());
    from_the_future(&files.find(|path| path.extension().is_some_and(|end| end == "log")).unwrap(), FORMAT + 1);
    for words in ["db info", "db check", "db migrate", "ingest file rows.csv", &format!("trace {}", nobody(0))] {
        let run = desk.run(&format!("{words} --db db")).ended(2);
        run.complains(&["was written in format 5, this build reads format 4", "use the newer fundtrail that wrote it"]);
    }
}

/// More than 20,000 rows of one family in a batch are written as a table, and a load ends with a compaction.
#[test]
fn a_compaction_changes_no_answer() {
    let desk = Desk::new();
    desk.write("rows.csv", table(Mix { sparse: 0, one_good_of: 1, dense: 3_000, one_again_of: 4 }, 7));
    desk.run("ingest file rows.csv --db db").done();
    let before = answer(&desk, "db");
    let size = |db: &str| {
        let info: Info = desk.run(&format!("db info --json --db {db}")).done().json();
        assert!(!info.compaction_due);
        info.bytes_on_disk
    };
    let (large, run) = (size("db"), desk.run("db compact --db db").done());
    let small = size("db");
    let told: Vec<u64> = run.text().split(' ').filter_map(|word| word.parse().ok()).collect();
    assert_eq!(told.len(), 2, "{}", run.text());
    // Rows move from the log into tables, which are compressed.
    assert!(small < large, "{large} {small}");
    answer(&desk, "db").is(&before);
    desk.run("db compact --db db").done();
    desk.run("db check --db db").done();
    desk.run(&format!("trace {} {TRACE} --db db", nobody(0))).done();
    desk.run("db compact --db none").ended(2).complains(&["no database at none"]);
}
