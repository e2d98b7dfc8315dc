//! GraphML, for Gephi, yEd, Cytoscape and networkx: accounts are nodes, movements are edges.
//!
//! The exact amount is `amount_raw`, text of base units; `amount` is typed as a double because layout tools size edges
//! by it, but what is written is the exact decimal. Under a conserving method `traced_raw` is what is proven, over all
//! seeds, and `possible_raw` is that and what came of unknown inflows; poison is reach and has yes or no instead.
//! Names stand as others wrote them, except for control characters that XML 1.0 cannot hold: those are visible escapes.

use std::{collections::BTreeSet, io};

use fundtrail_types::{Account, Amount, Date, FlowMovement, Label, Method, TraceAnswer};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use crate::{ReportError, names::Names, words};

const NAMESPACE: &str = "http://graphml.graphdrawing.org/xmlns";

/// Where movements end that left all accounts, as fees and burns do. No account: those have a colon.
const OUTSIDE: &str = "outside";

const NODE_KEYS: [(&str, &str); 5] =
    [("address", "string"), ("chain", "string"), ("hops", "long"), ("labels", "string"), ("class", "string")];

const EDGE_KEYS: [(&str, &str); 14] = [
    ("tx", "string"),
    ("height", "long"),
    ("before_height", "boolean"),
    ("after_height", "boolean"),
    ("time", "string"),
    ("kind", "string"),
    ("asset", "string"),
    ("symbol", "string"),
    ("amount_raw", "string"),
    ("amount", "double"),
    ("gave_asset", "string"),
    ("gave_raw", "string"),
    ("through", "string"),
    ("crossing", "string"),
];

type Xml = Writer<Vec<u8>>;

