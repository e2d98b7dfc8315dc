//! A [`RawBlock`] from the node by plain JSON-RPC, without the product's client.
//!
//! What is odd about anvil 1.7.1, and was seen in these stories:
//!
//! - Since Cancun, a SELFDESTRUCT of an older contract that is its own heir is told as the payment before it, whoever made it:
//!   a `SELFDESTRUCT` frame, or a `suicide` row, whose `from` need not even be the account that runs. Where it is another
//!   account, the frame is plainly wrong; where the contract itself paid last, only balances tell. With nothing paid
//!   before, the frame is from the zero address, without `to` and `value`. Other nodes that trace with revm may do the same.
//! - A frame under a reverted frame has no `error` of its own, in both forms.
//! - A row that failed with "Reverted" has a `result` nevertheless, for a creation even with the address of what was not
//!   created; other failures have `"result":null`. A frame of a failed creation has no `to`.
//! - A call beyond the caller's balance has its frame and its row, with `error`, and never ran.
//! - DELEGATECALL frames carry the value of the call around them, and CALLCODE their own. STATICCALL has no `value` as a frame,
//!   and `0x0` as a row.
//! - `gas` of the outermost frame is without the intrinsic gas; `blockNumber` of rows is a number, and `blockTimestamp` of receipts
//!   too, where everything else is hexadecimal text.
//! - The diffs leave out accounts that did not change, and of an account that is gone they have `pre` alone.
//! - There are no rows of type `reward`, no uncles and no withdrawals, and before the merge a miner gets tips and no reward. So
//!   of these three nothing is proven here.

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
        Form::Frames => RawCalls::Frames(raw(
            "debug_traceBlockByNumber",
            json!([at, {"tracer": "callTracer", "tracerConfig": {"withLog": true}}]),
        )),
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
        notes: Vec::new(),
    }
}
