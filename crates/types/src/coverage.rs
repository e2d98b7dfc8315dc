//! Coverage: what is known, over which heights, from which source. Shown in every certificate.

use std::collections::BTreeSet;

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

/// Ranges of heights, both ends included, joined where they touch or overlap, in order.
pub fn join_ranges(mut ranges: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    ranges.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (from, to) in ranges {
        match joined.last_mut() {
            Some((_, end)) if from <= end.saturating_add(1) => *end = to.max(*end),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// What is left of ranges of heights without others, both ends included: joined, in order.
pub fn ranges_without(ranges: Vec<(u64, u64)>, holes: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    let holes = join_ranges(holes);
    let (mut rest, mut passed) = (Vec::new(), 0);
    for (from, to) in join_ranges(ranges) {
        // Ranges are in order: a hole that ends before this one ends before all that come.
        passed += holes[passed..].iter().take_while(|(_, high)| *high < from).count();
        let mut next = Some(from);
        for &(low, high) in holes[passed..].iter().take_while(|(low, _)| *low <= to) {
            rest.extend(next.filter(|next| *next < low).map(|next| (next, low.saturating_sub(1))));
            next = high.checked_add(1);
        }
        rest.extend(next.filter(|next| *next <= to).map(|next| (next, to)));
    }
    rest
}

/// What sources together claim of one thing: the ranges of all who say so, joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
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
    /// How strong the claim is.
    pub claim: Claim,
    /// Heights, first and last included, in order and apart.
    pub heights: Vec<(u64, u64)>,
    /// Who makes it.
    pub sources: Vec<String>,
    /// What limits it.
    pub notes: Vec<String>,
}

impl Covered {
    /// Joins claims that differ only in heights, sources and notes.
    pub fn join(claims: &[Coverage]) -> Vec<Self> {
        let mut claims: Vec<&Coverage> = claims.iter().collect();
        let subject =
            |one: &Coverage| (one.chain, one.account.clone(), one.what, one.direction, one.asset.clone(), one.claim);
        claims.sort_by_cached_key(|one| subject(one));
        let join = |group: &[&Coverage]| {
            let first = group.first()?;
            let texts = |texts: Vec<&String>| {
                let texts: BTreeSet<&String> = texts.into_iter().collect();
                texts.into_iter().cloned().collect()
            };
            Some(Self {
                chain: first.chain,
                account: first.account.clone(),
                what: first.what,
                direction: first.direction,
                asset: first.asset.clone(),
                claim: first.claim,
                heights: join_ranges(group.iter().map(|one| (one.from_height, one.to_height)).collect()),
                sources: texts(group.iter().map(|one| &one.source).collect()),
                notes: texts(group.iter().filter_map(|one| one.note.as_ref()).collect()),
            })
        };
        claims.chunk_by(|a, b| subject(a) == subject(b)).filter_map(join).collect()
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
    fn ranges_join_where_they_touch() {
        assert_eq!(join_ranges(vec![(5, 9), (1, 2), (3, 4), (11, 12), (6, 7)]), [(1, 9), (11, 12)]);
        assert_eq!(join_ranges(vec![(0, u64::MAX), (4, 4)]), [(0, u64::MAX)]);
        assert_eq!(join_ranges(Vec::new()), []);
    }

    #[test]
    fn ranges_are_cut_by_others_in_whatever_order() {
        let rest = |holes: &[(u64, u64)]| ranges_without(vec![(30, 40), (10, 20), (50, 60)], holes.to_vec());
        assert_eq!(rest(&[]), [(10, 20), (30, 40), (50, 60)]);
        assert_eq!(rest(&[(21, 29), (5, 9), (61, 70)]), [(10, 20), (30, 40), (50, 60)]);
        assert_eq!(rest(&[(36, 55), (12, 14), (16, 16)]), [(10, 11), (15, 15), (17, 20), (30, 35), (56, 60)]);
        assert_eq!(rest(&[(5, 10), (20, 30), (60, 60)]), [(11, 19), (31, 40), (50, 59)]);
        assert_eq!(rest(&[(0, u64::MAX)]), []);
        assert_eq!(ranges_without(vec![(0, u64::MAX)], vec![(0, 0), (u64::MAX, u64::MAX)]), [(1, u64::MAX - 1)]);
    }

    #[test]
    fn claims_of_several_sources_join() {
        let claim = |what, from_height, to_height, source: &str| Coverage {
            chain: Chain::ETHEREUM,
            account: None,
            what,
            direction: Direction::Both,
            asset: None,
            from_height,
            to_height,
            claim: Claim::Listed,
            source: source.to_owned(),
            note: (from_height == 1).then(|| "partly".to_owned()),
        };
        let claims = [claim(What::Native, 1, 5, "b"), claim(What::Token, 3, 4, "a"), claim(What::Native, 6, 9, "a")];
        let joined = Covered::join(&claims);
        assert_eq!(joined.len(), 2);
        assert_eq!((joined[0].what, joined[0].heights.as_slice()), (What::Native, [(1, 9)].as_slice()));
        assert_eq!(
            (joined[0].sources.as_slice(), joined[0].notes.as_slice()),
            (["a", "b"].map(str::to_owned).as_slice(), ["partly".to_owned()].as_slice())
        );
        assert_eq!((joined[1].what, joined[1].heights.as_slice()), (What::Token, [(3, 4)].as_slice()));
    }

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
