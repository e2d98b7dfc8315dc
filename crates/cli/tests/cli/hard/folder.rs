//! A folder that can be read and not written: reading works, writing ends with a message, and nothing changes.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use fundtrail::Info;

use crate::{
    bybit::COLD,
    desk::{Desk, Run},
    ledger::{nobody, payments},
};

/// A desk that its visitor may look at and not touch.
struct Visited {
    desk: Desk,
    is_root: bool,
}

/// Who runs as root may do everything; so the visitor is nobody.
const NOBODY: [&str; 4] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

impl Visited {
    /// None if permissions bind nobody here.
    fn new() -> Option<Self> {
        let desk = Desk::with_demo();
        desk.write("rows.csv", payments(&[(&nobody(1), &nobody(2), "1")]));
        // The folder in which the binary was built may be closed to others.
        fs::copy(env!("CARGO_BIN_EXE_fundtrail"), desk.path("fundtrail")).unwrap();
        let is_root = fs::metadata(desk.path("db")).unwrap().uid() == 0;
        let visited = Self { desk, is_root };
        for folder in ["db", ""] {
            for file in fs::read_dir(visited.desk.path(folder)).unwrap() {
                let path = file.unwrap().path();
                let mode = if path.is_dir() || path.ends_with("fundtrail") { 0o555 } else { 0o444 };
                fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            }
        }
        visited.close(0o555);
        let works = visited.run("--version").stderr.is_empty();
        if !works {
            println!("not tested: this system has no program that runs another one as nobody");
        }
        works.then_some(visited)
    }

    fn close(&self, mode: u32) {
        fs::set_permissions(self.desk.path(""), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn run(&self, words: &str) -> Run {
        let mut command = std::process::Command::new(if self.is_root { NOBODY[0] } else { "env" });
        command.args(if self.is_root { &NOBODY[1..] } else { &[] }).arg(self.desk.path("fundtrail"));
        command.args(words.split_whitespace()).current_dir(self.desk.path(""));
        Desk::end(command)
    }
}

impl Drop for Visited {
    fn drop(&mut self) {
        self.close(0o755);
        let _ = fs::set_permissions(self.desk.path("db"), fs::Permissions::from_mode(0o755));
    }
}

/// Files with their sizes.
fn files(folder: &Path) -> BTreeMap<String, u64> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    files.map(|file| (file.file_name().into_string().unwrap(), file.metadata().unwrap().len())).collect()
}

#[test]
fn a_folder_that_cannot_be_written_is_read() {
    let Some(visited) = Visited::new() else { return };
    let before = files(&visited.desk.path("db"));
    for words in ["db info --json", "db check", &format!("trace {COLD} --as-of 2026-11-22 --json"), "audit none.csv"] {
        let (run, mine) = (visited.run(&format!("{words} --db db")), visited.desk.run(&format!("{words} --db db")));
        assert_eq!((run.stdout, run.stderr), (mine.stdout, mine.stderr), "{words}");
    }
    let info: Info = visited.run("db info --json --db db").done().json();
    assert_eq!(info.chains[0].transactions, 237);
    assert_eq!(files(&visited.desk.path("db")), before);
}

#[test]
fn a_folder_that_cannot_be_written_is_not_written() {
    let Some(visited) = Visited::new() else { return };
    let before = files(&visited.desk.path("db"));
    let writing = [
        "ingest file rows.csv",
        "demo",
        "db compact",
        "db undo --chain eip155:1 --from 0",
        "db check --mend",
        "db migrate",
    ];
    for words in writing {
        let run = visited.run(&format!("{words} --db db")).ended(2);
        let run =
            run.complains(&["the database at db cannot be written (", "Permission denied", "choose another folder"]);
        assert!(run.stdout.is_empty(), "{run:?}");
    }
    let run = visited.run("ingest file rows.csv --db new").ended(2);
    run.complains(&["cannot use new as a database folder (Permission denied", "choose another folder with --db"]);
    visited.run("db export x.jsonl --db db").ended(2).complains(&["cannot write the export to x.jsonl", "make room"]);
    assert_eq!(files(&visited.desk.path("db")), before);
    assert!(!visited.desk.path("new").exists() && !visited.desk.path("x.jsonl").exists());
}

#[test]
fn a_folder_that_cannot_be_read_is_not_said_to_be_empty() {
    let Some(visited) = Visited::new() else { return };
    fs::set_permissions(visited.desk.path("db"), fs::Permissions::from_mode(0o700)).unwrap();
    if !visited.is_root {
        fs::set_permissions(visited.desk.path("db"), fs::Permissions::from_mode(0o000)).unwrap();
    }
    for words in ["db info", "db compact", "ingest file rows.csv"] {
        let run = visited.run(&format!("{words} --db db")).ended(2);
        run.complains(&["cannot use db as a database folder (Permission denied", "make this one usable"]);
    }
}
