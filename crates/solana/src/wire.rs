//! What nodes answer, as far as it says what moved. Fields that say nothing of it are passed over without being parsed, and
//! text is borrowed from the answer where it can be.
//!
//! Source: the JSON structures of Solana's RPC documentation; agave, `transaction-status`. Old answers lack `version`, the
//! `owner` and `programId` of token balances, or everything in `meta`.

mod account;
mod body;
mod text;

use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) use account::{AccountKey, InstructionAccount};
pub(crate) use body::{Body, WireInstruction};
use text::OptionalKey;
pub(crate) use text::{Key, Text, Units, key};

/// `getTransaction`, or one entry of `getBlock`.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry<'a> {
    #[serde(default)]
    pub(crate) slot: Option<u64>,
    #[serde(borrow)]
    pub(crate) transaction: Body<'a>,
    /// None where the node did not keep what the transaction did.
    #[serde(borrow, default)]
    pub(crate) meta: Option<Meta<'a>>,
}

/// What a transaction did.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta<'a> {
    #[serde(borrow, default)]
    err: Option<&'a RawValue>,
    pub(crate) fee: u64,
    #[serde(default)]
    pub(crate) pre_balances: Option<Vec<u64>>,
    #[serde(default)]
    pub(crate) post_balances: Option<Vec<u64>>,
    #[serde(default)]
    pub(crate) pre_token_balances: Option<Vec<TokenBalance>>,
    #[serde(default)]
    pub(crate) post_token_balances: Option<Vec<TokenBalance>>,
    /// None where the node did not keep them; an empty list says that there were none.
    #[serde(borrow, default)]
    pub(crate) inner_instructions: Option<Vec<Inner<'a>>>,
    #[serde(default)]
    pub(crate) loaded_addresses: Option<Loaded>,
    #[serde(default)]
    pub(crate) log_messages: Option<Vec<String>>,
    /// Rent that was collected from accounts when they were loaded, until 2023.
    #[serde(default)]
    pub(crate) rewards: Option<Vec<Reward>>,
}

impl Meta<'_> {
    pub(crate) fn succeeded(&self) -> bool {
        self.err.is_none()
    }
}

/// What a token account held.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenBalance {
    pub(crate) account_index: usize,
    pub(crate) mint: Key,
    #[serde(default)]
    pub(crate) owner: OptionalKey,
    pub(crate) ui_token_amount: TokenAmount,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TokenAmount {
    pub(crate) amount: Units,
}

/// The instructions that one instruction of the message called.
#[derive(Debug, Deserialize)]
pub(crate) struct Inner<'a> {
    pub(crate) index: usize,
    #[serde(borrow)]
    pub(crate) instructions: Vec<WireInstruction<'a>>,
}

/// Accounts that came from look-up tables.
#[derive(Debug, Deserialize)]
pub(crate) struct Loaded {
    pub(crate) writable: Vec<Key>,
    pub(crate) readonly: Vec<Key>,
}

/// What somebody got for nothing, or had taken.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reward {
    pub(crate) pubkey: Key,
    pub(crate) lamports: i64,
    #[serde(default)]
    pub(crate) reward_type: Option<String>,
}

impl Reward {
    /// Rent that was taken from an account.
    pub(crate) fn is_rent(&self) -> bool {
        self.reward_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("rent"))
    }
}

/// `getBlock` with whole transactions.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Block<'a> {
    pub(crate) blockhash: Key,
    pub(crate) previous_blockhash: Key,
    pub(crate) parent_slot: u64,
    #[serde(default)]
    pub(crate) block_height: Option<u64>,
    #[serde(default)]
    pub(crate) block_time: Option<i64>,
    #[serde(borrow, default)]
    pub(crate) transactions: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    pub(crate) rewards: Option<Vec<Reward>>,
}
