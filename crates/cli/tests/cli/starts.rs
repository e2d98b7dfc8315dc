//! Where a trace begins: several accounts, a transaction, one movement, some of an account's movements; and the way back.

use fundtrail::types::{Account, Amount, Fate, Gap, Method, ReachState, Severity, Source, Start, TraceAnswer};

use crate::desk::Desk;

/// Listed under a DPRK programme.
const LISTED: &str = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
const ETHER: &str = "000000000000000000";

fn nobody(number: u8) -> String {
    format!("0x{number:040x}")
}

fn tx(number: u8) -> String {
    format!("0x{number:064x}")
}

/// The listed account pays account 1 six ether, a stranger pays it four; it pays account 2 five and then three; account 2 pays the
/// listed account one back and account 3 six. A busy account 9, without a label, gets one ether of it and has many payers.
fn rows() -> String {
    let mut rows =
        "chain,tx,block,before_block,time,kind,asset,from,to,amount,amount_raw,decimals,symbol,note\n".to_owned();
    let mut pay = |number: u8, day: u8, from: &str, to: &str, ether: u8| {
        let time = format!("2025-03-{day:02}T12:00:00Z");
        rows += &format!(
            "eip155:1,{},{},,{time},native,native,{from},{to},,{ether}{ETHER},,,\n",
            tx(number),
            100 + u32::from(number)
        );
    };
    let [one, two, three, stranger, busy] = [1, 2, 3, 8, 9].map(nobody);
    pay(1, 1, LISTED, &one, 6);
    pay(2, 2, &stranger, &one, 4);
    pay(3, 3, &one, &two, 5);
    pay(4, 4, &one, &two, 3);
    pay(5, 5, &two, LISTED, 1);
    pay(6, 6, &two, &three, 6);
    for payer in 0..5 {
        pay(20 + payer, 7, &nobody(100 + payer), &busy, 1);
    }
    pay(30, 8, &three, &busy, 1);
    pay(31, 9, &busy, &nobody(50), 2);
    rows
}

fn trace(desk: &Desk, words: &str) -> TraceAnswer {
    desk.run(&format!("trace {words} --db db --as-of 2026-11-22 --json")).done().json()
}

fn ether(number: u64) -> Amount {
    format!("{number}{ETHER}").parse().unwrap()
}

fn account(address: &str) -> Account {
    address.parse().unwrap()
}

#[test]
fn accounts_transactions_and_movements_begin_seeds_that_are_kept_apart() {
    let desk = Desk::with_rows(&rows());
    let [one, two] = [1, 2].map(nobody);
    let answer = trace(&desk, &format!("{one} {} {}#1 --method fifo", tx(6), tx(2)));
    let seeds: Vec<_> = answer.seeds.iter().map(|seed| (seed.start, seed.account.clone(), seed.amount_raw)).collect();
    let [first, third, stranger] = [1, 3, 8].map(|number| account(&nobody(number)));
    let expected = [(Some(0), first, ether(8)), (Some(2), stranger, ether(4)), (Some(1), third, ether(6))];
    assert_eq!(seeds, expected);
    assert!(matches!(&answer.question.starts[2], Start::Movement { number: 1, .. }));
    for (index, seed) in answer.seeds.iter().enumerate() {
        let ends = answer.methods[0].dispositions.iter().filter(|end| end.seed == index);
        assert_eq!(ends.map(|end| end.seed_raw).sum::<Amount>(), seed.amount_raw);
    }
    // What the stranger paid came to an account whose payments are followed themselves.
    let returned = answer.methods[0].dispositions.iter().find(|end| end.seed == 1).unwrap();
    assert_eq!((&returned.fate, returned.account.as_ref()), (&Fate::ReturnedToSeed, Some(&account(&one))));
    let note = String::from_utf8(desk.run(&format!("trace {one} {two} {} --db db", tx(6))).done().stdout).unwrap();
    assert!(
        note.contains(&format!("paid by {one}")) && note.contains(&format!("was received in tx {}", tx(6))),
        "{note}"
    );
}

#[test]
fn every_account_that_reached_a_flagged_one_has_a_finding_of_its_own() {
    let desk = Desk::with_rows(&rows());
    let answer = trace(&desk, &format!("{} {}", nobody(1), nobody(8)));
    let subjects: Vec<_> = answer.findings.iter().map(|finding| finding.subject.from.clone()).collect();
    assert_eq!(subjects, [account(&nobody(1))], "what the stranger paid ends with account 1");
    let answer = trace(&desk, &format!("{} {}", nobody(2), nobody(8)));
    assert_eq!(answer.findings.len(), 1, "{:?}", answer.findings);
    assert_eq!(answer.findings[0].subject.from, account(&nobody(2)));
    assert_eq!(answer.findings[0].hops, 1);
}

