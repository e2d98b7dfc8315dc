//! History on demand: an address, an explorer and an empty folder are enough for an answer.

use fundtrail::types::{ExposureAnswer, Fate, Gap, TraceAnswer};

use crate::{
    cluster::{self, CHAIN, FakeCluster, friend, owner},
    desk::Desk,
    node::{FakeNode, INNER, PAYEE, PAYER, State, everything},
};

fn api(node: &FakeNode) -> String {
    node.url.replace("/v3/secret-key", "/api?apikey=secret-key")
}

fn fetch(node: &FakeNode, words: &str) -> String {
    format!("trace eip155:31337:{PAYER} --db db --fetch explorer --explorer {} --rate 1000 {words}", api(node))
}

/// What the certificate says of the fetching.
fn said(answer: &TraceAnswer) -> Vec<&String> {
    answer.certificate.statements.iter().filter(|line| line.contains("fetched")).collect()
}

#[test]
fn an_address_and_an_explorer_are_enough_for_an_answer() {
    let node = FakeNode::start(State::of(8));
    let desk = Desk::new();
    let answer: TraceAnswer = desk.run(&fetch(&node, "--record replies --json")).done().json();
    // What every account paid out was asked for, down to the one that pays nothing out.
    let reached: Vec<String> = answer.flow.accounts.iter().map(|one| one.account.address.to_string()).collect();
    assert_eq!(reached, [PAYER, PAYEE, INNER]);
    let rest = answer.methods[0].dispositions.iter().all(|end| end.fate != Fate::DataEnds);
    assert!(rest, "{:?}", answer.methods[0].dispositions);
    let said = said(&answer);
    assert!(said.len() == 1 && said[0].contains("the history of 3 accounts, 48 movements, in "), "{said:?}");
    // The same as if everything had been loaded before, and nothing of it is asked for twice.
    let before = Desk::new();
    for account in [PAYER, PAYEE, INNER] {
        let words = format!("ingest ethereum --explorer {} --address {account} --rate 1000", api(&node));
        before.run(&format!("{words} --chain eip155:31337 --db db --json")).done();
    }
    assert_eq!(everything(&desk), everything(&before));
    let again: TraceAnswer = desk.run(&fetch(&node, "--json")).done().json();
    assert_eq!((again.flow, again.methods), (answer.flow, answer.methods));
    // What was recorded tells it without the explorer.
    let away = Desk::new();
    let folder = desk.path("replies");
    for account in [PAYER, PAYEE, INNER] {
        let words = format!("ingest ethereum --recorded {} --address {account}", folder.display());
        away.run(&format!("{words} --chain eip155:31337 --db db --json")).done();
    }
    let asked =
        |desk: &Desk| -> TraceAnswer { desk.run(&format!("trace eip155:31337:{PAYER} --db db --json")).done().json() };
    assert_eq!(asked(&away).methods, asked(&desk).methods);
}

#[test]
fn a_spent_budget_leaves_the_rest_named_and_a_larger_one_goes_on() {
    let node = FakeNode::start(State::of(8));
    let desk = Desk::new();
    // The head and the three lists of the payer, and then too little for the payee.
    let cut: TraceAnswer = desk.run(&fetch(&node, "--budget 5 --json")).ended(0).json();
    let said = said(&cut).into_iter().cloned().collect::<Vec<_>>();
    assert!(said.iter().any(|line| line.contains("not fetched: the history of 1 more accounts")), "{said:?}");
    let lacks = |account: &str| {
        cut.certificate
            .gaps
            .iter()
            .any(|gap| matches!(gap, Gap::NoCoverage { account: one, .. } if one.address.to_string() == account))
    };
    assert!(lacks(PAYEE), "{:?}", cut.certificate.gaps);
    let whole: TraceAnswer = desk.run(&fetch(&node, "--json")).done().json();
    assert!(whole.methods[0].dispositions.iter().all(|end| end.fate != Fate::DataEnds));
    let none = Desk::new();
    none.run(&fetch(&node, "--budget 0")).ended(2);
    assert!(!none.path("db").exists(), "nothing was loaded, so no database is left behind");
}

