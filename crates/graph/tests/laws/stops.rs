//! A trace that ends at flagged accounts: what reaches one stays there, and everything else is as if strangers paid what it pays.

use std::collections::BTreeSet;

use fundtrail_graph::{MemoryLedger, Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_types::{Amount, Category, Class, Confidence, Fate, Label, Method, Question, Scope, TraceAnswer};
use proptest::prelude::*;

use crate::{
    ACCOUNTS, CONSERVING, account, any_payments, ask, movements,
    oracle::{NOBODY, Payment},
    question, told,
};

fn listed(index: usize) -> Label {
    Label {
        chain: Scope::EveryEvm,
        address: account(index).address.to_string(),
        entity: "a listed party".to_owned(),
        category: Category::SanctionedParty,
        class: Class::Listed,
        programme: None,
        uid: None,
        source: "test".to_owned(),
        confidence: Confidence::High,
        in_force: None,
        known_since: None,
        known_by: None,
        note: None,
    }
}

fn ask_flagged(payments: &[Payment], flagged: &BTreeSet<usize>, question: &Question) -> Option<TraceAnswer> {
    let labels = LabelBook::new(flagged.iter().map(|index| listed(*index)).collect());
    let request = Request { question, labels: &labels, crossings: &[], is_verified: &|_| true, go_on: &mut |_| true };
    trace(&MemoryLedger::new(&movements(payments)), request).ok()
}

fn at(answer: &TraceAnswer, method: Method, index: usize) -> Amount {
    let ends = answer.methods.iter().filter(|one| one.method == method).flat_map(|one| &one.dispositions);
    ends.filter(|end| end.account == Some(account(index))).map(|end| end.seed_raw).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flagged_account_keeps_what_reaches_it(
        payments in any_payments(), flagged in prop::collection::btree_set(1..ACCOUNTS, 1..3),
    ) {
        let stops = Question { stop_at_flagged: true, ..question(&Method::ALL) };
        let Some(answer) = ask_flagged(&payments, &flagged, &stops) else { return Ok(()) };
        // A stranger of its own for each flagged account.
        let stranger = |from: usize| if from != NOBODY && flagged.contains(&from) { from + ACCOUNTS } else { from };
        let instead: Vec<Payment> = payments.iter().map(|&(from, to, amount)| (stranger(from), to, amount)).collect();
        let plain = ask(&instead, &question(&Method::ALL)).expect("account 0 pays the same");
        for method in CONSERVING {
            for index in 1..ACCOUNTS {
                prop_assert_eq!(at(&answer, method, index), at(&plain, method, index), "{} at {}", method, index);
            }
            prop_assert_eq!(told(&answer, &payments, method).carried, told(&plain, &instead, method).carried, "{}", method);
            let ends = answer.methods.iter().filter(|one| one.method == method).flat_map(|one| &one.dispositions);
            for end in ends {
                let is_flagged = flagged.iter().any(|index| end.account == Some(account(*index)));
                prop_assert_eq!(matches!(end.fate, Fate::Flagged { .. }), is_flagged, "{:?}", end);
            }
        }
        let proven = answer.flow.movements.iter().filter(|one| one.shares.iter().any(|share| share.seed.is_some()));
        prop_assert!(proven.into_iter().all(|one| flagged.iter().all(|index| one.from != account(*index))));
    }
}
