//! Blocks into the store, from a node or from recorded replies.
//!
//! What is stored is told by coverage: a block that came whole is covered, and a run that is interrupted goes on with the
//! blocks that are not. Blocks go in by batches, each with what it covers and with the hashes of its last blocks.

mod intake;
mod node;
mod ranges;
mod recorded;
mod stored;

use std::{collections::BTreeMap, path::Path};

use fundtrail_types::{Chain, Problem};
use serde::{Deserialize, Serialize};

pub use fundtrail_rpc::{Budget, Endpoint, Settings as RpcSettings};
pub use node::ingest_node;
pub(super) use ranges::{holes, missing as missing_ranges};
pub use recorded::{RecordedSetting, ingest_recorded};

use crate::{Chains, Error};

/// Which blocks are asked for, and how.
#[derive(Clone, Debug)]
pub struct NodeSetting<'a> {
    /// The node.
    pub endpoint: Endpoint,
    /// How hard it is asked.
    pub rpc: RpcSettings,
    /// The chain that it must be of; none to take the one that it is of.
    pub chain: Option<Chain>,
    /// The first block.
    pub from: u64,
    /// The last block.
    pub to: Until,
    /// Whether balances are held against movements.
    pub reconcile: Reconcile,
    /// Whether blocks that are stored whole are asked for again. What the node says now stands in place of what was told before.
    pub again: bool,
    /// Where replies are recorded as they come.
    pub record: Option<&'a Path>,
    /// What differs between chains.
    pub chains: &'a Chains,
}

/// The last block of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// This one.
    Height(u64),
    /// The last that no reorganisation will take back, as far as the node knows.
    Finalized,
    /// The head of the chain. Blocks that the chain gives up later are noticed and undone by the next run.
    Latest,
}

/// How balances are held against movements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconcile {
    /// Where the node tells differences by transaction.
    Auto,
    /// Where it does not, by asking for the balances of every account that a block touched, before and after it.
    Balances,
    /// Not at all.
    Off,
}

/// What a load of blocks did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainReport {
    /// The chain.
    pub chain: Chain,
    /// Where the blocks came from. Never with a key.
    pub source: String,
    /// The first and the last block of the load.
    pub heights: (u64, u64),
    /// Blocks stored.
    pub blocks: u64,
    /// Blocks that were stored whole before.
    pub blocks_known: u64,
    /// Blocks whose inner calls the source did not tell.
    pub blocks_without_calls: u64,
    /// Transactions stored.
    pub transactions: u64,
    /// Their movements, and those of the blocks themselves.
    pub movements: u64,
    /// Of these, events that moved nothing.
    pub zero_value_events: u64,
    /// What the blocks tell that is no movement, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Transactions and blocks that were rejected.
    pub rejected: u64,
    /// The first of the rejected ones.
    pub problems: Vec<Problem>,
    /// How often the source said itself that it could not tell a part of a block, as where its state is pruned. Nothing was
    /// rejected there: what it did tell is stored, and the rest is not covered.
    pub not_told: u64,
    /// The first of these.
    pub notes: Vec<Problem>,
    /// What the source does not tell, and why.
    pub missing: Vec<String>,
    /// Balances that were held against movements.
    pub balances_checked: u64,
    /// Of these, those that movements do not explain. What is missing is stored as movements of their own kind.
    pub balances_unexplained: u64,
    /// Balances by which it was found out who got a fee, where the chain's rule is not known.
    pub fees_by_balance: u64,
    /// From where on stored blocks were undone, because the chain had gone another way.
    pub undone_from: Option<u64>,
}

/// An error if a load would end before it begins.
pub(super) fn in_order(from: u64, to: Option<u64>) -> Result<(), Error> {
    match to {
        Some(to) if to < from => Err(Error::HeightsSwapped { from, to }),
        _ => Ok(()),
    }
}

impl ChainReport {
    fn new(chain: Chain, source: String, heights: (u64, u64)) -> Self {
        Self {
            chain,
            source,
            heights,
            blocks: 0,
            blocks_known: 0,
            blocks_without_calls: 0,
            transactions: 0,
            movements: 0,
            zero_value_events: 0,
            left_out: BTreeMap::new(),
            rejected: 0,
            problems: Vec::new(),
            not_told: 0,
            notes: Vec::new(),
            missing: Vec::new(),
            balances_checked: 0,
            balances_unexplained: 0,
            fees_by_balance: 0,
            undone_from: None,
        }
    }
}
