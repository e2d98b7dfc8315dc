//! The requests, each in one place, so that fetching, recording and reading again name the same thing.
//!
//! Their parameters are the SDK's own types, so that a field that is misspelt does not compile.

use fundtrail_rpc::Call;
use fundtrail_types::Address;
use serde::Serialize;
use serde_json::{Value, json};
use solana_client::rpc_config::{
    CommitmentConfig, RpcBlockConfig, RpcSignaturesForAddressConfig, RpcTransactionConfig, TransactionDetails,
    UiTransactionEncoding,
};

pub(crate) const BLOCK: &str = "getBlock";
pub(crate) const BLOCKS: &str = "getBlocks";
pub(crate) const FIRST_BLOCK: &str = "getFirstAvailableBlock";
pub(crate) const GENESIS: &str = "getGenesisHash";
pub(crate) const SIGNATURES: &str = "getSignaturesForAddress";
pub(crate) const SLOT: &str = "getSlot";
pub(crate) const TOKEN_ACCOUNTS: &str = "getTokenAccountsByOwner";
pub(crate) const TRANSACTION: &str = "getTransaction";

/// The most that a node answers at once.
pub(crate) const SIGNATURES_PER_PAGE: usize = 1_000;

/// Versions from here on are not known, and a node that has one says so.
const VERSION_MAX: u8 = 0;

/// Amounts as the node encodes them for programs, names of accounts as people read them: all that `jsonParsed` tells is in it, at
/// a third of the length, and it does not depend on which programs a node knows.
const ENCODING: UiTransactionEncoding = UiTransactionEncoding::Json;

/// Which chain the node is of.
pub(crate) fn genesis() -> Call {
    Call::new(GENESIS, json!([]))
}

/// The last slot that is final.
pub(crate) fn slot() -> Call {
    Call::new(SLOT, json!([CommitmentConfig::finalized()]))
}

/// Where what the node keeps begins.
pub(crate) fn first_block() -> Call {
    Call::new(FIRST_BLOCK, json!([]))
}

/// A page of the signatures of transactions that name an address, the newest first, those before `before` only.
pub(crate) fn signatures(address: &str, before: Option<&str>) -> Call {
    let config = RpcSignaturesForAddressConfig {
        before: before.map(str::to_owned),
        until: None,
        limit: Some(SIGNATURES_PER_PAGE),
        commitment: Some(CommitmentConfig::finalized()),
        min_context_slot: None,
    };
    Call::new(SIGNATURES, params(address, &config))
}

/// One transaction.
pub(crate) fn transaction(signature: &str) -> Call {
    let config = RpcTransactionConfig {
        encoding: Some(ENCODING),
        commitment: Some(CommitmentConfig::finalized()),
        max_supported_transaction_version: Some(VERSION_MAX),
    };
    Call::new(TRANSACTION, params(signature, &config))
}

/// The slots that have a block, from one to another.
pub(crate) fn blocks(from: u64, to: u64) -> Call {
    Call::new(BLOCKS, json!([from, to, CommitmentConfig::finalized()]))
}

/// A block with whole transactions.
pub(crate) fn block(slot: u64) -> Call {
    Call::new(BLOCK, params(slot, &block_config(TransactionDetails::Full, true)))
}

/// A block with the signatures of its transactions only, in their order.
pub(crate) fn order(slot: u64) -> Call {
    Call::new(BLOCK, params(slot, &block_config(TransactionDetails::Signatures, false)))
}

/// The token accounts that an owner has now, of one of the token programs. Without their data, which is not asked for.
pub(crate) fn token_accounts(owner: &Address, program: &str) -> Call {
    let options = json!({
        "encoding": "base64",
        "dataSlice": {"offset": 0, "length": 0},
        "commitment": "finalized",
    });
    Call::new(TOKEN_ACCOUNTS, json!([owner.to_string(), {"programId": program}, options]))
}

fn block_config(details: TransactionDetails, rewards: bool) -> RpcBlockConfig {
    RpcBlockConfig {
        encoding: Some(ENCODING),
        transaction_details: Some(details),
        rewards: Some(rewards),
        commitment: Some(CommitmentConfig::finalized()),
        max_supported_transaction_version: Some(VERSION_MAX),
    }
}

fn params(first: impl Serialize, config: &impl Serialize) -> Value {
    // What is not set is left out, and not sent as null: some providers take null for a value.
    let mut config = json!(config);
    if let Value::Object(fields) = &mut config {
        fields.retain(|_, value| !value.is_null());
    }
    json!([first, config])
}

#[cfg(test)]
mod tests {
    use solana_client::rpc_request::RpcRequest;

    use super::*;

    #[test]
    fn methods_are_named_as_the_sdk_names_them() {
        let pairs = [
            (BLOCK, RpcRequest::GetBlock),
            (BLOCKS, RpcRequest::GetBlocks),
            (FIRST_BLOCK, RpcRequest::GetFirstAvailableBlock),
            (GENESIS, RpcRequest::GetGenesisHash),
            (SIGNATURES, RpcRequest::GetSignaturesForAddress),
            (SLOT, RpcRequest::GetSlot),
            (TOKEN_ACCOUNTS, RpcRequest::GetTokenAccountsByOwner),
            (TRANSACTION, RpcRequest::GetTransaction),
        ];
        for (name, request) in pairs {
            assert_eq!(name, request.to_string());
        }
    }

    #[test]
    fn a_transaction_is_asked_with_its_version_and_as_final() {
        let call = transaction("5x");
        let expected =
            json!(["5x", {"encoding": "json", "commitment": "finalized", "maxSupportedTransactionVersion": 0}]);
        assert_eq!(json!(call.params()), expected);
        let expected = json!(["a", {"limit": 1000, "commitment": "finalized"}]);
        assert_eq!(json!(signatures("a", None).params()), expected);
    }
}
