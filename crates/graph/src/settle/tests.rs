//! Transactions of the shapes that real ones have, by number: accounts from 1, assets from 1.

use super::*;

const USER: u64 = 1;
const ROUTER: u64 = 2;
const POOL: u64 = 3;
const OTHER: u64 = 4;
const FEES: u64 = 5;

const USD: u64 = 1;
const COIN: u64 = 2;
const SHARE: u64 = 3;

/// (from, to, asset, amount, kind): 0 is nobody.
type Told = (u64, u64, u64, u64, Kind);

fn token(from: u64, to: u64, asset: u64, amount: u64) -> Told {
    (from, to, asset, amount, Kind::Token)
}

fn taken_by(legs: &[Told], sender: Option<u64>, contracts: &[(u64, u64)]) -> Taken {
    let leg = |(leg, (from, to, asset, amount, kind)): (u32, &Told)| {
        let (from, to) = (AccountId(*from), AccountId(*to));
        Leg { leg, kind: *kind, from, to, asset: AssetId(*asset), amount: Amount::from(*amount) }
    };
    let legs: Vec<Leg> = (0..).zip(legs).map(leg).collect();
    let contract_of = |asset: AssetId| {
        contracts.iter().find(|(one, _)| AssetId(*one) == asset).map(|(_, account)| AccountId(*account))
    };
    let known = Known { sender: sender.map(AccountId), contract_of: &contract_of, is_end: &|_| false };
    settle(&legs, &known).unwrap()
}

/// (giver, asset, amount, receiver, asset, amount), of whatever anybody gave.
fn moved(taken: &Taken) -> Vec<(u64, u64, String, u64, u64, String)> {
    let Taken::Whole(settled) = taken else { panic!("{taken:?}") };
    let given = settled.moves.iter().filter(|one| one.from != AccountId::NONE);
    let told =
        |one: &Move| (one.from.0, one.gave.0.0, one.gave.1.to_string(), one.to.0, one.got.0.0, one.got.1.to_string());
    given.map(told).collect()
}

fn row(from: u64, given: u64, gave: u64, to: u64, asset: u64, got: u64) -> (u64, u64, String, u64, u64, String) {
    (from, given, gave.to_string(), to, asset, got.to_string())
}

#[test]
fn payments_stay_as_they_are() {
    let legs = [token(USER, OTHER, USD, 10), token(USER, FEES, USD, 5), token(OTHER, FEES, COIN, 1)];
    // Who gets one thing and gives less of another is no passage, but has converted.
    assert_eq!(taken_by(&legs[..2], None, &[]), Taken::Plain);
    assert_eq!(taken_by(&[token(USER, OTHER, USD, 10), token(OTHER, FEES, USD, 4)], None, &[]), Taken::Plain);
}

#[test]
fn a_swap_stays_with_who_swapped_whatever_the_order_of_the_legs() {
    let direct = [token(USER, POOL, USD, 100), token(POOL, USER, COIN, 50)];
    let (user, pool) = (row(USER, USD, 100, USER, COIN, 50), row(POOL, COIN, 50, POOL, USD, 100));
    assert_eq!(moved(&taken_by(&direct, Some(USER), &[])), [user.clone(), pool.clone()]);
    let reversed = [direct[1], direct[0]];
    assert_eq!(moved(&taken_by(&reversed, Some(USER), &[])), [pool.clone(), user.clone()]);
    assert_eq!(moved(&taken_by(&reversed, None, &[])), [pool, user]);
}

#[test]
fn a_router_holds_nothing_and_a_fee_on_the_way_is_its_receivers() {
    let legs = [
        token(USER, ROUTER, USD, 100),
        token(ROUTER, FEES, USD, 1),
        token(POOL, ROUTER, COIN, 50),
        token(ROUTER, POOL, USD, 99),
        token(ROUTER, FEES, COIN, 10),
        token(ROUTER, USER, COIN, 40),
    ];
    let taken = taken_by(&legs, Some(USER), &[]);
    let user =
        [row(USER, USD, 79, USER, COIN, 40), row(USER, USD, 20, FEES, COIN, 10), row(USER, USD, 1, FEES, USD, 1)];
    let mut told = moved(&taken);
    told.retain(|one| one.0 == USER);
    told.sort();
    let mut wanted = user.to_vec();
    wanted.sort();
    assert_eq!(told, wanted);
    let Taken::Whole(settled) = taken else { panic!() };
    assert!(!settled.shares_stand_in && settled.moves.iter().any(|one| one.through.contains(&AccountId(ROUTER))));
}

