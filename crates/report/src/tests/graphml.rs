//! GraphML reads back as XML: well-formed, with every account, movement, amount and name.

use std::collections::BTreeMap;

use quick_xml::{XmlVersion, events::Event, reader::Reader};

use super::cases;
use crate::{Format, Options, trace};

/// An element: its name, its attributes, and what its `data` hold by key.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    data: BTreeMap<String, String>,
}

/// The keys, nodes and edges of a document. Panics if it is not well-formed.
fn read(bytes: &[u8]) -> Vec<Element> {
    let mut reader = Reader::from_reader(bytes);
    let (mut elements, mut key, mut text, mut depth, mut buffer) =
        (Vec::<Element>::new(), None, String::new(), 0, Vec::new());
    loop {
        let event = reader.read_event_into(&mut buffer).unwrap();
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                depth += i32::from(matches!(event, Event::Start(_)));
                text.clear();
                let attributes: BTreeMap<String, String> = start
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned();
                        (attribute.key.as_ref().to_owned(), value)
                    })
                    .collect();
                match start.name().as_ref() {
                    "data" => key = Some(attributes["key"].clone()),
                    name => elements.push(Element { name: name.to_owned(), attributes, ..Element::default() }),
                }
            }
            Event::Text(part) => text.push_str(&part.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(part) => match part.resolve_char_ref().unwrap() {
                Some(c) => text.push(c),
                None => text.push_str(quick_xml::escape::resolve_xml_entity(part).unwrap()),
            },
            Event::End(_) => {
                depth -= 1;
                if let Some(key) = key.take() {
                    elements.last_mut().unwrap().data.insert(key, text.clone());
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "every element is closed");
    elements
}

fn of<'a>(elements: &'a [Element], name: &str) -> Vec<&'a Element> {
    elements.iter().filter(|element| element.name == name).collect()
}

fn written(answer: &fundtrail_types::TraceAnswer) -> Vec<Element> {
    let bytes = trace(answer, Format::GraphMl, &Options::default()).unwrap();
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(!text.contains(|c: char| c.is_ascii_control() && !"\n\t".contains(c)), "XML 1.0 holds no such characters");
    read(&bytes)
}

#[test]
fn accounts_and_movements_are_nodes_and_edges() {
    let answer = cases::trace();
    let elements = written(&answer);
    let (nodes, edges) = (of(&elements, "node"), of(&elements, "edge"));
    let ids: Vec<&str> = nodes.iter().map(|node| node.attributes["id"].as_str()).collect();
    let mut expected: Vec<String> = answer.flow.accounts.iter().map(|account| account.account.to_string()).collect();
    expected.push("outside".to_owned());
    assert_eq!(ids, expected);
    assert_eq!(nodes[0].data["n_address"], cases::account(1).address.to_string());
    assert_eq!(nodes[0].data["n_chain"], "eip155:1");
    assert_eq!(nodes[3].data["n_hops"], "2");
    assert_eq!(nodes[3].data["n_class"], "attributed_dprk", "the heaviest of two");
    assert!(
        nodes[3].data["n_labels"].contains("; Old listing: listed (test-list, no longer in force since 2025-03-21)")
    );

    assert_eq!(edges.len(), answer.flow.movements.len());
    for (index, (edge, movement)) in edges.iter().zip(&answer.flow.movements).enumerate() {
        assert_eq!(edge.attributes["id"], format!("m{index}"));
        assert_eq!(edge.attributes["source"], movement.from.to_string());
        let to = movement.to.as_ref().map_or("outside".to_owned(), ToString::to_string);
        assert_eq!(edge.attributes["target"], to);
        assert_eq!(edge.data["e_tx"], movement.tx.to_string());
        assert_eq!(edge.data["e_height"], movement.height.to_string());
        assert_eq!(edge.data["e_before_height"], movement.before_height.to_string());
        assert_eq!(edge.data["e_after_height"], movement.after_height.to_string());
        assert_eq!(edge.data.get("e_time").cloned(), movement.time.map(|time| time.to_string()));
        assert_eq!(edge.data["e_kind"], movement.kind.name());
        assert_eq!(edge.data["e_asset"], movement.asset.to_string());
    }
}

#[test]
fn amounts_are_exact_and_proven_is_apart_from_possible() {
    let elements = written(&cases::trace());
    let edges = of(&elements, "edge");
    let cells = |edge: usize, keys: [&str; 4]| keys.map(|key| edges[edge].data.get(key).map_or("", String::as_str));
    let amounts = ["e_amount_raw", "e_amount", "e_traced_raw_haircut", "e_possible_raw_haircut"];
    assert_eq!(cells(1, amounts), ["40000000000000000000", "40", "30000000000000000000", "35000000000000000000"]);
    assert_eq!(cells(5, amounts), ["7", "", "0", "7"], "no decimals, no amount; only an unknown inflow");
    let poison = ["e_reached_poison", "e_possible_poison", "e_traced_raw_poison", "e_traced_raw_fifo"];
    assert_eq!(cells(0, poison), ["true", "true", "", "100000000000000000000"], "poison has no amounts");
    assert_eq!(cells(5, poison), ["false", "false", "", "0"]);
}

#[test]
fn every_key_is_declared_once_and_typed() {
    let elements = written(&cases::trace());
    let keys: BTreeMap<_, _> = of(&elements, "key")
        .into_iter()
        .map(|key| {
            (key.attributes["id"].as_str(), (key.attributes["for"].as_str(), key.attributes["attr.type"].as_str()))
        })
        .collect();
    assert_eq!(keys.len(), of(&elements, "key").len());
    for element in elements.iter().filter(|element| element.name == "node" || element.name == "edge") {
        for (key, value) in &element.data {
            let (of, kind) = keys[key.as_str()];
            assert_eq!(of, element.name);
            let fits = match kind {
                "long" => value.parse::<i64>().is_ok(),
                "boolean" => value.parse::<bool>().is_ok(),
                "double" => value.parse::<f64>().is_ok(),
                kind => kind == "string",
            };
            assert!(fits, "{key}: {kind} = {value}");
        }
    }
}

#[test]
fn hostile_names_come_back_whole_but_for_what_xml_cannot_hold() {
    let elements = written(&cases::trace());
    let held = |text: &str| text.replace('\u{1b}', r"\u{1b}");
    let labels = &of(&elements, "node")[5].data["n_labels"];
    assert_eq!(*labels, held(&format!("{}: alleged_dprk (test-list)", cases::HOSTILE_ENTITY)));
    assert_eq!(of(&elements, "edge")[4].data["e_symbol"], held(cases::HOSTILE_SYMBOL));
    assert!(!of(&elements, "edge")[5].data.contains_key("e_symbol"), "what has no symbol has none");
}

#[test]
fn no_edge_hangs_in_the_air() {
    let mut answer = cases::trace();
    answer.flow.accounts.clear();
    let elements = written(&answer);
    let nodes: Vec<_> = of(&elements, "node").iter().map(|node| node.attributes["id"].clone()).collect();
    let mut distinct = nodes.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(nodes.len(), distinct.len());
    for edge in of(&elements, "edge") {
        assert!(nodes.contains(&edge.attributes["source"]) && nodes.contains(&edge.attributes["target"]));
    }
}
