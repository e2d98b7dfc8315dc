//! The flow as a graph: GraphML and DOT hold every account and every movement, with the amounts of the JSON.

use std::collections::BTreeMap;

use fundtrail::types::{Amount, Method};
use quick_xml::{Reader, events::Event};

use crate::exports::written;

/// The nodes' ids, and the data of each edge with its ends under `source` and `target`.
fn graph(bytes: &[u8]) -> (Vec<String>, Vec<BTreeMap<String, String>>) {
    let (mut nodes, mut edges, mut key) = (Vec::new(), Vec::<BTreeMap<String, String>>::new(), None);
    let mut reader = Reader::from_reader(bytes);
    loop {
        let event = reader.read_event().unwrap();
        let attribute = |name: &str| match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                tag.try_get_attribute(name).unwrap().map(|found| found.value.into_owned())
            }
            _ => None,
        };
        match &event {
            Event::Eof => return (nodes, edges),
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "node" => nodes.push(attribute("id").unwrap()),
                "edge" => {
                    let ends = ["source", "target"].map(|end| (end.to_owned(), attribute(end).unwrap()));
                    edges.push(BTreeMap::from(ends));
                }
                "data" => key = attribute("key"),
                _ => key = None,
            },
            Event::Text(text) => {
                if let (Some(key), Some(edge)) = (key.take(), edges.last_mut()) {
                    edge.insert(key, text.to_string());
                }
            }
            _ => {}
        }
    }
}

#[test]
fn the_graphml_holds_every_account_and_the_amounts_of_the_json() {
    let (desk, answer) = written("graphml");
    let (mut nodes, edges) = graph(&desk.read("x.graphml"));
    let mut accounts: Vec<_> = answer.flow.accounts.iter().map(|one| one.account.to_string()).collect();
    nodes.sort();
    accounts.sort();
    assert_eq!(nodes, accounts);
    assert_eq!(edges.len(), answer.flow.movements.len());
    for (edge, movement) in edges.iter().zip(&answer.flow.movements) {
        let to = movement.to.as_ref().map(ToString::to_string);
        assert_eq!((&edge["source"], Some(&edge["target"])), (&movement.from.to_string(), to.as_ref()));
        assert_eq!(edge["e_tx"], movement.tx.to_string());
        assert_eq!(edge["e_amount_raw"], movement.amount_raw.to_string());
        for method in Method::USUAL.into_iter().filter(|method| method.conserves()) {
            let shares = || movement.shares.iter().filter(move |share| share.method == method);
            let proven: Amount = shares().filter(|one| one.seed.is_some()).map(|one| one.amount.held_raw).sum();
            let possible: Amount = shares().map(|one| one.amount.held_raw).sum();
            assert_eq!(edge[&format!("e_traced_raw_{method}")], proven.to_string(), "{}", movement.tx);
            assert_eq!(edge[&format!("e_possible_raw_{method}")], possible.to_string(), "{}", movement.tx);
        }
    }
}

#[test]
fn the_dot_holds_every_account_and_a_line_for_every_movement() {
    let (desk, answer) = written("dot");
    let text = String::from_utf8(desk.read("x.dot")).unwrap();
    assert!(text.starts_with("digraph fundtrail {\n") && text.ends_with("}\n"));
    let lines: Vec<_> = text.lines().map(str::trim_start).collect();
    for account in &answer.flow.accounts {
        let node = format!("\"{}\" [", account.account);
        assert_eq!(lines.iter().filter(|line| line.starts_with(&node)).count(), 1, "{node}");
    }
    for movement in &answer.flow.movements {
        let edge = format!("\"{}\" -> \"{}\" [", movement.from, movement.to.as_ref().unwrap());
        let amount = movement.amount_raw.to_decimal(18);
        assert!(lines.iter().any(|line| line.starts_with(&edge) && line.contains(&amount)), "{edge} {amount}");
    }
    assert_eq!(lines.iter().filter(|line| line.contains(" -> ")).count(), answer.flow.movements.len());
}
