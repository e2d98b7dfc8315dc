//! The laws of tracing, on random small ledgers: agreement with a brute-force oracle, conservation, and no flow back in
//! time.

#![allow(clippy::cast_possible_truncation, reason = "small test numbers")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step is a failed test")]

mod conversions;
mod crossings;
mod memory;
mod oracle;
mod sources;
mod starts;
mod stops;

use fundtrail_graph::{MemoryLedger, Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_types::{
    Account, Address, Amount, Asset, Bounds, Chain, Chosen, CrossingSide, Date, Fate, Gap, Kind, Method, Movement,
    Order, Question, ReachState, Start, Stop, TraceAnswer, TxId, TxOrder, Way,
};
use oracle::{NOBODY, Payment, Told, Unit};
use proptest::prelude::*;

const ACCOUNTS: usize = 5;

const CONSERVING: [Method; 5] = [Method::Haircut, Method::Fifo, Method::Lifo, Method::DirtyFirst, Method::CleanFirst];

fn account(index: usize) -> Account {
    Account { chain: Chain::ETHEREUM, address: Address::Evm([index as u8 + 1; 20]) }
}

fn movements(payments: &[Payment]) -> Vec<Movement> {
    let side = |index| (index != NOBODY).then(|| account(index).address);
    let movement = |(height, &(from, to, amount)): (usize, &Payment)| Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([height as u8; 32]),
        kind: if from == NOBODY || to == NOBODY { Kind::Unexplained } else { Kind::Native },
        asset: Asset::native(Chain::ETHEREUM),
        from: side(from),
        to: side(to),
        amount: Amount::from(amount),
        n: 0,
        order: Order { height: height as u64, tx: TxOrder::Index(0), leg: Some(0) },
        time: None,
    };
    payments.iter().enumerate().map(movement).collect()
}

fn question(methods: &[Method]) -> Question {
    Question {
        way: Way::Forward,
        starts: vec![Start::of(account(0))],
        chosen: Chosen::default(),
        also: Vec::new(),
        assets: Vec::new(),
        methods: methods.to_vec(),
        hops_max: 1000,
        accounts_max: 1000,
        memory_max: None,
        hub_movements: u64::MAX,
        through_mixers: false,
        stop_at_flagged: false,
        dust_raw: Amount::ZERO,
        as_of: "2026-01-01".parse::<Date>().unwrap(),
        paths_max: 3,
        bounds_max: 0,
    }
}

/// The answer, or none if account 0 paid nobody.
fn ask(payments: &[Payment], question: &Question) -> Option<TraceAnswer> {
    ask_of(&movements(payments), question)
}

/// The answer, or none if account 0 paid nobody.
fn ask_of(movements: &[Movement], question: &Question) -> Option<TraceAnswer> {
    ask_over(movements, &[], question)
}

/// The same, with what joins chains.
fn ask_over(movements: &[Movement], crossings: &[CrossingSide], question: &Question) -> Option<TraceAnswer> {
    let labels = LabelBook::new(Vec::new());
    let request = Request { question, labels: &labels, crossings, is_verified: &|_| true, go_on: &mut |_| true };
    trace(&MemoryLedger::new(movements), request).ok()
}

/// What the engine says, in the oracle's form.
fn told(answer: &TraceAnswer, payments: &[Payment], method: Method) -> Told {
    let mut told = Told { carried: vec![(0, 0); payments.len()], left: vec![0; ACCOUNTS], unexplained: 0 };
    for movement in &answer.flow.movements {
        for share in movement.shares.iter().filter(|share| share.method == method) {
            let units: u64 = share.amount.held_raw.to_string().parse().unwrap();
            let carried = &mut told.carried[movement.height as usize];
            if share.seed.is_some() { carried.0 += units } else { carried.1 += units }
        }
    }
    for end in answer.methods.iter().filter(|one| one.method == method).flat_map(|one| &one.dispositions) {
        let units: u64 = end.held_raw.to_string().parse().unwrap();
        match (0..ACCOUNTS).find(|index| Some(account(*index)) == end.account) {
            Some(index) => told.left[index] += units,
            None => {
                assert_eq!(end.fate, Fate::Unexplained);
                told.unexplained += units;
            }
        }
    }
    told
}

