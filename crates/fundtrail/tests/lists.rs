//! Every certificate says which lists were at hand: without that, "no findings" means nothing.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use fundtrail::{QuestionDefaults, Reference, Store, ingest_bytes, trace, types::Account};

fn statements(reference: &Reference) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    let rows = format!(
        "chain,tx,block,asset,from,to,amount_raw\neip155:1,0x{:064x},7,native,0x{:040x},0x{:040x},5\n",
        1, 1, 2
    );
    ingest_bytes(&store, "rows.csv", rows.as_bytes(), reference.tokens()).unwrap();
    let from: Account = format!("eip155:1:0x{:040x}", 1).parse().unwrap();
    let question = QuestionDefaults::question(from, "2026-08-31".parse().unwrap());
    trace(&store, reference, &question, &mut |_| true).unwrap().certificate.statements
}

#[test]
fn without_lists_nothing_could_be_flagged() {
    assert_eq!(statements(&Reference::empty()), ["no list was used: nothing could be flagged"]);
}

#[test]
fn every_list_is_named_with_its_rows() {
    let reference = Reference::bundled().unwrap();
    let said = statements(&reference);
    assert!(said[0].starts_with("lists used: fbi-psa-i-022625 ("), "{said:?}");
    assert!(said[0].ends_with("; 0 rows rejected") && said[1].starts_with("token tables used: tokens ("), "{said:?}");
    let ofac = reference.files().iter().find(|file| file.name.contains("ofac-sdn")).unwrap();
    assert!(said[0].contains(&format!("ofac-sdn-2026-08-20 ({} labels)", ofac.rows)), "{said:?}");
    let labels: usize = reference.files().iter().filter(|file| file.kind == "labels").map(|file| file.rows).sum();
    assert_eq!(labels, reference.labels().all().len());
}

#[test]
fn rejected_rows_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("mine.csv");
    let header = "chain,address,entity,category,class,source,confidence\n";
    let row = |address: &str| format!("eip155:1,{address},Somebody,theft,attributed_dprk,test,high\n");
    let good = row(&format!("0x{:040x}", 9));
    std::fs::write(&path, format!("{header}{good}{}", row("0x123"))).unwrap();
    let mut reference = Reference::empty();
    reference.add(&path).unwrap();
    assert_eq!(statements(&reference), ["lists used: mine (1 labels); 1 rows rejected"]);
    std::fs::write(&path, format!("{header}{}", row("0x123"))).unwrap();
    let mut reference = Reference::empty();
    reference.add(&path).unwrap();
    assert_eq!(statements(&reference), ["no list was used, 1 rows were rejected: nothing could be flagged"]);
}
