//! What nodes answer, as far as it says what moved. Fields that say nothing of it are passed over without being parsed, so
//! that transactions of kinds which only one chain has are read like all others.
//!
//! Source: the Ethereum JSON-RPC specification; the tracers' forms are in `calls` and `diffs`.

use alloy::primitives::{Address, B256, Bytes, U256};
use serde::Deserialize;

/// `eth_getBlockByNumber`, without its transactions.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Height.
    #[serde(with = "alloy::serde::quantity")]
    pub number: u64,
    /// Its own hash.
    pub hash: B256,
    /// The hash of the block before it.
    pub parent_hash: B256,
    /// Seconds since 1970.
    #[serde(with = "alloy::serde::quantity")]
    pub timestamp: u64,
    /// Who gets the tips, and before the merge the reward. Some nodes call it `author`, and some give both.
    #[serde(default)]
    miner: Option<Address>,
    #[serde(default)]
    author: Option<Address>,
    /// Wei a unit of gas that nobody gets; none before London.
    #[serde(default)]
    pub base_fee_per_gas: Option<U256>,
}

/// `eth_getBlockByNumber` with whole transactions: what its header does not have.
#[derive(Clone, Debug)]
pub struct Body {
    /// In order of index.
    pub transactions: Vec<Transaction>,
    /// Hashes of the uncles it pays for.
    pub uncles: Vec<B256>,
    /// What left consensus staking in it.
    pub withdrawals: Option<Vec<Withdrawal>>,
}

/// Both of them, read in one pass. The fields of the header stand here again, because to read them as a part of their own serde
/// would keep every field until it is known which part wants it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Block {
    #[serde(with = "alloy::serde::quantity")]
    number: u64,
    hash: B256,
    parent_hash: B256,
    #[serde(with = "alloy::serde::quantity")]
    timestamp: u64,
    #[serde(default)]
    miner: Option<Address>,
    #[serde(default)]
    author: Option<Address>,
    #[serde(default)]
    base_fee_per_gas: Option<U256>,
    transactions: Vec<Transaction>,
    #[serde(default)]
    uncles: Vec<B256>,
    #[serde(default)]
    withdrawals: Option<Vec<Withdrawal>>,
}

impl Block {
    pub(crate) fn parts(self) -> (Header, Body) {
        let Self { number, hash, parent_hash, timestamp, miner, author, base_fee_per_gas, .. } = self;
        let header = Header { number, hash, parent_hash, timestamp, miner, author, base_fee_per_gas };
        let Self { transactions, uncles, withdrawals, .. } = self;
        (header, Body { transactions, uncles, withdrawals })
    }
}

/// A transaction in a block.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Its id.
    pub hash: B256,
    /// The block that holds it.
    pub block_hash: B256,
    /// Its place in it, from 0.
    #[serde(with = "alloy::serde::quantity")]
    pub transaction_index: u32,
    /// Who signed it and pays the fee. Not always who pays: see `reading`.
    pub from: Address,
    /// Whom it calls; none if it creates a contract.
    pub to: Option<Address>,
    /// Wei that it sends along.
    pub value: U256,
    /// Gas that it may use.
    #[serde(with = "alloy::serde::quantity")]
    pub gas: u64,
    /// Wei a unit of gas. What a node tells of a transaction in a block is what was paid.
    #[serde(default)]
    pub gas_price: Option<U256>,
    /// What it calls with.
    pub input: Bytes,
    /// Wei that a deposit from the chain below creates (kind 0x7e of the OP stack).
    #[serde(default)]
    pub mint: Option<U256>,
}

/// The receipt of a transaction.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Whose receipt it is.
    pub transaction_hash: B256,
    /// The block that holds it.
    pub block_hash: B256,
    /// 1 if it succeeded, 0 if not; none before Byzantium.
    #[serde(default)]
    pub status: Option<U256>,
    /// Units of gas.
    #[serde(with = "alloy::serde::quantity")]
    pub gas_used: u64,
    /// Wei a unit of gas.
    #[serde(default)]
    pub effective_gas_price: Option<U256>,
    /// The contract that it created.
    #[serde(default)]
    pub contract_address: Option<Address>,
    /// Units of gas for blobs.
    #[serde(default)]
    pub blob_gas_used: Option<U256>,
    /// Wei a unit of gas for blobs.
    #[serde(default)]
    pub blob_gas_price: Option<U256>,
    /// Wei for the data that the transaction takes on the chain below (OP stack).
    #[serde(default)]
    pub l1_fee: Option<U256>,
    /// Its events, in order.
    pub logs: Vec<Log>,
}

/// An event.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Log {
    /// The contract whose state emitted it: under a proxy, the proxy.
    pub address: Address,
    /// Topics, at most four.
    pub topics: Vec<B256>,
    /// Data.
    pub data: Bytes,
    /// Its number within the block.
    #[serde(with = "alloy::serde::quantity")]
    pub log_index: u64,
}

/// A withdrawal from consensus staking.
#[derive(Clone, Debug, Deserialize)]
pub struct Withdrawal {
    /// Who gets it.
    pub address: Address,
    /// In gwei, unlike everything else.
    pub amount: U256,
}

/// `eth_getUncleByBlockNumberAndIndex`.
#[derive(Clone, Debug, Deserialize)]
pub struct Uncle {
    /// Its height.
    #[serde(with = "alloy::serde::quantity")]
    pub number: u64,
    #[serde(default)]
    miner: Option<Address>,
    #[serde(default)]
    author: Option<Address>,
}

impl Header {
    /// Who gets the tips, and before the merge the reward.
    pub fn maker(&self) -> Option<Address> {
        self.miner.or(self.author)
    }
}

impl Uncle {
    /// Who is rewarded.
    pub fn maker(&self) -> Option<Address> {
        self.miner.or(self.author)
    }
}
