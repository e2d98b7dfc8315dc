//! Calls as Parity's `trace_block` tells them, and Erigon, Reth and Nethermind after it: a flat list of rows, each with
//! its path below the transaction.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, Bytes, U256};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Call, CallKind, CallsError, TxCalls};

/// What `trace_block` tells of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockRows {
    /// The calls of its transactions by their index in the block. Who has no row was not traced: a call stands for the
    /// transaction itself.
    pub transactions: BTreeMap<u64, TxCalls>,
    /// What the block created.
    pub rewards: Vec<RowReward>,
}

/// What a block created for one who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowReward {
    /// Who got it.
    pub author: Address,
    /// Wei.
    pub value: U256,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(rename = "type")]
    kind: String,
    action: Action,
    #[serde(default)]
    result: Option<Outcome>,
    #[serde(default)]
    error: Option<String>,
    trace_address: Vec<u32>,
    #[serde(default)]
    transaction_hash: Option<B256>,
    #[serde(default)]
    transaction_position: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    call_type: Option<String>,
    creation_method: Option<String>,
    from: Option<Address>,
    to: Option<Address>,
    value: Option<U256>,
    input: Option<Bytes>,
    init: Option<Bytes>,
    address: Option<Address>,
    refund_address: Option<Address>,
    balance: Option<U256>,
    author: Option<Address>,
}

#[derive(Deserialize)]
struct Outcome {
    address: Option<Address>,
}

/// Reads the answer of `trace_block`.
///
/// # Errors
/// If it has another form.
pub fn rows(raw: &RawValue) -> Result<BlockRows, CallsError> {
    let rows: Vec<Row> = serde_json::from_str(raw.get()).map_err(|error| CallsError(error.to_string()))?;
    let mut block = BlockRows::default();
    let mut grouped: BTreeMap<u64, (Option<B256>, Vec<Row>)> = BTreeMap::new();
    for row in rows {
        match (row.transaction_position, row.action.author) {
            (Some(position), _) => {
                let (tx, rows) = grouped.entry(position).or_default();
                *tx = tx.or(row.transaction_hash);
                rows.push(row);
            }
            (None, Some(author)) => {
                block.rewards.push(RowReward { author, value: row.action.value.unwrap_or_default() });
            }
            (None, None) => return Err(CallsError(format!("a row of type `{}` names no transaction", row.kind))),
        }
    }
    for (position, (tx, rows)) in grouped {
        block.transactions.insert(position, TxCalls { tx, calls: Some(calls(rows)?) });
    }
    Ok(block)
}

/// The rows of one transaction. In order of their paths each stands after the one that made it.
fn calls(mut rows: Vec<Row>) -> Result<Vec<Call>, CallsError> {
    rows.sort_by(|a, b| a.trace_address.cmp(&b.trace_address));
    let mut calls = Vec::with_capacity(rows.len());
    // The way down to the row before, by place: the last on it with a shorter path made this one.
    let mut way: Vec<usize> = Vec::new();
    for row in rows {
        let depth = row.trace_address.len();
        way.truncate(depth);
        if way.len() != depth || (depth == 0 && !calls.is_empty()) {
            return Err(CallsError(format!("the row at {:?} has no row above it", row.trace_address)));
        }
        let parent = way.last().copied();
        way.push(calls.len());
        calls.push(row.call(parent)?);
    }
    Ok(calls)
}

impl Row {
    fn call(self, parent: Option<usize>) -> Result<Call, CallsError> {
        let Self { kind, action, result, error, .. } = self;
        let name = match kind.as_str() {
            "call" => action.call_type.as_deref().unwrap_or("call"),
            "create" => action.creation_method.as_deref().unwrap_or("create"),
            other => other,
        };
        let kind = CallKind::parse(name).ok_or_else(|| CallsError(format!("`{name}` is no kind of call")))?;
        let no_sender = || CallsError(format!("a row of type `{name}` says not from whom"));
        let created = result.and_then(|outcome| outcome.address);
        let (from, to, value) = match kind {
            CallKind::SelfDestruct => (action.address, action.refund_address, action.balance),
            CallKind::Create | CallKind::Create2 => (action.from, created, action.value),
            _ => (action.from, action.to, action.value),
        };
        Ok(Call {
            parent,
            kind,
            from: from.ok_or_else(no_sender)?,
            to,
            value: value.unwrap_or_default(),
            input: action.input.or(action.init).unwrap_or_default(),
            failed: error.is_some_and(|error| !error.is_empty()),
            logs: None,
        })
    }
}
