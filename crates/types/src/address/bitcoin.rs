//! Bitcoin mainnet addresses: Base58Check (P2PKH, P2SH) and segwit (Bech32, Bech32m).

use super::{AddressError, checksum, form};

/// Version bytes of mainnet P2PKH (`1…`) and P2SH (`3…`).
const VERSIONS: [u8; 2] = [0x00, 0x05];

/// A version byte and a 20-byte hash.
const PAYLOAD_LEN: usize = 21;

/// No Bitcoin address is longer (BIP-173); longer text is not decoded.
const LEN_MAX: usize = 90;

/// Whether the text starts as Bitcoin addresses do and has a possible length.
pub(super) fn looks_like(text: &str) -> bool {
    let lower = text.get(..3).map(str::to_ascii_lowercase);
    lower.as_deref() == Some("bc1") || (text.starts_with(['1', '3']) && (26..=35).contains(&text.len()))
}

/// Reads an address and gives its canonical text: segwit addresses in lower case, the others as they are.
pub(super) fn parse(text: &str) -> Result<Box<str>, AddressError> {
    const EXPECTED: &str = "a Bitcoin address: base58 starting with 1 or 3, or segwit starting with bc1";
    if text.len() > LEN_MAX || !looks_like(text) {
        return Err(form(text, EXPECTED));
    }
    if !text.starts_with(['1', '3']) {
        return segwit_parse(text);
    }
    match bs58::decode(text).with_check(None).into_vec() {
        Ok(payload) if payload.len() == PAYLOAD_LEN && VERSIONS.contains(&payload[0]) => Ok(text.into()),
        Err(bs58::decode::Error::InvalidChecksum { .. }) => Err(checksum(text, "Base58Check", "")),
        _ => Err(form(text, EXPECTED)),
    }
}

fn segwit_parse(text: &str) -> Result<Box<str>, AddressError> {
    // The crate checks version, length and which of the two checksums goes with the version.
    let (hrp, ..) = bech32::segwit::decode(text).map_err(|_| checksum(text, "Bech32", ""))?;
    if hrp.to_lowercase() != "bc" {
        return Err(form(text, "a Bitcoin mainnet segwit address (bc1…)"));
    }
    Ok(text.to_ascii_lowercase().into())
}
