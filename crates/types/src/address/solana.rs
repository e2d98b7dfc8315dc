//! Solana addresses: 32 bytes in base58, without a checksum of their own.

use super::{AddressError, form};

/// 32 bytes take at most 44 base58 digits; longer text is not decoded, because decoding is quadratic.
const DIGITS_MAX: usize = 44;

pub(super) fn parse(text: &str) -> Result<[u8; 32], AddressError> {
    let fail = || form(text, "a Solana address: base58 of 32 bytes");
    if text.len() > DIGITS_MAX {
        return Err(fail());
    }
    let mut bytes = [0; 32];
    match bs58::decode(text).onto(&mut bytes[..]) {
        Ok(32) => Ok(bytes),
        _ => Err(fail()),
    }
}

pub(super) fn print(bytes: &[u8; 32]) -> String {
    bs58::encode(bytes).into_string()
}