#[test]
fn accounts_that_several_starts_reach_and_sources_that_they_share_are_told() {
    let desk = Desk::with_rows(&rows());
    // What the stranger and the listed account pay meets with account 1, and where that pays on.
    let starts = format!("{LISTED} {}", nobody(8));
    let answer = trace(&desk, &format!("{starts} --method fifo"));
    let met = answer.shared.iter().find(|shared| shared.account == account(&nobody(1))).unwrap();
    let parts: Vec<_> = met.parts.iter().map(|part| (part.start, part.amount.held_raw)).collect();
    assert_eq!(parts, [(0, ether(6)), (1, ether(4))]);
    let note = desk.run(&format!("trace {starts} --db db")).done();
    assert!(note.text().contains("Where several starts meet\n"), "{}", note.text());
    assert!(note.text().contains(&format!("of what {LISTED} on eip155:1 paid out: haircut 6 ETH")), "{}", note.text());
    // Both payments to account 2 are of what the listed account and the stranger paid.
    let answer = trace(&desk, &format!("{} {} --backward --method haircut", tx(3), tx(4)));
    let shared: Vec<_> = answer.shared.iter().map(|shared| shared.account.clone()).collect();
    assert_eq!(shared, [account(&nobody(8)), account(LISTED)], "{:?}", answer.shared);
}

#[test]
fn only_movements_within_times_and_amounts_are_followed() {
    let desk = Desk::with_rows(&rows());
    let one = nobody(1);
    let seed = |words: &str| trace(&desk, &format!("{one} {words}")).seeds[0].amount_raw;
    assert_eq!(seed("--since 2025-03-04"), ether(3));
    assert_eq!(seed("--until 2025-03-03"), ether(5));
    assert_eq!(seed("--until 2025-03-04T12:00:00Z"), ether(8));
    assert_eq!(seed(&format!("--least 4{ETHER}")), ether(5));
    assert_eq!(seed(&format!("--most 4{ETHER}")), ether(3));
    let nothing = desk.run(&format!("trace {one} --db db --since 2025-04-01"));
    nothing.ended(2).complains(&["--since"]);
    desk.run(&format!("trace {one} --db db --since March")).ended(2).complains(&["2025-02-26"]);
}

#[test]
fn an_account_that_behaves_like_a_service_is_not_entered_and_named() {
    let desk = Desk::with_rows(&rows());
    let three = nobody(3);
    let answer = trace(&desk, &format!("{three} --hub 6"));
    let hub = Gap::Hub { account: account(&nobody(9)) };
    assert_eq!(answer.methods[0].dispositions[0].fate, Fate::Hub);
    assert!(answer.certificate.gaps.contains(&hub));
    let answer = trace(&desk, &format!("{three} --hub 7"));
    assert!(!answer.certificate.gaps.contains(&hub));
    assert!(answer.methods[0].dispositions.iter().any(|end| end.account == Some(account(&nobody(50)))));
    let note = desk.run(&format!("trace {three} --hub 6 --db db")).done();
    assert!(String::from_utf8_lossy(&note.stdout).contains("raise --hub to follow it"));
}

#[test]
fn the_way_back_names_every_source_and_adds_up() {
    let desk = Desk::with_rows(&rows());
    let answer = trace(&desk, &format!("{} --backward --method haircut,fifo,lifo,dirty-first,poison", nobody(3)));
    assert_eq!(answer.asked[0].amount_raw, ether(6));
    // Of the eight that account 2 had, the first five were of the listed account's six; one of them went back to it.
    let of = |method: Method, source: Source| -> Amount {
        let ends = answer.methods.iter().find(|one| one.method == method).unwrap().dispositions.iter();
        ends.filter(|end| answer.seeds[end.seed].source == Some(source.clone())).map(|end| end.held_raw).sum()
    };
    assert_eq!((of(Method::Fifo, Source::LookedFor), of(Method::Fifo, Source::UnknownInflow)), (ether(5), ether(1)));
    let haircut = [Source::LookedFor, Source::UnknownInflow].map(|source| of(Method::Haircut, source));
    assert_eq!(haircut.into_iter().sum::<Amount>(), ether(6));
    assert_eq!(of(Method::DirtyFirst, Source::LookedFor), ether(5));
    let target = answer.targets.iter().find(|target| target.account == account(LISTED)).unwrap();
    assert_eq!((target.state, target.hops), (ReachState::Proven, Some(3)));
    assert_eq!(target.paths[0].movements.len(), 3);
    let finding = &answer.findings[0];
    assert_eq!((finding.rule.as_str(), finding.severity), ("source_of_funds", Severity::Escalate));
    assert_eq!(finding.subject.reached, account(&nobody(3)));
    // A direct question of one payment: it came from the listed account alone.
    let answer = trace(&desk, &format!("{} --backward", tx(1)));
    assert_eq!((answer.seeds.len(), answer.seeds[0].account.clone()), (1, account(LISTED)));
}

#[test]
fn what_cannot_begin_a_trace_says_what_can() {
    let desk = Desk::with_rows(&rows());
    for (start, part) in [
        (format!("{}#9", tx(1)), "1 movements"),
        (format!("{}#0", tx(1)), "numbered from 1"),
        (format!("{}#1", nobody(1)), "is an account"),
        (tx(77), "not"),
        (nobody(77), "nothing in the database"),
    ] {
        desk.run(&format!("trace {start} --db db")).ended(2).complains(&[part]);
    }
    desk.run(&format!("trace {LISTED}x --db db")).ended(2);
}
