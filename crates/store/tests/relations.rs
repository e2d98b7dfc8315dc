//! Relations: read by transaction and by account, replaced and undone with their transaction, and whose a token account is.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod support;

use fundtrail_store::{Completeness, Store, TxView, Writer};
use fundtrail_types::{
    Account, Address, Amount, Asset, Chain, Kind, Movement, Order, Relation, RelationKind, Time, Token, TxId, TxOrder,
};
use proptest::prelude::*;
use support::dump;

const SOLANA: Chain = Chain::SOLANA;
const MINT: u8 = 200;
/// A token account, and another one.
const ACCOUNT: u8 = 50;
const OTHER: u8 = 51;

fn address(byte: u8) -> Address {
    Address::Solana([byte; 32])
}

fn account(byte: u8) -> Account {
    Account { chain: SOLANA, address: address(byte) }
}

fn relation(kind: RelationKind, subject: u8, object: u8) -> Relation {
    let is_of_mint = matches!(kind, RelationKind::TokenAccount | RelationKind::Authority);
    Relation {
        chain: SOLANA,
        kind,
        subject: address(subject),
        object: address(object),
        asset: is_of_mint.then(|| Asset { chain: SOLANA, token: Token::Contract(address(MINT)) }),
        tx: TxId::Solana([0; 64]),
        order: Order::at(0),
        time: None,
    }
}

/// A relation: its kind, its subject and its object.
type Told = (RelationKind, u8, u8);

/// A complete view of a transaction that paid a fee, with relations.
fn view(tx: u8, height: u64, relations: &[Told]) -> TxView {
    let fee = Movement {
        chain: SOLANA,
        tx: TxId::Solana([tx; 64]),
        kind: Kind::Fee,
        asset: Asset::native(SOLANA),
        from: Some(address(1)),
        to: None,
        amount: Amount::from(5_000u64),
        n: 0,
        order: Order { height, tx: TxOrder::Index(u32::from(tx)), leg: None },
        time: Time::from_unix(1_700_000_000),
    };
    let relations: Vec<Relation> =
        relations.iter().map(|(kind, subject, object)| relation(*kind, *subject, *object)).collect();
    TxView::of_transaction(Completeness::Complete, &[fee]).unwrap().with_relations(&relations)
}

fn new() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (dir, store)
}

