//! A trace that reaches its limit on memory stops at a height: what it says is what it would say if the data ended there.

use fundtrail_types::{Amount, Fate, Gap, Method, Question, Reach, Share, TraceAnswer};
use proptest::prelude::*;

use crate::{ACCOUNTS, account, any_payments, ask, question};

/// More than one account takes and less than all of them.
const MEMORY: std::ops::Range<u64> = 0..30_000;

fn stopped(answer: &TraceAnswer) -> Option<u64> {
    answer.certificate.gaps.iter().find_map(|gap| match gap {
        Gap::Stopped { height, .. } => Some(*height),
        _ => None,
    })
}

fn moved(answer: &TraceAnswer) -> Vec<(u64, Amount, &[Share])> {
    answer.flow.movements.iter().map(|one| (one.height, one.amount_raw, one.shares.as_slice())).collect()
}

fn reached(answer: &TraceAnswer) -> Vec<(usize, &[Reach])> {
    let index = |of| (0..ACCOUNTS).position(|index| account(index) == of);
    answer.targets.iter().filter_map(|one| Some((index(one.account.clone())?, one.reaches.as_slice()))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_full_trace_says_what_it_would_say_if_the_data_ended_there(payments in any_payments(), memory in MEMORY) {
        let free = Question { also: (1..ACCOUNTS).map(account).collect(), ..question(&Method::ALL) };
        let Some(answer) = ask(&payments, &Question { memory_max: Some(memory), ..free.clone() }) else { return Ok(()) };
        for method in answer.methods.iter().filter(|one| one.method.conserves()) {
            let sum: Amount = method.dispositions.iter().map(|end| end.seed_raw).sum();
            prop_assert_eq!(sum, answer.seeds[0].amount_raw, "{}", method.method);
        }
        let Some(height) = stopped(&answer) else {
            prop_assert_eq!(answer.flow, ask(&payments, &free).unwrap().flow);
            return Ok(());
        };
        prop_assert!(answer.methods.iter().filter(|one| one.method.conserves()).all(|one| one.dispositions.iter().all(|end| end.fate != Fate::DataEnds)));
        let before = ask(&payments[..height as usize], &free);
        prop_assert_eq!(moved(&answer), before.as_ref().map(moved).unwrap_or_default());
        let reaches = before.as_ref().map(reached).unwrap_or_default();
        for (index, told) in reached(&answer) {
            let wanted = reaches.iter().find(|(one, _)| *one == index).map(|(_, wanted)| *wanted).unwrap_or_default();
            prop_assert_eq!(told, wanted, "account {}", index);
        }
    }
}

#[test]
fn without_room_for_anything_the_seed_ends_where_it_begins() {
    let payments = [(0, 1, 5), (1, 2, 5)];
    let answer = ask(&payments, &Question { memory_max: Some(0), ..question(&[Method::Fifo]) }).unwrap();
    assert_eq!(stopped(&answer), Some(0));
    let ends: Vec<_> =
        answer.methods[0].dispositions.iter().map(|end| (end.account.clone(), end.fate.clone())).collect();
    assert_eq!(ends, [(Some(account(0)), Fate::SizeLimit)]);
}

#[test]
fn the_way_back_ends_at_sources_that_say_so() {
    let payments = [(1, 2, 5), (2, 3, 5)];
    let starts = vec![fundtrail_types::Start::of(account(3))];
    let back = Question { way: fundtrail_types::Way::Backward, starts, ..question(&[Method::Fifo]) };
    let sources = |memory_max| {
        let answer = ask(&payments, &Question { memory_max, ..back.clone() }).unwrap();
        answer.seeds.into_iter().map(|seed| (seed.account, seed.source)).collect::<Vec<_>>()
    };
    assert_eq!(sources(Some(0)), [(account(2), Some(fundtrail_types::Source::SizeLimit))]);
    assert_eq!(sources(None), [(account(1), Some(fundtrail_types::Source::UnknownInflow))]);
}
