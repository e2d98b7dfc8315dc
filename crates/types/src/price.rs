//! Prices: what a coin or a token was worth in fiat money, who says so, and for when.
//!
//! Prices are exact decimals and fiat sums are whole hundredths. Neither is ever turned back into an amount of an asset.

mod money;
mod rate;

use serde::{Deserialize, Serialize};

pub use money::{Currency, Hundredths};
pub use rate::Rate;

use crate::{Asset, Date, Time};

/// What one whole unit of something was worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Of what.
    pub of: Priced,
    /// For when.
    pub when: PriceTime,
    /// In which money.
    pub currency: Currency,
    /// How much of it one whole unit was worth.
    pub price: Rate,
    /// Who says so.
    pub source: String,
}

/// What has a price.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priced {
    /// A coin by its ticker: native coins of that name, and tokens that stand for it one to one.
    Coin(String),
    /// One asset.
    Asset(Asset),
}

/// For when a price holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceTime {
    /// For the whole of a day in UTC.
    Day(Date),
    /// From a time on, until a later price, and for a day at most.
    From(Time),
}

impl PriceTime {
    /// The first and the last second for which it holds.
    pub fn span(self) -> (Time, Time) {
        match self {
            Self::Day(day) => (day.start(), day.end()),
            Self::From(time) => (time, time.plus_seconds(SECONDS_OF_A_DAY - 1)),
        }
    }
}

const SECONDS_OF_A_DAY: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_holds_for_its_day() {
        let (from, until) = PriceTime::Day("2025-02-21".parse().unwrap()).span();
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2025-02-21T00:00:00Z".into(), "2025-02-21T23:59:59Z".into())
        );
        let (from, until) = PriceTime::From("2025-02-21T12:00:00Z".parse().unwrap()).span();
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2025-02-21T12:00:00Z".into(), "2025-02-22T11:59:59Z".into())
        );
    }
}