#[test]
fn what_is_bought_for_another_is_his() {
    let legs = [token(USER, ROUTER, USD, 100), token(ROUTER, POOL, USD, 100), token(POOL, OTHER, COIN, 49)];
    let wanted = [row(USER, USD, 100, OTHER, COIN, 49), row(POOL, COIN, 49, POOL, USD, 100)];
    assert_eq!(moved(&taken_by(&legs, Some(USER), &[])), wanted);
    assert_eq!(moved(&taken_by(&legs, None, &[])), wanted);
    // A small part of the price for oneself does not hide the rest.
    let mut hidden = legs.to_vec();
    hidden.push(token(POOL, USER, COIN, 1));
    let told = moved(&taken_by(&hidden, Some(USER), &[]));
    assert_eq!(told[..2], [row(USER, USD, 98, OTHER, COIN, 49), row(USER, USD, 2, USER, COIN, 1)]);
    // If nobody says who sent it, the pool may have paid the other as well as the user: each for a half.
    let told = moved(&taken_by(&hidden, None, &[]));
    assert!(told.contains(&row(USER, USD, 50, OTHER, COIN, 25)), "{told:?}");
}

#[test]
fn two_that_swap_through_a_settlement_keep_their_own() {
    let legs = [
        token(USER, ROUTER, USD, 100),
        token(OTHER, ROUTER, COIN, 50),
        token(ROUTER, USER, COIN, 50),
        token(ROUTER, OTHER, USD, 100),
    ];
    let wanted = [row(USER, USD, 100, USER, COIN, 50), row(OTHER, COIN, 50, OTHER, USD, 100)];
    assert_eq!(moved(&taken_by(&legs, Some(FEES), &[])), wanted);
    assert_eq!(moved(&taken_by(&legs, Some(USER), &[])), wanted);
}

#[test]
fn wrapped_coin_and_shares_of_a_pool_are_given_by_their_contract() {
    // The router wraps the user's coin and buys dollars with it.
    let wrapped = 9;
    let legs = [
        (USER, ROUTER, COIN, 50, Kind::Native),
        (ROUTER, OTHER, COIN, 50, Kind::Internal),
        (0, ROUTER, wrapped, 50, Kind::Wrap),
        token(ROUTER, POOL, wrapped, 50),
        token(POOL, USER, USD, 100),
    ];
    let told = moved(&taken_by(&legs, Some(USER), &[(wrapped, OTHER)]));
    assert_eq!(told[0], row(USER, COIN, 50, USER, USD, 100));
    // Both sides of a pool for its shares, and back.
    let put_in = [token(USER, POOL, USD, 100), token(USER, POOL, COIN, 50), (0, USER, SHARE, 10, Kind::Mint)];
    let taken = taken_by(&put_in, Some(USER), &[(SHARE, POOL)]);
    let told = moved(&taken);
    assert!(told.contains(&row(USER, USD, 100, USER, SHARE, 5)) && told.contains(&row(USER, COIN, 50, USER, SHARE, 5)));
    let Taken::Whole(settled) = taken else { panic!() };
    assert!(settled.shares_stand_in);
    let taken_out = [(USER, 0, SHARE, 10, Kind::Burn), token(POOL, USER, USD, 100), token(POOL, USER, COIN, 50)];
    let told = moved(&taken_by(&taken_out, Some(USER), &[(SHARE, POOL)]));
    assert!(told.contains(&row(USER, SHARE, 5, USER, USD, 100)) && told.contains(&row(USER, SHARE, 5, USER, COIN, 50)));
    // What is newly made by somebody who took nothing is bought with what was given, wherever that went.
    let staked = [(USER, OTHER, COIN, 50, Kind::Native), (0, USER, SHARE, 10, Kind::Mint)];
    assert_eq!(moved(&taken_by(&staked, Some(USER), &[])), [row(USER, COIN, 50, USER, SHARE, 10)]);
}

