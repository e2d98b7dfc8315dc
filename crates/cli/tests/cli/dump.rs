//! `db export` and `db import`: all of a database as one file, and back.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use fundtrail::{CheckReport, ImportReport};

use crate::{
    cluster::{FakeCluster, State, owner},
    desk::Desk,
    hard::table::{Mix, TRACE, table},
    ledger::nobody,
};

/// An import notes how far it has come after so many lines.
const LINES_PER_BATCH: usize = 100_000;
const WAIT_MAX: Duration = Duration::from_secs(60);

/// A desk with a database in `db` and its export in `db.jsonl`.
fn desk() -> Desk {
    let desk = Desk::with_demo();
    desk.write("rows.csv", table(Mix { sparse: 0, one_good_of: 1, dense: 2_500, one_again_of: 4 }, 91));
    desk.write(
        "tokens.csv",
        "chain,tx,block,asset,from,to,amount,decimals,symbol\n\
         eip155:1,0x00000000000000000000000000000000000000000000000000000000000fffff,7,\
         0x6B175474E89094C44Da98b954EedeAC495271d0F,0x0000000000000000000000000000abcd00000000,\
         0x0000000000000000000000000000abcd00000001,5.5,18,\"a \"\"name\"\"\"\n",
    );
    desk.run("ingest file tokens.csv rows.csv --db db").done();
    desk.run("db export db.jsonl --db db").done();
    desk
}

fn answer(desk: &Desk, db: &str) -> Vec<u8> {
    desk.run(&format!("trace {} {TRACE} --db {db}", nobody(0))).done().stdout
}

/// Into a new folder, and out of it again: the same lines.
#[track_caller]
fn comes_back(desk: &Desk, file: &str, db: &str) {
    let before = desk.read("db.jsonl");
    let report: ImportReport = desk.run(&format!("db import {file} --json --db {db}")).done().json();
    assert_eq!(report.lines, before.iter().filter(|byte| **byte == b'\n').count() as u64 - 1);
    desk.run(&format!("db export again.jsonl --db {db}")).done();
    assert!(desk.read("again.jsonl") == before, "{file}");
    assert_eq!(answer(desk, db), answer(desk, "db"));
    let report: CheckReport = desk.run(&format!("db check --json --db {db}")).done().json();
    assert_eq!(report.broken_total, 0);
}

#[test]
fn an_export_makes_the_same_database() {
    let desk = desk();
    comes_back(&desk, "db.jsonl", "copy");
    // Importing adds, and what is there already is not there twice.
    comes_back(&desk, "db.jsonl", "copy");
    desk.run("db export db.jsonl.zst --db db").done();
    assert!(desk.read("db.jsonl.zst").len() * 3 < desk.read("db.jsonl").len());
    comes_back(&desk, "db.jsonl.zst", "other");
    desk.run("demo --db demo").done();
    comes_back(&desk, "db.jsonl", "demo");
}

#[test]
fn an_export_that_is_not_whole_is_told() {
    let desk = desk();
    let all = String::from_utf8(desk.read("db.jsonl")).unwrap();
    let lines: Vec<&str> = all.lines().collect();
    desk.write("cut.jsonl", &all[..all.len() / 2]);
    desk.write("short.jsonl", lines[..lines.len() - 1].join("\n"));
    desk.write("hole.jsonl", [&lines[..9], &lines[10..]].concat().join("\n"));
    // Another amount is one as well, so that nothing but the sum of all lines tells it.
    desk.write("changed.jsonl", all.replacen("\"amount\":\"1", "\"amount\":\"2", 1));
    desk.run("db export db.zst --db db").done();
    desk.write("cut.zst", &desk.read("db.zst")[..2_000]);
    for (file, says) in [
        ("cut.jsonl", "the export is cut off after"),
        ("short.jsonl", "the export is cut off after"),
        ("hole.jsonl", "some were lost or changed"),
        ("changed.jsonl", "some were lost or changed"),
        ("cut.zst", "it cannot be read any further"),
    ] {
        let run = desk.run(&format!("db import {file} --db copy")).ended(2).complains(&[
            file,
            says,
            "export or copy it again",
        ]);
        assert!(run.stdout.is_empty(), "{run:?}");
    }
    desk.write("tables.csv", table(Mix { sparse: 0, one_good_of: 1, dense: 5, one_again_of: 4 }, 92));
    let run = desk.run("db import tables.csv --db copy").ended(2);
    run.complains(&["tables.csv:1: this is no export", "`fundtrail ingest file`"]);
    desk.write("newer.jsonl", all.replacen("\"version\":2", "\"version\":7", 1));
    desk.run("db import newer.jsonl --db copy").ended(2).complains(&["version 7", "use the build that wrote it"]);
    desk.run("db import none.jsonl --db copy").ended(2).complains(&["none.jsonl: ", "check the path"]);
}