pub(crate) fn trace(answer: &TraceAnswer) -> Result<Vec<u8>, ReportError> {
    let names = Names::new(&answer.assets, None);
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    within(&mut xml, "graphml", &[("xmlns", NAMESPACE)], |xml| {
        keys(xml, &answer.question.methods)?;
        within(xml, "graph", &[("id", "fundtrail"), ("edgedefault", "directed")], |xml| {
            text(xml, "desc", &[], &words::question(&answer.question, &names))?;
            nodes(xml, answer)?;
            answer.flow.movements.iter().enumerate().try_for_each(|edge_of| edge(xml, edge_of, answer, &names))
        })
    })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn keys(xml: &mut Xml, methods: &[Method]) -> io::Result<()> {
    for (name, kind) in NODE_KEYS {
        key(xml, "node", &format!("n_{name}"), name, kind)?;
    }
    for (name, kind) in EDGE_KEYS {
        key(xml, "edge", &format!("e_{name}"), name, kind)?;
    }
    for &method in methods {
        let kind = if method.conserves() { "string" } else { "boolean" };
        for name in [traced(method), possible(method)] {
            key(xml, "edge", &format!("e_{name}"), &name, kind)?;
        }
    }
    Ok(())
}

fn key(xml: &mut Xml, of: &str, id: &str, name: &str, kind: &str) -> io::Result<()> {
    let attributes = [("id", id), ("for", of), ("attr.name", name), ("attr.type", kind)];
    xml.write_event(Event::Empty(BytesStart::new("key").with_attributes(attributes)))
}

/// Every account of the flow, then ends of movements that are no accounts of it, so that no edge hangs in the air.
fn nodes(xml: &mut Xml, answer: &TraceAnswer) -> io::Result<()> {
    let mut written: BTreeSet<&Account> = BTreeSet::new();
    for account in answer.flow.accounts.iter().filter(|account| written.insert(&account.account)) {
        node(xml, &account.account, Some(account.hops), &account.labels, answer.question.as_of)?;
    }
    let ends = answer.flow.movements.iter().flat_map(|movement| [Some(&movement.from), movement.to.as_ref()]);
    for account in ends.flatten().filter(|account| written.insert(account)) {
        node(xml, account, None, &[], answer.question.as_of)?;
    }
    if answer.flow.movements.iter().any(|movement| movement.to.is_none()) {
        xml.write_event(Event::Empty(BytesStart::new("node").with_attributes([("id", OUTSIDE)])))?;
    }
    Ok(())
}

fn node(xml: &mut Xml, account: &Account, hops: Option<u32>, labels: &[Label], as_of: Date) -> io::Result<()> {
    let says = |label: &Label| {
        format!("{}: {} ({}{})", label.entity, label.class, label.source, words::standing_as_of(label, as_of))
    };
    within(xml, "node", &[("id", &carried(&account.to_string()))], |xml| {
        data(xml, "n_address", &account.address.to_string())?;
        data(xml, "n_chain", account.chain.name())?;
        if let Some(hops) = hops {
            data(xml, "n_hops", &hops.to_string())?;
        }
        if let Some(heaviest) = labels.iter().map(|label| label.class).min() {
            data(xml, "n_labels", &labels.iter().map(says).collect::<Vec<_>>().join("; "))?;
            data(xml, "n_class", heaviest.name())?;
        }
        Ok(())
    })
}

fn edge(
    xml: &mut Xml,
    (index, movement): (usize, &FlowMovement),
    answer: &TraceAnswer,
    names: &Names<'_>,
) -> io::Result<()> {
    let to = movement.to.as_ref().map_or_else(|| OUTSIDE.to_owned(), |to| carried(&to.to_string()));
    let (id, from) = (format!("m{index}"), carried(&movement.from.to_string()));
    within(xml, "edge", &[("id", &id), ("source", &from), ("target", &to)], |xml| {
        data(xml, "e_tx", &movement.tx.to_string())?;
        data(xml, "e_height", &movement.height.to_string())?;
        data(xml, "e_before_height", &movement.before_height.to_string())?;
        data(xml, "e_after_height", &movement.after_height.to_string())?;
        if let Some(time) = movement.time {
            data(xml, "e_time", &time.to_string())?;
        }
        data(xml, "e_kind", movement.kind.name())?;
        data(xml, "e_asset", &movement.asset.to_string())?;
        let symbol = names.symbol(&movement.asset);
        if !symbol.is_empty() {
            data(xml, "e_symbol", &symbol)?;
        }
        data(xml, "e_amount_raw", &movement.amount_raw.to_string())?;
        if let Some(amount) = names.decimal(&movement.asset, movement.amount_raw) {
            data(xml, "e_amount", &amount)?;
        }
        if let Some((asset, amount)) = movement.gave.as_deref() {
            data(xml, "e_gave_asset", &asset.to_string())?;
            data(xml, "e_gave_raw", &amount.to_string())?;
        }
        if !movement.through.is_empty() {
            let through: Vec<String> = movement.through.iter().map(ToString::to_string).collect();
            data(xml, "e_through", &through.join(" "))?;
        }
        if let Some(crossing) = movement.crossing_line() {
            data(xml, "e_crossing", &crossing)?;
        }
        answer.question.methods.iter().try_for_each(|&method| parts(xml, movement, method))
    })
}

/// The traced part of a movement under one method.
fn parts(xml: &mut Xml, movement: &FlowMovement, method: Method) -> io::Result<()> {
    let of_method = || movement.shares.iter().filter(move |share| share.method == method);
    let proven = || of_method().filter(|share| share.seed.is_some());
    let (is, may_be) = if method.conserves() {
        let proven: Amount = proven().map(|share| share.amount.held_raw).sum();
        let all: Amount = of_method().map(|share| share.amount.held_raw).sum();
        (proven.to_string(), all.to_string())
    } else {
        (proven().next().is_some().to_string(), of_method().next().is_some().to_string())
    };
    data(xml, &format!("e_{}", traced(method)), &is)?;
    data(xml, &format!("e_{}", possible(method)), &may_be)
}

fn traced(method: Method) -> String {
    if method.conserves() { format!("traced_raw_{method}") } else { format!("reached_{method}") }
}

fn possible(method: Method) -> String {
    if method.conserves() { format!("possible_raw_{method}") } else { format!("possible_{method}") }
}

fn data(xml: &mut Xml, key: &str, value: &str) -> io::Result<()> {
    text(xml, "data", &[("key", key)], value)
}

fn text(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], value: &str) -> io::Result<()> {
    xml.write_event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())))?;
    xml.write_event(Event::Text(BytesText::new(&carried(value))))?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}

fn within(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    inside: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.write_event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())))?;
    inside(xml)?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}

/// XML 1.0 has no way to hold most control characters, not even escaped: a file with one is no XML at all.
fn carried(text: &str) -> String {
    let held = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().fold(String::new(), |mut out, c| {
        if held(c) {
            out.push(c)
        } else {
            out.extend(c.escape_unicode())
        }
        out
    })
}
