//! Damaged bytes, in every file of the database in turn: whoever meets them says so, nobody answers wrongly, `db check`
//! names the family, and `db check --mend` makes anew what follows from other rows.

mod unopenable;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::table::{Answer, Mix, TRACE, answer, table};
use crate::{
    desk::{Desk, Run},
    ledger::nobody,
};

/// Bytes that are changed.
const DAMAGE_LEN: usize = 8;
/// In a smaller table the first block is the only one with rows.
const SEVERAL_BLOCKS_LEN: usize = 4_000;

/// Families that follow from others.
const DERIVED: [&str; 6] = ["account_ids", "accounts", "asset_ids", "assets", "history", "txids"];
const OTHERS: [&str; 5] = ["coverage", "meta", "movements", "symbols", "txs"];

const COVERAGE: &str = "chain,account,what,direction,asset,from_block,to_block,claim,source\n\
                        eip155:1,,all,both,,1000,1500,listed,test\n";
const TOKEN: &str = "chain,tx,block,asset,from,to,amount,decimals,symbol\n\
                     eip155:1,0x00000000000000000000000000000000000000000000000000000000000fffff,1001,\
                     0x6B175474E89094C44Da98b954EedeAC495271d0F,0x0000000000000000000000000000abcd00000000,\
                     0x0000000000000000000000000000abcd00000001,5.5,18,DAI\n";

/// Commands that read, and commands that write.
fn reading() -> Vec<String> {
    let (from, to) = (nobody(0), nobody(1));
    let asked =
        [format!("trace {from} {TRACE}"), format!("paths {from} {to} {TRACE}"), format!("coverage {from} --json")];
    asked.into_iter().chain(["db info --json".to_owned(), "db export lines.jsonl".to_owned()]).collect()
}

const WRITING: [&str; 3] = ["ingest file rows.csv", "db undo --chain eip155:1 --from 1300", "db compact"];

/// A desk with a database in `whole` that has a table of every family.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("rows.csv", table(Mix { sparse: 0, one_good_of: 1, dense: 3_000, one_again_of: 8 }, 71));
    desk.write("coverage.csv", COVERAGE);
    desk.write("token.csv", TOKEN);
    desk.run("ingest file rows.csv coverage.csv token.csv --db whole").done();
    desk.run("db compact --db whole").done();
    desk
}

/// A copy of the database in `db`, with bytes of one file changed.
fn damaged(desk: &Desk, from: &str, file: &str, at: usize) {
    let _ = fs::remove_dir_all(desk.path("db"));
    fs::create_dir(desk.path("db")).unwrap();
    for one in fs::read_dir(desk.path(from)).unwrap().map(Result::unwrap) {
        fs::copy(one.path(), desk.path("db").join(one.file_name())).unwrap();
    }
    let path = desk.path("db").join(file);
    let mut bytes = fs::read(&path).unwrap();
    bytes[at..at + DAMAGE_LEN].iter_mut().for_each(|byte| *byte ^= 0xff);
    fs::write(path, bytes).unwrap();
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.to_str().unwrap().ends_with(ending)).collect();
    files.sort();
    files
}

/// What was damaged is named, with what to do.
#[track_caller]
fn names(run: Run, file: &str) -> Run {
    let run = run.ended(2).complains(&["a file of the database at db", "is damaged", file]);
    assert!(run.stdout.is_empty(), "{run:?}");
    run
}

/// Runs every command on the damaged database: each says what is damaged, or never met it and says what it always says.
fn is_met_or_not(desk: &Desk, file: &str, at: usize) {
    let lines = || fs::read(desk.path("lines.jsonl")).ok();
    damaged(desk, "whole", file, at);
    for words in reading() {
        let _ = fs::remove_file(desk.path("lines.jsonl"));
        let run = desk.run(&format!("{words} --db db"));
        if run.stderr.is_empty() {
            let exported = lines();
            let whole = desk.run(&format!("{words} --db whole")).done();
            // Sizes in `db info` are those of the copy.
            assert!(run.stdout == whole.stdout || words.starts_with("db info"), "{file}: {words}");
            assert!(exported == lines(), "{file}: {words}");
        } else {
            names(run, file);
            assert_eq!(lines(), None, "no half of an export is left");
        }
    }
    for words in WRITING {
        damaged(desk, "whole", file, at);
        let run = desk.run(&format!("{words} --db db"));
        if run.stderr.is_empty() {
            // It did not meet the damage, which is still there to be told.
            names(desk.run("db check --db db"), file);
        } else {
            names(run, file);
        }
    }
}

/// The family that `db check` names.
#[track_caller]
fn checked(desk: &Desk, file: &str) -> String {
    let run = names(desk.run("db check --db db"), file);
    let family = run.stderr.split("in family `").nth(1).and_then(|rest| rest.split('`').next());
    family.unwrap_or_else(|| panic!("{run:?}")).to_owned()
}

/// What follows from others is made anew, and the answer is what it was; of anything else the message says that it is not.
#[track_caller]
fn is_mended_or_told(desk: &Desk, file: &str, family: &str, expected: &Answer) {
    let mend = desk.run("db check --mend --db db");
    if DERIVED.contains(&family) {
        assert!(mend.done().text().contains(&format!("broken: a family's files can be read ({family})")));
        desk.run("db check --db db").done();
        answer(desk, "db").is(expected);
    } else {
        names(mend, file).complains(&["nothing else holds these rows", "load your files again into a new one"]);
        names(desk.run("db check --db db"), file);
    }
}

#[test]
fn bytes_in_the_middle_of_every_table() {
    let desk = desk();
    let expected = answer(&desk, "whole");
    let mut met = BTreeSet::new();
    for path in files(&desk.path("whole"), ".sst") {
        let (file, len) = (path.file_name().unwrap().to_str().unwrap(), fs::read(&path).unwrap().len());
        let at = if len < SEVERAL_BLOCKS_LEN { len.min(20) } else { len / 2 };
        is_met_or_not(&desk, file, at);
        damaged(&desk, "whole", file, at);
        let family = checked(&desk, file);
        is_mended_or_told(&desk, file, &family, &expected);
        met.insert(family);
    }
    let all: BTreeSet<String> = DERIVED.into_iter().chain(OTHERS).map(str::to_owned).collect();
    assert_eq!(met, all, "every family has a table");
}
