//! A block as its source told it, not yet understood.

use serde_json::value::RawValue;

/// What a source told of one block: the `result` of each JSON-RPC reply, as it came.
#[derive(Clone, Debug)]
pub struct RawBlock {
    /// Its height, as it was asked for.
    pub height: u64,
    /// `eth_getBlockByNumber` with whole transactions.
    pub block: Box<RawValue>,
    /// `eth_getBlockReceipts`, or a list of the answers of `eth_getTransactionReceipt`. Without receipts nobody knows which
    /// transactions failed.
    pub receipts: Option<Box<RawValue>>,
    /// Inner calls; none if the source could not tell them.
    pub calls: Option<RawCalls>,
    /// `debug_traceBlockByNumber` with `prestateTracer` in diff mode: balances before and after each transaction.
    pub diffs: Option<Box<RawValue>>,
    /// `eth_getUncleByBlockNumberAndIndex`, in order of index.
    pub uncles: Vec<Box<RawValue>>,
    /// What the source did not tell of this block though it was asked, a sentence each: state that was pruned, a tracer
    /// that gave up on a transaction. Nothing here means that nothing is known to be missing.
    pub notes: Vec<String>,
}

/// Inner calls, in one of the two forms that nodes have.
#[derive(Clone, Debug)]
pub enum RawCalls {
    /// `debug_traceBlockByNumber` with `callTracer`: a list of `{txHash, result}`, each a tree of frames.
    Frames(Box<RawValue>),
    /// `trace_block`: a flat list of rows with `traceAddress`.
    Rows(Box<RawValue>),
}

/// What a source told of one transaction: the `result` of each JSON-RPC reply, as it came.
#[derive(Clone, Debug)]
pub struct RawTransaction {
    /// `eth_getBlockByHash` of its block; its transactions are not needed.
    pub header: Box<RawValue>,
    /// `eth_getTransactionByHash`.
    pub transaction: Box<RawValue>,
    /// `eth_getTransactionReceipt`.
    pub receipt: Box<RawValue>,
    /// `debug_traceTransaction` with `callTracer`; none if the source could not tell its inner calls.
    pub calls: Option<Box<RawValue>>,
}
