//! The flow graph: accounts, and the movements between them that carried traced or possible value, as a petgraph.

use std::collections::HashMap;

use fundtrail_store::AccountId;
use petgraph::{
    Direction,
    graph::{DiGraph, EdgeIndex, NodeIndex},
};

use crate::engine::Carried;

/// Accounts as nodes, movements as edges. An edge's weight is the movement's index in the order of time.
pub(crate) struct Flow<'a> {
    pub(crate) carried: &'a [Carried],
    graph: DiGraph<AccountId, usize>,
    nodes: HashMap<AccountId, NodeIndex>,
    /// The movements with which bridges took what comes out of each crossing.
    deposits: HashMap<usize, Vec<usize>>,
}

impl<'a> Flow<'a> {
    /// The graph of movements that are already in the order of time.
    pub(crate) fn new(carried: &'a [Carried]) -> Self {
        let graph = DiGraph::with_capacity(0, carried.len());
        let mut flow = Self { carried, graph, nodes: HashMap::new(), deposits: HashMap::new() };
        for (index, movement) in carried.iter().enumerate() {
            let (from, to) = (flow.node(movement.from), flow.node(movement.to));
            flow.graph.add_edge(from, to, index);
            for crossing in &movement.into_crossings {
                flow.deposits.entry(*crossing).or_default().push(index);
            }
        }
        flow
    }

    fn node(&mut self, account: AccountId) -> NodeIndex {
        let graph = &mut self.graph;
        *self.nodes.entry(account).or_insert_with(|| graph.add_node(account))
    }

    /// The accounts in the order in which value first touched them, [`AccountId::NONE`] among them if it left or entered
    /// the ledger.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.graph.node_weights().copied()
    }

    /// Who gave and who got in a movement, as places among the accounts.
    pub(crate) fn ends(&self, movement: usize) -> Option<(usize, usize)> {
        // Edges are numbered as they were added: in the order of the movements.
        let (from, to) = self.graph.edge_endpoints(EdgeIndex::new(movement))?;
        Some((from.index(), to.index()))
    }

    /// The movements that may stand before one on a path: into its payer, or into the bridge that it comes out of.
    pub(crate) fn before(&self, movement: &Carried) -> Vec<usize> {
        match movement.out_of_crossing {
            Some(crossing) => self.deposits.get(&crossing).cloned().unwrap_or_default(),
            None => {
                let mut before = self.arriving_at(movement.from);
                before.retain(|index| self.carried[*index].into_crossings.is_empty());
                before
            }
        }
    }

    /// The movements into an account, in the order of time.
    pub(crate) fn arriving_at(&self, account: AccountId) -> Vec<usize> {
        let Some(node) = self.nodes.get(&account) else { return Vec::new() };
        let mut movements: Vec<usize> =
            self.graph.edges_directed(*node, Direction::Incoming).map(|edge| *edge.weight()).collect();
        movements.sort_unstable();
        movements
    }
}
