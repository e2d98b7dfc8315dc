//! The Atomic Wallet and LI.FI cases: everything that value can have reached in time is reached, nothing else is, and
//! what `docs/cases.md` says of each method is what the program says.
//!
//! What can be reached is told by plain code over the rows of the files (`edges`), which knows nothing of the program.
//! `cargo test -p fundtrail --test cases -- --nocapture` prints the table of the page.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]
#![allow(clippy::print_stdout, reason = "the table is there to be read")]

mod background;
mod edges;
mod measure;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use fundtrail::{
    Case, QuestionDefaults, Reference, Store, ingest_bytes, trace,
    types::{Method, TraceAnswer},
};
use tempfile::TempDir;

use crate::{
    edges::Edge,
    measure::{HOPS_MAX, Reached, names},
};

/// The asset of both cases: the text "not a coin: USD only" where a contract would stand.
pub(crate) const ASSET: &str = "0x6E6F74206120636f696e3A20555344206f6E6C79";
const CASES: [&str; 2] = ["atomic-2023", "lifi-2024"];
const BYBIT: &str = "bybit-2025";

/// A file of `data/`.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

fn case(name: &str) -> Case {
    Case::read(&data(&format!("cases/{name}/case.toml"))).unwrap()
}

/// A database of cases, and of tables besides.
fn database(cases: &[&str], tables: &[String]) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let load = |name: &str, bytes: &[u8]| {
        let report = ingest_bytes(&store, name, bytes, Reference::bundled().unwrap().tokens()).unwrap();
        assert_eq!((report.rejected, report.taken > 0), (0, true), "{name}");
    };
    for name in cases {
        let case = case(name);
        for file in case.files.iter().chain(&case.coverage) {
            load(file, &std::fs::read(data(&format!("cases/{name}/{file}"))).unwrap());
        }
    }
    tables.iter().enumerate().for_each(|(number, text)| load(&format!("around-{number}.csv"), text.as_bytes()));
    (folder, store)
}

/// What every source of each of [`CASES`] reaches in a database, with no labels at which a trace would stop.
fn answers(store: &Store) -> Vec<Vec<TraceAnswer>> {
    CASES.iter().map(|name| measure::ask(store, &Reference::empty(), &case(name), HOPS_MAX)).collect()
}

/// Each case alone.
static ALONE: LazyLock<Vec<Vec<TraceAnswer>>> = LazyLock::new(|| {
    let one = |name: &&str| {
        let (_folder, store) = database(&[name], &[]);
        measure::ask(&store, &Reference::empty(), &case(name), HOPS_MAX)
    };
    CASES.iter().map(one).collect()
});

/// Tables of traffic around the two cases.
static AROUND: LazyLock<Vec<String>> = LazyLock::new(|| {
    let one = |(seed, name): (u64, &&str)| {
        let edges = edges::edges(name);
        background::around(&edges, &edges::accounts(&edges).into_iter().collect::<Vec<_>>(), seed)
    };
    (1..).zip(&CASES).map(one).collect()
});

/// The database of all three cases with traffic around them, and what the sources reach in it.
static AMONG: LazyLock<(TempDir, Store, Vec<Vec<TraceAnswer>>)> = LazyLock::new(|| {
    let (folder, store) = database(&[CASES[0], CASES[1], BYBIT], &AROUND);
    let answers = answers(&store);
    (folder, store, answers)
});

/// All edges of the database with traffic.
fn edges_among() -> Vec<Edge> {
    let cases = CASES.iter().flat_map(|name| edges::edges(name));
    cases.chain(AROUND.iter().flat_map(|table| edges::of(table))).collect()
}

fn terminals(case: &Case) -> BTreeSet<String> {
    case.terminals.iter().map(measure::name).collect()
}

fn poisoned(answer: &TraceAnswer) -> BTreeSet<String> {
    names(&measure::reached(std::slice::from_ref(answer), Method::Poison).proven)
}

/// Holds what each source of a case reaches against what can be reached along `edges`, and gives all that is reached.
/// Where the order within a block is not known, what is reached lies between what surely can be and what may be; no
/// terminal depends on it.
fn hold(case: &Case, edges: &[Edge], answers: &[TraceAnswer]) -> BTreeSet<String> {
    let (mut all, terminals) = (BTreeSet::new(), terminals(case));
    assert_eq!(answers.len(), 1 + case.also_from.len());
    for answer in answers {
        let source = measure::name(answer.question.accounts().next().unwrap());
        let (surely, may) = (edges::reach(edges, &source, true), edges::reach(edges, &source, false));
        let reached = poisoned(answer);
        let missed: Vec<_> = surely.difference(&reached).collect();
        assert!(missed.is_empty(), "{source} surely reaches {missed:?}");
        assert!(reached.is_subset(&may), "{source} reaches nothing that it cannot");
        let ends = |reached: &BTreeSet<String>| terminals.intersection(reached).cloned().collect::<Vec<_>>();
        assert_eq!(ends(&reached), ends(&surely), "{source}");
        assert_eq!(ends(&reached), ends(&may), "{source}");
        all.extend(reached);
    }
    assert!(terminals.is_subset(&all), "{}", case.name);
    all
}

