//! Movements as their file has them, read a second time and without the program, and what they can reach.

use std::collections::{BTreeMap, BTreeSet};

use crate::{ASSET, data};

/// One row of a table of movements: what bears on who can be reached.
#[derive(Clone)]
pub(crate) struct Edge {
    pub(crate) tx: String,
    pub(crate) height: u64,
    pub(crate) leg: Option<u32>,
    pub(crate) from: String,
    pub(crate) to: String,
    amount: String,
}

impl Edge {
    /// Whether this one may come before `later` at one height: `surely` as the rows tell, else as far as they do not
    /// rule it out.
    fn before(&self, later: &Self, surely: bool) -> bool {
        match (self.tx == later.tx, self.leg, later.leg) {
            (true, Some(leg), Some(next)) => leg < next,
            _ => !surely,
        }
    }
}

/// The edges of a case's table. No cell of it holds a comma, and every cell that is read here is filled but `leg`.
pub(crate) fn edges(case: &str) -> Vec<Edge> {
    of(&std::fs::read_to_string(data(&format!("cases/{case}/movements.csv"))).unwrap())
}

/// The edges of a table's text in the asset of the cases, between CAIP-10 accounts of Ethereum in lower case.
pub(crate) fn of(text: &str) -> Vec<Edge> {
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let place = |name: &str| columns.iter().position(|column| *column == name);
    let edge = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| place(name).map_or("", |place| cells[place]);
        let edge = || Edge {
            tx: cell("tx").to_owned(),
            height: cell("block").parse().unwrap(),
            leg: cell("leg").parse().ok(),
            from: format!("eip155:1:{}", cell("from")).to_lowercase(),
            to: format!("eip155:1:{}", cell("to")).to_lowercase(),
            amount: cell("amount").to_owned() + cell("amount_raw"),
        };
        (cell("asset") == ASSET).then(edge)
    };
    lines.filter_map(edge).collect()
}

/// Every account that takes part.
pub(crate) fn accounts(edges: &[Edge]) -> BTreeSet<String> {
    edges.iter().flat_map(|edge| [edge.from.clone(), edge.to.clone()]).collect()
}

/// Who can be reached from `source` along edges in order of time. Of two edges at one height whose order nobody told,
/// neither comes before the other if `surely`, and each may if not. Who was paid in a transaction hands on in it what it was paid
/// there, and not what it held before: no payer of these transactions pays more than it was paid in them. If it keeps nothing of it,
/// it is reached, and what it pays in other transactions follows from others.
pub(crate) fn reach(edges: &[Edge], source: &str, surely: bool) -> BTreeSet<String> {
    let mut heights: BTreeMap<u64, Vec<&Edge>> = BTreeMap::new();
    edges.iter().for_each(|edge| heights.entry(edge.height).or_default().push(edge));
    let mut reached = BTreeSet::from([source.to_owned()]);
    let mut holding = reached.clone();
    for here in heights.values() {
        let hands_on =
            |edge: &Edge| here.iter().any(|one| one.tx == edge.tx && one.to == edge.from && one.before(edge, true));
        let mut taken: Vec<bool> = here.iter().map(|edge| holding.contains(&edge.from) && !hands_on(edge)).collect();
        loop {
            let follows = |edge: &Edge| {
                let before = here.iter().zip(&taken).filter(|(one, taken)| **taken && one.to == edge.from);
                let hands_on = hands_on(edge);
                before.into_iter().any(|(one, _)| one.before(edge, surely) && (one.tx == edge.tx || !hands_on))
            };
            let next: Vec<bool> = here.iter().zip(&taken).map(|(edge, taken)| *taken || follows(edge)).collect();
            if next == taken {
                break;
            }
            taken = next;
        }
        let keeps = |edge: &Edge| {
            let whole = |one: &&&Edge| one.tx == edge.tx && one.from == edge.to && one.amount == edge.amount;
            !here.iter().filter(whole).any(|one| edge.before(one, true))
        };
        for (edge, _) in here.iter().zip(&taken).filter(|(_, taken)| **taken) {
            reached.insert(edge.to.clone());
            if keeps(edge) {
                holding.insert(edge.to.clone());
            }
        }
    }
    reached
}

#[test]
fn time_and_ties_decide_who_is_reached() {
    let row =
        |tx: &str, height: u64, leg: &str, from: &str, to: &str| format!("{tx},{height},{leg},{ASSET},{from},{to}\n");
    let table = |rows: &[String]| of(&("tx,block,leg,asset,from,to\n".to_owned() + &rows.concat()));
    let reached = |edges: &[Edge], surely| {
        reach(edges, "eip155:1:a", surely).into_iter().map(|one| one.replace("eip155:1:", "")).collect::<String>()
    };
    let later = table(&[row("1", 1, "", "b", "c"), row("2", 2, "", "a", "b")]);
    assert_eq!((reached(&later, true), reached(&later, false)), ("ab".into(), "ab".into()), "nothing flows back");
    let tie = table(&[row("1", 1, "", "b", "c"), row("2", 1, "", "a", "b")]);
    assert_eq!((reached(&tie, true), reached(&tie, false)), ("ab".into(), "abc".into()), "nobody told the order");
    let legs = table(&[row("1", 1, "1", "b", "c"), row("1", 1, "0", "a", "b"), row("1", 1, "2", "c", "d")]);
    assert_eq!((reached(&legs, true), reached(&legs, false)), ("abcd".into(), "abcd".into()));
    let passes = table(&[row("1", 1, "", "a", "c"), row("2", 2, "0", "b", "c"), row("2", 2, "1", "c", "d")]);
    assert_eq!((reached(&passes, true), reached(&passes, false)), ("ac".into(), "ac".into()), "it hands on another's");
    let kept = table(&[row("1", 1, "0", "a", "b"), row("1", 1, "1", "b", "c"), row("2", 2, "", "b", "d")]);
    assert_eq!((reached(&kept, true), reached(&kept, false)), ("abc".into(), "abc".into()), "it kept nothing of it");
    let back = table(&[row("1", 1, "0", "b", "c"), row("1", 1, "1", "a", "b")]);
    assert_eq!((reached(&back, true), reached(&back, false)), ("ab".into(), "ab".into()), "the order is told");
}
