//! Whose a token account is, where the transaction itself does not tell.
//!
//! Nodes name the owner beside each token balance since 2022; what they recorded before has none. The history that was
//! loaded may know it from another transaction.

use fundtrail_types::Address;

/// Who knows token accounts from history.
pub trait Owners {
    /// Owner and mint of the token account `account` at the beginning of a slot; none if nobody knows.
    fn owner(&self, account: &Address, slot: u64) -> Option<TokenOwner>;
}

/// Whose a token account is, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenOwner {
    /// The owner.
    pub owner: Address,
    /// The mint.
    pub mint: Address,
}

/// No history: nothing is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHistory;

impl Owners for NoHistory {
    fn owner(&self, _: &Address, _: u64) -> Option<TokenOwner> {
        None
    }
}
