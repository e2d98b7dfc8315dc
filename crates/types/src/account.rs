//! Accounts: an address on a chain. An EVM address on two chains is two accounts.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Address, AddressError, Chain};

/// (chain, address); printed and serialised as CAIP-10, `eip155:1:0x…`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Account {
    /// The chain it lives on.
    pub chain: Chain,
    /// Its address there.
    pub address: Address,
}

impl Account {
    /// Reads an address of `chain`.
    ///
    /// # Errors
    /// If the text is no address of that chain.
    pub fn parse(chain: Chain, address: &str) -> Result<Self, AddressError> {
        Address::parse(chain, address).map(|address| Self { chain, address })
    }
}

/// Reads CAIP-10, or a bare address whose shape tells the chain (0x is Ethereum mainnet).
impl FromStr for Account {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        // The address may hold colons of its own, as those of Bitcoin Cash do.
        let mut parts = text.splitn(3, ':');
        if let (Some(namespace), Some(reference), Some(address)) = (parts.next(), parts.next(), parts.next())
            && let Ok(chain) = format!("{namespace}:{reference}").parse::<Chain>()
        {
            return Self::parse(chain, address);
        }
        Address::parse_any(text).map(|(chain, address)| Self { chain, address })
    }
}

impl TryFrom<String> for Account {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Account> for String {
    fn from(account: Account) -> Self {
        account.to_string()
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.chain, self.address)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caip_10_and_bare_addresses() {
        let address = "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2";
        let bare: Account = address.parse().unwrap();
        assert_eq!(bare.to_string(), format!("eip155:1:{address}"));
        assert_eq!(bare.to_string().parse(), Ok(bare.clone()));
        let polygon: Account = format!("eip155:137:{address}").parse().unwrap();
        assert_ne!(polygon, bare);
        let colon: Account = "foreign:bch:bitcoincash:qabc".parse().unwrap();
        assert_eq!(colon.to_string().parse(), Ok(colon));
        assert_eq!(serde_json::to_string(&polygon).unwrap(), format!("\"eip155:137:{address}\""));
    }
}
