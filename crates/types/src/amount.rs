//! Amounts: unsigned 256-bit integers in base units, read from and printed as exact decimals.

use std::{fmt, iter::Sum, str::FromStr};

use ruint::{Uint, aliases::U256};
use serde::{Deserialize, Serialize};

/// An amount of one asset in its base units (wei, lamports). Never a float, never negative.
///
/// Serialised as a decimal string, because JSON readers round large numbers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(U256);

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with at most one point.
    #[error(
        "`{0}` is not an amount: write digits with at most one decimal point, without sign, exponent or separators"
    )]
    Form(String),
    /// More decimals than the asset has.
    #[error(
        "`{text}` has more than the {decimals} decimals of the asset: an amount is never rounded, so correct the amount or the decimals"
    )]
    Decimals {
        /// What was read.
        text: String,
        /// How many the asset has.
        decimals: u8,
    },
    /// Over 2^256 - 1 base units.
    #[error("`{0}` does not fit 256 bits: no asset has so many base units, so correct the amount or the decimals")]
    Overflow(String),
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(U256::ZERO);
    /// The largest amount.
    pub const MAX: Self = Self(U256::MAX);

    /// Reads a decimal such as `401346.768858404671846374` exactly into base units of 10^-`decimals`.
    ///
    /// # Errors
    /// If the text is no plain decimal, has non-zero digits beyond `decimals`, or overflows. Nothing is ever rounded.
    pub fn parse_decimal(text: &str, decimals: u8) -> Result<Self, AmountError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !digits(whole) || !digits(fraction) {
            return Err(AmountError::Form(shorten(text)));
        }
        let fraction = fraction.trim_end_matches('0');
        let missing = usize::from(decimals)
            .checked_sub(fraction.len())
            .ok_or_else(|| AmountError::Decimals { text: shorten(text), decimals })?;
        let digits = whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', missing));
        sum_digits(digits).ok_or_else(|| AmountError::Overflow(shorten(text)))
    }

    /// Prints base units as a decimal of whole units: exact, without trailing zeros.
    pub fn to_decimal(self, decimals: u8) -> String {
        let digits = self.0.to_string();
        let places = usize::from(decimals);
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        }
    }

    /// Whether this is nothing.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Sum, or none if it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, or none if `other` is larger.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Sum, at most the largest amount. Only for balances that hostile token contracts may inflate beyond reason.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Difference, at least nothing.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `self * numerator / denominator` with quotient and remainder, without intermediate overflow.
    /// None if the denominator is zero or the quotient does not fit.
    pub fn mul_div(self, numerator: Self, denominator: Self) -> Option<(Self, Self)> {
        if denominator.is_zero() {
            return None;
        }
        // Most products fit 256 bits; the 512-bit division is several times slower.
        if self.0.bit_len() + numerator.0.bit_len() <= 256 {
            let (quotient, remainder) = (self.0 * numerator.0).div_rem(denominator.0);
            return Some((Self(quotient), Self(remainder)));
        }
        let product: Uint<512, 8> = self.0.widening_mul(numerator.0);
        let (quotient, remainder) = product.div_rem(Uint::from(denominator.0));
        Some((
            Self(Uint::checked_from_limbs_slice(quotient.as_limbs())?),
            Self(Uint::checked_from_limbs_slice(remainder.as_limbs())?),
        ))
    }

    /// Big-endian bytes without leading zeros: how stores keep it.
    pub fn to_be_bytes_trimmed(self) -> Vec<u8> {
        self.0.to_be_bytes_trimmed_vec()
    }

    /// The inverse of [`to_be_bytes_trimmed`](Self::to_be_bytes_trimmed). None if over 32 bytes.
    pub fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        U256::try_from_be_slice(bytes).map(Self)
    }
}

/// Divides `total` in proportion to `weights` so that the parts sum to it exactly: floors first, then one more unit
/// to each of the largest remainders, ties to the smaller index (largest-remainder method). None if all weights are
/// zero while `total` is not, or if the weights' sum does not fit 256 bits.
pub fn apportion(total: Amount, weights: &[Amount]) -> Option<Vec<Amount>> {
    if total.is_zero() {
        return Some(vec![Amount::ZERO; weights.len()]);
    }
    let sum = weights.iter().try_fold(Amount::ZERO, |sum, &weight| sum.checked_add(weight))?;
    if sum.is_zero() {
        return None;
    }
    let shares = weights.iter().map(|&weight| total.mul_div(weight, sum)).collect::<Option<Vec<_>>>()?;
    let given = shares.iter().try_fold(Amount::ZERO, |given, (part, _)| given.checked_add(*part))?;
    // Fewer units are left over than there are parts with a remainder, because each remainder is under one unit.
    let mut left: usize = total.checked_sub(given)?.0.try_into().ok()?;
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by(|&a, &b| shares[b].1.cmp(&shares[a].1).then(a.cmp(&b)));
    let mut parts: Vec<Amount> = shares.into_iter().map(|(part, _)| part).collect();
    for index in by_remainder {
        if left == 0 {
            break;
        }
        parts[index] = parts[index].checked_add(Amount::from(1u64))?;
        left -= 1;
    }
    Some(parts)
}

