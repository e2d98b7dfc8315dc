//! Databases of every format are kept, and open in this build, or say what to do.
//!
//! `formats/N.tar.gz` is a tiny database that the last build of format N wrote with [`fill`]. To save the present format
//! before it changes: `cargo test -p fundtrail-store --test formats -- --ignored`, then commit the file it names.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use std::path::Path;

use fundtrail_store::{Checkpoint, Completeness, FORMAT, SourceInfo, Store, TxView, Writer};
use fundtrail_types::{
    Account, Address, Amount, Asset, Chain, Claim, Coverage, Direction, Kind, Movement, Order, Relation, RelationKind,
    Time, TxId, TxOrder, What,
};
use support::dump;

fn address(byte: u8) -> Address {
    Address::Evm([byte; 20])
}

fn movement(tx: u8, height: u64, order: TxOrder, kind: Kind) -> Movement {
    let token = Asset { chain: Chain::ETHEREUM, token: fundtrail_types::Token::Contract(address(9)) };
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([tx; 32]),
        kind,
        asset: if kind == Kind::Token { token } else { Asset::native(Chain::ETHEREUM) },
        from: Some(address(1 + tx % 4)),
        to: (kind != Kind::Fee).then(|| address(2 + tx % 5)),
        amount: Amount::from(u64::from(tx) << 40 | 7),
        n: 0,
        order: Order { height, tx: order, leg: tx.is_multiple_of(3).then_some(u32::from(tx)) },
        time: Time::from_unix(1_700_000_000 + i64::try_from(height).unwrap()).filter(|_| !tx.is_multiple_of(7)),
    }
}

/// A little of everything that a database of a format can hold: partial and complete views, every order, crowded and contradicting
/// places, zero-value events, two chains, symbols, coverage, a finished load and an unfinished one, and
/// relations from format 3 on.
fn fill(store: &Store, format: u32) {
    let mut writer = store.writer().unwrap();
    for tx in 1..60u8 {
        let height = 100 + u64::from(tx / 4);
        let order = match tx % 5 {
            0 => TxOrder::Opening,
            1 | 2 => TxOrder::Index(u32::from(tx % 3)),
            _ => TxOrder::Unknown,
        };
        writer.movement(&movement(tx, height, order, Kind::Native));
        if tx.is_multiple_of(3) {
            let token = Movement { n: 1, ..movement(tx, height, order, Kind::Token) };
            writer.movement(&token);
            writer.symbol(&token.asset, Some(6), "TKN");
        }
        if tx.is_multiple_of(11) {
            let whole =
                [movement(tx, height, TxOrder::Index(200), Kind::Fee), movement(tx, height, order, Kind::Native)];
            writer.view(TxView::of_transaction(Completeness::Complete, &whole).unwrap());
        }
        if tx.is_multiple_of(13) {
            // The same transaction at another height: a contradiction. And an event that moved nothing.
            writer.movement(&movement(tx, height + 1, order, Kind::Native));
            writer.movement(&Movement { amount: Amount::ZERO, n: 5, ..movement(tx, height, order, Kind::Native) });
        }
    }
    if format >= 3 {
        relate(&mut writer);
    }
    let solana = Chain::SOLANA;
    writer.movement(&Movement {
        chain: solana,
        tx: TxId::Solana([3; 64]),
        kind: Kind::Native,
        asset: Asset::native(solana),
        from: Some(Address::Solana([1; 32])),
        to: Some(Address::Solana([2; 32])),
        amount: Amount::from(5_000u64),
        n: 0,
        order: Order::at(250_000_000),
        time: Time::from_unix(1_710_000_000),
    });
    for (from_height, to_height, what) in [(100, 110, What::All), (90, 120, What::Token)] {
        writer.coverage(&Coverage {
            chain: Chain::ETHEREUM,
            account: Some(Account { chain: Chain::ETHEREUM, address: address(2) }),
            what,
            direction: Direction::Both,
            asset: None,
            from_height,
            to_height,
            claim: Claim::Listed,
            source: "a file".to_owned(),
            note: (what == What::Token).then(|| "only what was published".to_owned()),
        });
    }
    let finished =
        SourceInfo { digest: "ab".repeat(32), name: "one.csv".to_owned(), records: 60, rejected: 2, undone: false };
    writer.commit(Some(&Checkpoint { load: "ab".repeat(32), records: 60, finished: Some(finished) })).unwrap();
    writer.commit(Some(&Checkpoint { load: "cd".repeat(32), records: 10_000, finished: None })).unwrap();
}

