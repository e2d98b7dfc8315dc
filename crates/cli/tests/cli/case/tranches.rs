//! The 41 payments of the theft account, and the path to each of their receivers.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail::types::{Account, Amount, FlowMovement, FlowPath, TraceAnswer};

use crate::{
    bybit::{
        COLD, CONSERVING, DEMO, ETH, SWAPPER, THEFT, account, asset, both, ether, ether_paid_by, listed_by_fbi,
        seed_of, target,
    },
    desk::Desk,
};

/// The movements of traced ether that leave the theft account.
fn tranches(answer: &TraceAnswer) -> impl Iterator<Item = &FlowMovement> {
    let left = |movement: &&FlowMovement| movement.from == account(THEFT) && movement.asset == asset(ETH);
    answer.flow.movements.iter().filter(left)
}

/// The one path on which ether came from the cold wallet over the theft account to a receiver.
#[track_caller]
fn path_of_ether<'a>(answer: &'a TraceAnswer, to: &Account) -> (&'a FlowPath, &'a FlowMovement) {
    let seed = Some(seed_of(answer, ETH));
    let ends = |path: &&FlowPath| path.seed == seed;
    let paths: Vec<_> = target(answer, to).paths.iter().filter(ends).collect();
    assert_eq!(paths.len(), 1, "{to}");
    let movements: Vec<_> = paths[0].movements.iter().map(|index| &answer.flow.movements[*index]).collect();
    assert_eq!(movements.len(), 2, "{to}");
    assert_eq!((&movements[0].from, &movements[0].to), (&account(COLD), &Some(account(THEFT))));
    assert_eq!((&movements[1].from, &movements[1].to), (&account(THEFT), &Some(to.clone())));
    (paths[0], movements[1])
}

/// What came along is all that the last movement moved, under both methods.
#[track_caller]
fn whole_tranche_came_along(answer: &TraceAnswer, to: &Account) {
    let (path, last) = path_of_ether(answer, to);
    assert_eq!(path.along.iter().map(|along| along.method).collect::<Vec<_>>(), CONSERVING);
    for along in &path.along {
        assert_eq!((&along.asset, along.amount), (&asset(ETH), both(last.amount_raw)), "{to} {}", along.method);
    }
    let amount = if *to == account(SWAPPER) { "1" } else { "10000" };
    assert_eq!(last.amount_raw, ether(amount), "{to}");
}

#[test]
fn the_theft_account_pays_400001_ether_to_41_accounts_of_which_40_are_listed() {
    let receivers: BTreeSet<_> = tranches(&DEMO.trace).map(|movement| movement.to.clone().unwrap()).collect();
    let total: Amount = tranches(&DEMO.trace).map(|movement| movement.amount_raw).sum();
    assert_eq!((receivers.len(), total), (41, ether("400001")));
    assert_eq!(receivers.intersection(&listed_by_fbi()).count(), 40);
    // Dust came in later, so all of every tranche is stolen ether, under each method.
    for movement in tranches(&DEMO.trace) {
        for method in CONSERVING {
            let shares: Vec<_> = movement.shares.iter().filter(|share| share.method == method).collect();
            assert_eq!(shares.len(), 1);
            assert_eq!((shares[0].seed, shares[0].amount), (Some(0), both(movement.amount_raw)), "{}", movement.tx);
        }
    }
}

#[test]
fn the_tranches_are_those_of_the_file_transaction_by_transaction() {
    let thief = account(THEFT);
    let told: BTreeMap<_, _> =
        ether_paid_by(&thief).map(|row| (row.tx.clone(), (row.to.clone(), row.amount_raw, row.height))).collect();
    let found: BTreeMap<_, _> = tranches(&DEMO.trace)
        .map(|movement| (movement.tx.to_string(), (movement.to.clone().unwrap(), movement.amount_raw, movement.height)))
        .collect();
    assert_eq!(found, told);
}

#[test]
fn each_listed_receiver_has_a_path_with_the_amount_that_came_along() {
    let listed = listed_by_fbi();
    let mut seen = 0;
    for to in tranches(&DEMO.trace).filter_map(|movement| movement.to.as_ref()).filter(|to| listed.contains(to)) {
        whole_tranche_came_along(&DEMO.trace, to);
        seen += 1;
    }
    assert_eq!(seen, 40);
}

#[test]
fn the_receiver_that_nobody_lists_has_its_path_when_it_is_asked_for() {
    let listed = listed_by_fbi();
    let unlisted: Vec<_> =
        tranches(&DEMO.trace).filter_map(|movement| movement.to.clone()).filter(|to| !listed.contains(to)).collect();
    let [to] = unlisted.as_slice() else { panic!("{unlisted:?}") };
    assert!(DEMO.trace.targets.iter().all(|target| target.account != *to), "nobody flags it");
    let desk = Desk::with_demo();
    let answer: TraceAnswer =
        desk.run(&format!("paths {COLD} {} --db db --as-of 2026-11-22 --json", to.address)).done().json();
    whole_tranche_came_along(&answer, to);
}
