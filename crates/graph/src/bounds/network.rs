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
use fundtrail_types::Amount;
use petgraph::{
    algo::{PositiveMeasure, dinics},
    graph::{DiGraph, NodeIndex},
};

use crate::engine::{Carried, Record};

/// The movements of one asset that can carry a seed, in the order of time.
pub(super) struct Network<'r> {
    movements: Vec<&'r Carried>,
    /// The seed.
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
    pub(super) fn new(record: &'r Record, asset: AssetId, total: Amount) -> Self {
        let of_asset = |one: &&Carried| one.given() == asset;
        let mut movements: Vec<&Carried> = record.carried.iter().chain(&record.returned).filter(of_asset).collect();
        movements.sort_by_key(|one| one.order());
        Self { movements, total }
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
            let amount = one.gave.map_or(one.entry.amount, |(_, amount)| amount);
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
