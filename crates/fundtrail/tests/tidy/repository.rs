//! The repository as the tests see it: files by name, and tables of Markdown.

use std::{
    env,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// A text file. The name is relative to the repository, with `/`.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// Asked when the test runs: two clones may share a build folder, and each must look at itself.
pub(crate) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).join("../..").canonicalize().unwrap()
}

pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every file below a folder, by name; build folders, databases and what is no part of the repository left out.
pub(crate) fn names(folder: &str) -> Vec<String> {
    let mut names = Vec::new();
    walk(&root(), &root().join(folder), &mut names);
    names.sort();
    names
}

fn walk(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            // Cargo tags its folders; RocksDB has a file `CURRENT` in every database.
            let skipped = [".git", "target"].contains(&name.as_str())
                || path.join("CACHEDIR.TAG").exists()
                || path.join("CURRENT").exists();
            if !skipped {
                walk(root, &path, names);
            }
        } else {
            let relative = path.strip_prefix(root).unwrap();
            names.push(
                relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"),
            );
        }
    }
}

/// Every file whose name ends so.
pub(crate) fn files(ending: &str) -> Vec<File> {
    let names = names(".").into_iter().filter(|name| name.ends_with(ending));
    names.map(|name| File { text: read(&name), name }).collect()
}

/// The rows of every table of a page, header rows included, without the lines between them.
pub(crate) fn table_rows(page: &str) -> Vec<Vec<String>> {
    let rows =
        page.lines().map(str::trim).filter(|line| line.starts_with('|') && line.ends_with('|') && line.len() > 1);
    let cells = |line: &str| line[1..line.len() - 1].split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    rows.map(cells).filter(|row| !row.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':')))).collect()
}

/// What stands in backticks, and nothing else beside it.
pub(crate) fn code(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`').filter(|inner| !inner.contains('`'))
}

/// Fails with every complaint, and with what to do.
pub(crate) fn assert_none(complaints: &[String], remedy: &str) {
    let list = complaints.iter().fold(String::new(), |mut list, one| {
        let _ = writeln!(list, "  {one}");
        list
    });
    assert!(complaints.is_empty(), "{remedy}:\n{list}");
}
