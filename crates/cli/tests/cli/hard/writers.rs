//! While a load runs, whoever else would write is turned away: nothing of either is lost.

use std::{collections::BTreeSet, ffi::OsString, fs, io::Write, process::Stdio, time::Duration};

use fundtrail::Info;

use crate::{
    bybit::COLD,
    desk::Desk,
    ledger::{nobody, payments},
};

#[test]
fn no_verb_that_writes_disturbs_a_load() {
    let desk = Desk::with_demo();
    desk.write("rows.csv", payments(&[(&nobody(3), &nobody(4), "1")]));
    desk.run("db export all.jsonl --db db").done();
    let ask = format!("trace {COLD} --as-of 2026-11-22 --json --db db");
    let before = desk.run(&ask).done().stdout;
    let files = || -> BTreeSet<OsString> {
        fs::read_dir(desk.path("db")).unwrap().map(|file| file.unwrap().file_name()).collect()
    };
    let closed = files();
    // A load that waits for its rows holds the database.
    let mut load = desk.command("ingest file /dev/stdin --db db");
    let load = load.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut load = load.spawn().unwrap();
    while files() == closed {
        std::thread::sleep(Duration::from_millis(5));
    }
    let writing = [
        "db compact",
        "db undo --chain eip155:1 --from 0",
        "db check --mend",
        "db migrate",
        "db import all.jsonl",
        "ingest file rows.csv",
        "demo",
    ];
    for words in writing {
        let run = desk.run(&format!("{words} --db db")).ended(2);
        let run = run.complains(&["the database at db is being written by another process", "wait until it is done"]);
        assert!(run.stdout.is_empty(), "{run:?}");
    }
    assert_eq!(desk.run(&ask).done().stdout, before);
    let rows = payments(&[(&nobody(1), &nobody(2), "1")]);
    load.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    let ended = load.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    for words in ["db check", "db compact", "db check --mend"] {
        let run = desk.run(&format!("{words} --db db"));
        assert_eq!(run.stderr, "", "{words}");
    }
    let info: Info = desk.run("db info --json --db db").done().json();
    assert_eq!((info.chains[0].transactions, info.sources.len()), (238, 3));
    assert_eq!(desk.run(&ask).done().stdout, before);
}
