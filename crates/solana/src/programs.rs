//! The programs and mints whose instructions are known here. Every other program is read by what its instructions call and
//! by what balances say.
//!
//! Source: solana-sdk-ids; the SPL programs' own `declare_id`.

use solana_sdk::pubkey::Pubkey;

use crate::wire::Key;

const fn known(text: &str) -> Key {
    Key(Pubkey::from_str_const(text).to_bytes())
}

pub(crate) const SYSTEM: Key = known("11111111111111111111111111111111");
pub(crate) const TOKEN: Key = known("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
pub(crate) const TOKEN_2022: Key = known("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
pub(crate) const ASSOCIATED: Key = known("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

/// The mint of wrapped SOL.
pub(crate) const NATIVE: Key = known("So11111111111111111111111111111111111111112");
/// Its twin of Token-2022.
pub(crate) const NATIVE_2022: Key = known("9pan9bMn5HatX4EJdBwg9VgCa7Uz5HL8N1m5D3NdXejP");

/// Whether a program keeps token accounts.
pub(crate) fn is_token(program: Key) -> bool {
    program == TOKEN || program == TOKEN_2022
}

/// Whether tokens of a mint stand for lamports in their account.
pub(crate) fn is_native(mint: Key) -> bool {
    mint == NATIVE || mint == NATIVE_2022
}
