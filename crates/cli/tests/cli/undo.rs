//! `db undo`: as if the heights had never been seen, and as if nothing had happened once they are loaded again.

use std::collections::BTreeSet;

use fundtrail::{Info, Undone};

use crate::{
    desk::Desk,
    hard::table::{Mix, TRACE, table},
    ledger::nobody,
};

/// The first height that goes; the table ends above it.
const FROM: u64 = 1200;
const COVERAGE: &str = "chain,account,what,direction,asset,from_block,to_block,claim,source\n\
                        eip155:1,,all,both,,1000,2000,listed,test\n";

/// A table, and the rows of it that are of transactions below a height or of which no row tells a height.
fn tables() -> (String, String) {
    let whole = table(Mix { sparse: 0, one_good_of: 1, dense: 3_000, one_again_of: 4 }, 81);
    let field = |row: &'static str, place: usize| row.split(',').nth(place).unwrap();
    let rows: &'static str = whole.clone().leak();
    let gone: BTreeSet<&str> = rows
        .lines()
        .skip(1)
        .filter(|row| field(row, 2).parse::<u64>().is_ok_and(|height| height >= FROM))
        .map(|row| field(row, 1))
        .collect();
    let rest = rows.lines().filter(|row| !gone.contains(field(row, 1)));
    (whole, rest.map(|row| format!("{row}\n")).collect())
}

/// A desk with all of the table in `db`, and only what stays in `part`.
fn desk() -> Desk {
    let desk = Desk::new();
    let (whole, part) = tables();
    assert!(part.len() > whole.len() / 4 && part.len() < whole.len() / 4 * 3);
    desk.write("rows.csv", whole);
    desk.write("part.csv", part);
    desk.write("coverage.csv", COVERAGE);
    desk.write("shorter.csv", COVERAGE.replace("2000", &(FROM - 1).to_string()));
    desk.run("ingest file rows.csv coverage.csv --db db").done();
    desk.run("ingest file part.csv shorter.csv --db part").done();
    desk
}

fn trace(desk: &Desk, db: &str) -> Vec<u8> {
    desk.run(&format!("trace {} {TRACE} --db {db}", nobody(0))).done().stdout
}

/// Everything that a database holds but the files that it came from.
fn lines(desk: &Desk, db: &str) -> Vec<String> {
    desk.run(&format!("db export lines.jsonl --db {db}")).done();
    let all = String::from_utf8(desk.read("lines.jsonl")).unwrap();
    let rows = all.lines().filter(|line| line.starts_with("{\"transaction\"") || line.starts_with("{\"coverage\""));
    rows.map(str::to_owned).collect()
}

fn info(desk: &Desk) -> Info {
    desk.run("db info --json --db db").done().json()
}

#[test]
fn undone_heights_were_never_seen_and_come_back() {
    let desk = desk();
    let (before, answer, whole) = (info(&desk), trace(&desk, "db"), lines(&desk, "db"));
    assert_ne!(answer, trace(&desk, "part"));
    let undone: Undone = desk.run(&format!("db undo --chain eip155:1 --from {FROM} --json --db db")).done().json();
    assert!(undone.complete && undone.transactions > 100, "{undone:?}");
    assert_eq!((undone.claims, undone.loads), (1, 0));
    assert_eq!(lines(&desk, "db"), lines(&desk, "part"));
    assert_eq!(trace(&desk, "db"), trace(&desk, "part"));
    desk.run("db check --db db").done();
    let text = desk.run("db info --db db").done();
    assert!(text.text().contains("loaded rows.csv (") && text.text().contains("part of it was taken away since"));
    let covered = desk.run(&format!("coverage {} --db db", nobody(0))).done();
    assert!(covered.text().contains(&format!(", 1000 to {}, listed, says test", FROM - 1)), "{}", covered.text());
    // Once more takes nothing away.
    let again: Undone = desk.run(&format!("db undo --chain eip155:1 --from {FROM} --json --db db")).done().json();
    assert_eq!((again.transactions, again.claims), (0, 0));
    desk.run("ingest file rows.csv coverage.csv --db db").done();
    assert_eq!((lines(&desk, "db"), trace(&desk, "db")), (whole, answer));
    let after = info(&desk);
    assert_eq!(after.chains, before.chains);
    assert!(after.sources.iter().all(|source| !source.undone), "{:?}", after.sources);
}

#[test]
fn heights_in_the_middle_leave_a_hole_in_the_coverage() {
    let desk = desk();
    desk.run("db undo --chain eip155:1 --from 1100 --to 1199 --db db").done();
    let text = desk.run(&format!("coverage {} --db db", nobody(0))).done();
    assert!(text.text().contains(", 1000 to 1099, 1200 to 2000, listed"), "{}", text.text());
    desk.run(&format!("db undo --chain eip155:1 --from {FROM} --db db")).done();
    desk.run("db undo --chain eip155:1 --from 0 --to 1099 --db db").done();
    let info = info(&desk);
    assert_eq!((info.chains[0].heights, info.chains[0].coverage.len()), (None, 0), "but for those without a height");
    assert_eq!(info.chains[0].transactions, info.chains[0].timed);
    let text = desk.run(&format!("coverage {} --db db", nobody(0))).done();
    assert!(text.text().starts_with("nothing is claimed of eip155:1:"), "{}", text.text());
}

#[test]
fn what_is_not_there_is_not_undone() {
    let desk = desk();
    let whole = lines(&desk, "db");
    for words in ["--chain eip155:137 --from 0", "--chain eip155:1 --from 5000", "--chain eip155:1 --from 1 --to 999"] {
        let undone: Undone = desk.run(&format!("db undo {words} --json --db db")).done().json();
        assert_eq!(undone.transactions, 0, "{words}");
    }
    assert_eq!(lines(&desk, "db"), whole);
    let run = desk.run("db undo --chain eip155:1 --from 9 --to 8 --db db").ended(2);
    run.complains(&["--from 9 is over --to 8", "correct"]);
    desk.run("db undo --chain eip155:1 --from 9 --db none").ended(2).complains(&["no database at none"]);
    assert!(!desk.path("none").exists());
}
