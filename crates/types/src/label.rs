//! Labels: what somebody asserts about an address, with two times.
//!
//! A label is never a fact of ours. It says who said so, how sure they were, since when it was published
//! (`known_since`), and, for legal listings only, when it was in force.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Account, Address, Chain, Date, Family, names::names};

/// One assertion by one source about one address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Label {
    /// On which chains it holds.
    pub chain: Scope,
    /// The address, in its chain's text.
    pub address: String,
    /// Who the address belongs to, as the source names it.
    pub entity: String,
    /// What the entity is.
    pub category: Category,
    /// What kind of accusation or listing this is, if any. Classes are never mixed.
    pub class: Class,
    /// The sanctions programme, as the list names it.
    pub programme: Option<String>,
    /// The list's own number for the entry.
    pub uid: Option<String>,
    /// Which list or publication, by its short name in `data/README.md`.
    pub source: String,
    /// How sure the source is.
    pub confidence: Confidence,
    /// Legal status over time; only listings and freezes have one.
    pub in_force: Option<InForce>,
    /// When it was published; none if the source does not tell.
    pub known_since: Option<Date>,
    /// Date of the snapshot in which we saw it: published then at the latest.
    pub known_by: Option<Date>,
    /// Anything else the source says.
    pub note: Option<String>,
}

/// On which chains a label holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// One chain.
    One(Chain),
    /// Every EVM chain: the key is the same, so the holder is; written `eip155:*`.
    EveryEvm,
}

/// When a listing was in force. Both days are included in neither doubt: it starts on `from` and is over on `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InForce {
    /// First day; none if the source does not tell.
    pub from: Option<Date>,
    /// The day it ended; none if it still stands.
    pub until: Option<Date>,
}

/// What a label's listing was on a given day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In force on that day.
    InForce,
    /// Not yet in force.
    NotYet,
    /// Not in force any more.
    Ended,
    /// The list does not tell since when, or the day is unknown.
    Unknown,
    /// The label is an attribution, not a listing: it has no legal status.
    NoListing,
}

names!(
    /// What a labelled entity is.
    Category, "category", {
        /// A person or company on a sanctions list.
        SanctionedParty = "sanctioned_party",
        /// An account that took or held stolen value.
        Theft = "theft",
        /// A wallet said to belong to a DPRK IT worker.
        ItWorker = "it_worker",
        /// An exchange that keeps its customers' coins together.
        Exchange = "exchange",
        /// A mixer or privacy pool.
        Mixer = "mixer",
        /// A bridge between chains.
        Bridge = "bridge",
        /// A decentralised exchange, its pools and routers.
        Dex = "dex",
        /// A payment contract, such as a batch payer or a stream.
        Payment = "payment",
        /// A token contract.
        Token = "token",
        /// The party that was robbed.
        Victim = "victim",
        /// Anything else.
        Other = "other",
    }
);

names!(
    /// What kind of accusation a label carries, from the heaviest. These are never mixed or merged.
    Class, "class", {
        /// Listed under a DPRK programme.
        ListedDprk = "listed_dprk",
        /// Listed under another programme, but linked to the DPRK by the listing authority.
        ListedDprkLinked = "listed_dprk_linked",
        /// Attributed to the DPRK by the FBI or another authority, without a listing.
        AttributedDprk = "attributed_dprk",
        /// Any other official listing.
        Listed = "listed",
        /// Alleged by public research to be DPRK-linked. An allegation, not a finding.
        AllegedDprk = "alleged_dprk",
        /// No accusation: a protocol or company.
        Service = "service",
    }
);

names!(
    /// How sure a source is of its assertion.
    Confidence, "confidence", {
        /// An official list, or the project's own publication.
        High = "high",
        /// A good public source.
        Medium = "medium",
        /// An allegation.
        Low = "low",
    }
);

impl Class {
    /// Whether reaching such an address is a reason to look.
    pub fn is_flagged(self) -> bool {
        self != Self::Service
    }
}

impl Category {
    /// Whether value that arrives there is commingled with that of others, so that following it further says nothing.
    pub fn commingles(self) -> bool {
        matches!(self, Self::Exchange | Self::Mixer | Self::Bridge)
    }
}

impl Label {
    /// Whether the label is about this account.
    pub fn covers(&self, account: &Account) -> bool {
        self.chain.covers(account.chain) && self.address == account.address.to_string()
    }

