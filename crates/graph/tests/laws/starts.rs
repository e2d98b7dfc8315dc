//! Several starts at once, and only some of their movements.

use fundtrail_types::{Amount, Chain, Chosen, Kind, Method, Question, Start, Stop, TxId};
use proptest::prelude::*;

use crate::{ACCOUNTS, NOBODY, account, any_payments, ask, question};

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_seed_of_every_start_is_accounted_for(
        payments in any_payments(), first in 0..ACCOUNTS, second in 0..ACCOUNTS, at in any::<prop::sample::Index>(), least in 0..8u64,
    ) {
        let tx = TxId::Evm([at.index(payments.len()) as u8; 32]);
        let chain = account(0).chain;
        let starts = vec![
            Start::of(account(first)),
            Start::Movement { chain, tx: tx.clone(), number: 1 },
            Start::Transaction { chain, tx },
            Start::of(account(second)),
        ];
        for starts in [starts[..1].to_vec(), starts[1..2].to_vec(), starts[2..3].to_vec(), starts] {
            let chosen = Chosen { least_raw: Some(Amount::from(least)), ..Chosen::default() };
            let asked = Question { starts, chosen, ..question(&Method::ALL) };
            let Some(answer) = ask(&payments, &asked) else { continue };
            for method in answer.methods.iter().filter(|one| one.method.conserves()) {
                for (index, seed) in answer.seeds.iter().enumerate() {
                    let sum: Amount = method.dispositions.iter().filter(|end| end.seed == index).map(|end| end.seed_raw).sum();
                    prop_assert_eq!(sum, seed.amount_raw, "{} of seed {}", method.method, index);
                }
            }
        }
    }

    #[test]
    fn only_chosen_payments_are_followed(payments in any_payments(), least in 1..12u64, most in 1..12u64) {
        let chosen = Chosen { least_raw: Some(Amount::from(least)), most_raw: Some(Amount::from(most)), ..Chosen::default() };
        let wanted = payments.iter().filter(|one| one.0 == 0 && one.1 != 0 && (least..=most).contains(&one.2));
        let sum: Amount = wanted.clone().map(|one| Amount::from(one.2)).sum();
        let answer = ask(&payments, &Question { chosen, ..question(&Method::ALL) });
        prop_assert_eq!(answer.is_some(), wanted.count() > 0);
        let Some(answer) = answer else { return Ok(()) };
        prop_assert_eq!(answer.seeds[0].amount_raw, sum);
        for movement in answer.flow.movements.iter().filter(|one| one.from == account(0)) {
            prop_assert!((Amount::from(least)..=Amount::from(most)).contains(&movement.amount_raw));
        }
    }

    #[test]
    fn one_movement_is_followed_as_its_payer_if_he_paid_once(payments in any_payments(), to in 1..ACCOUNTS, amount in 1..12u64, at in any::<prop::sample::Index>()) {
        let mut payments: Vec<_> = payments.into_iter().filter(|one| one.0 != 0).collect();
        let at = at.index(payments.len() + 1);
        payments.insert(at, (0, to, amount));
        let start = Start::Movement { chain: account(0).chain, tx: TxId::Evm([at as u8; 32]), number: 1 };
        let one = ask(&payments, &Question { starts: vec![start], ..question(&Method::ALL) }).expect("it is there");
        let all = ask(&payments, &question(&Method::ALL)).expect("account 0 paid once");
        prop_assert_eq!(one.methods, all.methods);
        prop_assert_eq!(one.flow.movements, all.flow.movements);
    }

    /// What each start brings to an account that both reach is what it brings alone.
    #[test]
    fn starts_meet_where_each_alone_arrives(payments in any_payments()) {
        let payments: Vec<_> = payments.into_iter().filter(|one| one.1 != 0 && one.1 != 1).collect();
        let starts = [0, 1].map(|index| Start::of(account(index)));
        let Some(both) = ask(&payments, &Question { starts: starts.to_vec(), ..question(&[Method::Fifo]) }) else { return Ok(()) };
        let arrived = |index: usize| {
            let mut sums = std::collections::BTreeMap::new();
            let answer = ask(&payments, &Question { starts: vec![starts[index].clone()], ..question(&[Method::Fifo]) });
            for movement in answer.into_iter().flat_map(|answer| answer.flow.movements) {
                let units: Amount = movement.shares.iter().filter(|share| share.seed.is_some()).map(|share| share.amount.held_raw).sum();
                let Some(to) = movement.to.filter(|to| *to != movement.from && !units.is_zero()) else { continue };
                let sum: &mut Amount = sums.entry(to).or_default();
                *sum = sum.checked_add(units).unwrap();
            }
            sums
        };
        let [first, second] = [arrived(0), arrived(1)];
        let expected: Vec<_> = first.iter().filter_map(|(to, one)| Some((to.clone(), [*one, *second.get(to)?]))).collect();
        let told: Vec<_> = both.shared.iter().map(|one| (one.account.clone(), [0, 1].map(|start| {
            one.parts.iter().filter(|part| part.start == start).map(|part| part.amount.held_raw).sum::<Amount>()
        }))).collect();
        prop_assert_eq!(told, expected);
    }

    /// Two accounts that never pay each other and share no way are as two questions.
    #[test]
    fn seeds_of_two_starts_are_kept_apart(payments in any_payments()) {
        let both: Vec<_> = payments.iter().copied().filter(|one| one.1 != 0 && one.1 != 1).collect();
        let starts = vec![Start::of(account(0)), Start::of(account(1))];
        let Some(answer) = ask(&both, &Question { starts, ..question(&Method::ALL) }) else { return Ok(()) };
        for (index, seed) in answer.seeds.iter().enumerate() {
            let alone = ask(&both, &Question { starts: vec![Start::of(seed.account.clone())], ..question(&[Method::Fifo, Method::Lifo]) }).expect("it paid");
            for method in [Method::Fifo, Method::Lifo] {
                let ends = |answer: &fundtrail_types::TraceAnswer, seed: usize| {
                    let of = answer.methods.iter().filter(|one| one.method == method).flat_map(|one| one.dispositions.clone());
                    of.filter(|end| end.seed == seed).map(|end| (end.account, end.held_raw)).collect::<Vec<_>>()
                };
                prop_assert_eq!(ends(&answer, index), ends(&alone, 0));
            }
        }
    }
}

/// Nobody gave what was minted, so where it could have been stopped first names its receiver.
#[test]
fn what_was_minted_and_paid_on_could_have_been_stopped_though_nobody_gave_it() {
    let mut all = crate::movements(&[(NOBODY, 1, 5), (1, 2, 5)]);
    all[0].kind = Kind::Mint;
    let starts = vec![Start::Transaction { chain: Chain::ETHEREUM, tx: TxId::Evm([0; 32]) }];
    let asked = Question { starts, also: vec![account(2)], bounds_max: 1, ..question(&[Method::Fifo]) };
    let answer = crate::ask_of(&all, &asked).expect("a mint can be a start");
    let bounds = &answer.targets[0].bounds[0];
    assert_eq!((bounds.lower_raw, bounds.upper_raw), (Amount::from(5u64), Amount::from(5u64)));
    let Some(Stop::Payment { from, amount_raw, .. }) = bounds.first_stops.first() else { panic!("{bounds:?}") };
    assert_eq!((from, *amount_raw), (&account(1), Amount::from(5u64)));
}
