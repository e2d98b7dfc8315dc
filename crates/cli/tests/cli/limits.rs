//! Limits of a trace, through the flags: what was cut has its own end, and nothing is lost.

use fundtrail::types::{Amount, Disposition, Fate, Gap, TraceAnswer};

use crate::{
    bybit::{account, ether},
    desk::Desk,
    ledger::{nobody, payments},
};

/// A chain of accounts 1 to 5 with a small side payment to 6.
fn ledger() -> Desk {
    let name: Vec<String> = (0..7).map(nobody).collect();
    Desk::with_rows(&payments(&[
        (&name[1], &name[2], "10"),
        (&name[2], &name[6], "0.5"),
        (&name[2], &name[3], "9.5"),
        (&name[3], &name[4], "9.5"),
        (&name[4], &name[5], "9.5"),
    ]))
}

/// The answer under a flag; under each conserving method it adds up to the seed.
#[track_caller]
fn trace(desk: &Desk, flags: &str) -> TraceAnswer {
    let answer: TraceAnswer = desk.run(&format!("trace {} --db db --json {flags}", nobody(1))).done().json();
    for method in answer.methods.iter().filter(|one| one.method.conserves()) {
        let sum: Amount = method.dispositions.iter().map(|end| end.seed_raw).sum();
        assert_eq!(sum, ether("10"), "{flags} {}", method.method);
    }
    answer
}

/// The ends of every conserving method, as (account, fate, amount) in the order of the chain.
#[track_caller]
fn ends(answer: &TraceAnswer, wanted: &[(usize, Fate, &str)]) {
    let wanted: Vec<_> =
        wanted.iter().map(|(at, fate, amount)| (Some(account(&nobody(*at))), fate.clone(), ether(amount))).collect();
    for method in answer.methods.iter().filter(|one| one.method.conserves()) {
        let end = |end: &Disposition| (end.account.clone(), end.fate.clone(), end.held_raw);
        let mut found: Vec<_> = method.dispositions.iter().map(end).collect();
        found.sort();
        assert_eq!(found, wanted, "{}", method.method);
    }
}

#[test]
fn without_limits_the_value_goes_to_the_ends_of_the_data() {
    let desk = ledger();
    let answer = trace(&desk, "");
    ends(&answer, &[(5, Fate::DataEnds, "9.5"), (6, Fate::DataEnds, "0.5")]);
    assert_eq!(answer.flow.accounts.iter().map(|one| one.hops).max(), Some(4));
}

#[test]
fn hops() {
    let desk = ledger();
    ends(&trace(&desk, "--hops 1"), &[(2, Fate::HopLimit, "10")]);
    let two = trace(&desk, "--hops 2");
    ends(&two, &[(3, Fate::HopLimit, "9.5"), (6, Fate::HopLimit, "0.5")]);
    assert_eq!((two.question.hops_max, two.flow.movements.len()), (2, 3));
    ends(
        &trace(&desk, "--hops 4"),
        &[(5, Fate::HopLimit, "9.5"), (6, Fate::HopLimit, "0.5")].map(|(at, fate, amount)| {
            // The side payment ends after two hops, under the limit.
            (at, if at == 6 { Fate::DataEnds } else { fate }, amount)
        }),
    );
}

#[test]
fn dust() {
    let desk = ledger();
    let line = ether("0.5").checked_add(ether("0.000000000000000001")).unwrap();
    ends(&trace(&desk, &format!("--dust {line}")), &[(5, Fate::DataEnds, "9.5"), (6, Fate::Dust, "0.5")]);
    // The line itself is not under the line.
    let exact = trace(&desk, &format!("--dust {}", ether("0.5")));
    ends(&exact, &[(5, Fate::DataEnds, "9.5"), (6, Fate::DataEnds, "0.5")]);
    assert_eq!(exact.question.dust_raw, ether("0.5"));
}

