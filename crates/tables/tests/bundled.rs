//! Every table under `data/` is read without a single problem.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use fundtrail_tables::{
    Rows, TableKind, TokenTable, coverage, crossings, foreign, labels, movements, open, payouts, prices, tokens,
};

/// The CSV files of a folder and of the folders in it.
fn csv_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(csv_files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "csv") {
            files.push(path);
        }
    }
    Ok(files)
}

fn good<T>(rows: Rows<'_, T>) -> usize {
    let mut count = 0;
    for row in rows {
        if let Err(problem) = row {
            panic!("{problem}");
        }
        count += 1;
    }
    count
}

#[test]
fn every_bundled_table_is_good_to_the_last_row() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let mut known = TokenTable::default();
    good(tokens::read(open(data.join("tokens.csv")).unwrap(), &mut known));
    let mut rows: BTreeMap<TableKind, usize> = BTreeMap::new();
    for path in csv_files(&data).unwrap() {
        let file = open(path).unwrap();
        let kind = file.kind();
        *rows.entry(kind).or_default() += match kind {
            TableKind::Movements => good(movements::read(file, &known)),
            TableKind::Labels => good(labels::read(file)),
            TableKind::Payouts => good(payouts::read(file, &known)),
            TableKind::Coverage => good(coverage::read(file)),
            TableKind::Prices => good(prices::read(file)),
            TableKind::Crossings => good(crossings::read(file, &TokenTable::default())),
            TableKind::Tokens => good(tokens::read(file, &mut TokenTable::default())),
            TableKind::Foreign(_) => good(foreign::read(file, foreign::Setting::new(&known)).unwrap()),
        };
    }
    // No crossings come with the project.
    let mut bundled = TableKind::ALL.iter().filter(|kind| **kind != TableKind::Crossings);
    assert!(bundled.all(|kind| rows.get(kind).is_some_and(|&count| count > 0)), "{rows:?}");
}
