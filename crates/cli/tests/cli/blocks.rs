//! Blocks from a node and from recorded replies: what is loaded, what is gone on with, what is undone, and what is said.

use fundtrail::{
    ChainReport, ExplorerReport, Info,
    types::{Claim, Kind, TraceAnswer, What},
};

use crate::{
    desk::Desk,
    node::{FakeNode, INNER, PAYEE, PAYER, State, everything, transactions},
};

fn load(desk: &Desk, node: &FakeNode, words: &str) -> ChainReport {
    desk.run(&format!("ingest ethereum --rpc {} --db db --json {words}", node.url)).done().json()
}

fn info(desk: &Desk) -> Info {
    desk.run("db info --db db --json").done().json()
}

#[test]
fn blocks_of_a_node_are_loaded_once() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(9));
    let report = load(&desk, &node, "--from 0");
    assert_eq!((report.heights, report.blocks, report.transactions), ((0, 9), 10, 9));
    // A burnt and a paid part of the fee, the payment, and the inner call.
    assert_eq!((report.movements, report.rejected, report.blocks_without_calls), (36, 0, 0));
    node.asked();
    let again = load(&desk, &node, "--from 0");
    assert_eq!((again.blocks, again.blocks_known, node.asked().len()), (0, 10, 0));
    assert_eq!(load(&desk, &node, "--from 0 --again").blocks, 10);
    let chain = &info(&desk).chains[0];
    assert_eq!((chain.transactions, chain.complete, chain.conflicts, chain.movements), (9, 9, 0, 36));
    let claims: Vec<_> = chain.coverage.iter().map(|claim| (claim.what, claim.from_height, claim.to_height)).collect();
    assert_eq!(claims, [(What::All, 0, 9)]);
    let answer: TraceAnswer = desk.run(&format!("trace eip155:31337:{PAYER} --db db --json")).done().json();
    let reached: Vec<String> = answer.flow.accounts.iter().map(|one| one.account.address.to_string()).collect();
    assert!(reached.iter().any(|one| one == INNER) && reached.iter().any(|one| one == PAYEE), "{reached:?}");
    desk.run("db check --db db").done();
}

/// What was stored before the trouble stays, and only the rest is asked for.
#[test]
fn a_load_that_broke_off_goes_on() {
    let desk = Desk::new();
    let mut state = State::of(40);
    state.refuses_from = Some(30);
    let node = FakeNode::start(state);
    let words = format!("ingest ethereum --rpc {} --db db --from 1 --json", node.url);
    let run = desk.run(&words).ended(2);
    assert!(run.stderr.contains("the plan does not reach so far"), "{}", run.stderr);
    let stored = info(&desk).chains[0].transactions;
    assert!((1..=29).contains(&stored), "{stored}");
    node.asked();
    node.state.lock().unwrap().refuses_from = None;
    let report = load(&desk, &node, "--from 1");
    assert_eq!((report.blocks_known, report.blocks), (stored, 40 - stored));
    assert_eq!(node.asked().first(), Some(&(stored + 1)));

    let other = Desk::new();
    load(&other, &node, "--from 1");
    assert_eq!(everything(&desk), everything(&other));
}

/// Undoing what the chain gave up equals never having seen it.
#[test]
fn blocks_that_the_chain_gave_up_are_undone() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(12));
    load(&desk, &node, "--from 0 --to latest");
    {
        let mut state = node.state.lock().unwrap();
        state.forks[9] = 1;
        state.forks.truncate(12);
        state.finalized = 8;
    }
    let report = load(&desk, &node, "--from 0 --to latest");
    assert_eq!((report.undone_from, report.heights, report.blocks_known, report.blocks), (Some(9), (0, 11), 9, 3));
    let other = Desk::new();
    load(&other, &node, "--from 0 --to latest");
    assert_eq!(everything(&desk), everything(&other));
    desk.run("db check --db db").done();
    // Without --to, only what is final.
    let last = Desk::new();
    assert_eq!(load(&last, &node, "--from 0").heights, (0, 8));
}