/// A database with transactions of Solana, which show relations, and its export in `db.jsonl`.
fn with_relations() -> (Desk, String) {
    let desk = Desk::new();
    let cluster = FakeCluster::start(State::up_to(44));
    desk.run(&format!("ingest solana --rpc {} --db db --address {}", cluster.url, owner())).done();
    desk.run("db export db.jsonl --db db").done();
    let all = String::from_utf8(desk.read("db.jsonl")).unwrap();
    (desk, all)
}

/// The lines with an end that fits them.
fn ended(lines: &[String]) -> String {
    use sha2::{Digest, Sha256};
    let text = lines.join("\n") + "\n";
    let digest: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{text}{{\"end\":{{\"lines\":{},\"sha256\":\"{digest}\"}}}}\n", lines.len())
}

#[test]
fn relations_come_back() {
    let (desk, all) = with_relations();
    assert_eq!(
        all.matches("\"relations\":[").count(),
        4,
        "one in each seventh slot, but for the 35th, which was skipped"
    );
    assert!(all.contains("\"kind\":\"token_account\""));
    desk.run("db import db.jsonl --db copy").done();
    desk.run("db import db.jsonl --db copy").done();
    desk.run("db export again.jsonl --db copy").done();
    assert!(desk.read("again.jsonl") == desk.read("db.jsonl"));
    let shown = |db: &str| {
        desk.run(&format!("db check --db {db}")).done();
        desk.run(&format!("tx {} --json --db {db}", State::id(14, 0))).done().stdout
    };
    assert!(String::from_utf8_lossy(&shown("db")).contains("token_account"));
    assert_eq!(shown("copy"), shown("db"));
}

#[test]
fn an_export_from_before_there_were_relations_is_imported_as_it_was() {
    let (desk, all) = with_relations();
    let old = |line: &str| {
        let relations = line.find(",\"relations\":[");
        let line = relations.map_or(line.to_owned(), |at| format!("{}}}}}", &line[..at]));
        line.replacen("\"version\":2", "\"version\":1", 1)
    };
    let mut lines: Vec<String> = all.lines().map(old).collect();
    lines.pop();
    desk.write("old.jsonl", ended(&lines));
    desk.run("db import old.jsonl --db copy").done();
    desk.run("db check --db copy").done();
    desk.run("db export again.jsonl --db copy").done();
    let again = String::from_utf8(desk.read("again.jsonl")).unwrap();
    assert_eq!(again.lines().map(old).take(lines.len()).collect::<Vec<_>>(), lines);
    assert!(!again.contains("\"relations\""));
    // What the newer export knows is added.
    desk.run("db import db.jsonl --db copy").done();
    desk.run("db export again.jsonl --db copy").done();
    assert!(desk.read("again.jsonl") == all.as_bytes());
}

#[test]
fn relations_of_a_transaction_that_is_not_complete_are_rejected() {
    let (desk, all) = with_relations();
    let mut lines: Vec<String> = all.lines().map(str::to_owned).collect();
    lines.pop();
    let at = lines.iter().position(|line| line.contains("\"relations\":[")).unwrap();
    lines[at] = lines[at].replacen("\"complete\":true,", "", 1);
    desk.write("odd.jsonl", ended(&lines));
    let report: ImportReport = desk.run("db import odd.jsonl --json --db copy").ended(3).json();
    assert_eq!((report.rejected, report.problems[0].line), (1, Some(at as u64 + 1)));
    assert!(report.problems[0].reason.contains("only complete ones have some"), "{:?}", report.problems);
}

/// More lines than a batch has, every one of them as somebody could have exported it, and a sum that is not theirs.
fn long_and_changed(desk: &Desk) -> String {
    let all = String::from_utf8(desk.read("db.jsonl")).unwrap();
    let mut lines: Vec<&str> = all.lines().collect();
    lines.pop();
    let last = *lines.last().unwrap();
    lines.resize(LINES_PER_BATCH + 10, last);
    let end = format!("{{\"end\":{{\"lines\":{},\"sha256\":\"{}\"}}}}\n", lines.len(), "0".repeat(64));
    lines.join("\n") + "\n" + &end
}

/// A database that was made for an import of which nothing came is gone again.
#[track_caller]
fn is_not_there(desk: &Desk, db: &str) {
    desk.run(&format!("db info --db {db}")).ended(2).complains(&["no database at", db]);
    assert!(!desk.path(db).exists());
}

#[test]
fn nothing_is_stored_of_an_export_that_was_changed_however_long_it_is() {
    let desk = desk();
    desk.write("long.jsonl", long_and_changed(&desk));
    desk.run("db import long.jsonl --db copy").ended(2).complains(&["some were lost or changed", "copy it again"]);
    is_not_there(&desk, "copy");
}

/// Runs an import of what comes through a pipe.
#[cfg(unix)]
fn import_piped(desk: &Desk, db: &str, bytes: &[u8]) -> std::process::Output {
    let mut import = desk.command(&format!("db import /dev/stdin --json --db {db}"));
    let mut import = import.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut import.stdin.take().unwrap(), bytes).unwrap();
    import.wait_with_output().unwrap()
}

