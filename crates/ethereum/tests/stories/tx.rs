//! Transactions that are not sent yet.

use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::SolCall,
};
use serde_json::{Value, json};

/// Enough for every call and every deployment here, so that no estimate is needed; six fit into a block.
const GAS: u64 = 10_000_000;

/// A transaction, as `eth_sendTransaction` takes it.
pub(crate) struct Tx(Value);

impl Tx {
    /// For the node.
    pub(crate) fn json(&self) -> &Value {
        &self.0
    }

    pub(crate) fn call(from: Address, to: Address, call: &impl SolCall) -> Self {
        Self::raw(from, to, call.abi_encode().into())
    }

    pub(crate) fn raw(from: Address, to: Address, data: Bytes) -> Self {
        Self(json!({"from": from, "to": to, "data": data, "gas": format!("{GAS:#x}")}))
    }

    pub(crate) fn pay(from: Address, to: Address, value: U256) -> Self {
        Self::raw(from, to, Bytes::new()).value(value)
    }

    pub(crate) fn create(from: Address, code: Bytes) -> Self {
        Self(json!({"from": from, "data": code, "gas": format!("{GAS:#x}")}))
    }

    pub(crate) fn value(self, value: U256) -> Self {
        self.with("value", json!(value))
    }

    /// Any other field, by its name in JSON-RPC.
    pub(crate) fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }
}
