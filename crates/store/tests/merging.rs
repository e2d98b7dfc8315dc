//! The order of loads, their batches and their repetitions cannot show: whatever the way, the store reads the same and
//! passes its own check.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use fundtrail_store::{Checkpoint, Completeness, Side, SourceInfo, Store, TxView};
use fundtrail_types::{Account, Address, Amount, Asset, Chain, Kind, Movement, Order, Time, TxId, TxOrder};
use proptest::{prelude::*, sample::Index};
use support::dump;

fn address(byte: u8) -> Option<Address> {
    (byte > 0).then_some(Address::Evm([byte; 20]))
}

/// Movements of a handful of transactions, with equal ones, contradictions and crowded places.
fn any_movement() -> impl Strategy<Value = Movement> {
    let kind = prop::sample::select(vec![Kind::Native, Kind::Token, Kind::Fee]);
    let order = prop_oneof![
        Just(TxOrder::Opening),
        (0..2u32).prop_map(TxOrder::Index),
        Just(TxOrder::Unknown),
        Just(TxOrder::Timed)
    ];
    (1..6u8, kind, (0..4u8, 1..4u8), 0..3u64, 0..2u32, (order, 7..9u64, prop::option::of(0..3u32)), any::<bool>())
        .prop_map(|(tx, kind, (from, to), amount, n, (order, height, leg), timed)| Movement {
            chain: Chain::ETHEREUM,
            tx: TxId::Evm([tx; 32]),
            kind,
            asset: Asset::native(Chain::ETHEREUM),
            from: address(from),
            to: address(to),
            amount: Amount::from(amount),
            n,
            order: Order { height, tx: order, leg },
            time: Time::from_unix(i64::try_from(height).unwrap()).filter(|_| timed),
        })
}

/// Loads movements one by one as partial views, with a commit after each of `cuts`. From `tables_from` rows of a family on,
/// a commit writes tables.
fn load(movements: &[Movement], cuts: &[usize], tables_from: usize) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap().tables_from(tables_from);
    for (place, movement) in movements.iter().enumerate() {
        writer.movement(movement);
        if cuts.contains(&place) {
            writer.commit(None).unwrap();
        }
    }
    writer.commit(None).unwrap();
    drop(writer);
    (dir, store)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_any_batches_any_repetition(
        movements in prop::collection::vec(any_movement(), 1..16),
        repeated in prop::collection::vec(any::<Index>(), 0..6),
        keys in prop::collection::vec(any::<u32>(), 32),
        cuts in prop::collection::vec(0..20usize, 0..5),
        tables_from in prop::sample::select(vec![1, 3, usize::MAX]),
    ) {
        let (_dir, straight) = load(&movements, &[], usize::MAX);
        let again: Vec<_> = repeated.iter().map(|index| movements[index.index(movements.len())].clone()).collect();
        let mut shuffled: Vec<_> = movements.iter().cloned().chain(again).zip(keys).collect();
        shuffled.sort_by_key(|(_, key)| *key);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(movement, _)| movement).collect();
        let (_other, other) = load(&shuffled, &cuts, tables_from);
        prop_assert_eq!(dump(&straight), dump(&other));
        for store in [&straight, &other] {
            let report = store.check(&mut |_| true).unwrap();
            prop_assert_eq!(report.broken_total, 0, "{:?}", report.broken);
        }
    }

    #[test]
    fn a_complete_view_replaces_what_exports_said_whenever_it_comes(
        exports in prop::collection::vec(any_movement(), 1..8), complete in prop::collection::vec(any_movement(), 1..4), at in any::<Index>(),
    ) {
        let whole: Vec<_> = complete.iter().map(|one| Movement { tx: TxId::Evm([1; 32]), order: Order { height: 7, tx: TxOrder::Index(0), leg: one.order.leg }, time: None, ..one.clone() }).collect();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mut writer = store.writer().unwrap();
        for (place, movement) in exports.iter().enumerate() {
            if place == at.index(exports.len()) {
                writer.view(TxView::of_transaction(Completeness::Complete, &whole).unwrap());
            }
            writer.movement(movement);
            writer.commit(None).unwrap();
        }
        let tx = store.tx_by_id(Chain::ETHEREUM, &TxId::Evm([1; 32])).unwrap().unwrap();
        prop_assert_eq!((tx.completeness, tx.height, tx.order), (Completeness::Complete, 7, TxOrder::Index(0)));
        let stored = store.movements_at(&tx).unwrap();
        let (_fresh, fresh) = {
            let dir = tempfile::tempdir().unwrap();
            let fresh = Store::open(dir.path()).unwrap();
            let mut writer = fresh.writer().unwrap();
            writer.view(TxView::of_transaction(Completeness::Complete, &whole).unwrap());
            writer.commit(None).unwrap();
            drop(writer);
            (dir, fresh)
        };
        prop_assert_eq!(stored, fresh.movements_by_id(Chain::ETHEREUM, &TxId::Evm([1; 32])).unwrap());
        prop_assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
    }
}

