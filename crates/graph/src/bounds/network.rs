//! The network of one asset over time: an account is a row of nodes, one after each movement that it takes part in.
//!
//! From node to node goes what is held meanwhile, no more than the balance; along a movement goes what it takes along, no more than
//! its amount. Accounts whose bounds are asked keep what reaches them. Ahuja, Magnanti, Orlin, "Network Flows" (1993), chapter 19,
//! has such networks.

use std::{
    collections::{HashMap, HashSet},
    ops::{Add, Sub},
};

use fundtrail_store::{AccountId, AssetId};
use fundtrail_types::{Amount, SeedAmount};
use petgraph::{
    Direction,
    algo::{PositiveMeasure, dinics},
    graph::{DiGraph, NodeIndex},
    visit::EdgeRef,
};

use crate::{
    engine::{Carried, Record},
    lot::Origin,
};

/// The movements of one asset that can carry a seed, in the order of time.
pub(super) struct Network<'r> {
    movements: Vec<&'r Carried>,
    /// The seed, and how much it is.
    seed: usize,
    total: Amount,
}

/// What can flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Flow(Amount);

impl Add for Flow {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Flow {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl PositiveMeasure for Flow {
    fn zero() -> Self {
        Self(Amount::ZERO)
    }

    fn max() -> Self {
        Self(Amount::MAX)
    }
}

/// The network with two ends: in the accounts that are asked about, and anywhere else.
struct Made {
    graph: DiGraph<(), Flow>,
    /// What each edge is, in the order of the edges.
    arcs: Vec<Arc>,
    source: NodeIndex,
    inside: NodeIndex,
    outside: NodeIndex,
}

/// What an edge is. Movements are named by their places in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arc {
    /// A movement.
    Payment(usize),
    /// What an account holds from one of its movements to the next.
    Held(AccountId, usize, usize),
    /// What it holds in the end.
    Rest,
}

/// Edges that part the seed from some accounts and have the least capacity together, each with its own.
pub(super) type Cut = Vec<(Arc, Amount)>;

/// The least and the most that reaches some accounts, and the first and the last place where the most could have been stopped.
pub(super) struct Told {
    pub(super) least: Amount,
    pub(super) most: Amount,
    pub(super) first: Cut,
    pub(super) last: Cut,
}

impl<'r> Network<'r> {
    /// `record` is of what any rule can reach.
    pub(super) fn new(record: &'r Record, seed: usize, asset: AssetId, total: Amount) -> Self {
        let is_seed = |(origin, ..): &(Origin, u32, SeedAmount)| *origin == Origin::Seed(seed);
        let carries = |one: &&Carried| one.given() == asset && one.shares.iter().flatten().any(is_seed);
        let mut movements: Vec<&Carried> = record.carried.iter().chain(&record.returned).filter(carries).collect();
        movements.sort_by_key(|one| one.order());
        Self { movements, seed, total }
    }

    pub(super) fn len(&self) -> usize {
        self.movements.len()
    }

    /// Whether something arrives at an account.
    pub(super) fn touches(&self, account: AccountId) -> bool {
        self.movements.iter().any(|one| one.to == account && one.entry.asset == one.given())
    }

    pub(super) fn movement(&self, place: usize) -> &'r Carried {
        self.movements[place]
    }

    /// What is told of some accounts.
    pub(super) fn bounds(&self, accounts: &HashSet<AccountId>) -> Told {
        let made = self.made(accounts);
        let (Flow(most), flows) = dinics(&made.graph, made.source, made.inside);
        let (Flow(elsewhere), _) = dinics(&made.graph, made.source, made.outside);
        let least = self.total.saturating_sub(elsewhere);
        let (first, last) = made.cuts(&flows);
        Told { least, most, first, last }
    }

    fn made(&self, accounts: &HashSet<AccountId>) -> Made {
        let (mut graph, mut arcs) = (DiGraph::new(), Vec::new());
        let [source, inside, outside] = [(); 3].map(|()| graph.add_node(()));
        let mut now: HashMap<AccountId, (NodeIndex, usize)> = HashMap::new();
        for (place, one) in self.movements.iter().enumerate() {
            let (tail, kept) = match one.kept {
                None if !one.begins(self.seed) => continue,
                None => ((source, place), None),
                // It holds nothing of the seed, or keeps all that reaches it.
                Some(kept) => match now.get(&one.from) {
                    None => continue,
                    Some(tail) => (*tail, Some(kept)),
                },
            };
            let (tail, since) = tail;
            if let Some(kept) = kept {
                let after = graph.add_node(());
                graph.add_edge(tail, after, Flow(kept));
                arcs.push(Arc::Held(one.from, since, place));
                now.insert(one.from, (after, place));
            }
            let begun = one.begun.iter().find(|(seed, _)| *seed == self.seed).map(|(_, amount)| *amount);
            let amount = begun.unwrap_or_else(|| one.gave.map_or(one.entry.amount, |(_, amount)| amount));
            let head = match one.met {
                // What was turned into another asset has left.
                _ if one.entry.asset != one.given() => outside,
                _ if accounts.contains(&one.to) => inside,
                None => outside,
                Some(met) => {
                    let after = graph.add_node(());
                    if let Some((before, since)) = now.insert(one.to, (after, place)) {
                        graph.add_edge(before, after, Flow(met));
                        arcs.push(Arc::Held(one.to, since, place));
                    }
                    after
                }
            };
            graph.add_edge(tail, head, Flow(amount));
            arcs.push(Arc::Payment(place));
        }
        for (last, _) in now.into_values() {
            graph.add_edge(last, outside, Flow(Amount::MAX));
            arcs.push(Arc::Rest);
        }
        Made { graph, arcs, source, inside, outside }
    }
}

impl Made {
    /// The edges with the least capacity that part the source from the inside: those nearest to the source, and those nearest to the
    /// inside. Given a largest flow, the first are where more cannot leave what the source still reaches, the last where more cannot
    /// enter what still reaches the inside (Ford and Fulkerson, 1956).
    fn cuts(&self, flows: &[Flow]) -> (Cut, Cut) {
        let reached = self.residual(flows, self.source, Direction::Outgoing);
        let reaching = self.residual(flows, self.inside, Direction::Incoming);
        let crossing = |is_before: &dyn Fn(NodeIndex) -> bool| -> Cut {
            let cut = self
                .graph
                .edge_references()
                .filter(|edge| is_before(edge.source()) && !is_before(edge.target()) && !edge.weight().0.is_zero());
            cut.map(|edge| (self.arcs[edge.id().index()], edge.weight().0)).collect()
        };
        (crossing(&|node| reached.contains(&node)), crossing(&|node| !reaching.contains(&node)))
    }

    /// The nodes that a node can send more to, or get more from, beside a flow.
    fn residual(&self, flows: &[Flow], from: NodeIndex, way: Direction) -> HashSet<NodeIndex> {
        let (mut seen, mut due) = (HashSet::from([from]), vec![from]);
        while let Some(node) = due.pop() {
            let spare = self.graph.edges_directed(node, way).filter(|edge| flows[edge.id().index()] < *edge.weight());
            let undone = self.graph.edges_directed(node, way.opposite());
            let undone = undone.filter(|edge| flows[edge.id().index()] > Flow::zero());
            for edge in spare.chain(undone) {
                let other = if edge.source() == node { edge.target() } else { edge.source() };
                if seen.insert(other) {
                    due.push(other);
                }
            }
        }
        seen
    }
}
