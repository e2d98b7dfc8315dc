//! Exposure, as compliance people use the word: how much of what accounts sent and received has a labelled party at its other end.
//!
//! Direct: the counterparty itself carries the label. Indirect: reached through accounts without one. Value ends at the first labelled
//! party, so that nothing is counted twice: under each method the parts of a total add up to it exactly. Only dirty-first and clean-first
//! tell of what was received each part by itself, as if nothing else were tainted.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset, Category, Class, Currency, Hundredths, Method, Traced};

/// What some accounts are exposed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposureAnswer {
    /// The money in which amounts are valued.
    pub currency: Currency,
    /// What became of what they sent.
    pub sent: ExposureSide,
    /// Where what they received came from.
    pub received: ExposureSide,
}

/// What was sent, or what was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposureSide {
    /// The trace that shows it, with what was not searched.
    pub trace: Traced,
    /// All that was sent or received, per account and asset.
    pub totals: Vec<ExposureTotal>,
    /// The parts, those with a labelled party first.
    pub parts: Vec<Exposure>,
}

/// All that an account sent or received of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposureTotal {
    /// The account.
    pub account: Account,
    /// The asset.
    pub asset: Asset,
    /// How much, in base units.
    pub amount_raw: Amount,
    /// What it was worth when it was sent or received.
    pub worth: Fiat,
}

/// One part of a total under one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// The account that is exposed.
    pub account: Account,
    /// The asset that it sent or received.
    pub asset: Asset,
    /// To what.
    pub to: Exposed,
    /// The method.
    pub method: Method,
    /// How much of the total, in base units of the asset.
    pub amount_raw: Amount,
    /// The fewest hops.
    pub hops: u32,
    /// The accounts of the other party; for what has none, where it ended or began.
    pub accounts: Vec<Account>,
    /// What it was worth when it arrived at the other party, or, of what was received, when it was received. Nothing is valued that met
    /// no labelled party.
    pub worth: Fiat,
}

/// To what an account is exposed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "to")]
pub enum Exposed {
    /// A labelled party.
    Party {
        /// What its heaviest label says of it.
        class: Class,
        /// Whether the account dealt with it itself.
        nearness: Nearness,
        /// What it is.
        category: Category,
        /// Who it is, as the label names it.
        entity: String,
    },
    /// Nobody who carries a label.
    Nobody {
        /// Where it ended, or began, in plain words.
        end: String,
    },
}

impl Exposed {
    /// Whether it is a party that somebody lists, attributes or alleges.
    pub fn is_flagged(&self) -> bool {
        matches!(self, Self::Party { class, .. } if class.is_flagged())
    }
}

/// Whether an account dealt with a party itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nearness {
    /// The counterparty itself is the party.
    Direct,
    /// It was reached through others.
    Indirect,
}

impl Nearness {
    /// Its name, the same as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Indirect => "indirect",
        }
    }
}

/// What amounts were worth, as far as there are prices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fiat {
    /// The worth of what has a price; none if nothing has.
    pub value: Option<Hundredths>,
    /// How much has none, in base units of the exposed asset.
    pub unpriced_raw: Amount,
    /// Who told the prices.
    pub sources: Vec<String>,
}

impl Fiat {
    /// Adds an amount of the exposed asset with what it was worth, if anybody tells.
    pub fn add(&mut self, amount_raw: Amount, worth: Option<(Hundredths, String)>) {
        let Some((value, source)) = worth else {
            self.unpriced_raw = self.unpriced_raw.saturating_add(amount_raw);
            return;
        };
        self.value = Some(self.value.unwrap_or_default().plus(value));
        if let Err(place) = self.sources.binary_search(&source) {
            self.sources.insert(place, source);
        }
    }
}