#[test]
fn accounts() {
    let desk = ledger();
    let answer = trace(&desk, "--accounts 3");
    // Opened: where it begins, account 2, and 6, which is paid first.
    ends(&answer, &[(3, Fate::SizeLimit, "9.5"), (6, Fate::DataEnds, "0.5")]);
    assert_eq!(answer.certificate.accounts_opened, 3);
    assert!(answer.certificate.gaps.contains(&Gap::NotOpened { account: account(&nobody(3)) }));
}

#[test]
fn memory() {
    // A chain so long that it does not fit in one MiB.
    let long = 600;
    let name: Vec<String> = (0..=long).map(nobody).collect();
    let rows: Vec<_> = name.windows(2).skip(1).map(|pair| (pair[0].as_str(), pair[1].as_str(), "10")).collect();
    let desk = Desk::with_rows(&payments(&rows));
    let whole = trace(&desk, "--hops 1000");
    ends(&whole, &[(long, Fate::DataEnds, "10")]);
    let cut = trace(&desk, "--hops 1000 --memory 1");
    let followed = cut.flow.movements.len();
    assert!((10..long - 1).contains(&followed) && cut.flow.movements == whole.flow.movements[..followed], "{followed}");
    ends(&cut, &[(followed + 1, Fate::SizeLimit, "10")]);
    let stopped = Gap::Stopped { chain: account(&nobody(1)).chain, height: 100 + followed as u64 };
    assert!(cut.certificate.gaps.contains(&stopped), "{:?}", cut.certificate.gaps);
    let run = desk.run(&format!("trace {} --db db --hops 1000 --memory 1", nobody(1))).done();
    let text = run.text();
    assert!(text.contains("raise --memory") && text.contains(&format!("eip155:1 at {}", 100 + followed)), "{text}");
    // Case by case it goes on where it has room.
    desk.run(&format!("trace {} --db db --hops 1000 --memory 1 --out case.json", nobody(1))).done();
    let grown: TraceAnswer = desk.run("trace --extend case.json --db db --json").done().json();
    assert_eq!(grown.flow, whole.flow);
}

#[test]
fn methods_and_assets() {
    let desk = ledger();
    let answer = trace(&desk, "--method fifo");
    assert_eq!(answer.methods.iter().map(|one| one.method.name()).collect::<Vec<_>>(), ["fifo"]);
    // Asked twice and in another order is the same question.
    let both = trace(&desk, "--method fifo,haircut,fifo");
    assert_eq!(both.methods.iter().map(|one| one.method.name()).collect::<Vec<_>>(), ["haircut", "fifo"]);
    assert_eq!(trace(&desk, "--asset native").seeds.len(), 1);
    let steth = "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84";
    let run = desk.run(&format!("trace {} --db db --asset {steth}", nobody(1))).ended(2);
    assert!(run.stderr.contains("none of the assets named with --asset"), "{run:?}");
}

#[test]
fn a_token_that_nobody_vouches_for_is_followed_only_by_name() {
    let (tx, fake) = (crate::ledger::tx(77), "0x2a120e7f2F1d8fFD173eD17Aa5089f11206B5177");
    let desk = ledger();
    let row = format!("eip155:1,{tx},200,,{fake},{},{},7\n", nobody(1), nobody(2));
    desk.write("more.csv", format!("{}{row}", crate::ledger::HEADER));
    desk.run("ingest file more.csv --db db").done();
    let plain = trace(&desk, "");
    let gap = Gap::UnverifiedAsset { asset: format!("eip155:1/erc20:{fake}").parse().unwrap(), movements: 1 };
    assert!(plain.seeds.len() == 1 && plain.certificate.gaps.contains(&gap), "{:?}", plain.certificate.gaps);
    let named: TraceAnswer = desk.run(&format!("trace {} --db db --json --asset {fake}", nobody(1))).done().json();
    assert_eq!(named.seeds.iter().map(|seed| seed.amount_raw.to_string()).collect::<Vec<_>>(), ["7"]);
}
