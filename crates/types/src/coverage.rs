//! Coverage: what is known, over which heights, from which source. Shown in every certificate.

use serde::{Deserialize, Serialize};

use crate::{Account, Asset, Chain};

/// A claim that a source made about what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Coverage {
    /// The chain.
    pub chain: Chain,
    /// The account, or none for the whole chain.
    pub account: Option<Account>,
    /// Which movements.
    pub what: What,
    /// Which side of the account.
    pub direction: Direction,
    /// Which asset; none for all.
    pub asset: Option<Asset>,
    /// First height, included.
    pub from_height: u64,
    /// Last height, included.
    pub to_height: u64,
    /// How strong the claim is.
    pub claim: Claim,
    /// Who makes it.
    pub source: String,
    /// What limits it.
    pub note: Option<String>,
}

/// Which movements a coverage speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// All of them.
    All,
    /// Top-level native value.
    Native,
    /// Native value of inner calls.
    Internal,
    /// Tokens.
    Token,
    /// Fees.
    Fee,
}

/// Which side of an account a coverage speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// What came in.
    In,
    /// What went out.
    Out,
    /// Both.
    Both,
}

/// How strong a claim of coverage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// Verified to be everything.
    Complete,
    /// What a publisher listed; completeness was not verified.
    Listed,
}

impl Coverage {
    /// Whether it says that the account's outflows of `asset` are known, at least in part of its range.
    pub fn covers_outflow(&self, asset: &Asset) -> bool {
        let kind = match self.what {
            What::All => true,
            What::Native | What::Internal => asset.is_native(),
            What::Token => !asset.is_native(),
            What::Fee => false,
        };
        kind && self.direction != Direction::In
            && self.chain == asset.chain
            && self.asset.as_ref().is_none_or(|one| one == asset)
    }
}

macro_rules! from_name {
    ($name:ident, $what:literal, $($text:literal => $variant:ident),+) => {
        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(format!("`{}` is not a {}: write one of {}", text.chars().take(40).collect::<String>(), $what, [$($text),+].join(", "))),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant => $text,)+ })
            }
        }
    };
}

from_name!(What, "kind of coverage", "all" => All, "native" => Native, "internal" => Internal, "token" => Token, "fee" => Fee);
from_name!(Direction, "direction", "in" => In, "out" => Out, "both" => Both);
from_name!(Claim, "claim", "complete" => Complete, "listed" => Listed);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_of_outflows() {
        let eth = Asset::native(Chain::ETHEREUM);
        let token: Asset = "eip155:1/erc20:0xae7ab96520de3a18e5e111b5eaab095312d7fe84".parse().unwrap();
        let all = Coverage {
            chain: Chain::ETHEREUM,
            account: None,
            what: What::All,
            direction: Direction::Out,
            asset: None,
            from_height: 1,
            to_height: 2,
            claim: Claim::Listed,
            source: "x".to_owned(),
            note: None,
        };
        assert!(all.covers_outflow(&eth) && all.covers_outflow(&token));
        assert!(!Coverage { direction: Direction::In, ..all.clone() }.covers_outflow(&eth));
        assert!(!Coverage { what: What::Token, ..all.clone() }.covers_outflow(&eth));
        assert!(!Coverage { asset: Some(token.clone()), ..all.clone() }.covers_outflow(&eth));
        assert!(Coverage { asset: Some(token.clone()), ..all }.covers_outflow(&token));
    }
}
