//! Exposure: the parts of what was sent and received add up, stop at the first labelled party, and are valued by prices that are named.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fmt::Write;

use fundtrail::{
    QuestionDefaults, Reference, Store, exposure, ingest_bytes,
    types::{
        Amount, Chain, Class, Currency, Exposed, Exposure, ExposureAnswer, ExposureSide, Method, Nearness, Question,
        Start, Traced, TxId, Way,
    },
};
use proptest::prelude::*;

const CONSERVING: [Method; 5] = [Method::Haircut, Method::Fifo, Method::Lifo, Method::DirtyFirst, Method::CleanFirst];

/// Accounts 1 to 7: 5 is listed, 6 is an exchange, 7 a listed mixer.
const LABELS: &str = "chain,address,entity,category,class,source,confidence\n\
    eip155:*,0x0000000000000000000000000000000000000005,A listed party,sanctioned_party,listed_dprk,test,high\n\
    eip155:*,0x0000000000000000000000000000000000000006,An exchange,exchange,service,test,high\n\
    eip155:*,0x0000000000000000000000000000000000000007,A mixer,mixer,listed,test,high\n";

fn address(number: usize) -> String {
    format!("0x{number:040x}")
}

/// (from, to, ether); each is a transaction of its own, on the day of its place in the list.
type Payment = (usize, usize, u64);

fn store(payments: &[Payment]) -> (tempfile::TempDir, Store) {
    let mut text = "chain,tx,block,time,asset,from,to,amount_raw\n".to_owned();
    for (number, (from, to, ether)) in payments.iter().enumerate() {
        let (from, to, day) = (address(*from), address(*to), number % 28 + 1);
        writeln!(
            text,
            "eip155:1,0x{number:064x},{number},2025-03-{day:02}T12:00:00Z,native,{from},{to},{ether}000000000000000000"
        )
        .unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    assert_eq!(ingest_bytes(&store, "rows.csv", text.as_bytes(), Reference::empty().tokens()).unwrap().rejected, 0);
    (dir, store)
}

/// With the labels, and with a price of 2000 and so many dollars on the first days of March.
fn reference(priced_days: usize) -> (tempfile::TempDir, Reference) {
    let dir = tempfile::tempdir().unwrap();
    let mut prices = "coin,date,price,currency,source\n".to_owned();
    for day in 1..=priced_days {
        writeln!(prices, "ETH,2025-03-{day:02},20{day:02}.5,USD,price-{day}").unwrap();
    }
    let mut reference = Reference::empty();
    for (name, text) in [("labels.csv", LABELS), ("prices.csv", prices.as_str())] {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        if name == "labels.csv" || priced_days > 0 {
            reference.add(&path).unwrap();
        }
    }
    assert!(reference.problems().is_empty(), "{:?}", reference.problems());
    (dir, reference)
}

fn ask(payments: &[Payment], priced_days: usize) -> ExposureAnswer {
    ask_of(payments, priced_days, Start::of(format!("eip155:1:{}", address(1)).parse().unwrap()))
}

fn ask_of(payments: &[Payment], priced_days: usize, start: Start) -> ExposureAnswer {
    let ((_db, store), (_lists, reference)) = (store(payments), reference(priced_days));
    let question = QuestionDefaults::starting(Way::Forward, vec![start], "2026-01-01".parse().unwrap());
    let question = Question { methods: Method::ALL.to_vec(), ..question };
    exposure(&store, &reference, &question, Currency::USD, &mut |_| true).unwrap()
}

/// Class, nearness, ether, hops and dollars of the parts with a party, under one method.
fn parties(side: &ExposureSide, method: Method) -> Vec<(Class, Nearness, String, u32, Option<String>)> {
    let of = |part: &Exposure| match &part.to {
        Exposed::Party { class, nearness, .. } if part.method == method => {
            let worth = part.worth.value.map(|value| value.to_string());
            Some((*class, *nearness, part.amount_raw.to_decimal(18), part.hops, worth))
        }
        _ => None,
    };
    side.parts.iter().filter_map(of).collect()
}

#[test]
fn direct_and_indirect_sent_and_received_are_told_apart_and_valued_when_they_arrived() {
    // 1 gets 10 from the mixer and 10 from a friend, pays the exchange 4 itself and 2 over account 2, and the listed party 6 over 2 and 3.
    let payments = [(7, 1, 10), (4, 1, 10), (1, 6, 4), (1, 2, 8), (2, 6, 2), (2, 3, 6), (3, 5, 6), (5, 6, 6)];
    let answer = ask(&payments, 28);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        parties(&answer.sent, Method::Haircut),
        [
            (Class::ListedDprk, Nearness::Indirect, "6".to_owned(), 3, some("12045.00")),
            (Class::Service, Nearness::Direct, "4".to_owned(), 1, some("8014.00")),
            (Class::Service, Nearness::Indirect, "2".to_owned(), 2, some("4011.00")),
        ],
        "what the listed party pays on is not followed, so the exchange's part ends there"
    );
    assert_eq!(
        parties(&answer.received, Method::Fifo),
        [(Class::Listed, Nearness::Direct, "10".to_owned(), 1, some("20015.00"))]
    );
    let total = &answer.sent.totals[0];
    assert_eq!(
        (total.amount_raw.to_decimal(18), total.worth.value.map(|value| value.to_string())),
        ("12".to_owned(), some("24050.00"))
    );
    assert_eq!(total.worth.sources, ["price-3", "price-4"]);
    let nobody = answer.received.parts.iter().find(|part| matches!(part.to, Exposed::Nobody { .. })).unwrap();
    assert_eq!(nobody.amount_raw.to_decimal(18), "10");
    assert_eq!(answer.received.totals[0].worth.value.map(|value| value.to_string()), some("40040.00"));
}

