//! Rows that are good and no movements: each is counted.

use std::ops::AddAssign;

/// Rows that are good and no movements, or not all of one. Counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Transactions and calls that failed; of a transaction the fee is still a movement.
    pub failed: u64,
    /// Internal calls without value.
    pub zero_calls: u64,
    /// Calls in another's name (delegatecall, staticcall, callcode), which move no value however theirs looks.
    pub borrowed: u64,
    /// Rows of a transaction's own call among the internal ones (Blockscout lists creations twice).
    pub top_level: u64,
    /// Transfers of NFTs among the ERC-20 ones, whose number is no amount.
    pub nfts: u64,
    /// What accounts had before the first block, and rewards: no transaction moved it.
    pub no_transaction: u64,
    /// Transactions whose value is taken, and whose fee is not told or not told whole.
    pub fees_unknown: u64,
}

/// Why a row, or its fee, is no movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Failed,
    ZeroCall,
    Borrowed,
    TopLevel,
    Nft,
    NoTransaction,
    FeeUnknown,
}

impl LeftOut {
    pub(super) fn count(&mut self, why: Why) {
        *match why {
            Why::Failed => &mut self.failed,
            Why::ZeroCall => &mut self.zero_calls,
            Why::Borrowed => &mut self.borrowed,
            Why::TopLevel => &mut self.top_level,
            Why::Nft => &mut self.nfts,
            Why::NoTransaction => &mut self.no_transaction,
            Why::FeeUnknown => &mut self.fees_unknown,
        } += 1;
    }
}

impl AddAssign for LeftOut {
    fn add_assign(&mut self, other: Self) {
        self.failed += other.failed;
        self.zero_calls += other.zero_calls;
        self.borrowed += other.borrowed;
        self.top_level += other.top_level;
        self.nfts += other.nfts;
        self.no_transaction += other.no_transaction;
        self.fees_unknown += other.fees_unknown;
    }
}
