//! A disk that is full: the load ends with a message that says which database and what to do; what was stored stays, and
//! the load goes on from there once there is room.

use std::{fs, process::Command};

use fundtrail::{CheckReport, Info};

use super::{
    kills::LARGE,
    table::{Answer, answer, table},
};
use crate::desk::{Desk, Run};

/// Ends the load with an error of the write, as a full disk does, and not with a signal. Units of 512 or 1,024 bytes.
const LIMITED: &str = "trap '' XFSZ; ulimit -f $1; shift; exec \"$@\"";

/// Mounts a small disk, loads onto it until it is full, looks into the database there, and copies it out. To mount needs
/// rights that not every system gives.
const ON_A_SMALL_DISK: &str = r#"
mount -t tmpfs -o size="$1" tmpfs small || exit 77
"$2" ingest file rows.csv --db small/db 2> told; echo $? > code
dd if=/dev/zero of=small/rest bs=512 2> /dev/null
"$2" db info --json --db small/db > info.json && cp -r small/db db
"#;

fn loaded() -> (Desk, Answer) {
    let desk = Desk::new();
    desk.write("rows.csv", table(LARGE, 61));
    desk.run("ingest file rows.csv --db whole").ended(3);
    let answer = answer(&desk, "whole");
    (desk, answer)
}

/// With room again, the load goes on and comes to the same end.
#[track_caller]
fn goes_on(desk: &Desk, expected: &Answer) {
    let info: Info = desk.run("db info --json --db db").done().json();
    assert!(info.unfinished.len() + info.sources.len() == 1, "what was stored stays: {info:?}");
    let report: CheckReport = desk.run("db check --json --db db").done().json();
    assert_eq!(report.broken_total, 0, "{report:?}");
    desk.run("ingest file rows.csv --db db").ended(3);
    answer(desk, "db").is(expected);
}

#[track_caller]
fn is_told(run: Run, db: &str) {
    let run = run.ended(2).complains(&[&format!("no room for the database at {db} ("), "make room on its disk"]);
    assert!(run.stdout.is_empty(), "{run:?}");
}

#[test]
fn a_file_that_may_not_grow() {
    let (desk, expected) = loaded();
    // In a small batch, and while the tables of a large one are written.
    for limit in ["300", "1700"] {
        is_told(desk.run_by(&["sh", "-c", LIMITED, "sh", limit], "ingest file rows.csv --db db"), "db");
        goes_on(&desk, &expected);
        fs::remove_dir_all(desk.path("db")).unwrap();
    }
}

#[test]
fn a_file_system_without_room() {
    let (desk, expected) = loaded();
    fs::create_dir(desk.path("small")).unwrap();
    // In a small batch, and in a large one.
    for size in ["2000k", "6000k"] {
        let mut command = Command::new("unshare");
        let binary = desk.command("").get_program().to_owned();
        command.args(["-rm", "sh", "-c", ON_A_SMALL_DISK, "sh", size]).arg(binary).current_dir(desk.path(""));
        let ended = command.output();
        if !ended.as_ref().is_ok_and(|ended| ended.status.success()) {
            println!("not tested: this system lets nobody mount a small disk ({ended:?})");
            return;
        }
        let told = String::from_utf8(desk.read("told")).unwrap();
        assert_eq!(desk.read("code"), b"2\n", "{told}");
        let [line] = told.lines().collect::<Vec<_>>()[..] else { panic!("{told}") };
        assert!(line.starts_with("error: no room for the database at small/db ("), "{told}");
        assert!(line.contains("No space left on device") && line.contains("make room on its disk"), "{told}");
        let _: Info = serde_json::from_slice(&desk.read("info.json")).unwrap();
        goes_on(&desk, &expected);
        fs::remove_dir_all(desk.path("db")).unwrap();
    }
}
