//! One answer in every form: what JSON and CSV say agrees. For GraphML and DOT, see `graphs`.

use std::collections::BTreeMap;

use fundtrail::types::{Amount, Method, TraceAnswer};

use crate::{
    bybit::{COLD, SWAPPER, raw},
    desk::Desk,
};

/// A desk with the demo, and the trace written to `x` with an ending.
pub(crate) fn written(ending: &str) -> (Desk, TraceAnswer) {
    let desk = Desk::with_demo();
    let command = format!("trace {COLD} --db db --as-of 2026-11-22 --json --out x.{ending}");
    let answer = desk.run(&command).done().json();
    (desk, answer)
}

/// Sums of (held, seed) units per method and seed; an empty seed is value from unknown inflow.
type Sums = BTreeMap<(String, String), (Amount, Amount)>;

fn add(sums: &mut Sums, method: &str, seed: &str, held: Amount, seed_raw: Amount) {
    let sum = sums.entry((method.to_owned(), seed.to_owned())).or_default();
    *sum = (sum.0.checked_add(held).unwrap(), sum.1.checked_add(seed_raw).unwrap());
}

#[test]
fn a_json_file_is_what_is_printed() {
    let desk = Desk::with_demo();
    let printed = desk.run(&format!("trace {COLD} --db db --as-of 2026-11-22 --json --out x.json")).done().stdout;
    assert_eq!(desk.read("x.json"), printed);
    let silent = desk.run(&format!("trace {COLD} --db db --as-of 2026-11-22 --out y.json")).done();
    assert_eq!((silent.text(), desk.read("y.json")), ("", printed));
}

#[test]
fn the_demos_files_are_its_answer() {
    let desk = Desk::new();
    let printed = desk.run("demo --db db --json --out demo.json").done().stdout;
    assert_eq!(desk.read("demo.json"), printed);
    for ending in ["csv", "graphml", "dot", "gv", "txt"] {
        desk.run(&format!("demo --db db --out demo.{ending}")).done();
        desk.run(&format!("trace {COLD} --db db --as-of 2026-11-22 --out trace.{ending}")).done();
        // Text tells the whole story; the others hold the trace.
        assert_eq!(desk.read(&format!("demo.{ending}")) == desk.read(&format!("trace.{ending}")), ending != "txt");
    }
    assert_eq!(desk.read("demo.dot"), desk.read("demo.gv"));
}

#[test]
fn rows_of_the_csv_add_up_to_the_flow_of_the_json() {
    let (desk, answer) = written("csv");
    let mut told = Sums::new();
    for share in answer.flow.movements.iter().flat_map(|movement| &movement.shares) {
        let seed = share.seed.map(|seed| seed.to_string()).unwrap_or_default();
        add(&mut told, share.method.name(), &seed, share.amount.held_raw, share.amount.seed_raw);
    }
    assert!(told.len() > Method::USUAL.len(), "{told:?}");
    let bytes = desk.read("x.csv");
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let columns = table.headers().unwrap().clone();
    let (mut found, mut movements) = (Sums::new(), Vec::new());
    for row in table.records().map(Result::unwrap) {
        let cell = |name: &str| row.get(columns.iter().position(|column| column == name).unwrap()).unwrap().to_owned();
        add(&mut found, &cell("method"), &cell("seed"), raw(&cell("held_raw")), raw(&cell("seed_raw")));
        movements.push([cell("tx"), cell("from"), cell("to"), cell("asset"), cell("amount_raw")]);
        // Whole units and base units say the same; every asset of the case has 18 decimals.
        assert_eq!(Amount::parse_decimal(&cell("amount"), 18).unwrap(), raw(&cell("amount_raw")));
    }
    assert_eq!(found, told);
    movements.dedup();
    let of_json = answer.flow.movements.iter().map(|one| {
        let to = one.to.as_ref().map(ToString::to_string).unwrap_or_default();
        [one.tx.to_string(), one.from.to_string(), to, one.asset.to_string(), one.amount_raw.to_string()]
    });
    assert_eq!(movements, of_json.collect::<Vec<_>>());
}

#[test]
fn paths_and_audits_are_written_too_but_an_audit_has_no_graph() {
    let desk = Desk::with_demo();
    desk.copy("cases/bybit-2025/payouts.csv");
    for ending in ["json", "csv", "graphml", "dot"] {
        desk.run(&format!("paths {COLD} {SWAPPER} --db db --out paths.{ending}")).done();
        assert!(!desk.read(&format!("paths.{ending}")).is_empty());
    }
    desk.run("audit payouts.csv --db db --out audit.csv").done();
    let bytes = desk.read("audit.csv");
    let payees: Vec<_> =
        csv::Reader::from_reader(bytes.as_slice()).records().map(|row| row.unwrap()[0].to_owned()).collect();
    assert!((1..=6).all(|n| payees.contains(&format!("contractor-0{n}"))), "{payees:?}");
    desk.run("audit payouts.csv --db db --out audit.dot").ended(2).complains(&["an audit has no dot form"]);
}
