//! DOT is read back with a small reader of its quoting: what is written is what Graphviz will see.

use super::cases;
use crate::{Format, Options, trace};

/// A statement: its quoted strings, unescaped as the DOT language does, and what stands between them.
#[derive(Debug)]
struct Statement {
    strings: Vec<String>,
    plain: String,
}

/// Statements end at a semicolon outside quotes. Panics if a quote is left open.
fn read(text: &str) -> Vec<Statement> {
    let (mut statements, mut strings, mut plain) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let mut string = String::new();
                loop {
                    match chars.next().expect("a quote is left open") {
                        '"' => break,
                        // The language unescapes quotes alone; a pair of backslashes is left to labels.
                        '\\' if chars.peek() == Some(&'"') => string.extend(chars.next()),
                        '\\' if chars.peek() == Some(&'\\') => string.extend(['\\', chars.next().unwrap()]),
                        other => string.push(other),
                    }
                }
                strings.push(string);
                plain.push('"');
            }
            ';' => statements.push(Statement {
                strings: std::mem::take(&mut strings),
                plain: std::mem::take(&mut plain).split_whitespace().collect::<Vec<_>>().join(" "),
            }),
            other => plain.push(other),
        }
    }
    assert_eq!((plain.trim(), strings.len()), ("}", 0));
    statements
}

fn written() -> (String, Vec<Statement>) {
    let text = String::from_utf8(trace(&cases::trace(), Format::Dot, &Options::default()).unwrap()).unwrap();
    let statements = read(&text);
    (text, statements)
}

#[test]
fn accounts_and_movements_are_nodes_and_edges() {
    let (_, statements) = written();
    let answer = cases::trace();
    let edges: Vec<_> = statements.iter().filter(|statement| statement.plain.starts_with("\" -> \"")).collect();
    let nodes: Vec<_> = statements.iter().filter(|statement| statement.plain.starts_with("\" [")).collect();
    assert_eq!(nodes.len(), answer.flow.accounts.len() + 1);
    assert_eq!(edges.len(), answer.flow.movements.len());
    for (edge, movement) in edges.iter().zip(&answer.flow.movements) {
        let to = movement.to.as_ref().map_or("outside".to_owned(), ToString::to_string);
        assert_eq!(edge.strings[..2], [movement.from.to_string(), to]);
    }
    assert!(statements[0].plain.contains("digraph fundtrail { graph [rankdir=LR"));
    assert_eq!(edges[1].strings[2], r"40 ETH\n2025-02-21T14:00:02Z\nhaircut: 30 ETH\nfifo: 40 ETH\npoison: reached");
    assert!(
        edges[5].strings[2]
            .ends_with(r"\nhaircut: 7 base units of 0x0000000000000000000000000000000000000092, possible only")
    );
    assert!(edges[6].strings[2].contains(r"\nfor 0.002 ETH\n"), "{}", edges[6].strings[2]);
    let dashed: Vec<bool> = edges.iter().map(|edge| edge.plain.contains("style=dashed")).collect();
    assert_eq!(dashed, [false, false, false, false, false, true, false], "only one is not proven");
}

#[test]
fn flagged_accounts_are_filled_and_others_are_not() {
    let (_, statements) = written();
    for number in [1, 2, 3, 4, 5, 6] {
        let id = cases::account(number).to_string();
        let is_node = |statement: &&Statement| statement.plain.starts_with("\" [") && statement.strings[0] == id;
        let node = statements.iter().find(is_node).unwrap();
        assert_eq!(node.plain.contains("style=filled"), number == 3 || number == 5, "{number}");
        assert!(node.strings[1].starts_with(&cases::account(number).address.to_string()), "addresses are whole");
    }
}

#[test]
fn hostile_names_stay_inside_their_quotes() {
    let (text, statements) = written();
    assert!(!text.contains(|c: char| c.is_control() && c != '\n') && !text.contains(['\u{202e}', '\u{200f}']));
    let id = cases::account(5).to_string();
    let node = statements.iter().find(|statement| statement.strings.first() == Some(&id)).unwrap();
    let address = cases::account(5).address;
    // Graphviz then reads `\\` as a backslash and `&amp;` as an ampersand.
    let entity = r#"@Mix"er\\\\ <b>&amp;amp;\\u{200f} \\u{1b}[2J]]>"#;
    assert_eq!(node.strings[1], format!(r"{address}\n{entity}: alleged by public research to be DPRK-linked"));
}

#[test]
fn an_id_that_ends_in_a_backslash_does_not_swallow_its_closing_quote() {
    let mut answer = cases::trace();
    let odd: fundtrail_types::Account = r#"foreign:odd:a"b\"#.parse().unwrap();
    answer.flow.movements[0].to = Some(odd);
    let text = String::from_utf8(trace(&answer, Format::Dot, &Options::default()).unwrap()).unwrap();
    assert!(
        read(&text).iter().any(|statement| statement.strings.get(1).is_some_and(|to| to == r#"foreign:odd:a"b\\"#))
    );
}
