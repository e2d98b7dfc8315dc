//! A block that is told anew stands in place of what was told before; what exports told stays.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use fundtrail_store::{Completeness, Store, TxView, Writer};
use fundtrail_types::{
    Address, Amount, Asset, Chain, Claim, Coverage, Direction, Kind, Movement, Order, TxId, TxOrder, What,
};
use proptest::prelude::*;
use support::dump;

const NODE: &str = "a node";

fn movement(tx: u8, height: u64, index: u32, amount: u64) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([tx; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(Address::Evm([1 + tx % 3; 20])),
        to: Some(Address::Evm([2 + tx % 3; 20])),
        amount: Amount::from(amount),
        n: 0,
        order: Order { height, tx: TxOrder::Index(index), leg: None },
        time: None,
    }
}

fn whole(movement: &Movement) -> TxView {
    TxView::of_transaction(Completeness::Complete, std::slice::from_ref(movement)).unwrap()
}

fn claim(claim: Claim, source: &str, from_height: u64, to_height: u64) -> Coverage {
    Coverage {
        chain: Chain::ETHEREUM,
        account: None,
        what: What::All,
        direction: Direction::Both,
        asset: None,
        from_height,
        to_height,
        claim,
        source: source.to_owned(),
        note: None,
    }
}

fn new() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (dir, store)
}

fn write(store: &Store, fill: impl FnOnce(&mut Writer<'_>)) {
    let mut writer = store.writer().unwrap().tables_from(3);
    fill(&mut writer);
    writer.commit(None).unwrap();
}

/// A transaction of a block: its id, its index, and what it moved.
fn block() -> impl Strategy<Value = Vec<(u8, u32, u64)>> {
    prop::collection::btree_map(1..12u8, (0..3u32, 0..4u64), 0..8)
        .prop_map(|block| block.into_iter().map(|(tx, (index, amount))| (tx, index, amount)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_block_that_comes_again_is_as_if_only_it_had_come(
        first in block(), second in block(), exported in prop::collection::btree_map(20..26u8, 0..3u32, 0..4), height in 8..10u64,
    ) {
        let exports = |writer: &mut Writer<'_>| {
            exported.iter().for_each(|(tx, index)| writer.movement(&movement(*tx, 9, *index, 5)));
            writer.movement(&movement(30, 7, 0, 5));
        };
        let views = |block: &[(u8, u32, u64)], height: u64| -> Vec<TxView> {
            block.iter().map(|(tx, index, amount)| whole(&movement(*tx, height, *index, *amount))).collect()
        };
        let (_dir, store) = new();
        write(&store, exports);
        write(&store, |writer| views(&first, height).into_iter().for_each(|view| writer.view(view)));
        write(&store, |writer| {
            views(&second, 9).into_iter().for_each(|view| writer.replace(view));
            [8, 9].into_iter().for_each(|height| writer.replace_block(Chain::ETHEREUM, height));
        });
        let (_other, fresh) = new();
        write(&fresh, exports);
        write(&fresh, |writer| views(&second, 9).into_iter().for_each(|view| writer.view(view)));
        prop_assert_eq!(dump(&store), dump(&fresh));
        let report = store.check(&mut |_| true).unwrap();
        prop_assert_eq!(report.broken_total, 0, "{:?}", report.broken);
    }
}

#[test]
fn a_weaker_view_replaces_no_complete_one() {
    let (_dir, store) = new();
    write(&store, |writer| writer.view(whole(&movement(1, 9, 0, 5))));
    let before = dump(&store);
    write(&store, |writer| writer.replace(TxView::of_movement(&movement(1, 9, 0, 7))));
    assert_eq!(dump(&store), before);
}

#[test]
fn what_the_same_source_claimed_of_the_block_is_claimed_anew() {
    let (_dir, store) = new();
    write(&store, |writer| {
        writer.coverage(&claim(Claim::Complete, NODE, 1, 9));
        writer.coverage(&claim(Claim::Complete, "somebody else", 1, 9));
        writer.movement(&movement(1, 9, 0, 5));
    });
    write(&store, |writer| {
        [4, 5, 6].into_iter().for_each(|height| writer.uncover(Chain::ETHEREUM, NODE, height));
        writer.coverage(&claim(Claim::Complete, NODE, 5, 5));
        writer.coverage(&claim(Claim::Listed, NODE, 4, 4));
    });
    let id = store.chain_id(Chain::ETHEREUM).unwrap().unwrap();
    let expected = [
        claim(Claim::Complete, NODE, 1, 3),
        claim(Claim::Complete, NODE, 5, 5),
        claim(Claim::Complete, NODE, 7, 9),
        claim(Claim::Listed, NODE, 4, 4),
        claim(Claim::Complete, "somebody else", 1, 9),
    ];
    let mut claims = store.coverage(id).unwrap();
    claims.sort_by_key(|one| (one.source.clone(), one.claim, one.from_height));
    assert_eq!(claims, expected);
}
