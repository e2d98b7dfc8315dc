//! Heights that are undone are as if they had never been seen.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use fundtrail_store::{Checkpoint, Completeness, SourceInfo, Store, TxView, Writer};
use fundtrail_types::{
    Account, Address, Amount, Asset, Chain, Claim, Coverage, Direction, Kind, Movement, Order, TxId, TxOrder, What,
};
use proptest::prelude::*;
use support::dump;

fn movement((tx, height, order, amount): (u8, u64, TxOrder, u64)) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([tx; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(Address::Evm([1 + tx % 3; 20])),
        to: Some(Address::Evm([2 + tx % 3; 20])),
        amount: Amount::from(amount),
        n: 0,
        order: Order { height, tx: order, leg: None },
        time: None,
    }
}

fn claim(from_height: u64, to_height: u64) -> Coverage {
    Coverage {
        chain: Chain::ETHEREUM,
        account: Some(Account { chain: Chain::ETHEREUM, address: Address::Evm([1; 20]) }),
        what: What::All,
        direction: Direction::Both,
        asset: None,
        from_height,
        to_height,
        claim: Claim::Complete,
        source: "x".to_owned(),
        note: None,
    }
}

fn load(movements: &[Movement], claims: &[Coverage]) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap();
    movements.iter().for_each(|movement| writer.movement(movement));
    claims.iter().for_each(|claim| writer.coverage(claim));
    writer.commit(None).unwrap();
    drop(writer);
    (dir, store)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_if_never_seen(
        rows in prop::collection::btree_map(
            1..30u8,
            (10..20u64, prop_oneof![Just(TxOrder::Opening), (0..2u32).prop_map(TxOrder::Index), Just(TxOrder::Unknown)], 0..3u64),
            1..20,
        ),
        (low, more) in (8..22u64, 0..8u64),
    ) {
        let high = low + more;
        let movements: Vec<_> = rows.into_iter().map(|(tx, (height, order, amount))| movement((tx, height, order, amount))).collect();
        let (_dir, store) = load(&movements, &[claim(5, 30)]);
        let undone = store.undo(Chain::ETHEREUM, (low, high), &mut |_| true).unwrap();
        let (gone, stay): (Vec<_>, Vec<_>) = movements.into_iter().partition(|one| (low..=high).contains(&one.order.height));
        prop_assert_eq!((undone.transactions, undone.claims, undone.complete), (gone.len() as u64, 1, true));
        let claims: Vec<_> = [claim(5, low - 1), claim(high + 1, 30)].into_iter().filter(|one| one.from_height <= one.to_height).collect();
        let (_other, never) = load(&stay, &claims);
        prop_assert_eq!(dump(&store), dump(&never));
        prop_assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
        // Loading what is gone brings it back.
        let mut writer = store.writer().unwrap();
        gone.iter().for_each(|movement| writer.movement(movement));
        writer.coverage(&claim(5, 30));
        writer.commit(None).unwrap();
        let (_third, whole) = load(&[stay, gone].concat(), &[claim(5, 30)]);
        prop_assert_eq!(dump(&store), dump(&whole));
    }
}

#[test]
fn loads_know_that_part_of_them_is_gone() {
    let (_dir, store) = load(&[movement((1, 10, TxOrder::Unknown, 5))], &[]);
    let source = SourceInfo { digest: "d".to_owned(), name: "file".to_owned(), records: 1, rejected: 0, undone: false };
    let mut writer = store.writer().unwrap();
    let finished = Checkpoint { load: "done".to_owned(), records: 1, finished: Some(source.clone()) };
    writer.commit(Some(&finished)).unwrap();
    writer.commit(Some(&Checkpoint { load: "half".to_owned(), records: 7, finished: None })).unwrap();
    let undone = store.undo(Chain::ETHEREUM, (10, 10), &mut |_| true).unwrap();
    assert_eq!(undone.loads, 1);
    assert_eq!(store.checkpoint("half").unwrap(), None, "it begins anew");
    assert_eq!(store.sources().unwrap(), [SourceInfo { undone: true, ..source.clone() }]);
    writer.commit(Some(&finished)).unwrap();
    assert_eq!(store.sources().unwrap(), [source]);
}

