//! The laws of tracing, on random small ledgers: agreement with a brute-force oracle, conservation, and no flow back in
//! time.

#![allow(clippy::cast_possible_truncation, reason = "small test numbers")]

mod oracle;

use fundtrail_graph::{MemoryLedger, Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_types::{
    Account, Address, Amount, Asset, Chain, Date, Kind, Method, Movement, Order, Question, TraceAnswer, TxId, TxOrder,
};
use oracle::{Payment, Told};
use proptest::prelude::*;

const ACCOUNTS: usize = 5;

fn account(index: usize) -> Account {
    Account { chain: Chain::ETHEREUM, address: Address::Evm([index as u8 + 1; 20]) }
}

fn movements(payments: &[Payment]) -> Vec<Movement> {
    let movement = |(height, &(from, to, amount)): (usize, &Payment)| Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([height as u8; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(account(from).address),
        to: Some(account(to).address),
        amount: Amount::from(amount),
        n: 0,
        order: Order { height: height as u64, tx: TxOrder::Index(0), leg: Some(0) },
        time: None,
    };
    payments.iter().enumerate().map(movement).collect()
}

fn question(methods: &[Method]) -> Question {
    Question {
        from: account(0),
        received_in: Vec::new(),
        also: Vec::new(),
        assets: Vec::new(),
        methods: methods.to_vec(),
        hops_max: 1000,
        accounts_max: 1000,
        dust_raw: Amount::ZERO,
        as_of: "2026-01-01".parse::<Date>().unwrap(),
        paths_max: 3,
    }
}

/// The answer, or none if account 0 paid nobody.
fn ask(payments: &[Payment], question: &Question) -> Option<TraceAnswer> {
    let labels = LabelBook::new(Vec::new());
    let request = Request { question, labels: &labels, is_verified: &|_| true, go_on: &mut |_| true };
    trace(&MemoryLedger::new(&movements(payments)), request).ok()
}

/// What the engine says, in the oracle's form.
fn told(answer: &TraceAnswer, payments: &[Payment], method: Method) -> Told {
    let mut told = Told { carried: vec![(0, 0); payments.len()], left: vec![0; ACCOUNTS] };
    for movement in &answer.flow.movements {
        for share in movement.shares.iter().filter(|share| share.method == method) {
            let units: u64 = share.amount.held_raw.to_string().parse().unwrap();
            let carried = &mut told.carried[movement.height as usize];
            if share.seed.is_some() { carried.0 += units } else { carried.1 += units }
        }
    }
    for end in answer.methods.iter().filter(|one| one.method == method).flat_map(|one| &one.dispositions) {
        let index = (0..ACCOUNTS).find(|index| Some(account(*index)) == end.account).unwrap();
        told.left[index] += end.held_raw.to_string().parse::<u64>().unwrap();
    }
    told
}

fn any_payments() -> impl Strategy<Value = Vec<Payment>> {
    prop::collection::vec((0..ACCOUNTS, 0..ACCOUNTS, 1..12u64), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn fifo_and_haircut_agree_with_the_oracle(payments in any_payments()) {
        let Some(answer) = ask(&payments, &question(&Method::ALL)) else { return Ok(()) };
        prop_assert_eq!(told(&answer, &payments, Method::Fifo), oracle::fifo(&payments, ACCOUNTS));
        prop_assert_eq!(told(&answer, &payments, Method::Haircut), oracle::haircut(&payments, ACCOUNTS));
    }

    #[test]
    fn dispositions_add_up_to_the_seed_whatever_the_limits(
        payments in any_payments(), hops_max in 1..6u32, accounts_max in 1..6usize, dust in 0..5u64,
    ) {
        let question = Question { hops_max, accounts_max, dust_raw: Amount::from(dust), ..question(&Method::ALL) };
        let Some(answer) = ask(&payments, &question) else { return Ok(()) };
        for method in answer.methods.iter().filter(|one| one.method.conserves()) {
            let sum: Amount = method.dispositions.iter().map(|end| end.seed_raw).sum();
            prop_assert_eq!(sum, answer.seeds[0].amount_raw, "{}", method.method);
        }
    }

    #[test]
    fn nothing_flows_back_in_time(payments in any_payments()) {
        let Some(answer) = ask(&payments, &question(&Method::ALL)) else { return Ok(()) };
        for method in [Method::Haircut, Method::Fifo] {
            let mut held = vec![Amount::ZERO; ACCOUNTS];
            for movement in &answer.flow.movements {
                let proven: Amount = movement.shares.iter().filter(|share| share.method == method && share.seed.is_some()).map(|share| share.amount.held_raw).sum();
                let index = |wanted: &Account| (0..ACCOUNTS).find(|index| account(*index) == *wanted).unwrap();
                let from = index(&movement.from);
                if from != 0 {
                    held[from] = held[from].checked_sub(proven).expect("an outflow carries no more than has arrived before it");
                }
                let to = index(movement.to.as_ref().unwrap());
                held[to] = held[to].checked_add(proven).unwrap();
            }
        }
    }

    #[test]
    fn poison_reaches_whatever_a_conserving_method_reaches(payments in any_payments()) {
        let Some(answer) = ask(&payments, &question(&Method::ALL)) else { return Ok(()) };
        for movement in &answer.flow.movements {
            let carries = |method| movement.shares.iter().any(|share| share.method == method && share.seed.is_some() && !share.amount.held_raw.is_zero());
            prop_assert!(carries(Method::Poison) || !(carries(Method::Fifo) || carries(Method::Haircut)));
        }
    }

    #[test]
    fn methods_asked_together_answer_as_each_alone(payments in any_payments()) {
        let Some(together) = ask(&payments, &question(&Method::ALL)) else { return Ok(()) };
        for method in [Method::Haircut, Method::Fifo] {
            let alone = ask(&payments, &question(&[method])).unwrap();
            prop_assert_eq!(told(&together, &payments, method), told(&alone, &payments, method));
        }
    }
}
