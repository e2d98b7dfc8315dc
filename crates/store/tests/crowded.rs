//! Transactions that claim one index: all of them are marked, and no number of them stops a load.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use fundtrail_store::{Store, StoredTx};
use fundtrail_types::{Address, Amount, Asset, Chain, Kind, Movement, Order, TxId, TxOrder};

fn id(number: usize) -> TxId {
    TxId::parse(Chain::ETHEREUM, &format!("0x{number:064x}")).unwrap()
}

fn transfer(number: usize, height: u64, tx: TxOrder) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: id(number),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(Address::Evm([1; 20])),
        to: Some(Address::Evm([2; 20])),
        amount: Amount::from(5u64),
        n: 0,
        order: Order { height, tx, leg: None },
        time: None,
    }
}

/// Loads in the order given, with a commit after every `batch` movements, and reads every transaction back.
fn load(movements: &[Movement], batch: usize, ids: usize) -> Vec<StoredTx> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap();
    for part in movements.chunks(batch) {
        part.iter().for_each(|movement| writer.movement(movement));
        writer.commit(None).unwrap();
    }
    drop(writer);
    let report = store.check(&mut |_| true).unwrap();
    assert_eq!(report.broken_total, 0, "{:?}", report.broken);
    (1..=ids).map(|number| store.tx_by_id(Chain::ETHEREUM, &id(number)).unwrap().unwrap()).collect()
}

#[test]
fn two_that_claim_one_index_contradict_each_other_until_one_of_them_goes() {
    let claims =
        [transfer(1, 7, TxOrder::Index(0)), transfer(2, 7, TxOrder::Index(0)), transfer(3, 7, TxOrder::Index(1))];
    // Another source puts the second one elsewhere: that is a conflict of its own, and the first one's is gone.
    let moved = transfer(2, 6, TxOrder::Index(4));
    for batch in [1, 2, 4] {
        let conflicts =
            |movements: &[Movement]| -> Vec<bool> { load(movements, batch, 3).iter().map(|tx| tx.conflict).collect() };
        let [a, b, c] = &claims;
        for order in [[a, b, c], [b, c, a], [c, b, a]] {
            let order = order.map(Clone::clone);
            assert_eq!(conflicts(&order), [true, true, false]);
            let with_moved: Vec<_> = order.iter().cloned().chain([moved.clone()]).collect();
            assert_eq!(conflicts(&with_moved), [false, true, false]);
            let with_moved: Vec<_> = [moved.clone()].into_iter().chain(order.iter().cloned()).collect();
            assert_eq!(conflicts(&with_moved), [false, true, false]);
        }
    }
}

#[test]
fn more_than_a_key_can_tell_apart_lose_their_index_whatever_the_order() {
    let all: Vec<Movement> = (1..=300).map(|number| transfer(number, 7, TxOrder::Index(0))).collect();
    let straight = load(&all, 1000, 300);
    assert!(straight.iter().all(|tx| tx.conflict));
    let order = |tx: &StoredTx| tx.order;
    assert!(straight[..256].iter().map(order).all(|order| order == TxOrder::Index(0)));
    assert!(straight[256..].iter().map(order).all(|order| order == TxOrder::Unknown));
    let backwards: Vec<_> = all.iter().rev().cloned().collect();
    assert_eq!(load(&backwards, 7, 300), straight);
    // Loading them again changes nothing.
    let twice: Vec<_> = all.iter().step_by(3).chain(&all).cloned().collect();
    assert_eq!(load(&twice, 64, 300), straight);
}
