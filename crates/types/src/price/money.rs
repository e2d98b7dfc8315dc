//! Currencies, and sums of money.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Amount;

/// Money by its code of three letters (ISO 4217), such as `USD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// US dollars.
    pub const USD: Self = Self(*b"USD");

    /// Its code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let letters: Option<[u8; 3]> = text.as_bytes().try_into().ok();
        let letters = letters.filter(|letters| letters.iter().all(u8::is_ascii_uppercase));
        let shown: String = text.chars().take(20).collect();
        letters.map(Self).ok_or_else(|| format!("`{shown}` is not a currency: write its three letters, such as USD"))
    }
}

impl TryFrom<String> for Currency {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A sum of money in hundredths of its unit; printed and serialised as `12.30`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hundredths(Amount);

impl Hundredths {
    /// So many hundredths.
    pub(crate) fn of(hundredths: Amount) -> Self {
        Self(hundredths)
    }

    /// The sum; it stays at the most that fits, which no money reaches.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl TryFrom<String> for Hundredths {
    type Error = crate::AmountError;

    fn try_from(text: String) -> Result<Self, crate::AmountError> {
        Amount::parse_decimal(&text, 2).map(Self)
    }
}

impl From<Hundredths> for String {
    fn from(sum: Hundredths) -> Self {
        sum.to_string()
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_decimal(2);
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        write!(f, "{whole}.{fraction:0<2}")
    }
}
