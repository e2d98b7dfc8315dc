//! A cluster that makes trouble: nothing is lost, what is missing is named with its remedy and without the key, and a later
//! run completes what this one could not have.

use fundtrail::{SolanaReport, types::What};

use crate::{
    cluster::{FakeCluster, State, owner},
    ctrl_c::{begin, interrupt_once, says},
    desk::Desk,
    node::{everything, transactions},
    solana::{covered, load},
};

const SLOTS: &str = "--from-slot 12 --to-slot 40";

fn state(told: &[(u64, (i64, &'static str))]) -> State {
    State { told: told.iter().copied().collect(), ..State::up_to(44) }
}

/// Runs a load that is not whole, and then one with a cluster that makes no trouble any more: the database is that of a load
/// without trouble. Gives what the first one reported, and said.
#[track_caller]
fn completed_later(state: State, words: &str) -> (Desk, SolanaReport, String) {
    let (desk, calm) = (Desk::new(), Desk::new());
    let cluster = FakeCluster::start(state);
    let run = desk.run(&format!("ingest solana --rpc {} --db db --json {words}", cluster.url)).ended(3);
    assert!(
        !run.text().contains("a-key-that-nobody-sees") && !run.stderr.contains("a-key-that-nobody-sees"),
        "{run:?}"
    );
    desk.run("db check --db db").done();
    let before = Desk::new();
    before.run(&format!("ingest solana --rpc {} --db db --json {words}", cluster.url)).ended(3);
    *cluster.state.lock().unwrap() = State::up_to(44);
    load(&desk, &cluster, words);
    load(&calm, &cluster, words);
    assert_eq!(transactions(&desk), transactions(&calm));
    for account in [None, Some(owner())] {
        for what in [What::All, What::Native, What::Token] {
            let account = account.as_deref();
            assert_eq!(covered(&desk, account, what), covered(&calm, account, what), "{what:?}");
        }
    }
    desk.run("db check --db db").done();
    (before, run.json(), run.stderr)
}

fn by_account() -> String {
    format!("--address {}", owner())
}

#[test]
fn a_version_that_is_not_known_asks_for_a_newer_build() {
    let new = "Transaction version (1) is not supported by the requesting client";
    for words in [by_account(), SLOTS.to_owned()] {
        let (desk, report, said) = completed_later(state(&[(23, (-32_015, new))]), &words);
        assert_eq!(report.rejected, 1, "{words}");
        let reason = &report.problems[0].reason;
        assert!(reason.contains("error -32015") && reason.contains("use a newer build"), "{reason}");
        assert!(said.contains("127.0.0.1") || said.contains("slot 23"), "{said}");
        let whole =
            if words == SLOTS { covered(&desk, None, What::All) } else { covered(&desk, Some(&owner()), What::Native) };
        assert!(whole.iter().all(|(from, to)| !(*from..=*to).contains(&23)) && whole.len() == 2, "{whole:?}");
    }
}

#[test]
fn a_block_that_is_listed_and_missing_is_named_whatever_the_reason() {
    for told in [
        (-32_009, "Slot 23 was skipped, or missing in long-term storage"),
        (-32_007, "Slot 23 was skipped, or missing due to ledger jump to recent snapshot"),
        (-32_007, "Slot 23 was skipped"),
        (-32_001, "Block 23 cleaned up, does not exist on node. First available block: 30"),
        (-32_011, "Transaction history is not available from this node"),
    ] {
        let (desk, report, said) = completed_later(state(&[(23, told)]), SLOTS);
        assert_eq!((report.blocks, report.rejected), (22, 1), "{told:?}");
        assert!(said.contains("slot 23: its block was listed and is not given"), "{said}");
        assert!(said.contains(": use a"), "{said}");
        assert_eq!(covered(&desk, None, What::All), [(12, 22), (24, 40)], "{told:?}");
    }
}

#[test]
fn transactions_that_are_listed_and_not_told_are_named() {
    let gone = State { gone: vec![23, 24], ..State::up_to(44) };
    let (desk, report, said) = completed_later(gone, &by_account());
    assert_eq!(report.rejected, 2);
    assert!(said.contains("it answers null") && said.contains("use a node that keeps the whole history"), "{said}");
    assert!(said.contains(&State::id(23, 0)) || report.problems.iter().any(|one| one.record == State::id(23, 0)));
    assert_eq!(covered(&desk, Some(&owner()), What::Native), [(0, 22), (25, 44)]);
}

/// One of the blocks is of another fork, and nobody tells which.
#[test]
fn blocks_that_contradict_each_other_are_not_covered() {
    // Slots 22, 23 and 24 have blocks. The last names one before 22, another block in 23, and one after itself.
    for (parent, of, says) in [
        (
            (21, 21),
            vec![(12, 21), (25, 40)],
            "it names slot 21 as the one before it, and the block of slot 23 is another",
        ),
        (
            (23, 99),
            vec![(12, 22), (25, 40)],
            "it names slot 23 as the one before it, and the block of slot 23 is another",
        ),
        ((30, 30), vec![(12, 23), (25, 40)], "the block names slot 30 as the one before it"),
    ] {
        let state = State { parents: [(24, parent)].into(), ..State::up_to(44) };
        let (desk, report, said) = completed_later(state, SLOTS);
        assert_eq!(report.rejected, 1, "{said}");
        assert!(said.contains("slot 24: ") && said.contains(says), "{said}");
        assert_eq!(covered(&desk, None, What::All), of);
    }
}

#[test]
fn ctrl_c_in_the_middle_loses_nothing() {
    for (words, silent) in [(by_account(), State::id(23, 0)), (SLOTS.to_owned(), "[23,".to_owned())] {
        let (desk, calm) = (Desk::new(), Desk::new());
        let cluster = FakeCluster::start(State { silent: Some(silent), ..State::up_to(44) });
        let words = format!("{words} --batch 1 --concurrency 1");
        let run = begin(&desk, &format!("ingest solana --rpc {} --db db --json {words}", cluster.url));
        let waits = || cluster.state.lock().unwrap().ignored > 0;
        let output = interrupt_once(&waits, run);
        // Blocks are asked for by eight, and the ninth is the one that does not come.
        let stored = if words.starts_with(SLOTS) { 8 } else { 0 };
        says(&output, &format!("{stored} transactions"));
        assert!(!String::from_utf8_lossy(&output.stderr).contains("a-key-that-nobody-sees"));
        cluster.state.lock().unwrap().silent = None;
        load(&desk, &cluster, &words);
        load(&calm, &cluster, &words);
        assert_eq!(everything(&desk), everything(&calm));
    }
}

/// One reply of a recording is another than its digest says: it is named by file and line, and nothing else is lost.
#[test]
fn a_damaged_reply_of_a_recording_is_named_and_left_out() {
    let desk = Desk::new();
    let cluster = FakeCluster::start(State::up_to(44));
    load(&desk, &cluster, &format!("{SLOTS} --record replies"));
    let packed = desk.read("replies/replies-000001.jsonl.zst");
    let text = String::from_utf8(zstd::decode_all(&packed[..]).unwrap()).unwrap();
    let of = text.lines().position(|line| line.contains("\"getBlock\"") && line.contains("\"params\":[23,")).unwrap();
    let damaged = text.lines().enumerate().map(|(at, line)| match at == of {
        true => line.replacen("\"fee\":5000", "\"fee\":5001", 1),
        false => line.to_owned(),
    });
    let damaged: Vec<String> = damaged.collect();
    assert_ne!(damaged.join("\n") + "\n", text);
    std::fs::create_dir(desk.path("damaged")).unwrap();
    desk.write("damaged/replies.jsonl", damaged.join("\n"));
    let run = desk.run(&format!("ingest solana --recorded damaged --db copy --json {SLOTS}")).ended(3);
    let line = format!("replies.jsonl:{}", of + 1);
    assert!(
        run.stderr.contains(&line) && run.stderr.contains("it was changed since; take it from the original"),
        "{run:?}"
    );
    let report: SolanaReport = run.json();
    assert!((1..=2).contains(&report.rejected) && report.blocks == 22, "{report:?}");
    desk.run("db check --db copy").done();
    desk.run("ingest solana --recorded replies --db copy").done();
    desk.run("db export copy.jsonl --db copy").done();
    desk.run("db export db.jsonl --db db").done();
    let rows = |file: &str| {
        let text = String::from_utf8(desk.read(file)).unwrap();
        text.lines().filter(|line| line.starts_with("{\"transaction\":")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows("copy.jsonl"), rows("db.jsonl"));
}
