//! The requests, each in one place, so that fetching, probing and recording ask and name the same thing.

use alloy::primitives::{Address, B256};
use fundtrail_rpc::Call;
use serde_json::{Value, json};

/// How long a node may trace one transaction. geth gives up after 5 s by default, which some transactions of mainnet need.
const TRACE_TIME_MAX: &str = "60s";

pub(crate) const BLOCK: &str = "eth_getBlockByNumber";
pub(crate) const BLOCK_RECEIPTS: &str = "eth_getBlockReceipts";
pub(crate) const RECEIPT: &str = "eth_getTransactionReceipt";
pub(crate) const DEBUG_TRACE: &str = "debug_traceBlockByNumber";
pub(crate) const TRACE_BLOCK: &str = "trace_block";
pub(crate) const UNCLE: &str = "eth_getUncleByBlockNumberAndIndex";
pub(crate) const BALANCE: &str = "eth_getBalance";
pub(crate) const CHAIN_ID: &str = "eth_chainId";

fn hex(number: u64) -> Value {
    Value::String(format!("{number:#x}"))
}

pub(crate) fn chain_id() -> Call {
    Call::new(CHAIN_ID, json!([]))
}

/// A block with whole transactions.
pub(crate) fn block(height: u64) -> Call {
    Call::new(BLOCK, json!([hex(height), true]))
}

/// A block with the hashes of its transactions only.
pub(crate) fn header(height: u64) -> Call {
    Call::new(BLOCK, json!([hex(height), false]))
}

/// The block under a tag, such as `finalized`, with hashes only.
pub(crate) fn tagged(tag: &str) -> Call {
    Call::new(BLOCK, json!([tag, false]))
}

pub(crate) fn block_receipts(height: u64) -> Call {
    Call::new(BLOCK_RECEIPTS, json!([hex(height)]))
}

pub(crate) fn receipt(tx: &B256) -> Call {
    Call::new(RECEIPT, json!([tx.to_string()]))
}

/// Inner calls as trees, with their logs: what these say is in the receipts already, but only here it shows which of a
/// call's own calls came before each, and so in which order native coin and tokens moved.
pub(crate) fn frames(height: u64) -> Call {
    let options = json!({
        "tracer": "callTracer",
        "tracerConfig": {"onlyTopCall": false, "withLog": true},
        "timeout": TRACE_TIME_MAX,
    });
    Call::new(DEBUG_TRACE, json!([hex(height), options]))
}

pub(crate) fn rows(height: u64) -> Call {
    Call::new(TRACE_BLOCK, json!([hex(height)]))
}

/// Balances before and after; code and storage are left out where the node knows how to.
pub(crate) fn diffs(height: u64) -> Call {
    let options = json!({
        "tracer": "prestateTracer",
        "tracerConfig": {"diffMode": true, "disableCode": true, "disableStorage": true},
        "timeout": TRACE_TIME_MAX,
    });
    Call::new(DEBUG_TRACE, json!([hex(height), options]))
}

pub(crate) fn uncle(height: u64, index: usize) -> Call {
    Call::new(UNCLE, json!([hex(height), format!("{index:#x}")]))
}

/// What an account has at the end of a block.
pub(crate) fn balance(address: &Address, height: u64) -> Call {
    // Lower case, not the form with a checksum: a request reads the same whoever makes it.
    Call::new(BALANCE, json!([format!("{address:#x}"), hex(height)]))
}