fn transfer(tx: u8, height: u64, order: TxOrder, amount: u64) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([tx; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: address(1),
        to: address(2),
        amount: Amount::from(amount),
        n: 0,
        order: Order { height, tx: order, leg: None },
        time: None,
    }
}

#[test]
fn a_history_is_in_the_order_of_time_with_both_sides() {
    let movements = [
        transfer(1, 9, TxOrder::Unknown, 5),
        transfer(2, 9, TxOrder::Index(3), 4),
        transfer(3, 9, TxOrder::Index(1), 3),
        transfer(4, 9, TxOrder::Opening, 2),
        transfer(5, 8, TxOrder::Unknown, 1),
    ];
    let (_dir, store) = load(&movements, &[1], 1);
    for (byte, side) in [(1, Side::Out), (2, Side::In)] {
        let account = Account { chain: Chain::ETHEREUM, address: address(byte).unwrap() };
        let id = store.account_id(&account).unwrap().unwrap();
        let entries: Vec<_> = store.history(id).map(Result::unwrap).collect();
        assert_eq!(entries.iter().map(|entry| entry.amount.to_string()).collect::<Vec<_>>(), ["1", "2", "3", "4", "5"]);
        assert!(entries.iter().all(|entry| entry.side == side));
    }
}

#[test]
fn zero_value_events_are_kept_but_are_in_nobodys_history() {
    let (_dir, store) = load(&[transfer(1, 9, TxOrder::Unknown, 0), transfer(2, 9, TxOrder::Unknown, 7)], &[], 2);
    assert_eq!(store.movements_by_id(Chain::ETHEREUM, &TxId::Evm([1; 32])).unwrap().len(), 1);
    let account = Account { chain: Chain::ETHEREUM, address: address(2).unwrap() };
    let id = store.account_id(&account).unwrap().unwrap();
    assert_eq!(store.history(id).count(), 1);
    let info = store.info().unwrap();
    assert_eq!((info.chains[0].movements, info.chains[0].zero_value_events, info.chains[0].transactions), (1, 1, 2));
}

#[test]
fn movements_that_only_a_balance_tells_are_counted_apart() {
    let risen = Movement { kind: Kind::Unexplained, from: None, ..transfer(1, 9, TxOrder::Unknown, 7) };
    let fallen = Movement { kind: Kind::Unexplained, to: None, ..transfer(1, 9, TxOrder::Unknown, 7) };
    let unmoved = Movement { amount: Amount::ZERO, ..risen.clone() };
    let (_dir, store) = load(&[transfer(1, 9, TxOrder::Unknown, 7), risen, fallen, unmoved], &[], 2);
    let chain = &store.info().unwrap().chains[0];
    assert_eq!((chain.movements, chain.unexplained, chain.zero_value_events), (3, 2, 1));
}

#[test]
fn rows_and_their_checkpoint_are_written_together_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    {
        let store = Store::open(dir.path()).unwrap();
        let mut writer = store.writer().unwrap();
        writer.movement(&transfer(1, 9, TxOrder::Unknown, 7));
        writer.commit(Some(&Checkpoint { load: "x".to_owned(), records: 1, finished: None })).unwrap();
        writer.movement(&transfer(2, 9, TxOrder::Unknown, 7));
        // Never committed: as if the process had died here.
    }
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.checkpoint("x").unwrap(), Some(1));
    assert!(store.tx_by_id(Chain::ETHEREUM, &TxId::Evm([2; 32])).unwrap().is_none());
    let mut writer = store.writer().unwrap();
    writer
        .commit(Some(&Checkpoint {
            load: "x".to_owned(),
            records: 2,
            finished: Some(SourceInfo {
                digest: "d".to_owned(),
                name: "file".to_owned(),
                records: 2,
                rejected: 1,
                undone: false,
            }),
        }))
        .unwrap();
    assert_eq!(store.checkpoint("x").unwrap(), None);
    let sources = store.sources().unwrap();
    assert_eq!((sources[0].name.as_str(), sources[0].records, sources[0].rejected), ("file", 2, 1));
}