#[test]
fn a_node_without_traces_says_what_is_missing_and_answers_repeat_it() {
    let desk = Desk::new();
    let mut state = State::of(5);
    state.traces = false;
    let node = FakeNode::start(state);
    let run = desk.run(&format!("ingest ethereum --rpc {} --db db --from 0", node.url)).done();
    let text = run.text().to_owned();
    assert!(text.contains("5 blocks came without inner calls") && text.contains("tells no inner calls"), "{text}");
    assert!(text.contains("http://127.0.0.1") && !text.contains("secret") && !run.stderr.contains("secret"), "{text}");
    let words = format!("trace eip155:31337:{PAYER} --db db");
    let answer = desk.run(&words).done().text().to_owned();
    assert!(answer.contains("inner calls"), "{answer}");
    // A better node fills the gap, and then the answer has none.
    node.state.lock().unwrap().traces = true;
    assert_eq!(load(&desk, &node, "--from 0").blocks_known, 1, "the empty one");
    let chain = &info(&desk).chains[0];
    assert_eq!((chain.transactions, chain.complete, chain.conflicts), (5, 5, 0));
    let answer = desk.run(&words).done().text().to_owned();
    assert!(!answer.contains("inner calls"), "{answer}");
}

/// What a node says of itself that it could not tell is no rejection: the run did its work, and coverage lacks that part.
#[test]
fn a_transaction_that_cannot_be_traced_is_not_rejected_and_is_asked_for_again() {
    let desk = Desk::new();
    let mut state = State::of(5);
    state.untraced = vec![3];
    let node = FakeNode::start(state);
    let load = || desk.run(&format!("ingest ethereum --rpc {} --db db --from 0 --json", node.url)).ended(0);
    let run = load();
    let report: ChainReport = run.json();
    assert_eq!((report.rejected, report.not_told, report.blocks_without_calls), (0, 1, 1));
    assert!(run.stderr.contains("not told:") && run.stderr.contains("execution timeout"), "{}", run.stderr);
    let chain = &info(&desk).chains[0];
    let of = |what| chain.coverage.iter().filter(move |claim| claim.what == what);
    let heights = |what| of(what).map(|claim| (claim.from_height, claim.to_height)).collect::<Vec<_>>();
    assert_eq!(
        (heights(What::All), heights(What::Native), heights(What::Internal)),
        (vec![(0, 2), (4, 5)], vec![(3, 3)], vec![])
    );
    let words = format!("trace eip155:31337:{PAYER} --db db");
    let answer = desk.run(&words).done().text().to_owned();
    assert!(answer.contains("inner calls"), "{answer}");
    node.asked();
    node.state.lock().unwrap().untraced.clear();
    assert_eq!((load().json::<ChainReport>().blocks, node.asked()), (1, vec![3]));
    let answer = desk.run(&words).done().text().to_owned();
    assert!(!answer.contains("inner calls"), "{answer}");
}

#[test]
fn a_recording_that_was_cut_is_counted() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(3));
    load(&desk, &node, "--from 0 --record replies");
    let file = std::fs::read_dir(desk.path("replies")).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() - 3]).unwrap();
    let words = format!("ingest ethereum --rpc {} --db db --from 0 --again --record replies --json", node.url);
    let run = desk.run(&words).ended(3);
    let report: ChainReport = run.json();
    assert_eq!((report.rejected, report.problems.len(), report.blocks), (1, 1, 4));
}

#[test]
fn a_key_that_the_node_repeats_is_not_shown() {
    let desk = Desk::new();
    let mut state = State::of(2);
    state.says = Some("see /v3/secret-key".to_owned());
    let node = FakeNode::start(state);
    let run = desk.run(&format!("ingest ethereum --rpc {} --db db --from 0 --rejects rejects.csv", node.url)).ended(3);
    let rejects = String::from_utf8(desk.read("rejects.csv")).unwrap();
    assert!(rejects.contains("see /v3/") && run.stderr.contains("rejected"), "{rejects}");
    assert!(
        !run.stderr.contains("secret") && !run.text().contains("secret") && !rejects.contains("secret"),
        "{rejects}"
    );
}

