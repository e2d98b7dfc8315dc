//! The forms of answers.

use std::{collections::BTreeMap, fmt};

use fundtrail_types::{Chain, TxId};
use solana_client::{rpc_custom_error as codes, rpc_response::RpcConfirmedTransactionStatusWithSignature};

/// A transaction that names an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its id.
    pub id: TxId,
    /// Its slot.
    pub slot: u64,
    /// Whether it failed, and so moved its fee alone.
    pub failed: bool,
    /// Seconds since 1970, if the node knows.
    pub time: Option<i64>,
}

impl Signature {
    /// Reads a row of `getSignaturesForAddress`.
    pub(super) fn read(chain: Chain, row: &RpcConfirmedTransactionStatusWithSignature) -> Result<Self, String> {
        let id = TxId::parse(chain, &row.signature).map_err(|error| error.to_string())?;
        Ok(Self { id, slot: row.slot, failed: row.err.is_some(), time: row.block_time })
    }
}

/// A block without what its transactions did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockOrder {
    /// The slot of the block before it.
    pub parent_slot: u64,
    /// The place of each transaction.
    pub ids: BTreeMap<TxId, u32>,
}

/// Why there is no block, or no transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gone {
    /// No leader made a block in this slot: there is nothing to be had.
    Skipped,
    /// There may have been something, and this source does not keep it, for this reason.
    NotKept(String),
    /// There is something, of a version that is not known here.
    NewVersion(String),
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skipped => f.write_str("its slot is said to be skipped: use another node"),
            Self::NotKept(why) => write!(f, "{why}: use a node that keeps the whole history"),
            Self::NewVersion(why) => write!(f, "{why}: use a newer build of Fundtrail, which reads that version"),
        }
    }
}

impl Gone {
    /// What an error of `getBlock` or `getTransaction` means; none if it is an error.
    pub(super) fn told_by(code: i64, message: &str) -> Option<Self> {
        match code {
            codes::JSON_RPC_SERVER_ERROR_SLOT_SKIPPED if !message.contains("ledger jump") => Some(Self::Skipped),
            // "Skipped, or missing": the node itself does not know which.
            codes::JSON_RPC_SERVER_ERROR_SLOT_SKIPPED
            | codes::JSON_RPC_SERVER_ERROR_LONG_TERM_STORAGE_SLOT_SKIPPED
            | codes::JSON_RPC_SERVER_ERROR_BLOCK_CLEANED_UP
            | codes::JSON_RPC_SERVER_ERROR_TRANSACTION_HISTORY_NOT_AVAILABLE => {
                Some(Self::NotKept(format!("error {code}, {message}")))
            }
            codes::JSON_RPC_SERVER_ERROR_UNSUPPORTED_TRANSACTION_VERSION => {
                Some(Self::NewVersion(format!("error {code}, {message}")))
            }
            _ => None,
        }
    }

    /// Codes that may pass: a node that lags behind, is not ready, or does not reach its storage at the moment.
    pub const PASSING: [i64; 4] = [
        codes::JSON_RPC_SERVER_ERROR_BLOCK_NOT_AVAILABLE,
        codes::JSON_RPC_SERVER_ERROR_BLOCK_STATUS_NOT_AVAILABLE_YET,
        codes::JSON_RPC_SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED,
        codes::JSON_RPC_SERVER_ERROR_LONG_TERM_STORAGE_UNREACHABLE,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skipped_slot_is_told_from_one_that_is_missing() {
        assert_eq!(Gone::told_by(-32_007, "Slot 5 was skipped"), Some(Gone::Skipped));
        for (code, message) in [
            (-32_007, "Slot 5 was skipped, or missing due to ledger jump to recent snapshot"),
            (-32_009, "Slot 5 was skipped, or missing in long-term storage"),
            (-32_001, "Block 5 cleaned up, does not exist on node. First available block: 9"),
        ] {
            assert!(matches!(Gone::told_by(code, message), Some(Gone::NotKept(_))), "{code}");
        }
        assert_eq!(Gone::told_by(-32_602, "invalid params"), None);
    }
}