fn write(store: &Store, tables_from: usize, fill: impl FnOnce(&mut Writer<'_>)) {
    let mut writer = store.writer().unwrap().tables_from(tables_from);
    fill(&mut writer);
    writer.commit(None).unwrap();
}

fn is_whole(store: &Store) -> Result<(), TestCaseError> {
    let report = store.check(&mut |_| true).unwrap();
    prop_assert_eq!(report.broken_total, 0, "{:?}", report.broken);
    Ok(())
}

/// Transactions by id: height and relations.
type Txs = Vec<(u8, u64, Vec<Told>)>;

fn txs() -> impl Strategy<Value = Txs> {
    let relation = (prop::sample::select(RelationKind::ALL.to_vec()), 1..5u8, 5..8u8);
    prop::collection::btree_map(1..8u8, (7..11u64, prop::collection::vec(relation, 0..4)), 1..7)
        .prop_map(|all| all.into_iter().map(|(tx, (height, relations))| (tx, height, relations)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_replaced_or_undone_leaves_no_relation(
        first in txs(), second in txs(), low in 7..11u64, tables_from in prop::sample::select(vec![1, usize::MAX]),
    ) {
        let fill = |store: &Store, txs: &Txs, replace: bool| write(store, tables_from, |writer| {
            for (tx, height, relations) in txs {
                let view = view(*tx, *height, relations);
                if replace { writer.replace(view) } else { writer.view(view) }
            }
        });
        let ((_dir, store), (_other, fresh)) = (new(), new());
        fill(&store, &first, false);
        fill(&store, &second, true);
        let here: Vec<u8> = second.iter().map(|one| one.0).collect();
        let stay: Txs = first.into_iter().filter(|one| !here.contains(&one.0)).chain(second).collect();
        fill(&fresh, &stay, false);
        prop_assert_eq!(dump(&store), dump(&fresh));
        is_whole(&store)?;
        let below: Txs = stay.iter().filter(|one| one.1 < low).cloned().collect();
        let count = below.iter().map(|one| {
            let mut relations = one.2.clone();
            relations.sort();
            relations.dedup();
            relations.len() as u64
        });
        store.undo(SOLANA, (low, u64::MAX), &mut |_| true).unwrap();
        prop_assert_eq!(store.info().unwrap().chains[0].relations, count.sum::<u64>());
        is_whole(&store)?;
        // Names keep their numbers, so what is left is compared with what comes to the same once all is loaded again.
        let (_third, again) = new();
        fill(&again, &below, false);
        let shown = |store: &Store| dump(store).replace(&format!("{SOLANA} None 0 []\n"), "");
        prop_assert_eq!(shown(&store), shown(&again));
        fill(&store, &stay, false);
        prop_assert_eq!(dump(&store), dump(&fresh));
    }
}

#[test]
fn an_account_is_read_from_both_sides_in_an_order_that_no_load_decides() {
    let kinds = [RelationKind::FeePayer, RelationKind::CoSigner];
    let views = [
        view(1, 9, &[(kinds[0], 9, 4), (kinds[1], 3, 4)]),
        view(2, 8, &[(kinds[0], 9, 4), (kinds[0], 2, 4), (kinds[0], 4, 7)]),
    ];
    for order in [[0, 1], [1, 0]] {
        let (_dir, store) = new();
        order.iter().for_each(|at| write(&store, usize::MAX, |writer| writer.view(views[*at].clone())));
        let id = store.account_id(&account(4)).unwrap().unwrap();
        let told: Vec<Relation> = store.relations_of(id).unwrap().map(Result::unwrap).collect();
        let shown: Vec<_> =
            told.iter().map(|one| (one.kind, one.subject.clone(), one.object.clone(), one.order.height)).collect();
        let expected =
            [(kinds[0], 4, 7, 8), (kinds[0], 2, 4, 8), (kinds[0], 9, 4, 8), (kinds[0], 9, 4, 9), (kinds[1], 3, 4, 9)];
        assert_eq!(shown, expected.map(|(kind, one, other, height)| (kind, address(one), address(other), height)));
        let last = &told[4];
        let order = Order { height: 9, tx: TxOrder::Index(1), leg: None };
        assert_eq!((&last.tx, last.order, last.time), (&TxId::Solana([1; 64]), order, Time::from_unix(1_700_000_000)));
        let tx = store.tx_by_id(SOLANA, &last.tx).unwrap().unwrap();
        assert_eq!(store.relations_at(&tx).unwrap(), store.view(&tx).unwrap().relations());
        assert_eq!(store.relations_at(&tx).unwrap().len(), 2);
        assert_eq!(store.info().unwrap().chains[0].relations, 5);
    }
}

/// Whose the account is at a slot, by what transactions show.
#[track_caller]
fn owner(shown: &[(u64, &[Told])], slot: u64) -> Option<Address> {
    let (_dir, store) = new();
    write(&store, usize::MAX, |writer| {
        (1u8..).zip(shown).for_each(|(tx, (height, relations))| writer.view(view(tx, *height, relations)));
    });
    is_whole(&store).unwrap();
    let owner = store.owner_of(&account(ACCOUNT), slot).unwrap();
    owner.map(|(owner, mint)| {
        assert_eq!(mint, address(MINT));
        owner
    })
}

const OF_ONE: Told = (RelationKind::TokenAccount, 1, ACCOUNT);
const OF_TWO: Told = (RelationKind::TokenAccount, 2, ACCOUNT);
const ONE_TO_TWO: Told = (RelationKind::Authority, 1, 2);
const TWO_TO_ONE: Told = (RelationKind::Authority, 2, 1);
/// Another account of the same owner and mint that went over.
const OTHER_OF_ONE: Told = (RelationKind::TokenAccount, 1, OTHER);
const OTHER_OF_TWO: Told = (RelationKind::TokenAccount, 2, OTHER);
/// A hand-over of the account by itself: nobody knew its owner.
const SELF_TO_TWO: Told = (RelationKind::Authority, ACCOUNT, 2);

#[test]
fn the_last_owner_that_was_shown_before_the_slot_is_told() {
    let (one, two) = (Some(address(1)), Some(address(2)));
    assert_eq!(owner(&[], 10), None);
    assert_eq!(owner(&[(5, &[OF_ONE])], 10), one);
    assert_eq!(owner(&[(5, &[OF_ONE]), (20, &[OF_ONE])], 10), one);
    // A hand-over that balances tell, before the slot and after it.
    let handed: &[_] = &[OF_ONE, ONE_TO_TWO, OF_TWO];
    assert_eq!(owner(&[(5, handed)], 10), two);
    assert_eq!(owner(&[(10, handed), (5, &[OF_ONE])], 10), one, "at the beginning of the slot");
    assert_eq!(owner(&[(5, &[OF_ONE]), (20, handed)], 10), one);
    assert_eq!(owner(&[(5, handed), (7, &[OF_TWO, TWO_TO_ONE, OF_ONE])], 10), one, "there and back");
    assert_eq!(owner(&[(5, &[SELF_TO_TWO])], 10), two, "whose it was, nobody knew; whose it is, is told");
}

#[test]
fn where_the_owner_may_have_changed_nobody_is_told() {
    let one = Some(address(1));
    // Handed over by a transaction that does not say which account it was.
    assert_eq!(owner(&[(5, &[OF_ONE]), (7, &[ONE_TO_TWO])], 10), None);
    assert_eq!(owner(&[(5, &[OF_ONE]), (7, &[ONE_TO_TWO]), (20, &[OF_ONE])], 10), one, "so it was another one");
    assert_eq!(owner(&[(5, &[OF_ONE]), (7, &[ONE_TO_TWO, OTHER_OF_ONE, OTHER_OF_TWO])], 10), one);
    assert_eq!(owner(&[(5, &[OF_ONE]), (12, &[ONE_TO_TWO])], 10), one, "after the slot");
    assert_eq!(owner(&[(5, &[OF_ONE, ONE_TO_TWO])], 10), None);
    // Another's later, and nothing tells since when; or a hand-over tells.
    assert_eq!(owner(&[(5, &[OF_ONE]), (20, &[OF_TWO])], 10), None);
    assert_eq!(owner(&[(5, &[OF_ONE]), (15, &[ONE_TO_TWO]), (20, &[OF_TWO])], 10), one);
    assert_eq!(owner(&[(5, &[OF_ONE]), (7, &[ONE_TO_TWO]), (20, &[OF_TWO])], 10), None, "not which account, still");
    // Closed and opened anew.
    assert_eq!(owner(&[(5, &[OF_ONE, OF_TWO])], 10), None);
}

#[test]
fn later_transactions_tell_an_owner_if_all_of_them_agree() {
    let (one, two) = (Some(address(1)), Some(address(2)));
    assert_eq!(owner(&[(20, &[OF_ONE]), (30, &[OF_ONE])], 10), one);
    assert_eq!(owner(&[(20, &[OF_ONE]), (30, &[OF_TWO])], 10), None);
    assert_eq!(owner(&[(20, &[OF_TWO]), (15, &[ONE_TO_TWO])], 10), None, "it may have been handed over since");
    assert_eq!(owner(&[(20, &[OF_TWO]), (15, &[ONE_TO_TWO, OTHER_OF_ONE, OTHER_OF_TWO])], 10), two);
    assert_eq!(owner(&[(20, &[SELF_TO_TWO])], 10), None);
    // One of the slot itself is close enough not to ask what came after.
    assert_eq!(owner(&[(10, &[OF_ONE]), (30, &[OF_TWO])], 10), one);
    assert_eq!(owner(&[(10, &[OF_ONE, ONE_TO_TWO, OF_TWO])], 10), None);
}
