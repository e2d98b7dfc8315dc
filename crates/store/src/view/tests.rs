use fundtrail_types::RelationKind;
use proptest::prelude::*;

use super::*;

fn address(byte: u8) -> Option<Address> {
    (byte > 0).then_some(Address::Evm([byte; 20]))
}

/// Movements of one transaction, from a small space so that equal ones and contradictions are common.
fn any_movement() -> impl Strategy<Value = Movement> {
    let kind = prop::sample::select(vec![Kind::Native, Kind::Internal, Kind::Fee]);
    let order = prop_oneof![
        Just(TxOrder::Opening),
        (0..2u32).prop_map(TxOrder::Index),
        Just(TxOrder::Unknown),
        Just(TxOrder::Timed)
    ];
    (kind, 0..3u8, 0..3u8, 0..3u64, 0..2u32, (order, 5..7u64, prop::option::of(0..3u32)), prop::option::of(0..2i64))
        .prop_map(|(kind, from, to, amount, n, (tx, height, leg), time)| Movement {
            chain: Chain::ETHEREUM,
            tx: TxId::Evm([1; 32]),
            kind,
            asset: Asset::native(Chain::ETHEREUM),
            from: address(from),
            to: address(to),
            amount: Amount::from(amount),
            n,
            order: Order { height, tx, leg },
            time: time.and_then(Time::from_unix),
        })
}

fn relation(kind: RelationKind, subject: u8, object: u8) -> Relation {
    Relation {
        chain: Chain::ETHEREUM,
        kind,
        subject: Address::Evm([subject; 20]),
        object: Address::Evm([object; 20]),
        asset: (kind == RelationKind::TokenAccount).then(|| Asset::native(Chain::ETHEREUM)),
        tx: TxId::Evm([1; 32]),
        order: Order::at(7),
        time: None,
    }
}

fn any_relations() -> impl Strategy<Value = Vec<Relation>> {
    let kind = prop::sample::select(vec![RelationKind::FeePayer, RelationKind::TokenAccount]);
    prop::collection::vec((kind, 1..3u8, 1..3u8), 0..3)
        .prop_map(|all| all.into_iter().map(|(kind, subject, object)| relation(kind, subject, object)).collect())
}

fn any_view_of(completeness: impl Strategy<Value = Completeness>) -> impl Strategy<Value = TxView> {
    (completeness, prop::collection::vec(any_movement(), 1..4), any_relations()).prop_map(
        |(completeness, movements, relations)| {
            TxView::of_transaction(completeness, &movements).unwrap().with_relations(&relations)
        },
    )
}

fn any_view() -> impl Strategy<Value = TxView> {
    any_view_of(prop_oneof![4 => Just(Completeness::Partial), 1 => Just(Completeness::Complete)])
}

/// Complete views that often differ in what they know alone.
fn any_complete() -> impl Strategy<Value = TxView> {
    let order = prop_oneof![(0..2u32).prop_map(TxOrder::Index), Just(TxOrder::Unknown)];
    let time = prop::option::of((0..2i64).prop_map(|seconds| Time::from_unix(seconds).unwrap()));
    (0..2u64, order, time, prop::bool::weighted(0.2), any_relations()).prop_map(
        |(amount, order, time, other, relations)| {
            let amount = Amount::from(if other { amount } else { 5 });
            let one = Movement { amount, time, order: Order { height: 7, tx: order, leg: None }, ..transfer(0) };
            let relations = if other { relations } else { Vec::new() };
            TxView::of_transaction(Completeness::Complete, &[one]).unwrap().with_relations(&relations)
        },
    )
}

fn merging_is_regular(a: TxView, b: TxView, c: TxView) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
    prop_assert_eq!(a.clone().merge(a.clone()), a.clone());
    prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.merge(b.merge(c)));
    Ok(())
}

proptest! {
    #[test]
    fn merging_is_commutative_associative_and_idempotent(a in any_view(), b in any_view(), c in any_view()) {
        merging_is_regular(a, b, c)?;
    }

    #[test]
    fn so_is_merging_of_complete_views(a in any_complete(), b in any_complete(), c in any_complete()) {
        merging_is_regular(a, b, c)?;
    }

    #[test]
    fn so_is_merging_of_any_complete_views(
        a in any_view_of(Just(Completeness::Complete)),
        b in any_view_of(Just(Completeness::Complete)),
        c in any_view_of(Just(Completeness::Complete)),
    ) {
        merging_is_regular(a, b, c)?;
    }

    #[test]
    fn a_complete_view_is_never_changed_by_a_partial_one(complete in any_view(), partial in any_view()) {
        let complete = TxView { completeness: Completeness::Complete, ..complete };
        let partial = TxView { completeness: Completeness::Partial, ..partial };
        prop_assert_eq!(partial.merge(complete.clone()), complete);
    }

    #[test]
    fn the_fee_comes_first(view in any_view()) {
        let fees: Vec<bool> = view.movements().iter().map(|movement| movement.kind != Kind::Fee).collect();
        prop_assert!(fees.is_sorted());
    }
}

fn transfer(n: u32) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([1; 32]),
        kind: Kind::Token,
        asset: Asset::parse(Chain::ETHEREUM, "0xae7ab96520de3a18e5e111b5eaab095312d7fe84").unwrap(),
        from: address(1),
        to: address(2),
        amount: Amount::from(5u64),
        n,
        order: Order::at(7),
        time: None,
    }
}

