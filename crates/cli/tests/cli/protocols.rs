//! `fundtrail protocols`: every decoder with its evidence, for people and as JSON.

use fundtrail::types::{Evidence, ProtocolInfo};

use crate::desk::Desk;

#[test]
fn all_are_listed_with_how_sure_they_are() {
    let desk = Desk::new();
    let all: Vec<ProtocolInfo> = desk.run("protocols --json").done().json();
    assert_eq!(all, fundtrail::protocols());
    let run = desk.run("protocols").done();
    for one in &all {
        let line = run.text().lines().find(|line| line.split_whitespace().next() == Some(&one.name)).unwrap();
        assert!(line.contains(&one.evidence.to_string().replace('_', " ")) && line.contains(&one.group), "{line}");
    }
    let tornado = all.iter().find(|one| one.name == "tornado-cash").unwrap();
    assert!(tornado.evidence == Evidence::InterfaceOnly && tornado.contracts.len() > 60, "{tornado:?}");
}