#[test]
fn recorded_replies_give_the_same_database_without_a_network() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(6));
    load(&desk, &node, "--from 0 --record replies");
    let here = transactions(&desk);
    let away = Desk::new();
    let folder = desk.path("replies");
    let report: ChainReport =
        away.run(&format!("ingest ethereum --recorded {} --db db --json", folder.display())).done().json();
    assert_eq!((report.blocks, report.transactions, report.rejected), (7, 6, 0));
    assert_eq!(transactions(&away), here);
    let recorded: Vec<u8> =
        std::fs::read_dir(&folder).unwrap().flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    let recorded = zstd::decode_all(recorded.as_slice()).unwrap();
    assert!(!String::from_utf8(recorded).unwrap().contains("secret"));
    // Nothing was held against balances, because this node tells none; but a block without transactions needs none.
    let coverage = &info(&away).chains[0].coverage;
    assert!(coverage.iter().all(|claim| claim.claim == Claim::Listed || claim.to_height == 0), "{coverage:?}");
}

/// Who pays whom how much, on the way of a trace. Fees apart: a node tells who got them, an explorer does not.
fn ways(desk: &Desk) -> Vec<(String, String, String)> {
    let answer: TraceAnswer = desk.run(&format!("trace eip155:31337:{PAYER} --db db --json")).done().json();
    let mut ways: Vec<_> = answer
        .flow
        .movements
        .iter()
        .filter(|one| one.kind != Kind::Fee)
        .filter_map(|one| Some((one.from.to_string(), one.to.as_ref()?.to_string(), one.amount_raw.to_string())))
        .collect();
    ways.sort();
    ways
}

/// The same chain by an explorer and by a node: the payments agree, and coverage tells the two apart.
#[test]
fn an_explorer_and_a_node_tell_the_same() {
    let node = FakeNode::start(State::of(8));
    let by_node = Desk::new();
    load(&by_node, &node, "--from 0");
    let desk = Desk::new();
    let api = node.url.replace("/v3/secret-key", "/api?apikey=secret-key");
    let history = |desk: &Desk, words: &str| -> ExplorerReport {
        desk.run(&format!("ingest ethereum {words} --chain eip155:31337 --db db --json")).done().json()
    };
    for (account, movements) in [(PAYER, 16), (PAYEE, 24), (INNER, 8)] {
        let report = history(&desk, &format!("--explorer {api} --address {account} --record replies"));
        assert_eq!((report.movements, report.rejected), (movements, 0), "{report:?}");
        assert!(report.missing.is_empty() && !report.source.contains("secret"), "{report:?}");
    }
    assert_eq!(ways(&desk), ways(&by_node));
    let chain = &info(&desk).chains[0];
    assert_eq!((chain.transactions, chain.complete), (8, 0));
    assert!(
        chain.coverage.iter().all(|claim| claim.account.is_some() && claim.source.starts_with("explorer 127.0.0.1"))
    );
    // Nothing new is asked for twice, and what is recorded serves again without the explorer.
    assert_eq!(history(&desk, &format!("--explorer {api} --address {PAYEE}")).movements, 0);
    let away = Desk::new();
    let folder = desk.path("replies");
    let words = format!("--recorded {} --address {PAYEE}", folder.display());
    assert_eq!(history(&away, &words).movements, 24);
}

#[test]
fn what_is_wrong_is_said_with_the_remedy() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(3));
    let run = |words: &str| desk.run(&format!("ingest ethereum --db db {words}")).ended(2).stderr;
    let other = run(&format!("--rpc {} --from 0 --chain eip155:1", node.url));
    assert!(other.contains("31337") && !other.contains("secret"), "{other}");
    let beyond = run(&format!("--rpc {} --from 9", node.url));
    assert!(beyond.contains("block 9") && beyond.contains("--from"), "{beyond}");
    assert!(
        run(&format!("--rpc {} --from 0 --chain bip122:000000000019d6689c085ae165831e93", node.url))
            .contains("eip155:1")
    );
    assert!(run("--recorded nothing").contains("nothing"));
    assert!(run("--from 0").contains("--rpc"));
    assert!(run("--rpc http://127.0.0.1:9/key-of-mine --from 0 --to soon").contains("latest"));
}