#[test]
fn the_same_transfer_twice_is_one_and_two_equal_transfers_stay_two() {
    let once = TxView::of_movement(&transfer(0));
    assert_eq!(once.clone().merge(once.clone()).movements().len(), 1);
    let twice = TxView::of_transaction(Completeness::Partial, &[transfer(0), transfer(1)]).unwrap();
    assert_eq!(once.merge(twice).movements().len(), 2);
}

#[test]
fn an_export_that_knows_more_names_the_kind_and_the_order() {
    let minted =
        Movement { kind: Kind::Mint, order: Order { height: 7, tx: TxOrder::Index(3), leg: Some(2) }, ..transfer(0) };
    let merged = TxView::of_movement(&transfer(0)).merge(TxView::of_movement(&minted));
    assert_eq!(merged.movements(), [minted]);
    assert!(!merged.conflict);
}

#[test]
fn a_known_height_beats_an_opening_fact_and_two_heights_are_a_conflict() {
    let opening = Movement { order: Order { height: 9, tx: TxOrder::Opening, leg: None }, ..transfer(0) };
    let merged = TxView::of_movement(&opening).merge(TxView::of_movement(&transfer(0)));
    assert_eq!((merged.height, merged.order, merged.conflict), (7, TxOrder::Unknown, false));
    let other = Movement { order: Order::at(8), ..transfer(0) };
    let merged = merged.merge(TxView::of_movement(&other));
    assert_eq!((merged.height, merged.conflict), (7, true));
}

#[test]
fn a_height_that_is_not_below_the_bound_of_an_opening_fact_is_a_conflict() {
    for (before, conflict) in [(8, false), (7, true), (6, true)] {
        let opening = Movement { order: Order { height: before, tx: TxOrder::Opening, leg: None }, ..transfer(0) };
        let (opening, known) = (TxView::of_movement(&opening), TxView::of_movement(&transfer(0)));
        for merged in [opening.clone().merge(known.clone()), known.merge(opening)] {
            assert_eq!((merged.height, merged.conflict), (7, conflict), "before {before}");
        }
    }
}

#[test]
fn a_transfer_from_or_to_the_zero_address_is_a_mint_or_a_burn() {
    let zero = || Some(Address::Evm([0; 20]));
    let mint = Movement { kind: Kind::Mint, from: None, ..transfer(0) };
    let burn = Movement { kind: Kind::Burn, to: None, ..transfer(0) };
    for (told, plain, canonical) in [
        (Movement { from: zero(), ..transfer(0) }, Movement { from: None, ..transfer(0) }, mint),
        (Movement { to: zero(), ..transfer(0) }, Movement { to: None, ..transfer(0) }, burn),
    ] {
        for other in [&told, &plain, &canonical] {
            let merged = TxView::of_movement(&told).merge(TxView::of_movement(other));
            assert_eq!(merged.movements(), std::slice::from_ref(&canonical));
        }
    }
    let coin = Asset::native(Chain::ETHEREUM);
    let native = Movement { kind: Kind::Native, asset: coin, to: zero(), ..transfer(0) };
    assert_eq!(TxView::of_movement(&native).movements(), [native]);
}

fn complete(order: TxOrder, time: Option<i64>, amount: u64) -> TxView {
    let time = time.and_then(Time::from_unix);
    let one = Movement {
        order: Order { height: 7, tx: order, leg: None },
        time,
        amount: Amount::from(amount),
        ..transfer(0)
    };
    TxView::of_transaction(Completeness::Complete, &[one]).unwrap()
}

#[test]
fn a_complete_view_that_knows_less_contradicts_none() {
    let (index, unknown) = (TxOrder::Index(3), TxOrder::Unknown);
    for (one, other, merged, conflict) in [
        ((index, None), (unknown, Some(5)), (index, Some(5)), false),
        ((index, Some(5)), (unknown, None), (index, Some(5)), false),
        ((index, Some(5)), (TxOrder::Index(4), Some(5)), (index, Some(5)), true),
        ((index, Some(5)), (unknown, Some(6)), (index, Some(5)), true),
    ] {
        let view = |(order, time)| complete(order, time, 5);
        let of = view(one).merge(view(other));
        assert_eq!(
            (of.order, of.time.map(Time::unix), of.conflict),
            (merged.0, merged.1, conflict),
            "{one:?} {other:?}"
        );
    }
    let differ = complete(index, None, 5).merge(complete(unknown, None, 6));
    assert!(differ.conflict, "what moved is no matter of knowing less");
}

#[test]
fn relations_are_of_the_complete_view_that_wins() {
    let [fee, account] = [RelationKind::FeePayer, RelationKind::TokenAccount].map(|kind| relation(kind, 1, 2));
    let one = complete(TxOrder::Index(3), None, 5).with_relations(&[account.clone(), fee.clone(), fee.clone()]);
    let order = Order { height: 7, tx: TxOrder::Index(3), leg: None };
    let told = [fee, account].map(|relation| Relation { order, ..relation });
    assert_eq!(one.relations(), told, "in order, each once, where the transaction stands");
    let partial = TxView::of_movement(&transfer(0)).with_relations(&told);
    assert_eq!(partial.relations(), []);
    assert_eq!(one.clone().merge(partial).relations(), told);
    // A table of whole transactions tells no relations, and does not deny them.
    let silent = one.clone().merge(complete(TxOrder::Unknown, None, 5));
    assert_eq!((silent.relations(), silent.conflict), (told.to_vec(), false));
    let other = one.clone().merge(complete(TxOrder::Index(3), None, 5).with_relations(&told[..1]));
    assert!(other.conflict);
    let stronger = one.merge(complete(TxOrder::Index(3), None, 6));
    assert_eq!((stronger.relations(), stronger.conflict), (Vec::new(), true));
}
