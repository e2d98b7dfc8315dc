//! Transactions of which only the time is known stand where their time puts them, whatever came first.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use fundtrail_store::{Entry, Store};
use fundtrail_types::{Account, Address, Amount, Asset, Chain, Kind, Movement, Order, Time, TxId, TxOrder};

fn movement(tx: u8, order: Order, seconds: i64) -> Movement {
    Movement {
        chain: Chain::SOLANA,
        tx: TxId::Solana([tx; 64]),
        kind: Kind::Native,
        asset: Asset::native(Chain::SOLANA),
        from: Some(Address::Solana([1; 32])),
        to: Some(Address::Solana([2; 32])),
        amount: Amount::from(u64::from(tx)),
        n: 0,
        order,
        time: Time::from_unix(seconds),
    }
}

fn timed(tx: u8, seconds: i64) -> Movement {
    movement(tx, Order::timed(Time::from_unix(seconds).unwrap()), seconds)
}

fn history(store: &Store) -> Vec<Entry> {
    let account = Account { chain: Chain::SOLANA, address: Address::Solana([2; 32]) };
    store.history(store.account_id(&account).unwrap().unwrap()).map(Result::unwrap).collect()
}

/// The transactions of a history, and the heights at which they stand.
fn places(store: &Store) -> Vec<(String, u64)> {
    history(store).iter().map(|entry| (entry.amount.to_string(), entry.position.height)).collect()
}

fn load(movements: &[Movement]) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap();
    for movement in movements {
        writer.movement(movement);
        writer.commit(None).unwrap();
    }
    drop(writer);
    (dir, store)
}

fn expected(rows: &[(u8, u64)]) -> Vec<(String, u64)> {
    rows.iter().map(|(tx, height)| (tx.to_string(), *height)).collect()
}

#[test]
fn they_stand_after_the_last_height_that_is_not_later() {
    let placed = [(10, 500, 1000), (11, 501, 1001), (12, 502, 1001), (13, 510, 1004)];
    let mut movements: Vec<_> =
        placed.iter().map(|(tx, height, time)| movement(*tx, Order::at(*height), *time)).collect();
    movements.extend([timed(20, 1001), timed(21, 999), timed(22, 2000), timed(23, 1003)]);
    let order = expected(&[(21, 0), (10, 500), (11, 501), (12, 502), (20, 502), (23, 502), (13, 510), (22, 510)]);
    let (_dir, store) = load(&movements);
    assert_eq!(places(&store), order);
    movements.reverse();
    let (_dir, store) = load(&movements);
    assert_eq!(places(&store), order);
    assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
    assert!(history(&store).windows(2).all(|pair| pair[0].position < pair[1].position));
    assert!(history(&store).iter().all(|entry| (entry.order == TxOrder::Timed) == (entry.position.timed > 0)));
}

/// More lines than are read at first.
#[test]
fn they_stand_there_in_a_long_history_too() {
    let placed = (0..90u8).map(|tx| movement(tx, Order::at(500 + u64::from(tx)), 1000 + 10 * i64::from(tx)));
    let apart = (100..190u8).map(|tx| timed(tx, 1005 + 10 * i64::from(tx - 100)));
    let (_dir, store) = load(&placed.chain(apart).collect::<Vec<_>>());
    let order: Vec<_> = (0..90u8).flat_map(|tx| [(tx, 500 + u64::from(tx)), (100 + tx, 500 + u64::from(tx))]).collect();
    // What moved nothing is no line.
    assert_eq!(places(&store), expected(&order[1..]));
}

#[test]
fn they_move_to_their_height_once_a_source_tells_it() {
    let rows = [timed(20, 1001), movement(10, Order::at(500), 1000), movement(20, Order::at(503), 1001)];
    for rows in [rows.clone(), [rows[2].clone(), rows[1].clone(), rows[0].clone()]] {
        let (_dir, store) = load(&rows);
        assert_eq!(places(&store), expected(&[(10, 500), (20, 503)]));
        assert!(history(&store).iter().all(|entry| entry.position.timed == 0));
        let tx = store.tx_by_id(Chain::SOLANA, &TxId::Solana([20; 64])).unwrap().unwrap();
        assert_eq!((tx.height, tx.order, tx.conflict), (503, TxOrder::Unknown, false));
    }
}

#[test]
fn without_any_height_they_stand_in_the_order_of_time() {
    let (_dir, store) = load(&[timed(3, 30), timed(1, 10), timed(2, 20)]);
    assert_eq!(places(&store), expected(&[(1, 0), (2, 0), (3, 0)]));
}
