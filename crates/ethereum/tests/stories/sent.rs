//! A transaction that is in a block, and the sentences a story says about it.

use alloy::primitives::{Address, B256, U64, U256};
use fundtrail_types::Kind;
use serde::Deserialize;
use serde_json::json;

use crate::{fact::Fact, rpc::Node};

/// What the receipt says, as far as stories need it.
pub(crate) struct Sent {
    pub(crate) hash: B256,
    pub(crate) height: u64,
    pub(crate) ok: bool,
    pub(crate) created: Option<Address>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    block_number: U64,
    status: U64,
    contract_address: Option<Address>,
}

impl Sent {
    pub(crate) fn of(node: &Node, hash: B256) -> Self {
        let receipt: Option<Receipt> = node.get("eth_getTransactionReceipt", json!([hash]));
        let receipt = receipt.unwrap_or_else(|| panic!("{hash} is in no block"));
        let ok = receipt.status == U64::from(1);
        Self { hash, height: receipt.block_number.to(), ok, created: receipt.contract_address }
    }

    fn fact(&self, kind: Kind, token: Option<Address>, ends: [Option<Address>; 2], amount: U256) -> Fact {
        let [from, to] = ends;
        Fact { height: self.height, tx: self.hash, kind, token, from, to, amount }
    }

    /// The transaction's own value.
    pub(crate) fn native(&self, from: Address, to: Address, wei: U256) -> Fact {
        self.fact(Kind::Native, None, [Some(from), Some(to)], wei)
    }

    /// Value of a call inside the transaction.
    pub(crate) fn internal(&self, from: Address, to: Address, wei: U256) -> Fact {
        self.fact(Kind::Internal, None, [Some(from), Some(to)], wei)
    }

    /// Native coin that is destroyed.
    pub(crate) fn burnt(&self, from: Address, wei: U256) -> Fact {
        self.fact(Kind::Burn, None, [Some(from), None], wei)
    }

    pub(crate) fn token(&self, token: Address, from: Address, to: Address, amount: U256) -> Fact {
        self.fact(Kind::Token, Some(token), [Some(from), Some(to)], amount)
    }

    pub(crate) fn mint(&self, token: Address, to: Address, amount: U256) -> Fact {
        self.fact(Kind::Mint, Some(token), [None, Some(to)], amount)
    }

    pub(crate) fn burn(&self, token: Address, from: Address, amount: U256) -> Fact {
        self.fact(Kind::Burn, Some(token), [Some(from), None], amount)
    }

    /// The wrapped side of a wrap; the coin itself goes to the contract as `native` or `internal`.
    pub(crate) fn wrap(&self, token: Address, to: Address, amount: U256) -> Fact {
        self.fact(Kind::Wrap, Some(token), [None, Some(to)], amount)
    }

    /// The wrapped side of an unwrap; the coin itself comes from the contract as `internal`.
    pub(crate) fn unwrap(&self, token: Address, from: Address, amount: U256) -> Fact {
        self.fact(Kind::Unwrap, Some(token), [Some(from), None], amount)
    }
}