#[test]
fn busy_accounts_are_left_and_named() {
    let node = FakeNode::start(State::of(8));
    let desk = Desk::new();
    let run = desk.run(&fetch(&node, "--hub 20 --json"));
    let answer: TraceAnswer = run.json();
    assert!(run.stderr.contains(PAYEE) && run.stderr.contains("over 20 movements"), "{run:?}");
    assert!(
        answer.certificate.statements.iter().any(|line| line.contains("could not be fetched") && line.contains(PAYEE))
    );
}

#[test]
fn exposure_fetches_both_ways_and_what_is_wrong_is_said() {
    let node = FakeNode::start(State::of(4));
    let desk = Desk::new();
    let words = format!("--db db --fetch explorer --explorer {} --rate 1000", api(&node));
    let answer: ExposureAnswer = desk.run(&format!("exposure eip155:31337:{PAYEE} {words} --json")).done().json();
    let (sent, received) = (answer.sent.trace.answer().unwrap(), answer.received.trace.answer().unwrap());
    assert_eq!((sent.seeds[0].movements, received.asked[0].movements), (4, 4));
    let run = desk.run(&format!("trace eip155:31337:{PAYEE} --db db --fetch rpc --rpc http://127.0.0.1:1 --json"));
    assert!(run.stderr.contains("nobody was named who tells histories of its chain"), "{run:?}");
    for (words, named) in [("--fetch explorer", "--explorer"), ("--explorer http://127.0.0.1:1/api", "--fetch")] {
        let run = desk.run(&format!("trace {PAYER} --db db {words}")).ended(2);
        assert!(run.stderr.contains(named), "{run:?}");
    }
}

#[test]
fn an_address_of_solana_and_a_node_are_enough_for_an_answer() {
    let cluster = FakeCluster::start(cluster::State::up_to(49));
    let desk = Desk::new();
    let words = format!("trace {CHAIN}:{} --db db --fetch rpc --rpc {} --budget 3000 --json", owner(), cluster.url);
    let answer: TraceAnswer = desk.run(&words).done().json();
    let rest: Vec<_> = answer.methods[0].dispositions.iter().filter(|end| end.fate == Fate::DataEnds).collect();
    assert!(rest.is_empty(), "{rest:?}");
    assert!(answer.flow.accounts.iter().any(|one| one.account.address.to_string() == friend()));
    let said = said(&answer);
    assert!(said.len() == 1 && said[0].contains("fetched for this question"), "{said:?}");
}

#[test]
fn a_saved_case_grows_when_it_is_gone_on_with() {
    let node = FakeNode::start(State::of(8));
    let desk = Desk::new();
    desk.run(&fetch(&node, "--budget 5 --since 2020-01-01 --out case.json")).done();
    let saved: TraceAnswer = serde_json::from_slice(&desk.read("case.json")).unwrap();
    let words = format!("trace --extend case.json --db db --fetch explorer --explorer {} --rate 1000", api(&node));
    let text = desk.run(&words).done();
    for part in [
        "What the case has grown by",
        "3 accounts and ",
        "before 2 accounts and 8 movements",
        ", by fifo: 0 native, before ",
    ] {
        assert!(text.text().contains(part), "{part}: {text:?}");
    }
    let grown: TraceAnswer = desk.run(&format!("{words} --hops 20 --method lifo --json")).done().json();
    // The question is the saved one, but for limits and methods.
    assert_eq!((&grown.question.starts, grown.question.chosen), (&saved.question.starts, saved.question.chosen));
    assert_eq!((grown.question.hops_max, grown.question.methods.len()), (20, 4));
    assert_eq!(grown.flow.accounts.len(), 3);
    desk.run(&format!("{words} --backward")).ended(2);
    desk.write("none.json", "{}");
    desk.run("trace --extend none.json --db db").ended(2).complains(&["none.json is no saved trace", "save one with"]);
}
