//! Faults that other tools have, or that ours had, each on the smallest ledger that shows it.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod missing;

use fundtrail_graph::{MemoryLedger, Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_store::Store;
use fundtrail_types::{
    Account, Address, Amount, Asset, Chain, Chosen, Claim, Coverage, Direction, Fate, Gap, Kind, Method, Movement,
    Order, Question, ReachState, Start, Target, TraceAnswer, TxId, TxOrder, Way, What,
};

fn account(byte: u8) -> Account {
    Account { chain: Chain::ETHEREUM, address: Address::Evm([byte; 20]) }
}

fn pay(tx: u8, from: u8, to: u8, amount: u64, height: u64) -> Movement {
    Movement {
        chain: Chain::ETHEREUM,
        tx: TxId::Evm([tx; 32]),
        kind: Kind::Native,
        asset: Asset::native(Chain::ETHEREUM),
        from: Some(account(from).address),
        to: Some(account(to).address),
        amount: Amount::from(amount),
        n: 0,
        order: Order { height, tx: TxOrder::Unknown, leg: None },
        time: None,
    }
}

fn question() -> Question {
    Question {
        way: Way::Forward,
        starts: vec![Start::of(account(1))],
        chosen: Chosen::default(),
        assets: Vec::new(),
        methods: Method::ALL.to_vec(),
        hops_max: 50,
        accounts_max: 1000,
        memory_max: None,
        hub_movements: u64::MAX,
        through_mixers: false,
        stop_at_flagged: false,
        dust_raw: Amount::ZERO,
        as_of: "2026-01-01".parse().unwrap(),
        also: Vec::new(),
        paths_max: 10,
        bounds_max: 0,
    }
}

fn received(account_byte: u8, txs: &[u8]) -> Start {
    Start::Received { account: account(account_byte), txs: txs.iter().map(|tx| TxId::Evm([*tx; 32])).collect() }
}

fn ask(ledger: &impl fundtrail_graph::Ledger, question: &Question) -> TraceAnswer {
    let labels = LabelBook::new(Vec::new());
    let is_verified: fn(&Asset) -> bool = Asset::is_native;
    trace(
        ledger,
        Request { question, labels: &labels, crossings: &[], is_verified: &is_verified, go_on: &mut |_| true },
    )
    .unwrap()
}

fn target(answer: &TraceAnswer, byte: u8) -> &Target {
    answer.targets.iter().find(|target| target.account == account(byte)).unwrap()
}

fn proven(target: &Target, method: Method) -> u64 {
    let reach = target.reaches.iter().find(|reach| reach.method == method);
    let sum: Amount = reach.into_iter().flat_map(|reach| &reach.proven).map(|(_, part)| part.held_raw).sum();
    sum.to_string().parse().unwrap()
}

/// A store with the movements as an export lists them: heights only.
fn store(movements: &[Movement]) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap();
    movements.iter().for_each(|movement| writer.movement(movement));
    writer.commit(None).unwrap();
    drop(writer);
    (dir, store)
}

#[test]
fn the_same_coins_are_not_counted_again_each_time_they_come_back() {
    let mut movements = vec![pay(1, 1, 2, 100, 1)];
    for round in 0..5u8 {
        movements.push(pay(10 + round, 2, 3, 100, 10 + u64::from(round)));
        movements.push(pay(20 + round, 3, 2, 100, 10 + u64::from(round)));
    }
    let movements: Vec<_> =
        movements.into_iter().enumerate().map(|(at, one)| Movement { order: Order::at(at as u64), ..one }).collect();
    let answer = ask(&MemoryLedger::new(&movements), &Question { also: vec![account(2)], ..question() });
    for method in [Method::Haircut, Method::Fifo] {
        assert_eq!(proven(target(&answer, 2), method), 100);
    }
    assert_eq!(target(&answer, 2).paths_total, Some(1));
}

#[test]
fn a_trail_that_unknown_order_may_have_lost_is_a_gap_whichever_way_the_stand_in_falls() {
    let mut ends = Vec::new();
    for (first, second) in [(2, 3), (3, 2), (4, 5), (5, 4), (6, 7), (7, 6)] {
        let (_dir, store) = store(&[pay(1, 1, 9, 100, 10), pay(first, 9, 5, 100, 20), pay(second, 5, 7, 100, 20)]);
        let answer = ask(&store, &question());
        assert!(answer.certificate.gaps.contains(&Gap::UnknownOrder { account: account(5), height: 20 }));
        ends.push(answer.methods[0].dispositions[0].account.clone());
    }
    assert!(ends.contains(&Some(account(5))) && ends.contains(&Some(account(7))), "the stand-in falls both ways");
}

#[test]
fn unknown_order_inside_a_transaction_is_a_gap_too() {
    let inside = |leg| Order { height: 20, tx: TxOrder::Index(3), leg };
    let movements = |legs: [Option<u32>; 2]| {
        [
            pay(1, 1, 9, 100, 10),
            Movement { order: inside(legs[0]), ..pay(2, 9, 5, 100, 20) },
            Movement { order: inside(legs[1]), ..pay(2, 5, 7, 60, 20) },
        ]
    };
    let gap = Gap::UnknownOrder { account: account(5), height: 20 };
    let (_dir, untold) = store(&movements([None, None]));
    assert!(ask(&untold, &question()).certificate.gaps.contains(&gap));
    let (_dir, told) = store(&movements([Some(0), Some(1)]));
    let answer = ask(&told, &question());
    assert!(!answer.certificate.gaps.contains(&gap));
    assert_eq!(answer.methods[0].dispositions[1].account, Some(account(7)));
}

