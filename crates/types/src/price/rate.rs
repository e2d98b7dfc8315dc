//! How much of a currency one whole unit is worth.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Hundredths;
use crate::Amount;

/// How much of a currency one whole unit is worth, as an exact decimal. Never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    digits: Amount,
    places: u8,
}

/// Decimal places of a rate that was worked out and not read.
const PLACES_WORKED_OUT: u8 = 18;

impl Rate {
    /// One for one.
    pub fn one() -> Self {
        Self { digits: Amount::from(1u64), places: 0 }
    }

    /// What one whole unit of an asset with `decimals` was worth, if `amount` base units of it were given for `paid` base units of money
    /// with `paid_decimals`; cut after 18 decimal places. None if that is nothing, or does not fit.
    pub fn of_swap(amount: Amount, decimals: u8, paid: Amount, paid_decimals: u8) -> Option<Self> {
        let scale = power_of_ten(u32::from(decimals) + u32::from(PLACES_WORKED_OUT))?;
        let (digits, _) = paid.mul_div(scale, amount)?;
        let (digits, _) = digits.mul_div(Amount::from(1u64), power_of_ten(u32::from(paid_decimals))?)?;
        (!digits.is_zero()).then_some(Self { digits, places: PLACES_WORKED_OUT }.shortest())
    }

    /// What an amount of an asset with so many decimals is worth: whole hundredths, half of one counts as one. None if it does not fit.
    pub fn value(self, amount: Amount, decimals: u8) -> Option<Hundredths> {
        let whole = power_of_ten(u32::from(decimals) + u32::from(self.places))?;
        let (digits, _) = self.digits.mul_div(Amount::from(100u64), Amount::from(1u64))?;
        let (hundredths, rest) = amount.mul_div(digits, whole)?;
        let is_half = rest >= whole.checked_sub(rest)?;
        let round = Amount::from(u64::from(is_half));
        hundredths.checked_add(round).map(Hundredths::of)
    }

    /// Orders by value. None if the two are too far apart to compare within 256 bits.
    pub fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        let scaled = |rate: Self, places: u8| {
            let (digits, _) =
                rate.digits.mul_div(power_of_ten(u32::from(places - rate.places))?, Amount::from(1u64))?;
            Some(digits)
        };
        let places = self.places.max(other.places);
        Some(scaled(self, places)?.cmp(&scaled(other, places)?))
    }

    /// Without zeros at its end.
    fn shortest(self) -> Self {
        self.to_string().parse().unwrap_or(self)
    }
}

fn power_of_ten(exponent: u32) -> Option<Amount> {
    Amount::parse_decimal("1", u8::try_from(exponent).ok()?).ok()
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('0'));
        let places = u8::try_from(fraction.len()).ok().filter(|places| *places <= PLACES_MAX);
        let places = places.ok_or_else(|| format!("a price has at most {PLACES_MAX} decimal places: round it"))?;
        let digits = Amount::parse_decimal(text, places).map_err(|error| error.to_string())?;
        if digits.is_zero() {
            return Err("a price of nothing says nothing: leave the row out where there is no price".to_owned());
        }
        Ok(Self { digits, places })
    }
}

/// More decimal places than any source tells.
const PLACES_MAX: u8 = 38;

impl TryFrom<String> for Rate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits.to_decimal(self.places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::Currency;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    fn amount(text: &str, decimals: u8) -> Amount {
        Amount::parse_decimal(text, decimals).unwrap()
    }

    #[test]
    fn values_are_exact_hundredths_and_half_of_one_counts() {
        for (price, ether, value) in [
            ("2660.5", "401346.768858404671846374", "1067783078.55"),
            ("1", "0.005", "0.01"),
            ("1", "0.004999999999999999", "0.00"),
            ("0.000000000000000001", "1", "0.00"),
            ("3", "0.1", "0.30"),
        ] {
            assert_eq!(rate(price).value(amount(ether, 18), 18).map(|sum| sum.to_string()), Some(value.to_owned()));
        }
        assert_eq!(rate("2").value(Amount::MAX, 0), None);
        assert_eq!(rate("2").value(Amount::from(7u64), 0).map(|sum| sum.to_string()), Some("14.00".to_owned()));
    }

    #[test]
    fn a_swap_tells_a_rate_and_rates_compare_by_value() {
        let seen = Rate::of_swap(amount("1.5", 18), 18, amount("4050", 6), 6).unwrap();
        assert_eq!((seen, seen.to_string()), (rate("2700"), "2700".to_owned()));
        let third = Rate::of_swap(amount("3", 9), 9, amount("1", 6), 6).unwrap();
        assert_eq!(third.to_string(), "0.333333333333333333");
        assert_eq!(Rate::of_swap(Amount::ZERO, 18, Amount::from(1u64), 6), None);
        assert_eq!(Rate::of_swap(Amount::MAX, 0, Amount::from(1u64), 18), None);
        assert_eq!(rate("2700.0").compare(seen), Some(std::cmp::Ordering::Equal));
        assert_eq!(third.compare(rate("0.3")), Some(std::cmp::Ordering::Greater));
    }

    #[test]
    fn what_is_no_price_and_no_currency_is_refused() {
        for text in ["0", "-1", "1e3", "", "1,5", "0.000"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
        assert!(format!("0.{}1", "0".repeat(40)).parse::<Rate>().unwrap_err().contains("at most 38"));
        assert!("usd".parse::<Currency>().is_err() && "USDC".parse::<Currency>().is_err());
        assert_eq!("EUR".parse::<Currency>().unwrap().to_string(), "EUR");
    }
}
