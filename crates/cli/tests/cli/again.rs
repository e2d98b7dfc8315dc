//! Blocks that are asked for again, and blocks that the chain gave up: what stands in the end is what the node says last.

use fundtrail::{ChainReport, Info};

use crate::{
    desk::Desk,
    ledger::{nobody, tx},
    node::{FakeNode, State, everything, transactions},
};

fn load(desk: &Desk, node: &FakeNode, words: &str) -> ChainReport {
    desk.run(&format!("ingest ethereum --rpc {} --db db --json {words}", node.url)).done().json()
}

/// As if nothing had been loaded before.
#[track_caller]
fn is_as_fresh(desk: &Desk, node: &FakeNode, words: &str) {
    let fresh = Desk::new();
    load(&fresh, node, words);
    assert_eq!(everything(desk), everything(&fresh));
    let info: Info = desk.run("db info --db db --json").done().json();
    assert_eq!(info.chains[0].conflicts, 0);
    desk.run("db check --db db").done();
}

#[test]
fn what_a_node_says_again_stands_in_place_of_what_it_said() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(9));
    load(&desk, &node, "--from 0 --record replies");
    node.state.lock().unwrap().more = 7;
    assert_eq!(load(&desk, &node, "--from 0 --again").blocks, 10);
    is_as_fresh(&desk, &node, "--from 0");
    // So with recorded replies, which are of the first time.
    desk.run("ingest ethereum --recorded replies --again --db db").done();
    node.state.lock().unwrap().more = 0;
    let fresh = Desk::new();
    load(&fresh, &node, "--from 0");
    assert_eq!(transactions(&desk), transactions(&fresh));
    // A node that knows less takes nothing away.
    node.state.lock().unwrap().traces = false;
    load(&desk, &node, "--from 0 --again");
    assert_eq!(transactions(&desk), transactions(&fresh));
    let claims = everything(&desk);
    let all = claims.iter().filter(|line| line.contains("\"what\":\"all\"") && line.contains("\"to_height\":9"));
    assert_eq!(all.count(), 1, "{claims:?}");
}

/// Behind one address there may be nodes that do not agree for a moment.
#[test]
fn asking_again_goes_on_after_a_stray_answer() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(9));
    load(&desk, &node, "--from 0");
    {
        let mut state = node.state.lock().unwrap();
        (state.more, state.strays_at) = (7, Some(5));
    }
    load(&desk, &node, "--from 0 --again --concurrency 1");
    is_as_fresh(&desk, &node, "--from 0");
}

#[test]
fn a_chain_that_turns_while_it_is_asked_again_is_followed() {
    for (at, from) in [(6, 4), (3, 8), (9, 9)] {
        let desk = Desk::new();
        let node = FakeNode::start(State::of(12));
        load(&desk, &node, "--from 0 --to latest");
        {
            let mut state = node.state.lock().unwrap();
            (state.more, state.turns) = (7, Some((at, from)));
        }
        let report = load(&desk, &node, "--from 0 --to latest --again --concurrency 1");
        assert_eq!(report.undone_from, Some(from), "turned at {at}");
        is_as_fresh(&desk, &node, "--from 0 --to latest");
    }
}

#[test]
fn a_recorded_fork_that_was_given_up_is_refused() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(12));
    load(&desk, &node, "--from 0 --to latest --record replies");
    let (old, new) = {
        let mut state = node.state.lock().unwrap();
        state.forks[9] = 1;
        (format!("0x{:032x}{:032x}", 0, 10), format!("0x{:032x}{:032x}", 1, 10))
    };
    load(&desk, &node, "--from 0 --to latest");
    let before = everything(&desk);
    let run = desk.run("ingest ethereum --recorded replies --db db --rejects rejects.csv --json").ended(3);
    let report: ChainReport = run.json();
    assert_eq!((report.blocks, report.rejected), (9, 4));
    run.complains(&["block 10", &old, &new, "db undo --chain eip155:31337 --from 10"]);
    assert_eq!(String::from_utf8(desk.read("rejects.csv")).unwrap().lines().count(), 5);
    let recorded = |line: &&String| line.contains("recorded replies");
    let after = everything(&desk);
    assert!(after.iter().filter(recorded).all(|line| line.contains("\"to_height\":8")), "{after:?}");
    assert_eq!(after.into_iter().filter(|line| !recorded(&line)).collect::<Vec<_>>(), before);
}

/// The recording begins where no block is kept, and its first block does not lead to the next one that is.
#[test]
fn a_recorded_block_that_no_stored_one_leads_to_is_refused() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(12));
    load(&Desk::new(), &node, "--from 0 --to latest");
    let elsewhere = Desk::new();
    {
        let mut state = node.state.lock().unwrap();
        state.forks[8] = 1;
    }
    load(&elsewhere, &node, "--from 10 --to latest --record replies");
    node.state.lock().unwrap().forks[8] = 0;
    load(&desk, &node, "--from 0 --to 9");
    let folder = elsewhere.path("replies");
    let run = desk.run(&format!("ingest ethereum --recorded {} --db db --json", folder.display())).ended(3);
    let report: ChainReport = run.json();
    assert_eq!((report.blocks, report.rejected), (0, 3), "{report:?}");
    let run = run.complains(&["block 10", "follows"]);
    run.complains(&["block 11"]);
}

#[test]
fn a_database_of_another_chain_says_what_to_take_away() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(5));
    load(&desk, &node, "--from 0");
    node.state.lock().unwrap().forks[0] = 1;
    let run = desk.run(&format!("ingest ethereum --rpc {} --db db --from 0", node.url)).ended(2);
    run.complains(&["`fundtrail db undo --chain eip155:31337 --from 0 --db db`", "another database"]);
    desk.run("db undo --chain eip155:31337 --from 0 --db db").done();
    load(&desk, &node, "--from 0");
    is_as_fresh(&desk, &node, "--from 0");
}

/// What an export told of the heights that the chain gave up did not come from the node.
#[test]
fn rows_of_exports_outlive_a_reorganisation() {
    let desk = Desk::new();
    let node = FakeNode::start(State::of(12));
    load(&desk, &node, "--from 0 --to latest");
    let (from, to) = (nobody(1), nobody(2));
    let rows: String =
        [3, 10].map(|block| format!("eip155:31337,{},{block},native,{from},{to},1\n", tx(block))).concat();
    desk.write("rows.csv", format!("chain,tx,block,asset,from,to,amount\n{rows}"));
    desk.run("ingest file rows.csv --db db").done();
    node.state.lock().unwrap().forks[9] = 1;
    assert_eq!(load(&desk, &node, "--from 0 --to latest").undone_from, Some(9));
    let fresh = Desk::new();
    load(&fresh, &node, "--from 0 --to latest");
    fresh.write("rows.csv", desk.read("rows.csv"));
    fresh.run("ingest file rows.csv --db db").done();
    assert_eq!(everything(&desk), everything(&fresh));
    desk.run("db check --db db").done();
}
