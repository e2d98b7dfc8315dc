//! What anvil's two tracers say of one transaction, read here in the simplest way, so that a quirk of the node is told from a
//! mistake of the decoding.

use alloy::primitives::{Address, B256, U64, U256};
use fundtrail_types::Kind;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    fact::{Fact, Story},
    rpc::Node,
};

/// Who sent wei to whom.
pub(crate) type Leg = (Address, Address, U256);

#[derive(Deserialize)]
struct Frame {
    r#type: String,
    from: Address,
    to: Option<Address>,
    value: Option<U256>,
    error: Option<String>,
    #[serde(default)]
    calls: Vec<Frame>,
}

impl Frame {
    /// `runs` is the account as which the calling frame runs.
    fn legs(&self, runs: Address, into: &mut Vec<Leg>) {
        // An account can only destroy itself: see the quirks.
        if self.error.is_some() || (self.r#type == "SELFDESTRUCT" && self.from != runs) {
            return;
        }
        let runs =
            if ["DELEGATECALL", "CALLCODE"].contains(&self.r#type.as_str()) { runs } else { self.to.unwrap_or(runs) };
        let moves = ["CALL", "CREATE", "CREATE2", "SELFDESTRUCT"].contains(&self.r#type.as_str());
        if let (true, Some(to), Some(value)) = (moves, self.to, self.value) {
            into.push((self.from, to, value));
        }
        self.calls.iter().for_each(|call| call.legs(runs, into));
    }
}

/// The legs of a transaction by `callTracer`.
pub(crate) fn frame_legs(node: &Node, tx: B256) -> Vec<Leg> {
    let frame: Frame = node.get("debug_traceTransaction", json!([tx, {"tracer": "callTracer"}]));
    let mut legs = Vec::new();
    frame.legs(frame.from, &mut legs);
    legs
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    r#type: String,
    action: Action,
    error: Option<String>,
    trace_address: Vec<usize>,
    result: Option<Created>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    call_type: Option<String>,
    from: Option<Address>,
    to: Option<Address>,
    value: Option<U256>,
    address: Option<Address>,
    refund_address: Option<Address>,
    balance: Option<U256>,
}

#[derive(Deserialize)]
struct Created {
    address: Option<Address>,
}

/// The legs of a transaction by `trace_transaction`.
pub(crate) fn row_legs(node: &Node, tx: B256) -> Vec<Leg> {
    let rows: Vec<Row> = node.get("trace_transaction", json!([tx]));
    let failed: Vec<&Vec<usize>> =
        rows.iter().filter(|row| row.error.is_some()).map(|row| &row.trace_address).collect();
    let stands = |row: &&Row| !failed.iter().any(|path| row.trace_address.starts_with(path));
    // The account as which the row at a path runs.
    let runs = |path: &[usize]| {
        let row = rows.iter().find(|row| row.trace_address == path)?;
        match row.action.call_type.as_deref() {
            Some("delegatecall" | "callcode") => row.action.from,
            _ => row.action.to.or(row.result.as_ref()?.address),
        }
    };
    let leg = |row: &Row| {
        let action = &row.action;
        let (from, to, value) = match row.r#type.as_str() {
            "call" if action.call_type.as_deref() == Some("call") => (action.from?, action.to?, action.value?),
            "create" => (action.from?, row.result.as_ref()?.address?, action.value?),
            "suicide" if runs(row.trace_address.split_last()?.1) == action.address => {
                (action.address?, action.refund_address?, action.balance?)
            }
            _ => return None,
        };
        Some((from, to, value))
    };
    rows.iter().filter(stands).filter_map(leg).collect()
}

/// Both tracers tell the same legs of every transaction, and they are the story's.
pub(crate) fn agree(node: &Node, story: &Story) {
    for height in story.from_height..=story.to_height {
        let block: Value = node.get("eth_getBlockByNumber", json!([U64::from(height), false]));
        let txs: Vec<B256> = serde_json::from_value(block["transactions"].clone()).unwrap();
        for tx in txs {
            let native = |fact: &&Fact| fact.tx == tx && fact.token.is_none() && fact.kind != Kind::Burn;
            let told = story.expected.iter().filter(native);
            let mut told: Vec<Leg> = told.map(|fact| (fact.from.unwrap(), fact.to.unwrap(), fact.amount)).collect();
            let [mut frames, mut rows] = [frame_legs(node, tx), row_legs(node, tx)];
            for legs in [&mut told, &mut frames, &mut rows] {
                // Who pays himself moves nothing: a contract that dies with itself as heir.
                legs.retain(|(from, to, value)| from != to && !value.is_zero());
                legs.sort();
            }
            assert_eq!(frames, told, "{} at {height} {tx}: frames (left), story (right)", story.name);
            assert_eq!(rows, told, "{} at {height} {tx}: rows (left), story (right)", story.name);
        }
    }
}
