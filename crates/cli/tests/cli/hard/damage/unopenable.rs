//! Damage without which the database cannot even be opened: the index of a table, and the log.

use std::{collections::BTreeSet, fs};

use super::{DAMAGE_LEN, WRITING, damaged, desk, files, names, reading};
use crate::hard::table::answer;

/// Where a table's index stands, without which it cannot even be opened.
#[test]
fn bytes_at_the_end_of_a_table() {
    let desk = desk();
    let expected = answer(&desk, "whole");
    let mut tables = files(&desk.path("whole"), ".sst");
    tables.sort_by_key(|path| fs::metadata(path).unwrap().len());
    // The largest is the histories; of the next two, one is the movements.
    let mut mended = BTreeSet::new();
    for path in tables.iter().rev().take(3) {
        let (file, len) = (path.file_name().unwrap().to_str().unwrap(), fs::read(path).unwrap().len());
        damaged(&desk, "whole", file, len - 2 * DAMAGE_LEN);
        for words in reading().iter().map(String::as_str).chain(WRITING).chain(["db check"]) {
            names(desk.run(&format!("{words} --db db")), file).complains(&["run `fundtrail db check --mend`"]);
        }
        let mend = desk.run("db check --mend --db db");
        if mend.stderr.is_empty() {
            answer(&desk, "db").is(&expected);
            mended.insert(true);
        } else {
            names(mend, file).complains(&["nothing else holds these rows", "load your files again"]);
            mended.insert(false);
        }
    }
    assert_eq!(mended.len(), 2);
}

/// What was loaded last stands in the log. Without it, a database that looks sound would say that it never saw these rows.
#[test]
fn bytes_in_the_middle_of_the_log() {
    let desk = desk();
    desk.run("ingest file rows.csv coverage.csv token.csv --db fresh").done();
    let [log] = &files(&desk.path("fresh"), ".log")[..] else { panic!("one log") };
    let (file, len) = (log.file_name().unwrap().to_str().unwrap(), fs::read(log).unwrap().len());
    for at in [1_000, len / 2, len - len / 4] {
        damaged(&desk, "fresh", file, at);
        for words in reading().iter().map(String::as_str).chain(WRITING).chain(["db check", "db check --mend"]) {
            names(desk.run(&format!("{words} --db db")), "its log")
                .complains(&["load your files again into a new one"]);
        }
        assert_eq!(fs::read(desk.path("db").join(file)).unwrap().len(), len, "nobody threw the log away");
    }
}
