//! One writer at a time, and what becomes of a batch that fails.

use std::collections::HashSet;

use fundtrail_types::{Account, Address, Amount, Asset, Chain, Kind, Movement, Order, TxId};

use super::*;
use crate::families::TXIDS;

/// A payment between two accounts that no other transaction names.
fn movement(tx: u8) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([tx; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(Address::Evm([tx; 20])),
        to: Some(Address::Evm([100 + tx; 20])),
        amount: Amount::from(u64::from(tx)),
        n: 0,
        order: Order::at(100),
        time: None,
    }
}

fn after(records: u64) -> Option<Checkpoint> {
    Some(Checkpoint { load: "load".to_owned(), records, finished: None })
}

/// A database in which one batch is stored.
fn begun() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap();
    writer.movement(&movement(1));
    writer.commit(after(1).as_ref()).unwrap();
    drop(writer);
    (dir, store)
}

/// The rest of the load, as it is run again: every transaction is there once, with two accounts of its own.
#[track_caller]
fn goes_on(store: &Store, stored: u8) {
    assert_eq!(store.checkpoint("load").unwrap(), Some(stored.into()));
    let mut writer = store.writer().unwrap();
    (stored + 1..=5).for_each(|tx| writer.movement(&movement(tx)));
    writer.commit(after(5).as_ref()).unwrap();
    let report = store.check(&mut |_| true).unwrap();
    assert_eq!((report.transactions, report.broken_total), (5, 0), "{:?}", report.broken);
    let number = |byte: u8| {
        let account = Account { chain: Chain::ETHEREUM, address: Address::Evm([byte; 20]) };
        store.account_id(&account).unwrap().unwrap()
    };
    let numbers: HashSet<_> = (1..=5).flat_map(|tx| [number(tx), number(100 + tx)]).collect();
    assert_eq!(numbers.len(), 10, "no number is given twice");
}

/// Nothing more is taken: what would come has a gap before it. The first failure is not forgotten over that.
#[track_caller]
fn takes_no_more(writer: &mut Writer<'_>, failed: &StoreError) {
    writer.movement(&movement(4));
    let error = writer.commit(after(4).as_ref()).unwrap_err();
    assert!(matches!(&error, StoreError::WriteFailed { cause, .. } if *cause == failed.to_string()), "{error}");
    assert!(error.to_string().contains("running the same command again"), "{error}");
}

#[test]
fn a_store_has_one_writer_at_a_time() {
    let (_dir, store) = begun();
    let writer = store.writer().unwrap();
    let error = store.writer().unwrap_err();
    assert!(matches!(error, StoreError::SecondWriter(_)), "{error}");
    assert!(error.to_string().contains("let it end before the next one begins"), "{error}");
    drop(writer);
    goes_on(&store, 1);
    goes_on(&store, 5);
}

#[test]
fn after_a_batch_failed_while_it_was_written_only_opening_again_tells_what_is_stored() {
    type Write = fn(&Store, &mut Step, usize) -> Result<(), StoreError>;
    let before_anything: Write = |_, _, _| Err(StoreError::Thread);
    let half_way: Write = |store, step, _| {
        bulk::stage(store, step, 1)?;
        Err(StoreError::Thread)
    };
    let at_its_end: Write = |store, step, _| {
        bulk::write(store, step, 1, false)?;
        Err(StoreError::Thread)
    };
    for (write, stored) in [(before_anything, 1), (half_way, 3), (at_its_end, 3)] {
        let (dir, store) = begun();
        let mut writer = store.writer().unwrap();
        writer.movement(&movement(2));
        writer.movement(&movement(3));
        let failed = writer.commit_by(after(3).as_ref(), write).unwrap_err();
        takes_no_more(&mut writer, &failed);
        drop(writer);
        assert!(matches!(store.writer(), Err(StoreError::WriteFailed { .. })));
        drop(store);
        goes_on(&Store::open(dir.path()).unwrap(), stored);
    }
}

#[test]
fn after_a_batch_failed_before_it_was_written_another_writer_goes_on() {
    let (_dir, store) = begun();
    let key = crate::keys::txid(store.chain_id(Chain::ETHEREUM).unwrap().unwrap(), &movement(2).tx);
    store.put(TXIDS, &key, b"?").unwrap();
    let mut writer = store.writer().unwrap();
    writer.movement(&movement(2));
    writer.movement(&movement(3));
    let failed = writer.commit(after(3).as_ref()).unwrap_err();
    assert!(matches!(failed, StoreError::Damaged { .. }), "{failed}");
    takes_no_more(&mut writer, &failed);
    drop(writer);
    store.delete(TXIDS, &key).unwrap();
    goes_on(&store, 1);
}