#[test]
fn hops_and_rest_do_not_depend_on_which_other_methods_are_asked() {
    // Account 2 holds 50 of its own first: under FIFO only the third payment carries the seed's value.
    let movements =
        [pay(1, 9, 2, 50, 1), pay(2, 1, 2, 50, 2), pay(3, 2, 4, 50, 3), pay(4, 2, 3, 50, 4), pay(5, 3, 4, 50, 30)];
    let covered = Coverage {
        chain: Chain::ETHEREUM,
        account: Some(account(4)),
        what: What::All,
        direction: Direction::Out,
        asset: None,
        from_height: 5,
        to_height: 40,
        claim: Claim::Complete,
        source: "x".to_owned(),
        note: None,
    };
    let ledger = MemoryLedger::new(&movements).with_coverage(vec![covered]);
    for methods in [vec![Method::Fifo], vec![Method::Fifo, Method::Poison]] {
        let answer = ask(&ledger, &Question { methods, also: vec![account(4)], ..question() });
        assert_eq!((target(&answer, 4).state, target(&answer, 4).hops), (ReachState::Proven, Some(3)));
        assert_eq!(answer.methods[0].dispositions[0].fate, Fate::AtRest { height: 40 });
    }
}

#[test]
fn worthless_tokens_in_absurd_amounts_stop_no_trace() {
    let token = Asset::parse(Chain::ETHEREUM, "0x1111111111111111111111111111111111111111").unwrap();
    let flood = |tx, height| Movement {
        kind: Kind::Token,
        asset: token.clone(),
        amount: Amount::MAX,
        ..pay(tx, 8, 2, 1, height)
    };
    let ledger =
        MemoryLedger::new(&[flood(1, 1), flood(2, 2), pay(3, 1, 2, 100, 3), flood(4, 4), pay(5, 2, 3, 100, 5)]);
    let answer = ask(&ledger, &question());
    assert_eq!(answer.methods[0].dispositions[0].account, Some(account(3)));
}

#[test]
fn paths_end_where_the_limit_on_hops_ends_the_value() {
    let ledger =
        MemoryLedger::new(&[pay(1, 1, 2, 100, 1), pay(2, 2, 3, 100, 2), pay(3, 1, 3, 50, 3), pay(4, 3, 4, 150, 4)]);
    let answer = ask(&ledger, &Question { hops_max: 2, also: vec![account(4)], ..question() });
    let four = target(&answer, 4);
    assert_eq!(proven(four, Method::Fifo), 50);
    assert!(four.paths.iter().all(|path| path.movements.len() <= 2));
    let along: Amount = four
        .paths
        .iter()
        .flat_map(|path| &path.along)
        .filter(|part| part.method == Method::Fifo)
        .map(|part| part.amount.held_raw)
        .sum();
    assert_eq!(along, Amount::from(50u64));
}

#[test]
fn a_payment_that_goes_round_is_one_movement_and_one_path() {
    let movements = [pay(1, 8, 2, 10, 1), pay(2, 2, 8, 10, 2), pay(3, 8, 2, 10, 3), pay(4, 2, 5, 10, 4)];
    let paid = Question { starts: vec![received(2, &[1, 3])], also: vec![account(5)], ..question() };
    let answer = ask(&MemoryLedger::new(&movements), &paid);
    assert_eq!(answer.flow.movements.iter().filter(|one| one.tx == TxId::Evm([3; 32])).count(), 1);
    assert_eq!(proven(target(&answer, 5), Method::Fifo), 10);
    assert_eq!(target(&answer, 5).paths.len(), 1);
}

#[test]
fn what_an_account_held_is_right_if_it_paid_what_it_did_not_hold_yet() {
    let token = Asset::parse(Chain::ETHEREUM, "0x1111111111111111111111111111111111111111").unwrap();
    let coins = |tx, from, to, amount| Movement {
        kind: Kind::Token,
        asset: token.clone(),
        ..pay(tx, from, to, amount, u64::from(tx))
    };
    let ether = |tx, from, to, amount| pay(tx, from, to, amount, u64::from(tx));
    // Account 2 swaps two ether, of which it is known to hold one, for 27 tokens, of which two go to another at once: 25 are its own.
    let swap = [coins(3, 3, 2, 27), coins(3, 2, 4, 2), ether(3, 2, 3, 2)];
    let later = [coins(4, 1, 2, 10), coins(5, 2, 6, 26)];
    let movements: Vec<_> = [ether(2, 5, 2, 1)].into_iter().chain(swap).chain(later).collect();
    let assets = vec![token.clone(), Asset::native(Chain::ETHEREUM)];
    let answer = ask(&MemoryLedger::new(&movements), &Question { assets, also: vec![account(6)], ..question() });
    assert_eq!(proven(target(&answer, 6), Method::Fifo), 1);
}