#[test]
fn a_passage_divides_what_it_got_and_gives_change_back() {
    let legs = [
        token(USER, ROUTER, USD, 100),
        token(ROUTER, OTHER, USD, 30),
        token(ROUTER, FEES, USD, 60),
        token(ROUTER, USER, USD, 10),
    ];
    let wanted =
        [row(USER, USD, 30, OTHER, USD, 30), row(USER, USD, 60, FEES, USD, 60), row(USER, USD, 10, USER, USD, 10)];
    assert_eq!(moved(&taken_by(&legs, Some(USER), &[])), wanted);
}

#[test]
fn value_that_goes_round_is_followed_leg_by_leg() {
    // Borrowed, swapped there and back at a gain, and given back.
    let legs = [
        token(USER, ROUTER, USD, 10),
        token(OTHER, ROUTER, USD, 100),
        token(ROUTER, POOL, USD, 100),
        token(POOL, ROUTER, COIN, 50),
        token(ROUTER, FEES, COIN, 50),
        token(FEES, ROUTER, USD, 110),
        token(ROUTER, OTHER, USD, 100),
        token(ROUTER, USER, USD, 20),
    ];
    assert_eq!(taken_by(&legs, Some(USER), &[]), Taken::Tangled);
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    fn legs() -> impl Strategy<Value = Vec<Told>> {
        let leg = (0..6u64, 0..6u64, 1..4u64, 1..50u64);
        prop::collection::vec(leg, 1..10).prop_map(|legs| {
            let kind = |from: u64, to: u64| match (from, to) {
                (0, _) => Kind::Mint,
                (_, 0) => Kind::Burn,
                _ => Kind::Token,
            };
            let legs = legs.into_iter().filter(|(from, to, ..)| from != to);
            legs.map(|(from, to, asset, amount)| (from, to, asset, amount, kind(from, to))).collect()
        })
    }

    fn net(
        rows: impl Iterator<Item = (AccountId, AssetId, Amount, bool)>,
    ) -> std::collections::BTreeMap<(u64, u64), i128> {
        let mut sums = std::collections::BTreeMap::new();
        for (account, asset, amount, is_in) in rows.filter(|(account, ..)| *account != AccountId::NONE) {
            let units: i128 = amount.to_string().parse().unwrap();
            *sums.entry((account.0, asset.0)).or_default() += if is_in { units } else { -units };
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Moves change every balance by as much as the legs do, and nobody gets more than came.
        #[test]
        fn moves_add_up_to_what_the_legs_changed(legs in legs(), sender in prop::option::of(1..6u64)) {
            let Taken::Whole(settled) = taken_by(&legs, sender, &[(3, 3)]) else { return Ok(()) };
            let told = legs.iter().flat_map(|(from, to, asset, amount, _)| {
                let (asset, amount) = (AssetId(*asset), Amount::from(*amount));
                [(AccountId(*from), asset, amount, false), (AccountId(*to), asset, amount, true)]
            });
            let moved = settled.moves.iter().flat_map(|one| {
                [(one.from, one.gave.0, one.gave.1, false), (one.to, one.got.0, one.got.1, true)]
            });
            // Token 3 is made and destroyed by account 3, which holds none of it.
            let of_others = |sums: std::collections::BTreeMap<(u64, u64), i128>| {
                sums.into_iter().filter(|(place, _)| *place != (3, 3)).collect::<Vec<_>>()
            };
            prop_assert_eq!(of_others(net(told)), of_others(net(moved)));
        }

        #[test]
        fn the_same_transaction_is_taken_in_the_same_way(legs in legs(), sender in prop::option::of(1..6u64)) {
            prop_assert_eq!(taken_by(&legs, sender, &[]), taken_by(&legs, sender, &[]));
        }
    }
}
