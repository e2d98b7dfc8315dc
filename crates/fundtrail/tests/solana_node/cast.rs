//! Who takes part. Keys are the same on every run.

use solana_sdk::{pubkey::Pubkey, signature::Keypair, signer::Signer};

/// A key of the story, by number.
pub(crate) fn key(number: u8) -> Keypair {
    Keypair::new_from_array([number; 32])
}

pub(crate) fn public(number: u8) -> Pubkey {
    key(number).pubkey()
}

pub(crate) const COMPANY: u8 = 1;
pub(crate) const WORKER: u8 = 2;
pub(crate) const OTHER: u8 = 3;
pub(crate) const MINT: u8 = 21;
pub(crate) const CHARGED_MINT: u8 = 22;
pub(crate) const TEMPORARY: u8 = 31;
pub(crate) const HANDED_OVER: u8 = 32;
pub(crate) const NONCE: u8 = 33;
