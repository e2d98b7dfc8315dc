//! Pay in USDC on Solana, bridged to Ethereum by an id that stands on both sides, swapped there, and paid into a mixer: one trace.

use fundtrail::types::{Amount, CrossingEnd, Fate, Gap, Method, ReachState, Source, TraceAnswer, Unjoined};

use crate::desk::Desk;

const SOLANA: &str = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";
const USDC_SOLANA: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
const USDC: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const WETH: &str = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
/// From `data/labels/services.csv`: a mixer.
const MIXER: &str = "0xFA7093CDD9EE6932B4eb2c9e1cde7CE00B1FA4b9";

/// Base58 of so many zero bytes and a last one.
fn solana(bytes: usize, last: char) -> String {
    "1".repeat(bytes - 1) + &last.to_string()
}

fn nobody(number: u8) -> String {
    format!("0x{number:040x}")
}

fn tx(number: u8) -> String {
    format!("0x{number:064x}")
}

/// The company pays 4,000 USDC; the payee holds 1,000 of its own and bridges all 5,000. The bridge burns them and mints 4,995 on
/// Ethereum, at a clock that is behind; there a pool gives 2 ether for 4,995, and 1 ether goes into the mixer.
fn desk() -> Desk {
    let [company, payee, friend] = ['7', '8', '9'].map(|last| solana(32, last));
    let [wallet, pool] = [1, 2].map(nobody);
    let mut rows = "chain,tx,block,time,kind,asset,from,to,amount_raw\n".to_owned();
    for (number, second, kind, from, to, amount) in [
        ('2', 1, "token", &friend, payee.as_str(), "1000000000"),
        ('3', 2, "token", &company, payee.as_str(), "4000000000"),
        ('4', 3, "burn", &payee, "", "5000000000"),
    ] {
        let (id, time) = (solana(64, number), format!("2025-03-01T00:00:{second:02}Z"));
        rows += &format!("{SOLANA},{id},{second},{time},{kind},{USDC_SOLANA},{from},{to},{amount}\n");
    }
    for (number, second, kind, asset, from, to, amount) in [
        (1, 1, "mint", USDC, "", wallet.as_str(), "4995000000"),
        (2, 5, "token", USDC, &wallet, &pool, "4995000000"),
        (2, 5, "token", WETH, &pool, &wallet, "2000000000000000000"),
        (3, 6, "token", WETH, &wallet, MIXER, "1000000000000000000"),
    ] {
        let (id, time) = (tx(number), format!("2025-03-01T00:00:{second:02}Z"));
        rows += &format!("eip155:1,{id},{second},{time},{kind},{asset},{from},{to},{amount}\n");
    }
    let desk = Desk::with_rows(&rows);
    let side = |side, chain, id: &str, asset, amount| {
        format!("cctp,5:77,bridge,id,{side},{chain},{id},,{asset},{amount},burn-and-mint-messages\n")
    };
    desk.write(
        "crossings.csv",
        "bridge,crossing_id,through,basis,side,chain,tx,account,asset,amount,source\n".to_owned()
            + &side("deposit", SOLANA, &solana(64, '4'), USDC_SOLANA, "5000")
            + &side("release", "eip155:1", &tx(1), USDC, "4995"),
    );
    desk
}

fn trace(desk: &Desk, words: &str) -> TraceAnswer {
    desk.run(&format!("trace {words} --db db --as-of 2026-11-22 --method all --json")).done().json()
}

