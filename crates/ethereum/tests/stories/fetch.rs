//! A [`RawBlock`] from the node by plain JSON-RPC, without the product's client.
//!
//! What is odd about anvil 1.7.1 here:
//! QUIRKS

use alloy::primitives::U64;
use fundtrail_ethereum::{RawBlock, RawCalls};
use serde_json::json;

use crate::rpc::Node;

/// In which form inner calls are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `debug_traceBlockByNumber` with `callTracer`.
    Frames,
    /// `trace_block`.
    Rows,
}

/// Everything the node can tell about one block.
pub(crate) fn raw_block(node: &Node, height: u64, form: Form) -> RawBlock {
    let at = U64::from(height);
    let raw = |method: &str, params| {
        node.ask(method, &params).unwrap_or_else(|error| panic!("{method} at {height}: {error}"))
    };
    let calls = match form {
        Form::Frames => RawCalls::Frames(raw("debug_traceBlockByNumber", json!([at, {"tracer": "callTracer"}]))),
        Form::Rows => RawCalls::Rows(raw("trace_block", json!([at]))),
    };
    let diff = json!({"tracer": "prestateTracer", "tracerConfig": {"diffMode": true}});
    RawBlock {
        height,
        block: raw("eth_getBlockByNumber", json!([at, true])),
        receipts: Some(raw("eth_getBlockReceipts", json!([at]))),
        calls: Some(calls),
        diffs: Some(raw("debug_traceBlockByNumber", json!([at, diff]))),
        // Anvil makes no uncles.
        uncles: Vec::new(),
    }
}
