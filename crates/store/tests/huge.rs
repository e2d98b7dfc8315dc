//! One transaction with very many movements. It would not end while anyone waits if each of them cost a look at all others.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use fundtrail_store::{Completeness, Store, TxView};
use fundtrail_types::{Address, Amount, Asset, Chain, Kind, Movement, Order, TxId};

/// More than any block can hold, and few for a file that somebody made.
const MANY: u64 = 100_000;

fn movement(number: u64) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([1; 32]),
        kind: Kind::Internal,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(Address::Evm([1; 20])),
        to: Some(Address::Evm([2; 20])),
        amount: Amount::from(number),
        n: 0,
        order: Order::at(7),
        time: None,
    }
}

#[test]
fn many_rows_and_one_view_of_a_transaction_are_stored_and_checked() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (rows, whole) = (Store::open(dir.path()).unwrap(), Store::open(other.path()).unwrap());
    // Backwards, so that each comes before all others.
    let movements: Vec<Movement> = (1..=MANY).rev().map(movement).collect();
    let mut writer = rows.writer().unwrap();
    movements.iter().for_each(|movement| writer.movement(movement));
    writer.commit(None).unwrap();
    let mut writer = whole.writer().unwrap();
    writer.view(TxView::of_transaction(Completeness::Partial, &movements).unwrap());
    writer.commit(None).unwrap();
    let report = rows.check(&mut |_| true).unwrap();
    assert_eq!((report.transactions, report.movements, report.broken_total), (1, MANY, 0));
    for store in [&rows, &whole] {
        let stored = store.movements_by_id(Chain::ETHEREUM, &movements[0].tx).unwrap();
        assert!(stored.iter().rev().eq(&movements), "all of them, in the order of their amounts");
    }
}