#[test]
fn what_was_received_in_a_transaction_is_valued_when_it_was_received() {
    let payments = [(4, 1, 10), (1, 6, 4)];
    let tx = TxId::parse(Chain::ETHEREUM, &format!("0x{:064x}", 0)).unwrap();
    let answer = ask_of(&payments, 28, Start::Transaction { chain: Chain::ETHEREUM, tx });
    let total = &answer.sent.totals[0];
    // Ten at 2001.5, whatever became of them later; of which four arrived at the exchange at 2002.5.
    assert_eq!(total.worth.value.map(|value| value.to_string()), Some("20015.00".to_owned()));
    let exchange = parties(&answer.sent, Method::Fifo);
    assert_eq!(exchange, [(Class::Service, Nearness::Direct, "4".to_owned(), 1, Some("8010.00".to_owned()))]);
}

/// Of two deposits into a bridge in one transaction an id joins one, so that the other ends there.
#[test]
fn what_a_bridge_took_and_nothing_joins_is_exposure_though_it_came_with_what_is_joined() {
    let bridge = "0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5";
    let (tx, out) = (format!("0x{:064x}", 1), format!("0x{:064x}", 2));
    let mut text = "chain,tx,block,time,leg,asset,from,to,amount_raw\n".to_owned();
    for (leg, ether) in [(1, 3), (2, 5)] {
        writeln!(
            text,
            "eip155:1,{tx},1,2025-03-01T12:00:00Z,{leg},native,{},{bridge},{ether}000000000000000000",
            address(1)
        )
        .unwrap();
    }
    writeln!(text, "eip155:10,{out},1,2025-03-01T12:01:00Z,1,native,{},{},5000000000000000000", address(8), address(9))
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    assert_eq!(ingest_bytes(&store, "rows.csv", text.as_bytes(), Reference::empty().tokens()).unwrap().rejected, 0);
    let side =
        |side, chain, tx: &str| format!("across,1:7,bridge,id,{side},{chain},{tx},native,5000000000000000000,test\n");
    let head = "bridge,crossing_id,through,basis,side,chain,tx,asset,amount_raw,source\n".to_owned();
    let path = dir.path().join("crossings.csv");
    std::fs::write(&path, head + &side("deposit", "eip155:1", &tx) + &side("release", "eip155:10", &out)).unwrap();
    let mut reference = Reference::bundled().unwrap();
    reference.add(&path).unwrap();
    let start = Start::of(format!("eip155:1:{}", address(1)).parse().unwrap());
    let question = QuestionDefaults::starting(Way::Forward, vec![start], "2026-11-23".parse().unwrap());
    let answer = exposure(&store, &reference, &question, Currency::USD, &mut |_| true).unwrap();
    for method in [Method::Haircut, Method::Fifo] {
        let all: Amount =
            answer.sent.parts.iter().filter(|part| part.method == method).map(|part| part.amount_raw).sum();
        assert_eq!(all.to_decimal(18), "8", "{method}: {:?}", answer.sent.parts);
        let told = parties(&answer.sent, method);
        let bridged: Vec<&str> = told.iter().map(|(_, _, amount, ..)| amount.as_str()).collect();
        assert_eq!(bridged, ["3"], "{told:?}");
    }
}

