//! Transactions of Solana from a node and from recorded replies: what is loaded, what is gone on with, and what is said.

use fundtrail::{
    Info, SolanaReport,
    types::{TraceAnswer, What},
};

use crate::{
    cluster::{CHAIN, FakeCluster, MINT, State, friend, key, owner, token_account},
    desk::Desk,
    node::{everything, transactions},
};

pub(crate) fn load(desk: &Desk, cluster: &FakeCluster, words: &str) -> SolanaReport {
    desk.run(&format!("ingest solana --rpc {} --db db --json {words}", cluster.url)).done().json()
}

fn history(desk: &Desk, cluster: &FakeCluster, words: &str) -> SolanaReport {
    load(desk, cluster, &format!("--address {} {words}", owner()))
}

fn info(desk: &Desk) -> Info {
    desk.run("db info --db db --json").done().json()
}

/// What a chain claims to cover of a kind, of an account or of itself.
pub(crate) fn covered(desk: &Desk, account: Option<&str>, what: What) -> Vec<(u64, u64)> {
    let claims = &info(desk).chains[0].coverage;
    let mine = claims.iter().filter(|claim| {
        claim.what == what && claim.account.as_ref().map(|one| one.address.to_string()).as_deref() == account
    });
    fundtrail::types::join_ranges(mine.map(|claim| (claim.from_height, claim.to_height)).collect())
}

#[test]
fn a_history_holds_what_was_paid_into_token_accounts() {
    let desk = Desk::new();
    let cluster = FakeCluster::start(State::up_to(49));
    let report = history(&desk, &cluster, "");
    // Slots 10 to 49 but each fifth: 32. Slot 11, 22, 33 and 44 hold a failed transaction, too.
    assert_eq!((report.transactions, report.failed_not_asked, report.token_accounts), (32, 4, 1));
    assert_eq!((report.with_balances, report.reconciled, report.rejected), (32, 32, 0));
    assert_eq!(covered(&desk, Some(&owner()), What::Native), [(0, 49)]);
    assert_eq!(covered(&desk, Some(&owner()), What::Token), [(0, 49)]);
    assert_eq!(covered(&desk, Some(&owner()), What::Fee), [], "fees of failed transactions are not known");
    let token = format!("--asset {CHAIN}/token:{}", key(MINT));
    for (from, to, words) in [(owner(), friend(), ""), (key(4), owner(), token.as_str())] {
        let answer: TraceAnswer = desk.run(&format!("trace {CHAIN}:{from} --db db --json {words}")).done().json();
        assert!(answer.flow.accounts.iter().any(|one| one.account.address.to_string() == to), "{from} to {to}");
    }
    desk.run("db check --db db").done();
    assert_eq!(cluster.asked("getTransaction"), 32);

    let again = history(&desk, &cluster, "");
    assert_eq!((again.transactions, cluster.asked("getTransaction")), (0, 0));
    let failed = history(&Desk::new(), &cluster, "--failed");
    assert_eq!((failed.transactions, failed.failed_not_asked), (36, 0));
}

#[test]
fn a_history_goes_on_at_both_ends() {
    let desk = Desk::new();
    let cluster = FakeCluster::start(State::up_to(30));
    // Slot 20 is 20 hours after 2023-11-14 22:13:20.
    let report = history(&desk, &cluster, "--since 2023-11-16");
    assert!((1..18).contains(&report.transactions), "{}", report.transactions);
    cluster.state.lock().unwrap().blocks = State::up_to(45).blocks;
    cluster.state.lock().unwrap().finalized = 45;
    let newer = history(&desk, &cluster, "--since 2023-11-16");
    assert_eq!(newer.transactions, 12);
    assert_eq!(history(&desk, &cluster, "").transactions, 28 - 12 - report.transactions);
    let whole = Desk::new();
    history(&whole, &cluster, "--failed");
    history(&desk, &cluster, "--failed --again");
    assert_eq!(transactions(&desk), transactions(&whole));
}

#[test]
fn a_load_that_broke_off_goes_on() {
    let desk = Desk::new();
    let cluster = FakeCluster::start(State { refuses_from: Some(40), ..State::up_to(300 / 2) });
    let words = format!("ingest solana --rpc {} --db db --address {}", cluster.url, owner());
    let run = desk.run(&words).ended(2);
    assert!(run.stderr.contains("the plan does not reach so far"), "{}", run.stderr);
    assert!(!run.stderr.contains("a-key-that-nobody-sees"), "{}", run.stderr);
    cluster.state.lock().unwrap().refuses_from = None;
    history(&desk, &cluster, "");
    let other = Desk::new();
    history(&other, &cluster, "");
    assert_eq!(everything(&desk), everything(&other));
}

