//! Provenance: every file under `data/` has its row, every source its entry, and the lists are whole.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail::{Reference, Store, demo, types::Label};
use fundtrail_tables::{
    TableFile, TableKind, TokenTable, coverage, crossings, labels, movements, payouts, prices, tokens,
};

use crate::repository::{assert_none, code, names, read, root, table_rows};

const PAGE: &str = "data/README.md";

/// The data rows of a table and the sources that they name. Every row must be good.
struct Counted {
    rows: usize,
    sources: BTreeSet<String>,
}

fn open(name: &str) -> TableFile {
    fundtrail_tables::open(root().join("data").join(name)).unwrap_or_else(|problem| panic!("{problem}"))
}

fn known_tokens() -> TokenTable {
    let mut table = TokenTable::default();
    tokens::read(open("tokens.csv"), &mut table).for_each(|row| assert!(row.is_ok(), "{row:?}"));
    table
}

fn labels_of(name: &str) -> Vec<Label> {
    labels::read(open(name)).map(|row| row.unwrap_or_else(|problem| panic!("{problem}"))).collect()
}

fn count(name: &str, known: &TokenTable) -> Counted {
    fn good<T>(rows: impl Iterator<Item = Result<T, fundtrail::types::Problem>>) -> Vec<T> {
        rows.map(|row| row.unwrap_or_else(|problem| panic!("{problem}"))).collect()
    }
    let file = open(name);
    match file.kind() {
        TableKind::Movements => Counted { rows: good(movements::read(file, known)).len(), sources: BTreeSet::new() },
        TableKind::Payouts => Counted { rows: good(payouts::read(file, known)).len(), sources: BTreeSet::new() },
        TableKind::Labels => {
            let rows = good(labels::read(file));
            Counted { rows: rows.len(), sources: rows.into_iter().map(|label| label.source).collect() }
        }
        TableKind::Crossings => {
            let rows = good(crossings::read(file, known));
            Counted { rows: rows.len(), sources: rows.into_iter().map(|side| side.crossing.source).collect() }
        }
        TableKind::Prices => {
            let rows = good(prices::read(file));
            Counted { rows: rows.len(), sources: rows.into_iter().map(|price| price.source).collect() }
        }
        TableKind::Coverage => {
            let rows = good(coverage::read(file));
            Counted { rows: rows.len(), sources: rows.into_iter().map(|claim| claim.source).collect() }
        }
        TableKind::Foreign(_) => panic!("{name}: the project's files are in its own formats"),
        // The reader of tokens keeps no sources, so the column is read as text: no cell before it holds a comma.
        TableKind::Tokens => {
            let rows = good(tokens::read(file, &mut TokenTable::default())).len();
            let text = read(&format!("data/{name}"));
            let place = text.lines().next().unwrap().split(',').position(|column| column == "source").unwrap();
            let sources = text.lines().skip(1).map(|line| line.split(',').nth(place).unwrap().to_owned()).collect();
            Counted { rows, sources }
        }
    }
}

/// The rows of the page, by file: every other cell.
fn rows() -> BTreeMap<String, Vec<String>> {
    let mut rows = BTreeMap::new();
    for row in table_rows(&read(PAGE)) {
        let Some(file) = code(&row[0]) else { continue };
        assert!(rows.insert(file.to_owned(), row[1..].to_vec()).is_none(), "{PAGE}: {file} has two rows");
    }
    rows
}

#[test]
fn every_file_has_its_row_with_source_date_licence_and_refresh() {
    let rows = rows();
    let files = names("data").into_iter().filter_map(|name| name.strip_prefix("data/").map(str::to_owned));
    let files: Vec<String> = files.filter(|name| name != "README.md").collect();
    assert_eq!(rows.keys().cloned().collect::<Vec<_>>(), files, "{PAGE} against the files beside it");
    let known = known_tokens();
    let mut complaints = Vec::new();
    for (file, cells) in &rows {
        if cells.len() != 6 || cells.iter().any(String::is_empty) {
            complaints.push(format!("{file}: a cell is empty or missing"));
        }
        let told = cells.get(1).map(String::as_str).unwrap_or_default();
        let expected = if file.ends_with(".csv") { count(file, &known).rows.to_string() } else { "-".to_owned() };
        if told != expected {
            complaints.push(format!("{file}: {told} rows are told, {expected} are there"));
        }
    }
    assert_none(&complaints, "correct the row in data/README.md");
}

#[test]
fn every_source_that_a_table_names_is_explained_and_every_explanation_is_used() {
    let page = read(PAGE);
    let entries = page.lines().filter_map(|line| line.strip_prefix("- `")?.split_once("`:"));
    let explained: BTreeSet<String> = entries.map(|(id, _)| id.to_owned()).collect();
    let known = known_tokens();
    let tables = rows().into_keys().filter(|name| name.ends_with(".csv"));
    let used: BTreeSet<String> = tables.flat_map(|name| count(&name, &known).sources).collect();
    let complaints: Vec<String> = used.symmetric_difference(&explained).cloned().collect();
    assert_none(
        &complaints,
        "give each source of a table an entry in data/README.md, and remove entries that none uses",
    );
}

#[test]
fn the_ofac_snapshot_is_whole() {
    let labels = labels_of("labels/ofac-sdn-2026-08-20.csv");
    let on = |scope: &str| {
        let one = labels.iter().filter(|label| label.chain.to_string() == scope);
        one.map(|label| label.address.as_str()).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(labels.iter().map(|label| label.address.as_str()).collect::<BTreeSet<_>>().len(), 961);
    assert_eq!((on("eip155:*"), on("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp")), (104, 4));
    for label in &labels {
        // Printed back as it stands: the checksum holds, and no letter has lost its case.
        let address = label.chain.parse_address(&label.address).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(address.to_string(), label.address);
        // Text of other chains is not checked there, but base58 in lower case alone is a list that lost its case.
        // Bech32 and cash addresses have none, nor has what is hexadecimal, as one Monero entry is.
        let has_no_case = ["bc1", "ltc1", "bnb1", "0x"].iter().any(|start| label.address.starts_with(start))
            || label.chain.to_string() == "foreign:bch"
            || label.address.bytes().all(|byte| byte.is_ascii_hexdigit());
        let lower = label.address.to_lowercase() == label.address;
        assert!(has_no_case || !lower, "{} has lost its letter case", label.address);
    }
}

#[test]
fn the_fbi_list_is_whole() {
    let labels = labels_of("labels/fbi-psa-i-022625.csv");
    assert_eq!(labels.iter().map(|label| &label.address).collect::<BTreeSet<_>>().len(), 51);
    assert!(labels.iter().all(|label| label.known_since.is_some_and(|since| since.to_string() == "2025-02-26")));
}

#[test]
fn what_travels_in_the_program_loads_without_a_problem() {
    let reference = Reference::bundled().unwrap();
    assert_eq!(reference.problems(), []);
    // The program holds the same labels as the folder: a list that is not bundled is a list that nobody asks.
    let on_disk = rows().into_keys().filter(|name| name.starts_with("labels/"));
    let on_disk: BTreeSet<Label> = on_disk.flat_map(|name| labels_of(&name)).collect();
    assert_eq!(reference.labels().all().iter().cloned().collect::<BTreeSet<_>>(), on_disk);

    let folder = tempfile::tempdir().unwrap();
    let answer = demo(&Store::open(folder.path()).unwrap(), &reference).unwrap();
    assert!(answer.loaded.iter().all(|load| load.rejected == 0 && load.taken > 0), "{:?}", answer.loaded);
    assert_eq!(answer.audit.rejected, []);
}