#[test]
fn what_has_no_price_is_counted_and_not_guessed() {
    let payments = [(1, 5, 1), (1, 5, 2), (1, 5, 4)];
    let answer = ask(&payments, 2);
    let part = answer.sent.parts.iter().find(|part| part.method == Method::Fifo).unwrap();
    assert_eq!(
        part.worth.value.map(|value| value.to_string()),
        Some("6006.50".to_owned()),
        "one at 2001.5 and two at 2002.5"
    );
    assert_eq!((part.worth.unpriced_raw.to_decimal(18), part.worth.sources.len()), ("4".to_owned(), 2));
    let without = ask(&payments, 0);
    assert!(without.sent.parts.iter().chain(&without.received.parts).all(|part| part.worth.value.is_none()));
    let Traced::Nothing(nothing) = without.received.trace else { panic!("nothing came in") };
    assert!(nothing.contains("nothing that could be followed"), "{nothing}");
}

/// Of what was received, methods that look at taint tell each source by itself.
fn add_up(side: &ExposureSide, adds_up: impl Fn(&Method) -> bool) -> Result<(), TestCaseError> {
    for total in &side.totals {
        for method in CONSERVING.into_iter().filter(&adds_up) {
            let his = side
                .parts
                .iter()
                .filter(|part| (&part.account, &part.asset, part.method) == (&total.account, &total.asset, method));
            let sum: Amount = his.map(|part| part.amount_raw).sum();
            prop_assert_eq!(sum, total.amount_raw, "{}", method);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_add_up_to_what_was_sent_and_received(
        payments in prop::collection::vec((1..=7usize, 1..=7usize, 1..9u64), 1..30),
    ) {
        let paid: Vec<Payment> = payments.into_iter().filter(|(from, to, _)| from != to).collect();
        if paid.iter().all(|(from, to, _)| *from != 1 && *to != 1) {
            return Ok(());
        }
        let answer = ask(&paid, 28);
        add_up(&answer.sent, |_| true)?;
        add_up(&answer.received, |method| !method.looks_at_taint())?;
        // Everything has a price, and who is paid directly gets exactly what was paid.
        for part in answer.sent.parts.iter().filter(|part| part.method == Method::Fifo) {
            if let Exposed::Party { nearness: Nearness::Direct, entity, .. } = &part.to {
                let party = match entity.as_str() { "A listed party" => 5, "An exchange" => 6, _ => 7 };
                let ether: u64 = paid.iter().filter(|one| (one.0, one.1) == (1, party)).map(|one| one.2).sum();
                prop_assert_eq!(part.amount_raw.to_decimal(18), ether.to_string());
            }
            prop_assert!(part.worth.unpriced_raw.is_zero());
        }
    }
}