    /// Whether it was published on `as_of`. If the source does not tell since when, it counts as published: a missed
    /// listing is worse than one that is marked as of unknown date.
    pub fn is_known(&self, as_of: Date) -> bool {
        self.known_since.is_none_or(|since| since <= as_of)
    }

    /// What the listing was on `day`; unknown if the day is.
    pub fn standing(&self, day: Option<Date>) -> Standing {
        let Some(in_force) = self.in_force else { return Standing::NoListing };
        let Some(day) = day else { return Standing::Unknown };
        match (in_force.from, in_force.until) {
            (_, Some(until)) if until <= day => Standing::Ended,
            (Some(from), _) if day < from => Standing::NotYet,
            (Some(_), _) => Standing::InForce,
            (None, _) if self.known_by.is_some_and(|seen| seen <= day) => Standing::InForce,
            (None, _) => Standing::Unknown,
        }
    }
}

impl Scope {
    /// Whether labels of this scope are about accounts of `chain`.
    pub fn covers(self, chain: Chain) -> bool {
        match self {
            Self::One(one) => one == chain,
            Self::EveryEvm => chain.family() == Family::Evm,
        }
    }

    /// Reads an address of this scope into its canonical text.
    ///
    /// # Errors
    /// If the text is no address of such a chain.
    pub fn parse_address(self, text: &str) -> Result<Address, crate::AddressError> {
        match self {
            Self::One(chain) => Address::parse(chain, text),
            Self::EveryEvm => Address::parse(Chain::ETHEREUM, text),
        }
    }
}

impl FromStr for Scope {
    type Err = crate::ChainError;

    fn from_str(text: &str) -> Result<Self, crate::ChainError> {
        if text == "eip155:*" { Ok(Self::EveryEvm) } else { text.parse().map(Self::One) }
    }
}

impl TryFrom<String> for Scope {
    type Error = crate::ChainError;

    fn try_from(text: String) -> Result<Self, crate::ChainError> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(chain) => chain.fmt(f),
            Self::EveryEvm => f.write_str("eip155:*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Tornado Cash: listed on 8 August 2022, delisted on 21 March 2025.
    fn tornado() -> Label {
        Label {
            chain: Scope::EveryEvm,
            address: "0xA160cdAB225685dA1d56aa342Ad8841c3b53f291".to_owned(),
            entity: "Tornado Cash".to_owned(),
            category: Category::Mixer,
            class: Class::Listed,
            programme: None,
            uid: None,
            source: "test".to_owned(),
            confidence: Confidence::High,
            in_force: Some(InForce { from: Some(day("2022-08-08")), until: Some(day("2025-03-21")) }),
            known_since: Some(day("2022-08-08")),
            known_by: None,
            note: None,
        }
    }

    #[test]
    fn the_two_times_are_apart() {
        let label = tornado();
        assert!(!label.is_known(day("2022-08-07")) && label.is_known(day("2026-01-01")));
        assert_eq!(label.standing(Some(day("2022-08-07"))), Standing::NotYet);
        assert_eq!(label.standing(Some(day("2022-08-08"))), Standing::InForce);
        assert_eq!(label.standing(Some(day("2025-03-20"))), Standing::InForce);
        assert_eq!(label.standing(Some(day("2025-03-21"))), Standing::Ended);
        assert_eq!(label.standing(None), Standing::Unknown);
        assert_eq!(Label { in_force: None, ..label }.standing(Some(day("2023-01-01"))), Standing::NoListing);
    }

    #[test]
    fn a_listing_of_unknown_date_counts_from_the_snapshot_and_is_unknown_before() {
        let label = Label {
            in_force: Some(InForce { from: None, until: None }),
            known_since: None,
            known_by: Some(day("2026-08-20")),
            ..tornado()
        };
        assert!(label.is_known(day("2020-01-01")));
        assert_eq!(label.standing(Some(day("2020-01-01"))), Standing::Unknown);
        assert_eq!(label.standing(Some(day("2026-08-20"))), Standing::InForce);
    }

    #[test]
    fn a_label_of_every_evm_chain_covers_them_and_no_other() {
        let label = tornado();
        for chain in ["eip155:1", "eip155:137"] {
            assert!(label.covers(&format!("{chain}:{}", label.address).parse().unwrap()));
        }
        assert!(!Scope::EveryEvm.covers(Chain::SOLANA));
        assert!("attributed".parse::<Class>().unwrap_err().contains("attributed_dprk"));
    }
}
