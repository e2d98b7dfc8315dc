//! Transaction ids: hashes on EVM chains, first signatures on Solana, text on foreign chains.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Chain, Family};

/// A transaction's id, without its chain.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum TxId {
    /// 32-byte hash, printed as 0x and lower-case hexadecimal.
    Evm([u8; 32]),
    /// 64-byte signature, printed in base58.
    Solana([u8; 64]),
    /// Text of a foreign chain.
    Text(Box<str>),
}

/// Why a text is not a transaction id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct TxIdError {
    text: String,
    expected: &'static str,
}

/// 64 bytes take at most 88 base58 digits; longer text is not decoded, because decoding is quadratic.
const SIGNATURE_DIGITS_MAX: usize = 88;
/// No foreign chain's ids are longer.
const TEXT_LEN_MAX: usize = 128;

impl TxId {
    /// Reads a transaction id of `chain`.
    ///
    /// # Errors
    /// If the text has not the form of that chain's ids.
    pub fn parse(chain: Chain, text: &str) -> Result<Self, TxIdError> {
        let fail = |expected| TxIdError { text: text.chars().take(SIGNATURE_DIGITS_MAX + 12).collect(), expected };
        match chain.family() {
            Family::Evm => {
                evm(text).map(Self::Evm).ok_or_else(|| fail("a transaction hash: 0x and 64 hexadecimal digits"))
            }
            Family::Solana => {
                solana(text).map(Self::Solana).ok_or_else(|| fail("a Solana signature: base58 of 64 bytes"))
            }
            _ if (1..=TEXT_LEN_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) => {
                Ok(Self::Text(text.into()))
            }
            _ => Err(fail("a transaction id: 1 to 128 printable ASCII characters without spaces")),
        }
    }

    /// The bytes by which stores key this id.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Evm(bytes) => bytes,
            Self::Solana(bytes) => bytes,
            Self::Text(text) => text.as_bytes(),
        }
    }

    /// The inverse of [`as_bytes`](Self::as_bytes). None if the bytes have not the length of the chain's ids.
    pub fn from_bytes(chain: Chain, bytes: &[u8]) -> Option<Self> {
        match chain.family() {
            Family::Evm => bytes.try_into().ok().map(Self::Evm),
            Family::Solana => bytes.try_into().ok().map(Self::Solana),
            _ => std::str::from_utf8(bytes).ok().map(|text| Self::Text(text.into())),
        }
    }
}

fn evm(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix("0x")?.as_bytes();
    let mut hash = [0; 32];
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

fn solana(text: &str) -> Option<[u8; 64]> {
    let mut signature = [0; 64];
    let decoded = text.len() <= SIGNATURE_DIGITS_MAX && bs58::decode(text).onto(&mut signature[..]) == Ok(64);
    decoded.then_some(signature)
}

/// Reads by shape, for answers read back from JSON, where the chain stands elsewhere.
impl From<String> for TxId {
    fn from(text: String) -> Self {
        evm(&text).map(Self::Evm).or_else(|| solana(&text).map(Self::Solana)).unwrap_or_else(|| Self::Text(text.into()))
    }
}

impl From<TxId> for String {
    fn from(id: TxId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for TxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evm(hash) => {
                f.write_str("0x")?;
                hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::Solana(signature) => f.write_str(&bs58::encode(signature).into_string()),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for TxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_and_print() {
        let hash = "0xb61413c495fdad6114a7aa863a00b2e3c28945979a10885b12b30316ea9f072c";
        let signature = "2GMpqA7duENGaEXJUuP712J3tvX25uU45ZQ8vZdszXVUHyiAwo9byn3vVSVRgxks1PKX7H4wrBcE3FXqH1q6mRa1";
        for (chain, text) in [(Chain::ETHEREUM, hash), (Chain::SOLANA, signature), (Chain::BITCOIN, "f4184f")] {
            let id = TxId::parse(chain, text).unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(TxId::from_bytes(chain, id.as_bytes()), Some(id));
        }
        for text in ["", "0x12", &hash[2..], &hash.replace('b', "g"), signature] {
            assert!(TxId::parse(Chain::ETHEREUM, text).is_err(), "{text}");
        }
        assert!(TxId::parse(Chain::SOLANA, &"1".repeat(5000)).is_err());
    }
}
