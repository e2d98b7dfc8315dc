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
    algo::{PositiveMeasure, dinics},
    graph::{DiGraph, NodeIndex},
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
    source: NodeIndex,
    inside: NodeIndex,
    outside: NodeIndex,
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

    /// The least and the most that reaches some accounts.
    pub(super) fn bounds(&self, accounts: &HashSet<AccountId>) -> (Amount, Amount) {
        let made = self.made(accounts);
        let (Flow(most), _) = dinics(&made.graph, made.source, made.inside);
        let (Flow(elsewhere), _) = dinics(&made.graph, made.source, made.outside);
        (self.total.saturating_sub(elsewhere), most)
    }

    fn made(&self, accounts: &HashSet<AccountId>) -> Made {
        let mut graph = DiGraph::new();
        let [source, inside, outside] = [(); 3].map(|()| graph.add_node(()));
        let mut now: HashMap<AccountId, NodeIndex> = HashMap::new();
        for one in &self.movements {
            let (tail, kept) = match one.kept {
                None if !one.begins(self.seed) => continue,
                None => (source, None),
                // It holds nothing of the seed, or keeps all that reaches it.
                Some(kept) => match now.get(&one.from) {
                    None => continue,
                    Some(tail) => (*tail, Some(kept)),
                },
            };
            if let Some(kept) = kept {
                let after = graph.add_node(());
                graph.add_edge(tail, after, Flow(kept));
                now.insert(one.from, after);
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
                    if let Some(before) = now.insert(one.to, after) {
                        graph.add_edge(before, after, Flow(met));
                    }
                    after
                }
            };
            graph.add_edge(tail, head, Flow(amount));
        }
        for last in now.into_values() {
            graph.add_edge(last, outside, Flow(Amount::MAX));
        }
        Made { graph, source, inside, outside }
    }
}
