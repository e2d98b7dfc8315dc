//! Tron addresses: Base58Check of the byte 0x41 and 20 bytes, always starting with `T`.

use super::{AddressError, checksum, form};

const PREFIX: u8 = 0x41;
const PAYLOAD_LEN: usize = 21;
const TEXT_LEN: usize = 34;

pub(super) fn parse(text: &str) -> Result<Box<str>, AddressError> {
    const EXPECTED: &str = "a Tron address: 34 base58 characters starting with T";
    if text.len() != TEXT_LEN {
        return Err(form(text, EXPECTED));
    }
    match bs58::decode(text).with_check(None).into_vec() {
        Ok(payload) if payload.len() == PAYLOAD_LEN && payload[0] == PREFIX => Ok(text.into()),
        Err(bs58::decode::Error::InvalidChecksum { .. }) => Err(checksum(text, "Base58Check", "")),
        _ => Err(form(text, EXPECTED)),
    }
}
