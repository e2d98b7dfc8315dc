//! DOT, for Graphviz: the flow from left to right, flagged accounts filled.
//!
//! Written here and not by a crate: those that write DOT either leave the escaping of quotes to the caller or bring
//! old copies of half a dozen crates along. The language needs one rule (graphviz.org, "The DOT Language"): inside a
//! quoted string only `"` is escaped, by a backslash. Labels know two more: a backslash begins an escape such as `\n`,
//! and `&` begins an entity, so both are escaped as well.

use fundtrail_types::{Account, FlowMovement, Label, Method, Share, TraceAnswer};

use crate::{clean::clean, names::Names, words};

/// Where movements end that left all accounts, as fees and burns do.
const OUTSIDE: &str = "outside";

/// The whole graph. Accounts are named by CAIP-10; a movement's label holds its amount and the traced part per method.
pub(crate) fn trace(answer: &TraceAnswer) -> String {
    let names = Names::new(&answer.assets, answer.question.home());
    let title = label(&[words::question(&answer.question, &names)]);
    let mut out = String::from("digraph fundtrail {\n");
    out.push_str(&format!("  graph [rankdir=LR, labelloc=t, label={title}];\n"));
    out.push_str("  node [shape=box, fontname=\"monospace\"];\n");
    for account in &answer.flow.accounts {
        out.push_str(&node(&account.account, &account.labels, answer, &names));
    }
    if answer.flow.movements.iter().any(|movement| movement.to.is_none()) {
        out.push_str(&format!("  {} [label={}, shape=plaintext];\n", quote(OUTSIDE), label(&[OUTSIDE.to_owned()])));
    }
    for movement in &answer.flow.movements {
        out.push_str(&edge(movement, answer, &names));
    }
    out.push_str("}\n");
    out
}

fn node(account: &Account, labels: &[Label], answer: &TraceAnswer, names: &Names<'_>) -> String {
    let mut lines = vec![names.account(account)];
    lines.extend(labels.iter().map(|label| words::label_short(label, answer.question.as_of)));
    let flagged = labels.iter().any(|label| label.class.is_flagged());
    let fill = if flagged { ", style=filled, fillcolor=\"#f4b6b0\"" } else { "" };
    let begin = if answer.question.accounts().any(|one| one == account) { ", penwidth=3" } else { "" };
    format!("  {} [label={}{fill}{begin}];\n", id(account), label(&lines))
}

fn edge(movement: &FlowMovement, answer: &TraceAnswer, names: &Names<'_>) -> String {
    let mut lines = vec![names.amount(&movement.asset, movement.amount_raw)];
    lines.extend(movement.gave.as_deref().map(|(asset, amount)| format!("for {}", names.amount(asset, *amount))));
    lines.extend(movement.crossing_line().map(|line| clean(&line)));
    lines.extend(movement.time.map(|time| time.to_string()));
    lines.extend(answer.question.methods.iter().filter_map(|&method| part(movement, method, names)));
    let proven = movement.shares.iter().any(|share| share.seed.is_some());
    let style = if proven { "" } else { ", style=dashed" };
    let to = movement.to.as_ref().map_or_else(|| quote(OUTSIDE), id);
    format!("  {} -> {to} [label={}{style}];\n", id(&movement.from), label(&lines))
}

/// The traced part under one method: what is proven, else what is possible, else nothing. Poison has no amounts.
fn part(movement: &FlowMovement, method: Method, names: &Names<'_>) -> Option<String> {
    let of_method = movement.shares.iter().filter(|share| share.method == method);
    let (proven, possible): (Vec<&Share>, Vec<&Share>) = of_method.partition(|share| share.seed.is_some());
    let held = |shares: &[&Share]| {
        let sum = shares.iter().map(|share| share.amount.held_raw).sum();
        if method.conserves() { names.amount(&movement.asset, sum) } else { "reached".to_owned() }
    };
    match (proven.as_slice(), possible.as_slice()) {
        ([], []) => None,
        ([], possible) => Some(format!("{method}: {}, possible only", held(possible))),
        (proven, _) => Some(format!("{method}: {}", held(proven))),
    }
}

fn id(account: &Account) -> String {
    quote(&account.to_string())
}

/// An id. A backslash before the closing quote would escape it, so every backslash is doubled: ids stay distinct.
fn quote(text: &str) -> String {
    format!("\"{}\"", clean(text).replace('"', "\\\""))
}

/// A label of several lines.
fn label(lines: &[String]) -> String {
    let escape = |line: &String| line.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", lines.iter().map(escape).collect::<Vec<_>>().join("\\n"))
}
