//! Chains, named by CAIP-2 (`eip155:1`, `solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp`).
//!
//! The name is the identity: there is no table of known chains to fall out of date. Chains that Fundtrail does not
//! ingest are *foreign*; their addresses are terminal accounts that are screened like all others. Where CAIP-2 has no
//! reference that we could verify, a foreign chain is named `foreign:<ticker>`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The longest CAIP-2 name: 8 characters of namespace, a colon, 32 of reference.
const LEN_MAX: usize = 41;

/// A blockchain, named by CAIP-2. Small and `Copy`; ordered by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chain([u8; LEN_MAX]);

/// How a chain writes addresses and moves value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Ethereum and every chain that runs its machine.
    Evm,
    /// Solana clusters.
    Solana,
    /// Bitcoin mainnet; foreign, addresses are checked.
    Bitcoin,
    /// Tron mainnet; foreign, addresses are checked.
    Tron,
    /// Any other chain; foreign, addresses are text.
    Other,
}

/// Why a text is not a CAIP-2 chain name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a chain name: write CAIP-2, for example `eip155:1` for Ethereum or `solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp` for Solana"
)]
pub struct ChainError(pub String);

impl Chain {
    /// Ethereum mainnet.
    pub const ETHEREUM: Self = Self::known("eip155:1");
    /// Solana mainnet-beta.
    pub const SOLANA: Self = Self::known("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp");
    /// Bitcoin mainnet.
    pub const BITCOIN: Self = Self::known("bip122:000000000019d6689c085ae165831e93");
    /// Tron mainnet.
    pub const TRON: Self = Self::known("tron:0x2b6653dc");

    const fn known(name: &str) -> Self {
        let (bytes, mut inline, mut i) = (name.as_bytes(), [0; LEN_MAX], 0);
        while i < bytes.len() {
            inline[i] = bytes[i];
            i += 1;
        }
        Self(inline)
    }

    /// The CAIP-2 name.
    pub fn name(&self) -> &str {
        let len = self.0.iter().position(|&b| b == 0).unwrap_or(LEN_MAX);
        std::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }

    /// The part before the colon, for example `eip155`.
    pub fn namespace(&self) -> &str {
        self.name().split_once(':').map_or("", |(namespace, _)| namespace)
    }

    /// How this chain writes addresses.
    pub fn family(&self) -> Family {
        match self.namespace() {
            "eip155" => Family::Evm,
            "solana" => Family::Solana,
            "tron" => Family::Tron,
            _ if *self == Self::BITCOIN => Family::Bitcoin,
            _ => Family::Other,
        }
    }

    /// Whether Fundtrail reads this chain's transactions. Addresses of foreign chains are terminal accounts.
    pub fn is_foreign(&self) -> bool {
        !matches!(self.family(), Family::Evm | Family::Solana)
    }

    /// Decimals of the native coin: 18 for ether and its like, 9 for SOL, 8 for bitcoin, 6 for TRX; none if unknown.
    pub fn native_decimals(&self) -> Option<u8> {
        match self.family() {
            Family::Evm => Some(18),
            Family::Solana => Some(9),
            Family::Bitcoin => Some(8),
            Family::Tron => Some(6),
            Family::Other => None,
        }
    }

    /// Ticker of the native coin where the chain tells it; `native` otherwise (EVM chains name their own).
    pub fn native_symbol(&self) -> &'static str {
        match self.family() {
            Family::Evm if *self == Self::ETHEREUM => "ETH",
            Family::Solana => "SOL",
            Family::Bitcoin => "BTC",
            Family::Tron => "TRX",
            _ => "native",
        }
    }
}

impl FromStr for Chain {
    type Err = ChainError;

    fn from_str(text: &str) -> Result<Self, ChainError> {
        let fail = || ChainError(text.chars().take(LEN_MAX + 1).collect());
        let (namespace, reference) = text.split_once(':').ok_or_else(fail)?;
        let namespace_ok = (3..=8).contains(&namespace.len())
            && namespace.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let reference_ok = (1..=32).contains(&reference.len())
            && reference.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let number_ok = namespace != "eip155" || (!reference.starts_with('0') && reference.parse::<u64>().is_ok());
        if !(namespace_ok && reference_ok && number_ok) {
            return Err(fail());
        }
        Ok(Self::known(text))
    }
}

impl TryFrom<String> for Chain {
    type Error = ChainError;

    fn try_from(text: String) -> Result<Self, ChainError> {
        text.parse()
    }
}

impl From<Chain> for String {
    fn from(chain: Chain) -> Self {
        chain.name().to_owned()
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_and_print_as_caip_2() {
        for chain in [Chain::ETHEREUM, Chain::SOLANA, Chain::BITCOIN, Chain::TRON] {
            assert_eq!(chain.to_string().parse(), Ok(chain));
        }
        assert_eq!("eip155:137".parse::<Chain>().unwrap().family(), Family::Evm);
        assert!("foreign:xmr".parse::<Chain>().unwrap().is_foreign());
        assert_eq!(Chain::TRON.native_decimals(), Some(6));
    }

    #[test]
    fn what_is_no_caip_2_name_is_refused() {
        for text in ["", "eip155", "eip155:", "eip155:x", "eip155:01", "EIP155:1", "a:1", "eip155:1 ", "solana:é"] {
            assert!(text.parse::<Chain>().is_err(), "{text}");
        }
        assert!(format!("eip155:{}", "9".repeat(60)).parse::<Chain>().is_err());
    }
}
