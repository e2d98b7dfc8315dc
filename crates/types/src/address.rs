//! Addresses: 20 bytes on EVM chains, 32 on Solana, checked text on foreign chains.
//!
//! Parsing is strict where the format lets it be: EIP-55 for EVM addresses in mixed case, base58 of exactly 32 bytes
//! for Solana, Base58Check for Bitcoin and Tron, Bech32 and Bech32m for Bitcoin. A look-alike letter or a typing
//! error never becomes another account.

mod bitcoin;
mod evm;
mod solana;
mod text;
mod tron;

use std::fmt;

use crate::{Chain, Family};

/// An address, without its chain. With it, it is an [`Account`](crate::Account).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// 20 bytes; printed with the EIP-55 checksum.
    Evm([u8; 20]),
    /// 32 bytes; printed in base58.
    Solana([u8; 32]),
    /// An address of a chain that is not ingested, in that chain's canonical text.
    Foreign(Box<str>),
}

/// Why a text is not an address of the chain it was read for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text has not the form of the chain's addresses.
    #[error("`{text}` is not {expected}")]
    Form {
        /// What was read, shortened.
        text: String,
        /// What would have been right.
        expected: &'static str,
    },
    /// The text has the right form, but its checksum does not hold: a typing error or a look-alike.
    #[error("`{text}` has a wrong {checksum} checksum: copy the address again{hint}")]
    Checksum {
        /// What was read, shortened.
        text: String,
        /// Which checksum failed.
        checksum: &'static str,
        /// How to go on where the case was lost.
        hint: &'static str,
    },
}

impl Address {
    /// Reads an address of `chain`.
    ///
    /// # Errors
    /// If the text has not the chain's form, or its checksum does not hold.
    pub fn parse(chain: Chain, text: &str) -> Result<Self, AddressError> {
        match chain.family() {
            Family::Evm => evm::parse(text).map(Self::Evm),
            Family::Solana => solana::parse(text).map(Self::Solana),
            Family::Bitcoin => bitcoin::parse(text).map(Self::Foreign),
            Family::Tron => tron::parse(text).map(Self::Foreign),
            Family::Other => text::parse(text).map(Self::Foreign),
        }
    }

    /// Guesses the chain from the shape alone: 0x is Ethereum mainnet, 32 bytes of base58 Solana, then Bitcoin, Tron.
    /// The shapes do not overlap, because each is checked to its last byte.
    ///
    /// # Errors
    /// If no shape fits; a checksum that fails is reported as such.
    pub fn parse_any(text: &str) -> Result<(Chain, Self), AddressError> {
        let by_shape = if text.starts_with("0x") || text.starts_with("0X") {
            Some(Chain::ETHEREUM)
        } else if text.len() == 34 && text.starts_with('T') {
            Some(Chain::TRON)
        } else if solana::parse(text).is_ok() {
            // Before Bitcoin: a Solana address may start with 1 or 3, but no Bitcoin address has 32 bytes.
            Some(Chain::SOLANA)
        } else if bitcoin::looks_like(text) {
            Some(Chain::BITCOIN)
        } else {
            None
        };
        let chain = by_shape.ok_or_else(|| {
            form(
                text,
                "an address of a known shape (0x…, Solana base58, Bitcoin, Tron); name its chain: `<chain>:<address>`",
            )
        })?;
        Self::parse(chain, text).map(|address| (chain, address))
    }

    /// Whether this is the address of twenty zero bytes, which stands for "nobody" in token events of EVM chains.
    pub fn is_evm_zero(&self) -> bool {
        *self == Self::Evm([0; 20])
    }

    /// The bytes by which stores key this address: raw for EVM and Solana, text for foreign chains.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Evm(bytes) => bytes,
            Self::Solana(bytes) => bytes,
            Self::Foreign(text) => text.as_bytes(),
        }
    }

    /// The inverse of [`as_bytes`](Self::as_bytes). None if the bytes have not the length of the chain's addresses.
    pub fn from_bytes(chain: Chain, bytes: &[u8]) -> Option<Self> {
        match chain.family() {
            Family::Evm => bytes.try_into().ok().map(Self::Evm),
            Family::Solana => bytes.try_into().ok().map(Self::Solana),
            _ => std::str::from_utf8(bytes).ok().map(|text| Self::Foreign(text.into())),
        }
    }
}

/// A form error with the text cut to a length that fits a message.
fn form(text: &str, expected: &'static str) -> AddressError {
    AddressError::Form { text: shorten(text), expected }
}

fn checksum(text: &str, checksum: &'static str, hint: &'static str) -> AddressError {
    AddressError::Checksum { text: shorten(text), checksum, hint }
}

/// Hostile input may be megabytes long; a message is not.
fn shorten(text: &str) -> String {
    const CHARS_MAX: usize = 120;
    if text.chars().nth(CHARS_MAX).is_none() {
        text.to_owned()
    } else {
        text.chars().take(CHARS_MAX).chain(['…']).collect()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evm(bytes) => f.write_str(&evm::checksummed(bytes)),
            Self::Solana(bytes) => f.write_str(&solana::print(bytes)),
            Self::Foreign(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests;