#[test]
fn claims_of_one_source_join_whatever_came_first() {
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let claims = [claim(1, 5), claim(6, 9), claim(12, 15)];
        let (_dir, store) = load(&[], &[]);
        for one in order {
            let mut writer = store.writer().unwrap();
            writer.coverage(&claims[one]);
            writer.commit(None).unwrap();
        }
        let id = store.chain_id(Chain::ETHEREUM).unwrap().unwrap();
        assert_eq!(store.coverage(id).unwrap(), [claim(1, 9), claim(12, 15)]);
    }
}

/// What a kill between two batches leaves is what a caller leaves who asks to stop.
#[test]
fn an_undo_that_was_cut_is_said_and_comes_to_its_end() {
    const MANY: u64 = 10_100;
    let id = |number: u64| TxId::Evm(std::array::from_fn(|at| number.to_be_bytes()[at % 8]));
    let rows = |from: u64| -> Vec<Movement> {
        let one = |number: u64| Movement { tx: id(number), ..movement((1, 10 + number / 100, TxOrder::Unknown, 5)) };
        (from..MANY).map(one).collect()
    };
    let hash = [7; 32];
    let (dir, store) = load(&rows(0), &[claim(5, 300)]);
    let mut writer = store.writer().unwrap();
    writer.head(Chain::ETHEREUM, (110, hash));
    writer.commit(None).unwrap();
    drop(writer);
    let mut asked = 0;
    let undone = store.undo(Chain::ETHEREUM, (10, u64::MAX), &mut |_| {
        asked += 1;
        false
    });
    let undone = undone.unwrap();
    assert_eq!((undone.transactions, undone.complete, asked), (10_000, false, 1));
    assert_eq!(store.heads(Chain::ETHEREUM).unwrap(), [(110, hash)], "the next load would see it, too");
    drop(store);

    let reader = Store::open_read_only(dir.path()).unwrap();
    assert_eq!(reader.undo_under_way().unwrap(), Some((Chain::ETHEREUM, 10, u64::MAX)));
    let report = reader.check(&mut |_| true).unwrap();
    assert_eq!(report.broken_total, 1);
    assert_eq!(report.broken[0].invariant, "an undo came to its end");
    drop(reader);

    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.undo_under_way().unwrap(), None);
    let (_other, never) = load(&[], &[claim(5, 9)]);
    assert_eq!(dump(&store), dump(&never));
    assert_eq!(store.heads(Chain::ETHEREUM).unwrap(), []);
    assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
}

/// What exports told of heights that a node knows whole stays when the chain gives these blocks up.
#[test]
fn blocks_that_are_given_up_leave_what_exports_told() {
    let blocks =
        |from_height, to_height| Coverage { account: None, source: "node".to_owned(), ..claim(from_height, to_height) };
    let exported =
        [(1, 10), (2, 12), (3, 12), (4, 14)].map(|(tx, height)| movement((tx, height, TxOrder::Index(0), 5)));
    let told = |writer: &mut Writer<'_>, heights: std::ops::RangeInclusive<u64>| {
        for height in heights {
            let one = movement((u8::try_from(height).unwrap() + 40, height, TxOrder::Index(0), 7));
            writer.view(TxView::of_transaction(Completeness::Complete, &[one]).unwrap());
        }
    };
    let (_dir, store) = load(&exported, &[claim(1, 20)]);
    let mut writer = store.writer().unwrap();
    told(&mut writer, 10..=14);
    // Of the last block not everything is known.
    writer.coverage(&blocks(10, 13));
    writer.commit(None).unwrap();
    drop(writer);
    let undone = store.undo_blocks(Chain::ETHEREUM, (12, u64::MAX), &["node"], &mut |_| true).unwrap();
    assert_eq!((undone.transactions, undone.complete), (4, true));

    let (_other, never) = load(&exported[..3], &[claim(1, 13), blocks(10, 11)]);
    let mut writer = never.writer().unwrap();
    told(&mut writer, 10..=11);
    writer.commit(None).unwrap();
    drop(writer);
    assert_eq!(dump(&store), dump(&never), "no place is crowded any more by what is gone");
    assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
}