fn of(answer: &TraceAnswer, method: Method, is_it: impl Fn(&Fate) -> bool) -> (Amount, Amount) {
    let ends = answer.methods.iter().find(|one| one.method == method).unwrap().dispositions.iter();
    let ends: Vec<_> = ends.filter(|end| is_it(&end.fate)).collect();
    (ends.iter().map(|end| end.held_raw).sum(), ends.iter().map(|end| end.seed_raw).sum())
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

#[test]
fn pay_is_followed_over_a_bridge_and_a_swap_into_a_mixer() {
    let desk = desk();
    let company = format!("{SOLANA}:{}", solana(32, '7'));
    let answer = trace(&desk, &format!("{company} --crossings crossings.csv"));
    // Four fifths of what crossed was pay. Half of the ether that it became is in the mixer.
    let is_mixer = |fate: &Fate| matches!(fate, Fate::Mixer { .. });
    assert_eq!(of(&answer, Method::Haircut, is_mixer), (amount("800000000000000000"), amount("2000000000")));
    // First in, first out: the friend's thousand went first, so three quarters of the first ether's worth is pay.
    let (ether, pay) = of(&answer, Method::Fifo, is_mixer);
    assert!(ether < amount("600600600600600601") && ether > amount("599000000000000000"), "{ether}");
    assert!(pay < amount("1501000000") && pay > amount("1497000000"), "{pay}");
    for method in answer.methods.iter().filter(|one| one.method.conserves()) {
        let sum: Amount = method.dispositions.iter().map(|end| end.seed_raw).sum();
        assert_eq!(sum, amount("4000000000"), "{}", method.method);
    }
    let crossed: Vec<_> = answer.flow.movements.iter().filter_map(|one| one.crossing.as_ref()).collect();
    assert_eq!(crossed.len(), 2);
    assert_eq!((crossed[0].0, crossed[1].0), (CrossingEnd::Deposit, CrossingEnd::Release), "whatever the clocks say");
    let note = desk.run(&format!("paths {company} eip155:1:{MIXER} --crossings crossings.csv --db db")).done();
    let note = note.text().to_owned();
    assert!(note.contains("1 of 1 path listed"), "{note}");
    assert!(
        note.contains("deposit: bridge cctp, 5:77 (the same id stands in both transactions, says burn-and-mint"),
        "{note}"
    );
    assert!(note.contains("release: bridge cctp, 5:77") && note.contains("haircut 0.8 "), "{note}");
}

#[test]
fn without_the_id_the_bridge_is_the_end_and_says_why() {
    let desk = desk();
    let company = format!("{SOLANA}:{}", solana(32, '7'));
    let answer = trace(&desk, &company);
    assert_eq!(of(&answer, Method::Haircut, |fate| *fate == Fate::Burned).1, amount("4000000000"));
    let table = String::from_utf8(desk.read("crossings.csv")).unwrap();
    let without: Vec<&str> = table.lines().filter(|line| !line.contains("release")).collect();
    desk.write("half.csv", without.join("\n"));
    let answer = trace(&desk, &format!("{company} --crossings half.csv"));
    assert_eq!(of(&answer, Method::Haircut, |fate| matches!(fate, Fate::Bridge { .. })).1, amount("4000000000"));
    let is_it = |gap: &Gap| matches!(gap, Gap::NotJoined { why: Unjoined::OtherSideNotTold, .. });
    assert!(answer.certificate.gaps.iter().any(is_it));
    let note = desk.run(&format!("trace {company} --crossings half.csv --db db")).done();
    assert!(note.text().contains("nobody tells what was paid out for it"), "{}", note.text());
}

#[test]
fn a_mixer_is_followed_only_if_the_question_says_so() {
    let desk = desk();
    let company = format!("{SOLANA}:{}", solana(32, '7'));
    let table = String::from_utf8(desk.read("crossings.csv")).unwrap();
    desk.write("mixed.csv", table.replace("cctp,5:77,bridge,id,", "mixer,5:77,mixer,asserted,"));
    let crosses = |words: &str| {
        let answer = trace(&desk, &format!("{company} --crossings mixed.csv{words}"));
        let is_gap = |gap: &Gap| matches!(gap, Gap::NotJoined { why: Unjoined::Mixer, .. });
        (answer.flow.movements.iter().any(|one| one.crossing.is_some()), answer.certificate.gaps.iter().any(is_gap))
    };
    assert_eq!(crosses(""), (false, true));
    assert_eq!(crosses(" --through-mixers"), (true, false));
}

#[test]
fn what_the_mixer_got_came_from_the_company_on_the_other_chain() {
    let desk = desk();
    let company = format!("{SOLANA}:{}", solana(32, '7'));
    let answer = trace(&desk, &format!("{} --backward --crossings crossings.csv", tx(3)));
    assert_eq!(answer.asked[0].amount_raw, amount("1000000000000000000"));
    // Nobody names the company: it paid what it is not known to have received.
    let from: Vec<_> =
        answer.seeds.iter().map(|seed| (seed.account.to_string(), seed.source.clone().unwrap())).collect();
    let friend = format!("{SOLANA}:{}", solana(32, '9'));
    let expected = [(company, Source::UnknownInflow), (friend, Source::UnknownInflow)];
    assert!(expected.iter().all(|one| from.contains(one)), "{from:?}");
    let haircut = answer.methods.iter().find(|one| one.method == Method::Haircut).unwrap();
    let parts: Vec<_> = haircut.dispositions.iter().map(|end| end.held_raw.to_string()).collect();
    assert_eq!(parts, ["800000000000000000", "200000000000000000"]);
    assert!(answer.targets.iter().all(|target| target.state == ReachState::NotReached));
}

#[test]
fn a_table_of_crossings_is_no_data_of_a_chain_and_its_bad_rows_are_told() {
    let desk = desk();
    desk.run("ingest file crossings.csv --db db").ended(2).complains(&["--crossings"]);
    let table = String::from_utf8(desk.read("crossings.csv")).unwrap();
    desk.write("bad.csv", table.replace("release", "out"));
    let run = desk.run(&format!("trace {SOLANA}:{} --crossings bad.csv --db db", solana(32, '7')));
    run.ended(3).complains(&["bad.csv:3", "write one of deposit, release"]);
}
