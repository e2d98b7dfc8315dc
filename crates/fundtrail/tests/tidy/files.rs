//! What every source file must be: short, finished, explained, and without addresses of its own.

use std::collections::BTreeSet;

use crate::repository::{File, assert_none, files, names, read};

/// A longer file does two things.
const LINES_MAX: usize = 400;

/// Files that may be longer, each with its reason. None is.
const LONG: &[(&str, &str)] = &[];

/// Whether all of a file is test code.
fn is_test(name: &str) -> bool {
    name.contains("/tests/") || name.ends_with("/tests.rs") || name.ends_with("/testing.rs")
}

#[test]
fn no_source_file_is_longer_than_a_person_reads() {
    let long = |file: &File| file.text.lines().count() > LINES_MAX && !LONG.iter().any(|(name, _)| *name == file.name);
    let complaints: Vec<String> = files(".rs").iter().filter(|file| long(file)).map(|file| file.name.clone()).collect();
    assert_none(&complaints, &format!("over {LINES_MAX} lines: split the file by what it does"));
    for (name, reason) in LONG {
        assert!(!reason.is_empty() && read(name).lines().count() > LINES_MAX, "{name} needs no exception any more");
    }
}

#[test]
fn nothing_is_left_for_later_in_the_sources() {
    // Put together here, so that this file does not find itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["to", "do!("], ["unimple", "mented!("], ["db", "g!("]]
        .map(|parts| parts.concat());
    let mut complaints = Vec::new();
    for file in [".rs", ".md", ".toml", ".sh", "Makefile"].into_iter().flat_map(files) {
        for (number, line) in (1..).zip(file.text.lines()) {
            if marks.iter().any(|mark| line.contains(mark.as_str())) {
                complaints.push(format!("{}:{number}: {}", file.name, line.trim()));
            }
        }
    }
    assert_none(&complaints, "finish it, or write an issue");
}

#[test]
fn every_module_begins_with_what_it_is_for() {
    let essay = |file: &File| file.text.starts_with("//! ");
    let complaints: Vec<String> =
        files(".rs").iter().filter(|file| !is_test(&file.name) && !essay(file)).map(|file| file.name.clone()).collect();
    assert_none(&complaints, "begin the file with `//! ` and say what it does and what not");
}

/// The part of a file that ships: without the tests at its end.
fn shipped(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |tests| &text[..tests])
}

/// Every address or hash in hexadecimal: 0x and exactly 40 or 64 digits, in lower case.
fn literals(text: &str) -> BTreeSet<String> {
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    let found = text.match_indices("0x").map(|(at, _)| &text[at..]);
    let found = found.filter(|rest| matches!(digits(&rest[2..]), 40 | 64));
    found.map(|rest| rest[..2 + digits(&rest[2..])].to_lowercase()).collect()
}

#[test]
fn every_address_in_the_sources_has_a_source_in_the_data() {
    let known: BTreeSet<String> = names("data").iter().flat_map(|name| literals(&read(name))).collect();
    let ships = |name: &str| (name.starts_with("crates/") && name.contains("/src/")) || name.starts_with("examples/");
    let mut complaints = Vec::new();
    for file in files(".rs").iter().filter(|file| ships(&file.name) && !is_test(&file.name)) {
        let unknown = literals(shipped(&file.text)).into_iter().filter(|literal| !known.contains(literal));
        complaints.extend(unknown.map(|literal| format!("{}: {literal}", file.name)));
    }
    assert_none(&complaints, "put the address into a file under data/, with its source, and read it from there");
}

#[test]
fn literals_are_found() {
    let address = format!("0x{}", "aB".repeat(20));
    assert_eq!(literals(&format!("({address}) 0x12 {address}0 x0x{}", "1".repeat(64))).len(), 2);
    assert_eq!(shipped("a\n#[cfg(test)]\nmod tests {\n}"), "a\n");
}
