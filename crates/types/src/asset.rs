//! Assets: the native coin of a chain, or a token contract or mint.
//!
//! Identity is the contract, never the symbol: laundering wallets are showered with tokens that call themselves `ETH`
//! or `USDT` in look-alike letters. [`AssetInfo`] carries what an asset is called, with the source of that name.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Address, Amount, Chain, Family};

/// (chain, native coin or token). Serialised as `eip155:1/native`, `eip155:1/erc20:0x…` or `solana:…/token:…`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Asset {
    /// The chain it lives on.
    pub chain: Chain,
    /// Which of the chain's assets.
    pub token: Token,
}

/// Which of a chain's assets.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Token {
    /// The native coin: ether, SOL.
    Native,
    /// An ERC-20 contract or an SPL mint.
    Contract(Address),
}

impl Asset {
    /// The native coin of `chain`.
    pub fn native(chain: Chain) -> Self {
        Self { chain, token: Token::Native }
    }

    /// Reads `native` or a contract or mint address of `chain`.
    ///
    /// # Errors
    /// If the text is neither.
    pub fn parse(chain: Chain, text: &str) -> Result<Self, crate::AddressError> {
        let token = if text == "native" { Token::Native } else { Token::Contract(Address::parse(chain, text)?) };
        Ok(Self { chain, token })
    }

    /// `native`, or the contract or mint address: how a row of a table names an asset beside its chain.
    pub fn name_on_chain(&self) -> String {
        match &self.token {
            Token::Native => "native".to_owned(),
            Token::Contract(address) => address.to_string(),
        }
    }

    /// Whether this is the chain's native coin.
    pub fn is_native(&self) -> bool {
        self.token == Token::Native
    }
}

impl FromStr for Asset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fail = |why: String| {
            format!(
                "`{text}` is not an asset: {why}; write `<chain>/native`, `<chain>/erc20:<contract>` or `<chain>/token:<mint>`"
            )
        };
        let (chain, rest) = text.split_once('/').ok_or_else(|| fail("it has no `/`".to_owned()))?;
        let chain: Chain = chain.parse().map_err(|e: crate::ChainError| fail(e.to_string()))?;
        let name = rest.split_once(':').map_or(rest, |(_, address)| address);
        Self::parse(chain, name).map_err(|e| fail(e.to_string()))
    }
}

impl TryFrom<String> for Asset {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Asset> for String {
    fn from(asset: Asset) -> Self {
        asset.to_string()
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.token, self.chain.family()) {
            (Token::Native, _) => write!(f, "{}/native", self.chain),
            (Token::Contract(address), Family::Evm) => write!(f, "{}/erc20:{address}", self.chain),
            (Token::Contract(address), _) => write!(f, "{}/token:{address}", self.chain),
        }
    }
}

impl fmt::Debug for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What an asset is called and how its amounts are scaled, with the ground for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetInfo {
    /// The asset itself; the only identity.
    pub asset: Asset,
    /// Its ticker. If not verified, the ticker is what the token calls itself, which proves nothing.
    pub symbol: String,
    /// Decimal places between base units and whole units; none if nobody told us.
    pub decimals: Option<u8>,
    /// Whether symbol and decimals come from a table of known tokens rather than from a row that somebody exported.
    pub verified: bool,
}

impl AssetInfo {
    /// What can be said of an asset that no table knows: the native coin's own facts, nothing for a token.
    pub fn unknown(asset: &Asset) -> Self {
        if asset.is_native() {
            return Self {
                asset: asset.clone(),
                symbol: asset.chain.native_symbol().to_owned(),
                decimals: asset.chain.native_decimals(),
                verified: true,
            };
        }
        Self { asset: asset.clone(), symbol: String::new(), decimals: None, verified: false }
    }

    /// An amount with its unit, as people read it: `1.5 ETH`; base units where decimals are unknown.
    pub fn print(&self, amount: Amount) -> String {
        let unit = match (self.symbol.as_str(), self.verified) {
            ("", _) => self.asset.name_on_chain(),
            (symbol, true) => symbol.to_owned(),
            (symbol, false) => format!("\"{}\" ({})", symbol.escape_debug(), self.asset.name_on_chain()),
        };
        match self.decimals {
            Some(decimals) => format!("{} {unit}", amount.to_decimal(decimals)),
            None => format!("{amount} base units of {unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_read_and_print() {
        for text in [
            "eip155:1/native",
            "eip155:1/erc20:0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84",
            "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
        ] {
            assert_eq!(text.parse::<Asset>().unwrap().to_string(), text);
        }
        assert!("eip155:1".parse::<Asset>().unwrap_err().contains("write `<chain>/native`"));
    }

    #[test]
    fn a_look_alike_never_prints_as_the_real_thing() {
        let fake = Asset::parse(Chain::ETHEREUM, "0x2a120e7f2f1d8ffd173ed17aa5089f11206b5177").unwrap();
        let info = AssetInfo { asset: fake, symbol: "USDT".to_owned(), decimals: Some(18), verified: false };
        assert_eq!(info.print(Amount::from(10u64.pow(18))), "1 \"USDT\" (0x2a120e7f2F1d8fFD173eD17Aa5089f11206B5177)");
    }
}