#[test]
fn alone_exactly_what_time_allows_is_reached_and_that_is_every_terminal() {
    for ((name, answers), never) in CASES.iter().zip(&*ALONE).zip([8, 0]) {
        let edges = edges::edges(name);
        let all = hold(&case(name), &edges, answers);
        // Those who paid sources of the Atomic Wallet case, and whom nobody paid.
        let missing: Vec<String> = edges::accounts(&edges).difference(&all).cloned().collect();
        assert_eq!(missing.len(), never, "{missing:?}");
        assert!(missing.iter().all(|one| edges.iter().all(|edge| edge.to != *one)));
    }
}

#[test]
fn in_one_database_with_the_bybit_case_nothing_changes() {
    let (_folder, store) = database(&[CASES[0], CASES[1], BYBIT], &[]);
    for (alone, merged) in ALONE.iter().zip(answers(&store)) {
        assert_eq!(alone.len(), merged.len());
        for (alone, merged) in alone.iter().zip(merged) {
            assert_eq!((&alone.seeds, &alone.methods, &alone.flow), (&merged.seeds, &merged.methods, &merged.flow));
        }
    }
    let reference = Reference::bundled().unwrap();
    let bybit = case(BYBIT);
    let flow = |store: &Store| {
        let question = QuestionDefaults::question(bybit.from.clone(), bybit.as_of);
        trace(store, &reference, &question, &mut |_| true).unwrap().flow
    };
    let (_folder, alone) = database(&[BYBIT], &[]);
    let expected = flow(&alone);
    assert!(!expected.movements.is_empty());
    assert_eq!(flow(&store), expected);
    assert_eq!(flow(&AMONG.1), expected, "with traffic around the others");
}

#[test]
fn with_traffic_around_them_exactly_what_time_allows_is_reached_and_that_is_every_terminal() {
    let (edges, (_, _, answers)) = (edges_among(), &*AMONG);
    let everybody = edges::accounts(&edges);
    for (name, answers) in CASES.iter().zip(answers) {
        let all = hold(&case(name), &edges, answers);
        let strangers = everybody.difference(&edges::accounts(&edges::edges(name))).cloned().collect::<BTreeSet<_>>();
        assert!(!strangers.is_disjoint(&all), "{name}: the case's accounts pay strangers");
        assert!(!strangers.is_subset(&all), "{name}: and some strangers only pay");
    }
}

#[test]
fn no_method_reaches_what_poison_does_not() {
    for answers in ALONE.iter().chain(&AMONG.2) {
        let poison = measure::reached(answers, Method::Poison);
        for method in Method::ALL {
            let Reached { proven, possible } = measure::reached(answers, method);
            assert!(names(&proven).is_subset(&possible), "{method}");
            assert!(possible.is_subset(&poison.possible), "{method}");
            assert!(proven.iter().all(|(account, hops)| poison.proven.get(account) <= Some(hops)), "{method}");
            assert!(proven.keys().all(|account| poison.proven.contains_key(account)), "{method}");
        }
    }
}

#[test]
fn usual_limits_and_lists_lose_no_terminal() {
    let reference = Reference::bundled().unwrap();
    for name in CASES {
        let (case, (_folder, store)) = (case(name), database(&[name], &[]));
        let answers = measure::ask(&store, &reference, &case, QuestionDefaults::HOPS_MAX);
        let reached = names(&measure::reached(&answers, Method::Poison).proven);
        assert_eq!(reached.intersection(&terminals(&case)).count(), case.terminals.len(), "{name}");
    }
}

#[test]
fn the_page_tells_what_is_reached() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cases.md")).unwrap();
    let mut rows = Vec::new();
    for (around, all) in [("alone", &*ALONE), ("with traffic", &AMONG.2)] {
        for (name, answers) in CASES.iter().zip(all) {
            let truth = edges::accounts(&edges::edges(name));
            let row = |method| measure::row(&case(name), &truth, around, method, &measure::reached(answers, method));
            rows.extend(Method::ALL.map(row));
        }
    }
    rows.iter().for_each(|row| println!("{row}"));
    let missing: Vec<&String> = rows.iter().filter(|row| !page.lines().any(|line| line == *row)).collect();
    assert!(missing.is_empty(), "docs/cases.md tells otherwise: {missing:#?}");
}
