//! Whether the node's diffs (`prestateTracer` in diff mode), by which a decoding may reconcile itself, tell the same as its balances.

use std::collections::BTreeMap;

use alloy::primitives::{Address, I256, U64, U256};
use serde::Deserialize;
use serde_json::json;

use crate::{
    fact::Story,
    rpc::Node,
    truth::{Truth, change},
};

#[derive(Deserialize)]
struct OfTx {
    result: Diff,
}

#[derive(Deserialize)]
struct Diff {
    pre: BTreeMap<Address, State>,
    post: BTreeMap<Address, State>,
}

#[derive(Deserialize)]
struct State {
    balance: Option<U256>,
}

impl Diff {
    fn change(&self, account: &Address) -> I256 {
        let balance = |state: Option<&State>| state.and_then(|state| state.balance);
        let before = balance(self.pre.get(account)).unwrap_or_default();
        let after = match self.post.get(account) {
            // What is not told has not changed.
            Some(state) => state.balance.unwrap_or(before),
            // Gone.
            None => U256::ZERO,
        };
        change(before, after)
    }
}

/// The diffs of every block add up to the differences of balances.
pub(crate) fn agree(node: &Node, story: &Story, truth: &Truth) {
    for height in 1..=story.to_height {
        let tracer = json!({"tracer": "prestateTracer", "tracerConfig": {"diffMode": true}});
        let diffs: Vec<OfTx> = node.get("debug_traceBlockByNumber", json!([U64::from(height), tracer]));
        let mut changes: BTreeMap<Address, I256> = BTreeMap::new();
        for OfTx { result } in &diffs {
            for account in result.pre.keys().chain(result.post.keys().filter(|one| !result.pre.contains_key(*one))) {
                *changes.entry(*account).or_default() += result.change(account);
            }
        }
        let mut asked = truth.native[&height].clone();
        changes.retain(|_, change| !change.is_zero());
        asked.retain(|_, change| !change.is_zero());
        assert_eq!(changes, asked, "{} at {height}: diffs (left), balances (right)", story.name);
    }
}
