//! Another process writes while we read: questions are answered, a second writer is turned away.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use fundtrail::{Error, Info, QuestionDefaults, Reference, Store, ingest_bytes, trace, types::TraceAnswer};

use crate::{
    bybit::{COLD, account},
    desk::Desk,
    ledger::{HEADER, nobody, payments, tx},
};

#[test]
fn a_question_is_answered_while_another_process_holds_the_database() {
    let desk = Desk::with_demo();
    let ask = format!("trace {COLD} --db db --as-of 2026-11-22 --json");
    let before = desk.run(&ask).done().stdout;
    let held = Store::open(&desk.path("db")).unwrap();
    assert_eq!(desk.run(&ask).done().stdout, before);
    desk.run("db check --db db").done();
    let info: Info = desk.run("db info --db db --json").done().json();
    assert_eq!(info.chains[0].transactions, 237);
    drop(held);
}

#[test]
fn a_second_writer_is_told_to_wait_and_may_write_afterwards() {
    let desk = Desk::with_demo();
    desk.write("rows.csv", payments(&[(&nobody(1), &nobody(2), "1")]));
    let held = Store::open(&desk.path("db")).unwrap();
    for verb in ["ingest file rows.csv", "demo"] {
        let run = desk.run(&format!("{verb} --db db")).ended(2);
        let run = run.complains(&["the database at db is being written by another process", "wait until it is done"]);
        assert!(run.stdout.is_empty(), "{run:?}");
    }
    drop(held);
    desk.run("ingest file rows.csv --db db").done();
}

/// Between two loads: short enough that most questions meet one, long enough that a reader which waits gets its turn.
const PAUSE: Duration = Duration::from_millis(50);

/// Loads table after table, none of which touches the case, until told to stop; opens the database for each, as every
/// run of `ingest` does.
fn load_on_and_on(db: &Path, reading: &AtomicBool) -> usize {
    let (reference, mut loads) = (Reference::empty(), 0);
    while reading.load(Ordering::SeqCst) {
        let store = Store::open(db).unwrap();
        let mut csv = HEADER.to_owned();
        for number in loads * 100 + 1..=loads * 100 + 100 {
            csv += &format!("eip155:1,{},{number},,native,{},{},1\n", tx(number), nobody(number), nobody(number + 1));
        }
        ingest_bytes(&store, "rows.csv", csv.as_bytes(), reference.tokens()).unwrap();
        loads += 1;
        drop(store);
        std::thread::sleep(PAUSE);
    }
    loads
}

/// Opening for reading while a writer opens, packs its log or ends must neither fail nor see half of the data.
#[test]
fn what_is_written_beside_it_does_not_disturb_a_question() {
    let desk = Desk::with_demo();
    let ask = format!("trace {COLD} --db db --as-of 2026-11-22 --json");
    let before = desk.run(&ask).done();
    let question = QuestionDefaults::question(account(COLD), "2026-11-22".parse().unwrap());
    let (reference, expected) = (Reference::bundled().unwrap(), before.json::<TraceAnswer>());
    let reading = AtomicBool::new(true);
    let (runs, answers) = std::thread::scope(|scope| {
        let loader = scope.spawn(|| load_on_and_on(&desk.path("db"), &reading));
        let runs: Vec<_> = (0..4).map(|_| desk.run(&ask)).collect();
        // Many more by the library, which the binary asks, because it is quicker.
        let answer = || trace(&Store::open_read_only(&desk.path("db"))?, &reference, &question, &mut |_| true);
        let answers: Vec<Result<TraceAnswer, Error>> = (0..40).map(|_| answer()).collect();
        reading.store(false, Ordering::SeqCst);
        assert!(loader.join().unwrap() > 1);
        (runs, answers)
    });
    let failed: BTreeSet<String> =
        answers.iter().filter_map(|one| one.as_ref().err()).map(ToString::to_string).collect();
    let wrong = answers.iter().flatten().filter(|one| **one != expected).count();
    assert_eq!((failed, wrong), (BTreeSet::new(), 0), "what failed, and how many answers were wrong");
    for run in runs {
        assert_eq!(run.done().stdout, before.stdout);
    }
    desk.run("db check --db db").done();
}