#[test]
fn passing_troubles_and_repeated_rows_lose_nothing() {
    let calm = Desk::new();
    history(&calm, &FakeCluster::start(State::up_to(40)), "");
    let desk = Desk::new();
    let errors = vec![-32_004, -32_014, -32_016, -32_019];
    let cluster = FakeCluster::start(State { busy: 2, cut: 2, errors, repeats: true, ..State::up_to(40) });
    history(&desk, &cluster, "--batch 1");
    assert_eq!(everything(&desk), everything(&calm));
}

#[test]
fn what_a_node_no_longer_keeps_is_named_and_not_covered() {
    let desk = Desk::new();
    let cluster = FakeCluster::start(State { first: 20, gone: vec![23], ..State::up_to(40) });
    let run = desk.run(&format!("ingest solana --rpc {} --db db --json --address {}", cluster.url, owner())).ended(3);
    let report: SolanaReport = run.json();
    assert_eq!(report.rejected, 1);
    assert!(report.problems[0].reason.contains("whole history"), "{:?}", report.problems);
    assert!(report.missing.iter().any(|one| one.contains("nothing before slot 20")), "{:?}", report.missing);
    assert_eq!(covered(&desk, Some(&owner()), What::Native), [(20, 22), (24, 40)]);
}

#[test]
fn skipped_slots_are_told_from_slots_that_are_gone() {
    let desk = Desk::new();
    let cluster = FakeCluster::start(State { gone: vec![23], ..State::up_to(44) });
    let words = format!("ingest solana --rpc {} --db db --json --from-slot 12 --to-slot 40", cluster.url);
    let report: SolanaReport = desk.run(&words).ended(3).json();
    // 12 to 40 has 23 blocks, and one of them is gone; 15, 20, 25, 30, 35 and 40 were skipped.
    assert_eq!((report.blocks, report.slots_skipped, report.rejected), (22, 6, 1));
    assert_eq!(report.transactions, report.reconciled);
    assert_eq!(covered(&desk, None, What::All), [(12, 22), (24, 40)]);
    cluster.asked("");
    cluster.state.lock().unwrap().gone.clear();
    let report = load(&desk, &cluster, "--from-slot 12 --to-slot 40");
    assert_eq!((report.blocks, cluster.asked("getBlock")), (1, 1));
    assert_eq!(covered(&desk, None, What::All), [(12, 40)]);
    desk.run("db check --db db").done();
}

/// An account's history names no places in slots, blocks do; both are one transaction each.
#[test]
fn by_account_and_by_slot_are_one_story() {
    let cluster = FakeCluster::start(State::up_to(44));
    let desk = Desk::new();
    history(&desk, &cluster, "--failed");
    load(&desk, &cluster, "--from-slot 10 --to-slot 44");
    assert_eq!(info(&desk).chains[0].conflicts, 0);
    let slots = Desk::new();
    load(&slots, &cluster, "--from-slot 10 --to-slot 44");
    assert_eq!(transactions(&desk), transactions(&slots));
}

#[test]
fn a_recording_is_the_load_again() {
    let cluster = FakeCluster::start(State::up_to(44));
    for words in [format!("--address {}", owner()), "--from-slot 12 --to-slot 44".to_owned()] {
        let desk = Desk::new();
        load(&desk, &cluster, &format!("{words} --record replies"));
        let told = transactions(&desk);
        // The same questions again, and all that is there without asking.
        for (db, words) in [("asked", words.as_str()), ("all", "")] {
            let report: SolanaReport =
                desk.run(&format!("ingest solana --recorded replies --db {db} --json {words}")).done().json();
            assert_eq!(report.problems, [], "{db}");
            desk.run(&format!("db export {db}.jsonl --db {db}")).done();
            let text = String::from_utf8(desk.read(&format!("{db}.jsonl"))).unwrap();
            let again: Vec<&str> = text.lines().filter(|line| line.starts_with("{\"transaction\":")).collect();
            assert_eq!(again, told, "{db}");
        }
    }
}

#[test]
fn a_node_of_another_chain_is_refused() {
    let cluster = FakeCluster::start(State::up_to(20));
    let desk = Desk::new();
    let chain = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";
    let words = format!("ingest solana --rpc {} --db db --chain {chain} --address {}", cluster.url, token_account());
    let run = desk.run(&words).ended(2);
    assert!(run.stderr.contains(CHAIN) && run.stderr.contains(chain), "{}", run.stderr);
}
