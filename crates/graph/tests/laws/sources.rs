//! Source of funds: the way back tells of a movement what the way there does.

use std::collections::{BTreeMap, VecDeque};

use fundtrail_types::{Amount, Fate, Method, Question, Source, Start, TraceAnswer, TxId, Way};
use proptest::prelude::*;

use crate::{
    ACCOUNTS, CONSERVING, account, any_payments, ask,
    oracle::{NOBODY, Payment},
    question,
};

/// The sources of one payment, with account 0 looked for.
fn sources_of(payments: &[Payment], index: usize) -> TraceAnswer {
    let txs = vec![TxId::Evm([index as u8; 32])];
    let starts = vec![Start::Received { account: account(payments[index].1), txs }];
    let asked = Question { way: Way::Backward, starts, also: vec![account(0)], ..question(&Method::ALL) };
    ask(payments, &asked).expect("the payment is there")
}

/// What came of an account's own value, or of what nobody knows how it came to it.
fn part(answer: &TraceAnswer, method: Method, is_it: impl Fn(&fundtrail_types::Seed) -> bool) -> Amount {
    let ends = answer.methods.iter().filter(|one| one.method == method).flat_map(|one| &one.dispositions);
    let his = ends.filter(|end| end.fate == Fate::Asked && is_it(&answer.seeds[end.seed]));
    his.map(|end| end.held_raw).sum()
}

/// First in, first out, unit by unit: at whose account the units of a payment are first seen.
fn units(payments: &[Payment], index: usize) -> BTreeMap<usize, u64> {
    let mut held = vec![VecDeque::new(); ACCOUNTS];
    for (at, &(from, to, amount)) in payments.iter().enumerate() {
        // What only a balance shows to have come in is left out until it is missing.
        if from == to || from == NOBODY {
            continue;
        }
        let missing = (amount as usize).saturating_sub(held[from].len());
        held[from].extend(std::iter::repeat_n(from, missing));
        let units: Vec<usize> = held[from].drain(..amount as usize).collect();
        if at == index {
            let mut sums = BTreeMap::new();
            units.iter().for_each(|unit| *sums.entry(*unit).or_default() += 1);
            return sums;
        }
        if to != NOBODY {
            // Account 0 pays value of its own, whatever comes to it.
            held[to].extend(units);
        }
    }
    BTreeMap::new()
}

/// A payment from one account to another, not to account 0.
fn with_payment() -> impl Strategy<Value = (Vec<Payment>, usize)> {
    let is_asked = |one: &Payment| one.0 != NOBODY && one.1 != NOBODY && one.1 != 0 && one.0 != one.1;
    let some = any_payments().prop_filter("a payment to ask about", move |payments| payments.iter().any(is_asked));
    (some, any::<prop::sample::Index>()).prop_map(move |(payments, at)| {
        let asked: Vec<usize> = (0..payments.len()).filter(|index| is_asked(&payments[*index])).collect();
        let index = asked[at.index(asked.len())];
        (payments, index)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_way_back_tells_what_the_way_there_does((payments, index) in with_payment()) {
        let back = sources_of(&payments, index);
        let there = ask(&payments, &question(&Method::ALL));
        let movement = there.iter().flat_map(|answer| &answer.flow.movements).find(|one| one.height == index as u64);
        for method in CONSERVING {
            let shares = movement.iter().flat_map(|one| &one.shares).filter(|share| share.method == method && share.seed.is_some());
            let there: Amount = shares.map(|share| share.amount.held_raw).sum();
            let back = part(&back, method, |seed| seed.account == account(0) && seed.source == Some(Source::LookedFor));
            // Largest remainders depend on the other parts, and there is one split for each payment at most.
            let slack = if method == Method::Haircut { payments.len() } else { 0 };
            let difference = there.saturating_sub(back).max(back.saturating_sub(there));
            prop_assert!(difference <= Amount::from(slack as u64), "{}: {} there, {} back", method, there, back);
        }
    }

    #[test]
    fn sources_add_up_to_what_was_asked_about((payments, index) in with_payment()) {
        let answer = sources_of(&payments, index);
        prop_assert_eq!(answer.asked.iter().map(|one| one.amount_raw).sum::<Amount>(), Amount::from(payments[index].2));
        for method in [Method::Haircut, Method::Fifo, Method::Lifo] {
            prop_assert_eq!(part(&answer, method, |_| true), Amount::from(payments[index].2), "{}", method);
        }
    }

    #[test]
    fn sources_are_where_each_unit_was_first_seen((payments, index) in with_payment()) {
        // Without payments of account 0, so that nothing but what nobody knows is a source.
        let payments: Vec<Payment> = payments.iter().map(|&(from, to, amount)| if from == 0 { (to, to, amount) } else { (from, to, amount) }).collect();
        if payments[index].0 == payments[index].1 {
            return Ok(());
        }
        let (answer, units) = (sources_of(&payments, index), units(&payments, index));
        for number in 0..ACCOUNTS {
            let told = part(&answer, Method::Fifo, |seed| seed.account == account(number) && seed.source == Some(Source::UnknownInflow));
            prop_assert_eq!(told, Amount::from(units.get(&number).copied().unwrap_or_default()), "account {}", number);
        }
    }

    #[test]
    fn all_that_an_account_received_has_sources_and_what_came_back_is_its_own(payments in any_payments(), asked in 0..ACCOUNTS) {
        let back = Question { way: Way::Backward, starts: vec![Start::of(account(asked))], ..question(&Method::ALL) };
        let Some(answer) = ask(&payments, &back) else { return Ok(()) };
        let received: Amount = payments.iter().filter(|one| one.1 == asked && one.0 != asked).map(|one| Amount::from(one.2)).sum();
        prop_assert_eq!(answer.asked[0].amount_raw, received);
        for method in [Method::Haircut, Method::Fifo, Method::Lifo] {
            prop_assert_eq!(part(&answer, method, |_| true), received, "{}", method);
        }
        let is_itself = |seed: &fundtrail_types::Seed| seed.source == Some(Source::Itself);
        prop_assert!(answer.seeds.iter().filter(|seed| is_itself(seed)).all(|seed| seed.account == account(asked)));
    }

    #[test]
    fn paths_lead_from_the_source_to_what_was_asked_about((payments, index) in with_payment()) {
        let answer = sources_of(&payments, index);
        for target in &answer.targets {
            for path in &target.paths {
                let hops: Vec<_> = path.movements.iter().map(|index| &answer.flow.movements[*index]).collect();
                prop_assert!(path.movements.is_sorted());
                prop_assert!(hops.windows(2).all(|pair| pair[0].to.as_ref() == Some(&pair[1].from)));
                prop_assert_eq!(&hops[0].from, &target.account);
                prop_assert_eq!(hops.last().unwrap().height, index as u64);
            }
        }
    }
}
