//! The book of prices: what an amount was worth at a time, and who says so.

use std::collections::{BTreeSet, HashMap};

use fundtrail_types::{Amount, Asset, Currency, Hundredths, Price, Priced, Rate, Time};

/// Who says that a token is worth what it stands for.
const AT_PAR: &str = "at par";

/// Prices by what they are of.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    prices: HashMap<(Priced, Currency), Vec<Held>>,
}

/// A price and for when it holds.
#[derive(Clone, Debug)]
struct Held {
    from: Time,
    until: Time,
    rate: Rate,
    source: String,
}

/// What an amount was worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    /// How much.
    pub value: Hundredths,
    /// Who says what one unit was worth.
    pub source: String,
}

impl PriceBook {
    /// Adds prices. Of two that hold at a time, the one that began last counts; of two that began together, the one that was added last.
    pub fn add(&mut self, prices: impl IntoIterator<Item = Price>) {
        let mut touched = BTreeSet::new();
        for price in prices {
            let (from, until) = price.when.span();
            let key = (price.of, price.currency);
            touched.insert(key.clone());
            self.prices.entry(key).or_default().push(Held { from, until, rate: price.price, source: price.source });
        }
        for key in touched {
            if let Some(held) = self.prices.get_mut(&key) {
                // What was added last stays last among equals.
                held.sort_by_key(|one| one.from);
            }
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }

    /// What an amount of an asset was worth at a time. A price of the asset itself counts before one of the coin that it `stands_for`,
    /// and that before the assumption that it is worth the money that it stands for. None if nobody tells.
    pub fn worth(
        &self,
        (asset, decimals, stands_for): (&Asset, u8, Option<&str>),
        amount: Amount,
        at: Time,
        currency: Currency,
    ) -> Option<Worth> {
        let of = |priced: Priced| {
            let held = self.holds((priced, currency), at)?;
            Some(Worth { value: held.rate.value(amount, decimals)?, source: held.source.clone() })
        };
        let own = || of(Priced::Asset(asset.clone()));
        let coin = || of(Priced::Coin(stands_for?.to_owned()));
        let par = || {
            let value = Rate::one().value(amount, decimals)?;
            (stands_for == Some(currency.code())).then(|| Worth { value, source: AT_PAR.to_owned() })
        };
        own().or_else(coin).or_else(par)
    }

    fn holds(&self, key: (Priced, Currency), at: Time) -> Option<&Held> {
        let prices = self.prices.get(&key)?;
        let begun = prices.partition_point(|one| one.from <= at);
        // One that ended may hide one that goes on, so more than the last is looked at; none holds for longer than a day.
        prices[..begun].iter().rev().take_while(|one| one.from.plus_seconds(86_400) > at).find(|one| one.until >= at)
    }
}

#[cfg(test)]
mod tests {
    use fundtrail_types::{Chain, PriceTime};

    use super::*;

    fn price(of: &str, when: &str, rate: &str, source: &str) -> Price {
        Price {
            of: of.parse().map_or_else(|_| Priced::Coin(of.to_owned()), Priced::Asset),
            when: when.parse().map_or_else(|_| PriceTime::From(when.parse().unwrap()), PriceTime::Day),
            currency: Currency::USD,
            price: rate.parse().unwrap(),
            source: source.to_owned(),
        }
    }

    /// What one ether was worth, and who says so.
    fn ether(prices: &[Price], stands_for: Option<&str>, at: &str) -> Option<(String, String)> {
        let mut book = PriceBook::default();
        book.add(prices.to_vec());
        let asset = Asset::native(Chain::ETHEREUM);
        let amount = Amount::from(10u64.pow(18));
        let worth = book.worth((&asset, 18, stands_for), amount, at.parse().unwrap(), Currency::USD)?;
        Some((worth.value.to_string(), worth.source))
    }

    fn told(value: &str, source: &str) -> Option<(String, String)> {
        Some((value.to_owned(), source.to_owned()))
    }

    #[test]
    fn a_daily_price_holds_for_its_day_and_no_longer() {
        let prices = [price("ETH", "2025-02-21", "2660.5", "a")];
        for at in ["2025-02-21T00:00:00Z", "2025-02-21T23:59:59Z"] {
            assert_eq!(ether(&prices, Some("ETH"), at), told("2660.50", "a"));
        }
        for at in ["2025-02-20T23:59:59Z", "2025-02-22T00:00:00Z"] {
            assert_eq!(ether(&prices, Some("ETH"), at), None);
        }
        assert_eq!(ether(&prices, None, "2025-02-21T12:00:00Z"), None, "a name alone is no identity");
        assert_eq!(ether(&prices, Some("SOL"), "2025-02-21T12:00:00Z"), None);
    }

    #[test]
    fn the_price_of_the_asset_counts_first_then_the_coin_s_then_par() {
        let noon = "2025-02-21T12:00:00Z";
        let coin = price("USD", "2025-02-21", "0.9", "coin");
        let own = price("eip155:1/native", "2025-02-21", "0.8", "own");
        assert_eq!(ether(&[], Some("USD"), noon), told("1.00", "at par"));
        assert_eq!(ether(std::slice::from_ref(&coin), Some("USD"), noon), told("0.90", "coin"));
        assert_eq!(ether(&[own, coin], Some("USD"), noon), told("0.80", "own"));
        assert_eq!(ether(&[], Some("EUR"), noon), None, "par with another money is no value in this one");
    }

    #[test]
    fn of_several_prices_the_last_begun_counts_and_among_equals_the_last_added() {
        let day = price("ETH", "2025-02-21", "1", "day");
        let morning = price("ETH", "2025-02-21T09:00:00Z", "2", "morning");
        let again = price("ETH", "2025-02-21", "3", "again");
        let prices = [day, morning, again];
        assert_eq!(ether(&prices, Some("ETH"), "2025-02-21T08:59:59Z"), told("3.00", "again"));
        assert_eq!(ether(&prices, Some("ETH"), "2025-02-21T09:00:00Z"), told("2.00", "morning"));
        // The next day the one from the morning still holds, for a day.
        assert_eq!(ether(&prices, Some("ETH"), "2025-02-22T08:59:59Z"), told("2.00", "morning"));
        assert_eq!(ether(&prices, Some("ETH"), "2025-02-22T09:00:00Z"), None);
        let reversed: Vec<Price> = prices.iter().rev().cloned().collect();
        assert_eq!(ether(&reversed, Some("ETH"), "2025-02-21T08:00:00Z"), told("1.00", "day"));
    }
}