#[cfg(unix)]
#[test]
fn an_export_may_come_through_a_pipe_and_is_looked_at_first_all_the_same() {
    let desk = desk();
    desk.run("db export db.jsonl.zst --db db").done();
    for (file, db) in [("db.jsonl", "plain"), ("db.jsonl.zst", "packed")] {
        let run = import_piped(&desk, db, &desk.read(file));
        assert!(run.status.success(), "{run:?}");
        desk.run(&format!("db export again.jsonl --db {db}")).done();
        assert!(desk.read("again.jsonl") == desk.read("db.jsonl"), "{file}");
    }
    let run = import_piped(&desk, "copy", long_and_changed(&desk).as_bytes());
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.code() == Some(2) && told.contains("some were lost or changed"), "{told}");
    is_not_there(&desk, "copy");
}

#[test]
fn a_damaged_line_is_rejected_and_the_others_are_taken() {
    let desk = desk();
    let all = String::from_utf8(desk.read("db.jsonl")).unwrap();
    let mut lines: Vec<String> = all.lines().map(str::to_owned).collect();
    let whole: ImportReport = desk.run("db import db.jsonl --json --db whole").done().json();
    lines[20] = lines[20].replacen("\"height\":", "\"hight\":", 1);
    lines[40].truncate(50);
    lines[60] = lines[60].replacen("0x", "0y", 1);
    desk.write("bad.jsonl", lines.join("\n") + "\n");
    let run = desk.run("db import bad.jsonl --json --db copy").ended(3);
    let report: ImportReport = run.json();
    assert_eq!(report.problems.iter().map(|one| one.line).collect::<Vec<_>>(), [Some(21), Some(41), Some(61)]);
    assert_eq!((report.rejected, report.lines), (3, whole.lines));
    assert!(run.stderr.lines().all(|line| line.starts_with("rejected: bad.jsonl:")), "{run:?}");
    // A line that cannot be read at all is not counted as a transaction.
    assert!(report.transactions < whole.transactions && report.transactions >= whole.transactions - 3);
    desk.run("db check --db copy").done();
}

/// Lines that are rejected are read quickly, so they stand for the many of a large export.
#[test]
fn a_killed_import_goes_on() {
    let desk = desk();
    let all = String::from_utf8(desk.read("db.jsonl")).unwrap();
    let mut lines: Vec<&str> = all.lines().collect();
    // Ten batches of them before the rest begins: the import is seen at work however slowly it is looked at.
    let (rest, _) = (lines.split_off(lines.len() / 3), lines.resize(10 * LINES_PER_BATCH, "-"));
    lines.extend(&rest[..rest.len() - 1]);
    let end = format!("{{\"end\":{{\"lines\":{},\"sha256\":\"\"}}}}\n", lines.len());
    desk.write("long.jsonl", lines.join("\n") + "\n" + &end);
    let mut import = desk.command("db import long.jsonl --db copy");
    let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    loop {
        // Reading it is no harm to it, and tells when the first batch is stored.
        let stored = desk.run("db info --db copy");
        if stored.text().contains("unfinished: ") {
            break;
        }
        assert!(import.try_wait().unwrap().is_none() && begun.elapsed() < WAIT_MAX, "{stored:?}");
    }
    import.kill().unwrap();
    import.wait().unwrap();
    let report: ImportReport = desk.run("db import long.jsonl --json --db copy").ended(3).json();
    let batches = LINES_PER_BATCH as u64..=10 * LINES_PER_BATCH as u64;
    assert!(
        batches.contains(&report.resumed_after) && report.resumed_after.is_multiple_of(*batches.start()),
        "{report:?}"
    );
    desk.run("db export again.jsonl --db copy").done();
    // Over rejected lines nothing is claimed; every other line is there.
    let rows = |file: &str| {
        let all = String::from_utf8(desk.read(file)).unwrap();
        let rows = all.lines().filter(|line| line.starts_with("{\"transaction\"") || line.starts_with("{\"symbol\""));
        rows.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows("again.jsonl"), rows("db.jsonl"));
}
