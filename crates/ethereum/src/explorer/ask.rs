//! The questions, each in one place, so that asking, recording and replaying name the same thing.

use fundtrail_rpc::Call;
use fundtrail_types::{Address, Chain};
use serde_json::{Map, Value, json};

use super::List;

/// One question to an explorer, without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    /// What recordings call it.
    pub(super) method: &'static str,
    /// What messages call it.
    pub(super) action: &'static str,
    pub(super) query: Vec<(&'static str, String)>,
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: u64,
    pub(super) end: u64,
    /// From 1.
    pub(super) page: usize,
    /// Rows of a page.
    pub(super) rows: usize,
}

impl Ask {
    /// A page of a list, the oldest rows first.
    pub(super) fn page(list: List, address: &Address, part: Part) -> Self {
        let query = vec![
            ("module", "account".to_owned()),
            ("action", list.action().to_owned()),
            // Lower case: what is asked reads the same whoever asks.
            ("address", address.to_string().to_lowercase()),
            ("startblock", part.start.to_string()),
            ("endblock", part.end.to_string()),
            ("page", part.page.to_string()),
            ("offset", part.rows.to_string()),
            ("sort", "asc".to_owned()),
        ];
        Self { method: list.method(), action: list.action(), query }
    }

    /// The height of the last block, as Etherscan tells it.
    pub(super) fn head() -> Self {
        Self::simple("explorer head", "the head", "proxy", "eth_blockNumber")
    }

    /// The same, as Blockscout tells it, which has no module of that name.
    pub(super) fn blockscout_head() -> Self {
        Self::simple("explorer head", "the head", "block", "eth_block_number")
    }

    fn simple(method: &'static str, action: &'static str, module: &str, name: &str) -> Self {
        Self { method, action, query: vec![("module", module.to_owned()), ("action", name.to_owned())] }
    }

    /// What is recorded of it: the question, and of which chain and explorer. Never the key.
    pub(super) fn recorded(&self, chain: Chain, host: &str) -> Call {
        let mut params: Map<String, Value> =
            self.query.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        params.insert("chain".to_owned(), json!(chain.name()));
        params.insert("explorer".to_owned(), json!(host));
        Call::new(self.method, Value::Object(params))
    }

    /// What it is found by in a recording.
    pub(super) fn key(&self, chain: Chain) -> String {
        let mut parts: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        parts.push(format!("chain={chain}"));
        parts.sort();
        format!("{} {}", self.method, parts.join("&"))
    }
}