fn sum_digits(digits: impl Iterator<Item = u8>) -> Option<Amount> {
    let ten = U256::from(10u8);
    let mut value = U256::ZERO;
    for digit in digits {
        value = value.checked_mul(ten)?.checked_add(U256::from(digit - b'0'))?;
    }
    Some(Amount(value))
}

fn shorten(text: &str) -> String {
    const CHARS_MAX: usize = 100;
    if text.chars().nth(CHARS_MAX).is_none() {
        text.to_owned()
    } else {
        text.chars().take(CHARS_MAX).chain(['…']).collect()
    }
}

/// Reads base units.
impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AmountError::Form(shorten(text)));
        }
        sum_digits(text.bytes()).ok_or_else(|| AmountError::Overflow(shorten(text)))
    }
}

impl TryFrom<String> for Amount {
    type Error = AmountError;

    fn try_from(text: String) -> Result<Self, AmountError> {
        text.parse()
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

impl From<u64> for Amount {
    fn from(units: u64) -> Self {
        Self(U256::from(units))
    }
}

impl From<u128> for Amount {
    fn from(units: u128) -> Self {
        Self(U256::from(units))
    }
}

/// Sums saturate: only hostile tokens come near the end of 256 bits, and a sum for people must not fail on them.
impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::saturating_add)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_amount() -> impl Strategy<Value = Amount> {
        (any::<[u8; 32]>(), 0..=32usize).prop_map(|(bytes, len)| Amount::from_be_bytes(&bytes[..len]).unwrap())
    }

    #[test]
    fn the_bybit_drain_is_exact() {
        let drain = Amount::parse_decimal("401346.768858404671846374", 18).unwrap();
        assert_eq!(drain.to_string(), "401346768858404671846374");
        assert_eq!(drain.to_decimal(18), "401346.768858404671846374");
        assert_eq!(Amount::parse_decimal("10000.0", 18).unwrap().to_decimal(18), "10000");
        assert_eq!(Amount::from(5u64).to_decimal(18), "0.000000000000000005");
        assert_eq!(Amount::from(5u64).to_decimal(0), "5");
    }

    #[test]
    fn what_is_no_exact_amount_is_refused() {
        for text in ["", ".", "-1", "+1", "1e5", "1,000", "1.2.3", " 1", "٣", "0x1", "NaN"] {
            assert!(matches!(Amount::parse_decimal(text, 18), Err(AmountError::Form(_))), "{text}");
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
        assert!(matches!(Amount::parse_decimal("0.0000001", 6), Err(AmountError::Decimals { decimals: 6, .. })));
        assert_eq!(Amount::parse_decimal("0.1000000", 6), Ok(Amount::from(100_000u64)));
        assert!(matches!("9".repeat(78).parse::<Amount>(), Err(AmountError::Overflow(_))));
        assert!(matches!(Amount::parse_decimal(&"9".repeat(10_000), 18), Err(AmountError::Overflow(_))));
        assert_eq!(Amount::MAX.to_string().parse(), Ok(Amount::MAX));
    }

    proptest! {
        #[test]
        fn decimals_come_back(amount in any_amount(), decimals in 0..40u8) {
            prop_assert_eq!(Amount::parse_decimal(&amount.to_decimal(decimals), decimals), Ok(amount));
            prop_assert_eq!(Amount::from_be_bytes(&amount.to_be_bytes_trimmed()), Some(amount));
        }

        #[test]
        fn mul_div_is_exact(a in any_amount(), b in any_amount(), c in any_amount()) {
            let exact = || {
                let product: Uint<512, 8> = a.0.widening_mul(b.0);
                let (quotient, remainder) = product.div_rem(Uint::<512, 8>::from(c.0));
                Some((quotient.to_string().parse::<Amount>().ok()?, remainder.to_string().parse::<Amount>().ok()?))
            };
            prop_assert_eq!(a.mul_div(b, c), if c.is_zero() { None } else { exact() });
        }

        #[test]
        fn parts_sum_to_the_whole_and_stay_within_one_unit(
            total in any_amount(),
            weights in prop::collection::vec((0..1u64 << 50).prop_map(Amount::from), 0..8),
        ) {
            let sum: Amount = weights.iter().copied().sum();
            let Some(parts) = apportion(total, &weights) else {
                prop_assert!(sum.is_zero() && !total.is_zero());
                return Ok(());
            };
            prop_assert_eq!(parts.iter().copied().sum::<Amount>(), total);
            for (part, weight) in parts.iter().zip(&weights).filter(|_| !sum.is_zero()) {
                let (floor, remainder) = total.mul_div(*weight, sum).unwrap();
                prop_assert!(*part == floor || (!remainder.is_zero() && *part == floor.saturating_add(Amount::from(1u64))));
            }
        }
    }
}
