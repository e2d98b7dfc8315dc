//! Names of files and folders that would do something to a terminal: they are shown, and do nothing.

use std::{ffi::OsStr, fs, process::Command};

use crate::{
    desk::{Desk, Run},
    ledger::{HEADER, nobody, payments},
};

/// Paints red, writes from right to left, breaks the line and clears the screen.
const NAME: &str = "a\u{1b}[31m\u{202e}\n\u{7}\u{9b}2Jb.csv";
const SHOWN: &str = "a\\u{1b}[31m\\u{202e}\\n\\u{7}\\u{9b}2Jb.csv";

fn run(desk: &Desk, words: &str, last: &str) -> Run {
    let mut command: Command = desk.command(words);
    command.arg(OsStr::new(last));
    Desk::end(command)
}

/// Nothing in it but lines of characters that are shown.
#[track_caller]
fn is_harmless(text: &str) {
    let harmful = |one: char| (one.is_control() && one != '\n') || ('\u{202a}'..='\u{202e}').contains(&one);
    assert!(!text.chars().any(harmful), "{text:?}");
}

#[track_caller]
fn shows(run: &Run, code: i32) {
    is_harmless(&run.stderr);
    is_harmless(run.text());
    let lines = run.stderr.lines().chain(run.text().lines());
    assert!(lines.into_iter().any(|line| line.contains(SHOWN)), "{run:?}");
    assert_eq!(run.code(), Some(code), "{run:?}");
}

#[test]
fn names_of_files() {
    let desk = Desk::new();
    shows(&run(&desk, "ingest file --db db", NAME), 2);
    desk.write(NAME, format!("{HEADER}bad row\n"));
    shows(&run(&desk, "ingest file --db db", NAME), 3);
    shows(&run(&desk, "db info --db db", "--"), 0);
    desk.write(NAME, "\u{1b}[31mno header\u{7}\n");
    shows(&run(&desk, "ingest file --db db", NAME), 2);
    desk.write("rows.csv", payments(&[(&nobody(1), &nobody(2), "1")]));
    desk.run("ingest file rows.csv --db db").done();
    for words in ["audit --db db", "db import --db db"] {
        shows(&run(&desk, words, NAME), 2);
    }
    for words in [&format!("trace {} --db db --labels", nobody(1)), &format!("trace {} --db db --out", nobody(1))] {
        shows(&run(&desk, words, &format!("{NAME}x")), 2);
    }
    shows(&run(&desk, "db export --db db", &format!("none/{NAME}")), 2);
    shows(&run(&desk, "ingest file rows.csv --db db --rejects", &format!("none/{NAME}")), 2);
}

#[test]
fn names_of_folders() {
    let desk = Desk::new();
    for words in ["db info --db", "db check --db", "db compact --db", "db migrate --db"] {
        shows(&run(&desk, words, NAME), 2);
    }
    fs::create_dir(desk.path(NAME)).unwrap();
    fs::write(desk.path(NAME).join("mine"), "").unwrap();
    shows(&run(&desk, "demo --db", NAME), 2);
    shows(&run(&desk, "ingest file --db db", NAME), 2);
}