/// Payments among the first so many accounts. About one in five is told by a balance alone.
fn payments_among(accounts: usize, length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Payment>> {
    let payment = (0..accounts, 0..accounts, 1..12u64, 0..10u8).prop_map(|(from, to, amount, told)| match told {
        0 => (NOBODY, to, amount),
        1 => (from, NOBODY, amount),
        _ => (from, to, amount),
    });
    prop::collection::vec(payment, length)
}

/// So few that all rules can be tried.
fn few_small_payments() -> impl Strategy<Value = Vec<Payment>> {
    let payment = (0..4usize, 0..4usize, 1..4u64, 0..10u8).prop_map(|(from, to, amount, told)| match told {
        0 => (NOBODY, to, amount),
        1 => (from, NOBODY, amount),
        _ => (from, to, amount),
    });
    prop::collection::vec(payment, 1..12)
}

fn any_payments() -> impl Strategy<Value = Vec<Payment>> {
    payments_among(ACCOUNTS, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_conserving_method_agrees_with_the_oracle(payments in any_payments()) {
        let Some(answer) = ask(&payments, &question(&Method::ALL)) else { return Ok(()) };
        prop_assert_eq!(told(&answer, &payments, Method::Fifo), oracle::fifo(&payments, ACCOUNTS));
        prop_assert_eq!(told(&answer, &payments, Method::Haircut), oracle::haircut(&payments, ACCOUNTS));
        prop_assert_eq!(told(&answer, &payments, Method::Lifo), oracle::lifo(&payments, ACCOUNTS));
        let senior = |order| oracle::senior(&payments, ACCOUNTS, order);
        prop_assert_eq!(told(&answer, &payments, Method::DirtyFirst), senior([Unit::Seed, Unit::Unknown, Unit::Clean]));
        prop_assert_eq!(told(&answer, &payments, Method::CleanFirst), senior([Unit::Clean, Unit::Unknown, Unit::Seed]));
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
    fn what_only_balances_tell_is_counted_wherever_the_trace_came(payments in any_payments()) {
        let Some(answer) = ask(&payments, &question(&[Method::Fifo])) else { return Ok(()) };
        let reached = |index: &usize| *index == 0 || answer.flow.movements.iter().any(|one| one.to == Some(account(*index)));
        for index in (0..ACCOUNTS).filter(reached) {
            let sum = |(from, to)| payments.iter().filter(|one| (one.0, one.1) == (from, to)).map(|one| Amount::from(one.2)).sum::<Amount>();
            let (in_raw, out_raw) = (sum((NOBODY, index)), sum((index, NOBODY)));
            let told = answer.certificate.gaps.iter().find_map(|gap| match gap {
                Gap::Unexplained { account: one, in_raw, out_raw, .. } if *one == account(index) => Some((*in_raw, *out_raw)),
                _ => None,
            });
            prop_assert_eq!(told.unwrap_or_default(), (in_raw, out_raw));
        }
    }

    #[test]
    fn no_rule_that_conserves_leaves_the_bounds(payments in any_payments()) {
        let question = Question { also: (1..ACCOUNTS).map(account).collect(), bounds_max: ACCOUNTS, ..question(&Method::ALL) };
        let Some(answer) = ask(&payments, &question) else { return Ok(()) };
        for target in &answer.targets {
            let (lower, upper) = target.bounds.first().map(|one| (one.lower_raw, one.upper_raw)).unwrap_or_default();
            for method in CONSERVING {
                let arrived: Amount = target.reaches.iter().filter(|reach| reach.method == method).flat_map(|reach| &reach.proven).map(|(_, sum)| sum.held_raw).sum();
                prop_assert!(lower <= arrived && arrived <= upper, "{method}: {arrived} in {lower} to {upper}");
            }
        }
    }

    /// Whole units cannot be told from any others here: flows of whole numbers are whole.
    #[test]
    fn bounds_are_what_the_best_and_the_worst_rule_say(payments in few_small_payments(), targets in prop::collection::btree_set(1..4usize, 1..3)) {
        let question = Question { also: targets.iter().map(|index| account(*index)).collect(), bounds_max: 1, ..question(&[Method::Fifo]) };
        let Some(answer) = ask(&payments, &question) else { return Ok(()) };
        let told = |bounds: &[Bounds]| bounds.first().map(|one| (one.lower_raw, one.upper_raw)).unwrap_or_default();
        let wanted = |targets: &[usize]| {
            let (lower, upper) = oracle::bounds(&payments, 4, targets);
            (Amount::from(lower), Amount::from(upper))
        };
        let all: Vec<usize> = targets.into_iter().collect();
        prop_assert_eq!(told(&answer.bounds), wanted(&all));
        if let Some(bounded) = answer.targets.iter().find(|target| !target.bounds.is_empty()) {
            let index = all.iter().find(|index| account(**index) == bounded.account).copied().unwrap();
            prop_assert_eq!(told(&bounded.bounds), wanted(&[index]));
        }
    }

    /// No cut is smaller than the largest flow, so one that is as large and that every path crosses is a smallest one.
    #[test]
    fn stops_come_to_the_upper_bound_and_no_path_gets_round_them(payments in payments_among(4, 1..14)) {
        let question = Question { also: vec![account(3)], bounds_max: 1, paths_max: 10_000, ..question(&Method::ALL) };
        let Some(answer) = ask(&payments, &question) else { return Ok(()) };
        for target in &answer.targets {
            for bounds in &target.bounds {
                for stops in [&bounds.first_stops, &bounds.last_stops] {
                    prop_assert_eq!(stops.iter().map(Stop::amount_raw).sum::<Amount>(), bounds.upper_raw);
                    for path in target.paths.iter().filter(|path| path.seed.is_some()) {
                        let heights: Vec<u64> = path.movements.iter().map(|index| answer.flow.movements[*index].height).collect();
                        let held = |account: &Account, after: u64, before: u64| path.movements.iter().zip(&heights).zip(&heights[1..]).any(|((index, came), went)| {
                            answer.flow.movements[*index].to.as_ref() == Some(account) && *came <= after && before <= *went
                        });
                        let is_stopped = stops.iter().any(|stop| match stop {
                            Stop::Payment { at, .. } => heights.contains(&at.height),
                            Stop::Balance { account, after, before, .. } => held(account, after.height, before.height),
                        });
                        prop_assert!(is_stopped, "{:?} gets round {:?}", heights, stops);
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_flows_back_in_time(payments in any_payments()) {
        let Some(answer) = ask(&payments, &question(&Method::ALL)) else { return Ok(()) };
        for method in CONSERVING {
            let mut held = [Amount::ZERO; ACCOUNTS];
            for movement in &answer.flow.movements {
                let proven: Amount = movement.shares.iter().filter(|share| share.method == method && share.seed.is_some()).map(|share| share.amount.held_raw).sum();
                let index = |wanted: &Account| (0..ACCOUNTS).find(|index| account(*index) == *wanted).unwrap();
                let from = index(&movement.from);
                if from != 0 {
                    held[from] = held[from].checked_sub(proven).expect("an outflow carries no more than has arrived before it");
                }
                // What went nobody knows where is gone.
                let Some(to) = movement.to.as_ref().map(index) else { continue };
                held[to] = held[to].checked_add(proven).unwrap();
            }
        }
    }

    #[test]
    fn poison_reaches_whatever_a_conserving_method_reaches(payments in any_payments()) {
        let Some(answer) = ask(&payments, &question(&Method::ALL)) else { return Ok(()) };
        for movement in &answer.flow.movements {
            let carries = |method| movement.shares.iter().any(|share| share.method == method && share.seed.is_some() && !share.amount.held_raw.is_zero());
            prop_assert!(carries(Method::Poison) || !CONSERVING.into_iter().any(carries));
        }
    }

    #[test]
    fn methods_asked_together_answer_as_each_alone(payments in any_payments()) {
        let Some(together) = ask(&payments, &question(&Method::ALL)) else { return Ok(()) };
        for method in CONSERVING {
            let alone = ask(&payments, &question(&[method])).unwrap();
            prop_assert_eq!(told(&together, &payments, method), told(&alone, &payments, method));
        }
    }

    #[test]
    fn what_came_along_all_paths_adds_up_to_what_arrived(payments in payments_among(4, 1..12)) {
        let question = Question { also: (1..4).map(account).collect(), paths_max: 10_000, ..question(&[Method::Haircut, Method::Fifo]) };
        let Some(answer) = ask(&payments, &question) else { return Ok(()) };
        for target in answer.targets.iter().filter(|target| target.state == ReachState::Proven) {
            prop_assert_eq!(Some(target.paths.len() as u64), target.paths_total);
            for reach in &target.reaches {
                let arrived: Amount = reach.proven.iter().map(|(_, sum)| sum.held_raw).sum();
                // What leaves the target and comes back is not counted again.
                prop_assert!(arrived <= answer.seeds[0].amount_raw);
                let along: Vec<Amount> = target.paths.iter().flat_map(|path| &path.along).filter(|part| part.method == reach.method).map(|part| part.amount.held_raw).collect();
                let together: Amount = along.iter().copied().sum();
                // Haircut rounds at every hop of every path; FIFO splits lots exactly.
                let hops = payments.len() * payments.len();
                let slack = if reach.method == Method::Fifo { 0 } else { hops as u64 };
                let difference = arrived.saturating_sub(together).max(together.saturating_sub(arrived));
                prop_assert!(difference <= Amount::from(slack), "{}: {arrived} arrived, {together} along the paths", reach.method);
            }
        }
    }

    #[test]
    fn paths_are_forward_in_time_connected_and_most_valuable_first(payments in any_payments()) {
        let question = Question { also: (1..ACCOUNTS).map(account).collect(), ..question(&Method::ALL) };
        let Some(answer) = ask(&payments, &question) else { return Ok(()) };
        for target in &answer.targets {
            let mut widths = Vec::new();
            for path in &target.paths {
                let hops: Vec<_> = path.movements.iter().map(|index| &answer.flow.movements[*index]).collect();
                prop_assert!(path.movements.is_sorted());
                prop_assert!(hops.windows(2).all(|pair| pair[0].to.as_ref() == Some(&pair[1].from)));
                prop_assert_eq!(hops.last().unwrap().to.as_ref(), Some(&target.account));
                prop_assert!(path.seed.is_none() || hops[0].from == account(0));
                widths.push(path.along.iter().map(|part| part.amount.held_raw).max());
            }
            prop_assert!(widths.is_sorted_by(|a, b| a >= b), "{widths:?}");
        }
    }

    /// Without the payments of an account through which all had to pass, nothing arrives; without those of another, something may.
    #[test]
    fn nothing_arrives_without_those_it_had_to_pass(payments in any_payments(), to in 1..ACCOUNTS) {
        let asked = Question { also: vec![account(to)], ..question(&[Method::Fifo]) };
        let Some(answer) = ask(&payments, &asked) else { return Ok(()) };
        let Some(target) = answer.targets.iter().find(|target| target.state == ReachState::Proven) else { return Ok(()) };
        let passed = target.must_pass.clone().unwrap_or_default();
        for between in (1..ACCOUNTS).filter(|index| *index != to) {
            // Oracle: whether the target can be come to in time along what FIFO carried, without the account.
            let mut held = [false; ACCOUNTS];
            for movement in &answer.flow.movements {
                let carried = movement.shares.iter().any(|share| share.seed.is_some() && !share.amount.held_raw.is_zero());
                let index = |wanted: &Account| (0..ACCOUNTS).find(|index| account(*index) == *wanted);
                let (Some(from), Some(into)) = (index(&movement.from), movement.to.as_ref().and_then(index)) else { continue };
                held[into] |= carried && from != between && (from == 0 || held[from]);
            }
            prop_assert_eq!(passed.contains(&account(between)), !held[to]);
        }
    }

    #[test]
    fn following_a_payment_is_following_its_payer_if_he_paid_once(payments in any_payments(), to in 1..ACCOUNTS, amount in 1..12u64, at in any::<prop::sample::Index>()) {
        let mut payments: Vec<Payment> = payments.into_iter().filter(|(from, to, _)| *from != 0 && *to != 0).collect();
        let at = at.index(payments.len() + 1);
        payments.insert(at, (0, to, amount));
        let also = (1..ACCOUNTS).filter(|index| *index != to).map(account).collect();
        let paid = Question { also, bounds_max: ACCOUNTS, ..question(&Method::ALL) };
        let start = Start::Received { account: account(to), txs: vec![TxId::Evm([at as u8; 32])] };
        let received = Question { starts: vec![start], ..paid.clone() };
        let paid = ask(&payments, &paid).expect("account 0 paid once");
        let received = ask(&payments, &received).expect("the payment is there");
        prop_assert_eq!(&paid.seeds[0].amount_raw, &received.seeds[0].amount_raw);
        prop_assert_eq!(&paid.bounds, &received.bounds);
        for (a, b) in paid.methods.iter().zip(&received.methods) {
            let ends = |one: &fundtrail_types::MethodAnswer| one.dispositions.iter().map(|end| (end.account.clone(), end.held_raw, end.seed_raw)).collect::<Vec<_>>();
            prop_assert_eq!(ends(a), ends(b));
        }
        // The payment itself is no hop when it is what was received.
        let hops = |answer: &TraceAnswer| answer.flow.accounts.iter().map(|one| one.hops).max();
        prop_assert_eq!(hops(&paid), hops(&received).map(|hops| hops + 1));
    }
}

#[test]
fn a_chain_could_have_been_stopped_at_its_first_and_at_its_last_payment_or_where_most_of_it_was_held() {
    let stops = |payments: &[Payment]| {
        let question = Question { also: vec![account(3)], bounds_max: 1, ..question(&[Method::Fifo]) };
        let answer = ask(payments, &question).unwrap();
        let bounds = answer.targets[0].bounds[0].clone();
        let told = |stops: Vec<Stop>| -> Vec<(String, u64, String)> {
            let one = |stop: &Stop| match stop {
                Stop::Payment { at, amount_raw, .. } => ("paid".to_owned(), at.height, amount_raw.to_string()),
                Stop::Balance { after, amount_raw, .. } => ("held".to_owned(), after.height, amount_raw.to_string()),
            };
            stops.iter().map(one).collect()
        };
        (told(bounds.first_stops), told(bounds.last_stops))
    };
    let one = |what: &str, height: u64, amount: &str| vec![(what.to_owned(), height, amount.to_owned())];
    assert_eq!(stops(&[(0, 1, 5), (1, 2, 5), (2, 3, 5)]), (one("paid", 0, "5"), one("paid", 2, "5")));
    // Account 1 gets 9, lets all but 4 go elsewhere, and pays the target twice out of what is left.
    let held = stops(&[(0, 1, 9), (1, 2, 5), (1, 3, 2), (1, 3, 2)]);
    assert_eq!(held.0, one("held", 0, "4"));
    assert_eq!(held.1, [one("paid", 2, "2"), one("paid", 3, "2")].concat());
}
