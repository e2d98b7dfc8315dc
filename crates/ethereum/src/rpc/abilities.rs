//! What a node can tell of a block beside the block itself.

use serde::{Deserialize, Serialize};

/// How a node tells receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipts {
    /// All of a block at once: `eth_getBlockReceipts`.
    ByBlock,
    /// One by one: `eth_getTransactionReceipt`.
    OneByOne,
}

/// How a node tells inner calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calls {
    /// `debug_traceBlockByNumber` with `callTracer`.
    Frames,
    /// `trace_block`.
    Rows,
    /// Not at all.
    None,
}

/// How a node tells which balances a transaction changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diffs {
    /// `debug_traceBlockByNumber` with `prestateTracer` in diff mode.
    Prestate,
    /// Not at all.
    None,
}

/// What a node was found to tell, by asking. Plain data, to be printed and recorded with what was fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abilities {
    /// Receipts.
    pub receipts: Receipts,
    /// Inner calls.
    pub calls: Calls,
    /// Balances before and after.
    pub diffs: Diffs,
    /// Why something is missing, as the node put it; one sentence each.
    pub reasons: Vec<String>,
}

impl std::fmt::Display for Abilities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let receipts = match self.receipts {
            Receipts::ByBlock => "by block",
            Receipts::OneByOne => "one by one",
        };
        let calls = match self.calls {
            Calls::Frames => "debug_traceBlockByNumber",
            Calls::Rows => "trace_block",
            Calls::None => "none",
        };
        let diffs = match self.diffs {
            Diffs::Prestate => "prestateTracer",
            Diffs::None => "none",
        };
        write!(f, "receipts: {receipts}, internal calls: {calls}, balance differences: {diffs}")
    }
}
