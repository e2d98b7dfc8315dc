//! Exit codes: 0 done, flagged or not; 1 flagged, if asked to fail; 2 an error; 3 done, but some input was rejected.

use fundtrail::types::{ReachState, TraceAnswer};

use crate::{
    bybit::{COLD, THEFT},
    desk::Desk,
    ledger::{nobody, payments},
};

#[test]
fn a_flagged_answer_is_no_failure_unless_it_was_asked_to_be_one() {
    let desk = Desk::new();
    desk.run("demo --db db").done();
    let plain = desk.run("demo --db db --json").done().stdout;
    let failed = desk.run("demo --db db --json --fail-on flagged").ended(1);
    assert_eq!((failed.stdout, failed.stderr.as_str()), (plain, ""), "the answer is the same");
    desk.copy("cases/bybit-2025/payouts.csv");
    desk.run(&format!("trace {COLD} --db db")).done();
    desk.run(&format!("trace {COLD} --db db --fail-on flagged")).ended(1);
    desk.run("audit payouts.csv --db db").done();
    desk.run("audit payouts.csv --db db --fail-on flagged").ended(1);
}

#[test]
fn what_nobody_knew_on_the_day_of_the_answer_flags_nothing() {
    let desk = Desk::with_demo();
    let before = format!("trace {COLD} --db db --fail-on flagged --json --as-of 2025-02-25");
    let answer: TraceAnswer = desk.run(&before).done().json();
    assert!(answer.findings.is_empty() && answer.targets.is_empty(), "the FBI's list is of 26 February 2025");
    let answer: TraceAnswer = desk.run(&before.replace("2025-02-25", "2025-02-26")).ended(1).json();
    assert_eq!(answer.targets.len(), 51);
    // With no lists at all there is nobody to find, and tokens have no name.
    let answer: TraceAnswer = desk.run(&format!("{before} --no-bundled-lists")).done().json();
    assert_eq!((answer.targets.len(), answer.seeds.len()), (0, 1));
}

#[test]
fn a_database_that_is_not_there_is_an_error_that_tells_what_to_do() {
    let desk = Desk::new();
    desk.write(
        "payouts.csv",
        "payee,chain,wallet,asset,amount\na,eip155:1,0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2,native,1\n",
    );
    let verbs = ["db info", "db check", "audit payouts.csv"];
    let asked = [format!("trace {THEFT}"), format!("paths {COLD} {THEFT}")];
    for verb in verbs.into_iter().map(str::to_owned).chain(asked) {
        let run = desk.run(&format!("{verb} --db nowhere")).ended(2);
        let run = run.complains(&["no database at nowhere", "`fundtrail ingest file FILE --db nowhere`"]);
        assert!(run.stdout.is_empty());
        assert!(!desk.path("nowhere").exists(), "asking makes no database");
    }
}

#[test]
fn a_folder_of_other_files_is_no_database_and_is_left_alone() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("mine")).unwrap();
    desk.write("mine/notes.txt", "do not touch");
    desk.write("rows.csv", payments(&[(&nobody(1), &nobody(2), "1")]));
    for verb in ["demo", "ingest file rows.csv"] {
        desk.run(&format!("{verb} --db mine")).ended(2).complains(&["mine", "holds other files", "--db"]);
    }
    assert_eq!(std::fs::read_dir(desk.path("mine")).unwrap().count(), 1);
    desk.run("ingest file rows.csv --db rows.csv").ended(2).complains(&["rows.csv", "database folder"]);
}

#[test]
fn accounts_that_are_unknown_or_paid_nothing_are_errors() {
    let (from, to) = (nobody(1), nobody(2));
    let desk = Desk::with_rows(&payments(&[(&from, &to, "1")]));
    desk.run(&format!("trace {from} --db db")).done();
    desk.run(&format!("trace {to} --db db")).ended(2).complains(&[
        &to[2..8],
        "nothing that could be followed",
        "outgoing",
    ]);
    desk.run(&format!("trace {} --db db", nobody(3))).ended(2).complains(&["nothing in the database touches"]);
    desk.run(&format!("trace eip155:137:{from} --db db")).ended(2).complains(&["eip155:137", "its chain"]);
    let bitcoin = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    desk.run(&format!("trace {bitcoin} --db db")).ended(2);
}

#[test]
fn a_path_to_an_account_that_is_unknown_is_an_error_about_that_account() {
    let desk = Desk::with_rows(&payments(&[(&nobody(1), &nobody(2), "1"), (&nobody(3), &nobody(4), "1")]));
    let run = desk.run(&format!("paths {} {} --db db", nobody(1), nobody(9))).ended(2).complains(&["000009"]);
    // It was just asked for as a target: to ask again the same way is no remedy.
    assert!(!run.stderr.contains("trace again with this account as one"), "{run:?}");
    // An account that is known but not reached is an answer.
    let answer: TraceAnswer = desk.run(&format!("paths {} {} --db db --json", nobody(1), nobody(4))).done().json();
    assert_eq!(answer.targets.iter().map(|target| target.state).collect::<Vec<_>>(), [ReachState::NotReached]);
}

#[test]
fn an_unknown_ending_names_those_that_are_known() {
    let desk = Desk::with_rows(&payments(&[(&nobody(1), &nobody(2), "1")]));
    for name in ["x.pdf", "x", "x.csv.bak"] {
        let run = desk.run(&format!("trace {} --db db --out {name}", nobody(1))).ended(2);
        run.complains(&[&format!("`{name}`"), ".txt, .json, .csv, .graphml, .dot"]);
        assert!(!desk.path(name).exists());
    }
}

#[test]
fn mistyped_arguments_are_errors_that_name_what_would_be_right() {
    let desk = Desk::with_rows(&payments(&[(&nobody(1), &nobody(2), "1")]));
    let from = nobody(1);
    for (words, says) in [
        ("0x123", "0x and 40 hexadecimal digits"),
        ("0x47666fab8bd0Ac7003bce3f5C3585383F09486E2", "EIP-55"),
        (&format!("{from} --as-of 2025-13-01"), "YYYY-MM-DD"),
        (&format!("{from} --method hifo"), "haircut, fifo, lifo, dirty-first, clean-first, poison"),
        (&format!("{from} --asset USDT"), "0x and 40 hexadecimal digits"),
        (&format!("{from} --dust 1e18"), "digits"),
        (&format!("{from} --hops 0"), "0 is not in"),
        (&format!("{from} --labels none.csv"), "no such file"),
    ] {
        let run = desk.run(&format!("trace {words} --db db")).ended(2);
        assert!(run.stderr.contains(says) && run.stdout.is_empty(), "{run:?}");
    }
}

#[test]
fn rejected_rows_of_a_list_are_rejected_input_too() {
    let from = nobody(1);
    let desk = Desk::with_rows(&payments(&[(&from, &nobody(2), "1")]));
    let header = "chain,address,entity,category,class,source,confidence\n";
    let good = format!("eip155:1,{},Somebody,theft,attributed_dprk,test,high\n", nobody(2));
    desk.write("labels.csv", format!("{header}{good}eip155:1,0x123,Nobody,theft,attributed_dprk,test,high\n"));
    let run = desk.run(&format!("trace {from} --db db --labels labels.csv --json"));
    assert!(run.stderr.contains("labels.csv:3: `address`"), "{run:?}");
    let answer: TraceAnswer = run.json();
    assert_eq!(answer.findings.len(), 1, "the good row counts");
    run.ended(3);
    desk.run(&format!("labels show {from} --labels labels.csv")).ended(3);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let desk = Desk::with_demo();
    let mut command = desk.command("demo --db db --json");
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}
