//! Prices from swaps on chain: what was given for tokens that stand for money.
//!
//! An account that ends a transaction with less of one asset and more of one other has swapped them. Where one of the two stands for
//! money, that is a rate. The price of a day is the median of its rates, because a single swap can be anything: a pool without depth,
//! a payment beside the swap, or somebody who wants a price to be seen.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use fundtrail_types::{Asset, Change, Currency, Date, Price, PriceTime, Priced, Rate, Reading, Time};

/// Under so many swaps a day has no price.
const SWAPS_MIN: usize = 3;

/// What is known of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its decimals.
    pub decimals: u8,
    /// The coin or the money for which it stands one to one.
    pub stands_for: Option<String>,
}

/// Rates seen in swaps, by what they are of and by day.
#[derive(Clone, Debug)]
pub struct Seen {
    currency: Currency,
    rates: BTreeMap<(Priced, Date), Vec<Rate>>,
}

impl Seen {
    /// None yet. Tokens that stand for this money tell what others are worth.
    pub fn new(currency: Currency) -> Self {
        Self { currency, rates: BTreeMap::new() }
    }

    /// Adds the swaps of one transaction. Assets of which nothing is `known` tell nothing.
    pub fn add(&mut self, reading: &Reading, time: Time, known: &dyn Fn(&Asset) -> Option<Known>) {
        let mut told: BTreeSet<(Priced, String)> = BTreeSet::new();
        for changes in reading.changes.chunk_by(|a, b| a.address == b.address) {
            let Some((of, rate)) = self.rate(changes, known) else { continue };
            // Who swaps and the pool tell the same rate twice.
            if told.insert((of.clone(), rate.to_string())) {
                self.rates.entry((of, time.date())).or_default().push(rate);
            }
        }
    }

    /// What one account's changes tell, if it swapped one asset for one other.
    fn rate(&self, changes: &[Change], known: &dyn Fn(&Asset) -> Option<Known>) -> Option<(Priced, Rate)> {
        let [one, other] = changes else { return None };
        if one.side == other.side {
            return None;
        }
        let (one_known, other_known) = (known(&one.asset)?, known(&other.asset)?);
        let is_money = |known: &Known| known.stands_for.as_deref() == Some(self.currency.code());
        let ((asset, amount, known), (paid, money)) = match (is_money(&one_known), is_money(&other_known)) {
            (false, true) => ((&one.asset, one.amount, one_known), (other.amount, other_known)),
            (true, false) => ((&other.asset, other.amount, other_known), (one.amount, one_known)),
            _ => return None,
        };
        let of = known.stands_for.map_or_else(|| Priced::Asset(asset.clone()), Priced::Coin);
        Some((of, Rate::of_swap(amount, known.decimals, paid, money.decimals)?))
    }

    /// The price of each day: the median of its rates, of two in the middle the lower. Days with fewer than three swaps have none.
    pub fn prices(self) -> Vec<Price> {
        let mut prices = Vec::new();
        for ((of, day), mut rates) in self.rates {
            if rates.len() < SWAPS_MIN {
                continue;
            }
            rates.sort_by(|a, b| a.compare(*b).unwrap_or(Ordering::Equal));
            let Some(median) = rates.get((rates.len() - 1) / 2) else { continue };
            let source = format!("swaps seen on chain: median of {}, against tokens at par", rates.len());
            prices.push(Price { of, when: PriceTime::Day(day), currency: self.currency, price: *median, source });
        }
        prices
    }
}

#[cfg(test)]
mod tests {
    use fundtrail_types::{Address, Amount, Chain, Kind, Movement, Order, TxId, TxOrder};

    use super::*;

    const USDC: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
    const WETH: &str = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";
    const OTHER: &str = "0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84";

    fn asset(name: &str) -> Asset {
        Asset::parse(Chain::ETHEREUM, name).unwrap()
    }

    fn known(of: &Asset) -> Option<Known> {
        let stands_for = |what: &str| Some(what.to_owned());
        match of.name_on_chain().as_str() {
            USDC => Some(Known { decimals: 6, stands_for: stands_for("USD") }),
            WETH => Some(Known { decimals: 18, stands_for: stands_for("ETH") }),
            "native" => Some(Known { decimals: 18, stands_for: stands_for("ETH") }),
            OTHER => Some(Known { decimals: 18, stands_for: None }),
            _ => None,
        }
    }

    fn movement(from: u8, to: u8, name: &str, amount: u64, decimals: u32) -> Movement {
        Movement {
            chain: Chain::ETHEREUM,
            tx: TxId::Evm([1; 32]),
            kind: Kind::Token,
            asset: asset(name),
            from: Some(Address::Evm([from; 20])),
            to: Some(Address::Evm([to; 20])),
            amount: Amount::from(u128::from(amount) * 10u128.pow(decimals)),
            n: 0,
            order: Order { height: 1, tx: TxOrder::Index(0), leg: None },
            time: None,
        }
    }

    /// Each list of movements is one transaction of the same day.
    fn seen(txs: &[Vec<Movement>]) -> Vec<(String, String, String)> {
        let mut seen = Seen::new(Currency::USD);
        for tx in txs {
            seen.add(&Reading::of(tx), "2025-02-21T12:00:00Z".parse().unwrap(), &known);
        }
        let line = |price: Price| (format!("{:?}", price.of), price.price.to_string(), price.source);
        seen.prices().into_iter().map(line).collect()
    }

    fn swap(name: &str, amount: u64, dollars: u64) -> Vec<Movement> {
        vec![movement(1, 9, name, amount, 18), movement(9, 1, USDC, dollars, 6)]
    }

    #[test]
    fn the_price_of_a_day_is_the_median_of_its_swaps_and_user_and_pool_count_once() {
        // One is far off, and one goes the other way.
        let back = vec![movement(1, 9, USDC, 2701, 6), movement(9, 1, "native", 1, 18)];
        let told = seen(&[swap(WETH, 2, 5400), swap(WETH, 1, 1), back, swap(WETH, 1, 2702)]);
        let source = "swaps seen on chain: median of 4, against tokens at par".to_owned();
        assert_eq!(told, [("Coin(\"ETH\")".to_owned(), "2700".to_owned(), source)]);
    }

    #[test]
    fn too_few_swaps_unknown_tokens_payments_and_swaps_of_several_assets_tell_nothing() {
        assert!(seen(&[swap(WETH, 1, 2700), swap(WETH, 1, 2700)]).is_empty());
        let unknown = swap("0x2a120e7f2F1d8fFD173eD17Aa5089f11206B5177", 1, 2700);
        let payment = vec![movement(1, 2, USDC, 5000, 6)];
        let several = [swap(WETH, 1, 2700), vec![movement(1, 9, OTHER, 1, 18)]].concat();
        for tx in [unknown, payment, several] {
            assert!(seen(&[tx.clone(), tx.clone(), tx]).is_empty());
        }
    }

    #[test]
    fn a_token_that_stands_for_nothing_is_priced_by_itself() {
        let told = seen(&[swap(OTHER, 4, 10_000), swap(OTHER, 4, 10_004), swap(OTHER, 4, 10_008)]);
        assert_eq!(told.len(), 1);
        assert!(told[0].0.contains(OTHER) && told[0].1 == "2501", "{told:?}");
    }
}