/// Complete transactions with relations of every kind, one of them told twice.
fn relate(writer: &mut Writer<'_>) {
    let solana = Chain::SOLANA;
    let address = |byte: u8| Address::Solana([byte; 32]);
    for (byte, kind) in (1u8..).zip(RelationKind::ALL.into_iter().chain([RelationKind::TokenAccount])) {
        let order = Order { height: 260_000_000, tx: TxOrder::Index(byte.into()), leg: None };
        let (tx, time) = (TxId::Solana([100 + byte; 64]), Time::from_unix(1_710_000_001));
        let mint = Asset { chain: solana, token: fundtrail_types::Token::Contract(address(200)) };
        let fee = Movement {
            chain: solana,
            tx: tx.clone(),
            kind: Kind::Fee,
            asset: Asset::native(solana),
            from: Some(address(byte)),
            to: None,
            amount: Amount::from(5_000u64),
            n: 0,
            order,
            time,
        };
        let asset = (kind == RelationKind::TokenAccount).then_some(mint);
        let (subject, object) = (address(10), address(20));
        let relation = Relation { chain: solana, kind, subject, object, asset, tx, order, time };
        let view = TxView::of_transaction(Completeness::Complete, &[fee]).unwrap();
        writer.view(view.with_relations(&[relation]));
    }
}

#[test]
#[ignore = "writes the file that is kept for the present format"]
fn save_the_present_format() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db");
    fill(&Store::open(&path).unwrap(), FORMAT);
    // Opening again packs the log into tables.
    drop(Store::open(&path).unwrap());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/formats/{FORMAT}.tar.gz"));
    let packed = flate2::write::GzEncoder::new(std::fs::File::create(&file).unwrap(), flate2::Compression::best());
    let mut archive = tar::Builder::new(packed);
    let mut names: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for name in names {
        // RocksDB's own log and its record of options say nothing about our format.
        let text = name.to_string_lossy();
        if text != "LOCK" && !text.starts_with("LOG") && !text.starts_with("OPTIONS") {
            archive.append_path_with_name(path.join(&name), &name).unwrap();
        }
    }
    archive.into_inner().unwrap().finish().unwrap();
}

fn unpack(format: u32) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/formats/{format}.tar.gz"));
    tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap())).unpack(dir.path()).unwrap();
    dir
}

fn fresh(format: u32) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    fill(&store, format);
    (dir, store)
}

#[test]
fn every_older_format_is_refused_with_its_remedy_and_migrates() {
    for format in 1..FORMAT {
        let (_dir, fresh) = fresh(format);
        let dir = unpack(format);
        for refused in [Store::open(dir.path()), Store::open_read_only(dir.path())] {
            let message = refused.unwrap_err().to_string();
            assert!(
                message.contains(&format!("format {format}")) && message.contains("fundtrail db migrate"),
                "{message}"
            );
        }
        let migrated = Store::migrate(dir.path(), &mut |_| true).unwrap();
        assert_eq!((migrated.from, migrated.to), (format, FORMAT));
        let store = Store::open(dir.path()).unwrap();
        assert_eq!(dump(&store), dump(&fresh), "format {format}");
        let report = store.check(&mut |_| true).unwrap();
        assert_eq!(report.broken_total, 0, "{:?}", report.broken);
    }
}

#[test]
fn the_present_format_is_kept_too_and_needs_no_migration() {
    let dir = unpack(FORMAT);
    assert_eq!(Store::migrate(dir.path(), &mut |_| true).unwrap().from, FORMAT);
    let (_dir, fresh) = fresh(FORMAT);
    assert_eq!(dump(&Store::open(dir.path()).unwrap()), dump(&fresh));
}
