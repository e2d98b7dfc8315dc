//! Accounts that pay out more than they are known to hold: what is unknown stands beside what is proven.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail::types::{Account, Amount, Asset, Gap, Reach, ReachState, TraceAnswer};

use crate::{
    bybit::{CONSERVING, DEMO, ETH, ROWS, SHORT, SWAPPER, account, asset, ether, listed_by_fbi, target},
    desk::Desk,
};

/// What each account paid in ether beyond what it held, once value had reached it: from the file's rows alone.
fn shortages() -> BTreeMap<Account, Amount> {
    let mut rows: Vec<_> = ROWS.iter().filter(|row| row.native).collect();
    rows.sort_by_key(|row| row.height);
    let mut reached: BTreeMap<_, u64> = BTreeMap::new();
    for movement in &DEMO.trace.flow.movements {
        reached.entry(movement.to.clone().unwrap()).or_insert(movement.height);
    }
    let (mut held, mut short): (BTreeMap<_, Amount>, BTreeMap<_, Amount>) = <_>::default();
    for row in rows {
        let balance = held.entry(&row.from).or_default();
        let missing = row.amount_raw.saturating_sub(*balance);
        *balance = balance.saturating_sub(row.amount_raw);
        if !missing.is_zero() && reached.get(&row.from).is_some_and(|height| *height <= row.height) {
            let sum = short.entry(row.from.clone()).or_default();
            *sum = sum.saturating_add(missing);
        }
        let balance = held.entry(&row.to).or_default();
        *balance = balance.saturating_add(row.amount_raw);
    }
    short
}

#[test]
fn the_swapper_pays_98047_ether_that_nobody_saw_it_receive() {
    let exact = ether("98047.8948");
    let of_flow = DEMO.trace.flow.accounts.iter().find(|one| one.account == account(SWAPPER)).unwrap();
    let of_flow: Vec<_> = of_flow.unknown_inflow.iter().filter(|(one, _)| *one == asset(ETH)).collect();
    assert_eq!(of_flow, [&(asset(ETH), exact)]);
    let gap = Gap::UnknownInflow { account: account(SWAPPER), asset: asset(ETH), amount_raw: exact };
    assert_eq!(DEMO.trace.certificate.gaps.iter().filter(|one| **one == gap).count(), 1);
}

#[test]
fn it_and_three_others_fall_short_of_ether_by_what_the_file_lacks() {
    let of_flow: BTreeMap<Account, Amount> = DEMO
        .trace
        .flow
        .accounts
        .iter()
        .flat_map(|one| one.unknown_inflow.iter().map(|(asset, amount)| (&one.account, asset, *amount)))
        .filter(|(_, one, _)| **one == asset(ETH))
        .map(|(account, _, amount)| (account.clone(), amount))
        .collect();
    let four: BTreeSet<_> = SHORT.into_iter().chain([SWAPPER]).map(account).collect();
    assert_eq!(of_flow.keys().cloned().collect::<BTreeSet<_>>(), four);
    assert_eq!(of_flow, shortages());
    let of_gaps: BTreeMap<Account, Amount> = DEMO
        .trace
        .certificate
        .gaps
        .iter()
        .filter_map(|gap| match gap {
            Gap::UnknownInflow { account, asset: one, amount_raw } if *one == asset(ETH) => {
                Some((account.clone(), *amount_raw))
            }
            _ => None,
        })
        .collect();
    assert_eq!(of_gaps, of_flow);
}

/// What is proven to have arrived, over all seeds.
fn proven(reach: &Reach) -> Amount {
    reach.proven.iter().map(|(_, amount)| amount.held_raw).sum()
}

#[test]
fn behind_an_unknown_inflow_more_is_possible_than_is_proven() {
    let payers: BTreeSet<_> = SHORT.into_iter().chain([SWAPPER]).map(account).collect();
    let behind: BTreeSet<_> = ROWS
        .iter()
        .filter(|row| row.native && !row.amount_raw.is_zero() && payers.contains(&row.from))
        .map(|row| row.to.clone())
        .collect();
    let behind: Vec<_> = behind.intersection(&listed_by_fbi()).cloned().collect();
    assert_eq!(behind.len(), 11, "51 without the 40 that the thief paid itself");
    for account in &behind {
        for reach in &target(&DEMO.trace, account).reaches {
            if CONSERVING.contains(&reach.method) && reach.asset == asset(ETH) {
                assert!(reach.possible_raw > proven(reach), "{account} {}", reach.method);
            }
        }
    }
    for target in DEMO.trace.targets.iter().filter(|target| !behind.contains(&target.account)) {
        for reach in
            target.reaches.iter().filter(|reach| CONSERVING.contains(&reach.method) && reach.asset == asset(ETH))
        {
            assert_eq!(reach.possible_raw, proven(reach), "{} {}", target.account, reach.method);
        }
    }
}

#[test]
fn behind_the_last_of_the_four_too() {
    let desk = Desk::with_demo();
    let to = account("0xf2FA83097eBB54b5204300fd88dF7cB1a803276A");
    let answer: TraceAnswer = desk
        .run(&format!("paths {} {} --db db --as-of 2026-11-22 --json", crate::bybit::COLD, to.address))
        .done()
        .json();
    let target = target(&answer, &to);
    assert_eq!(target.state, ReachState::Proven);
    for reach in target.reaches.iter().filter(|reach| reach.method.conserves()) {
        assert!(reach.possible_raw > proven(reach), "{}", reach.method);
    }
}

#[test]
fn nothing_that_could_have_arrived_is_more_than_what_did() {
    for target in &DEMO.trace.targets {
        let received = |asset: &Asset| target.received.iter().find(|(one, _)| one == asset).map(|(_, sum)| *sum);
        for reach in &target.reaches {
            assert!(proven(reach) <= reach.possible_raw, "{} {}", target.account, reach.method);
            assert!(Some(reach.possible_raw) <= received(&reach.asset), "{} {}", target.account, reach.method);
        }
    }
    for movement in &DEMO.trace.flow.movements {
        for method in CONSERVING {
            let shares = movement.shares.iter().filter(|share| share.method == method);
            let carried: Amount = shares.map(|share| share.amount.held_raw).sum();
            assert!(carried <= movement.amount_raw, "{} {method}", movement.tx);
        }
    }
}
