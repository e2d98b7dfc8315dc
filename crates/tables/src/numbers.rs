//! Amounts as explorers print them: with separators between thousands, or with an exponent, and read exactly.
//!
//! `1,234.5` and `4.2E-05` are decimals that a program printed for people. Nothing is lost by that, so they are brought
//! into plain digits here; what is not clearly one of these forms is refused, because `1,23` may be a decimal comma.

use fundtrail_types::Amount;

use crate::record::{Record, shorten};

/// A larger exponent is no amount of anything, and would only make a long text.
const EXPONENT_MAX: usize = 100;

/// An amount in whole units, in base units of 10^-`decimals`. Empty is nothing told.
pub(crate) fn amount(record: &Record, column: &str, decimals: u8) -> Result<Option<Amount>, String> {
    let Some(text) = record.get(column) else { return Ok(None) };
    let plain = plain(text).map_err(|reason| format!("`{column}`: `{}` {reason}", shorten(text, 60)))?;
    Amount::parse_decimal(&plain, decimals).map(Some).map_err(|error| format!("`{column}`: {error}"))
}

/// As [`amount`], for a column that every row needs.
pub(crate) fn amount_required(record: &Record, column: &str, decimals: u8) -> Result<Amount, String> {
    record.required(column)?;
    amount(record, column, decimals)?.ok_or_else(|| format!("`{column}` is empty: every row needs it"))
}

/// The number as plain digits with at most one point.
fn plain(text: &str) -> Result<String, &'static str> {
    if text.starts_with('-') {
        return Err("is negative, and no transfer is: remove the sign if it only shows the direction");
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = ungrouped(whole)?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !digits(&whole) || !digits(fraction) {
        return Err("is not an amount: write digits with at most one decimal point");
    }
    match exponent {
        None => Ok(format!("{whole}.{fraction}")),
        Some(exponent) => shifted(&whole, fraction, exponent),
    }
}

/// The digits of a whole number without the separators between its thousands.
fn ungrouped(whole: &str) -> Result<String, &'static str> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let separated = groups.clone().next().is_some();
    if separated && !((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)) {
        return Err("has commas that do not separate thousands: write digits with at most one decimal point");
    }
    if separated && first.starts_with('0') {
        return Err(
            "begins with 0 before a comma, which may be a decimal comma: write digits with at most one decimal point",
        );
    }
    Ok(whole.replace(',', ""))
}

/// Moves the point by an exponent.
fn shifted(whole: &str, fraction: &str, exponent: &str) -> Result<String, &'static str> {
    const NO_EXPONENT: &str = "has an exponent that is no whole number up to 100: write plain digits";
    let (back, size) = match exponent.strip_prefix('-') {
        Some(size) => (true, size),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    if size.is_empty() || !size.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NO_EXPONENT);
    }
    let places: usize = size.parse().ok().filter(|places| *places <= EXPONENT_MAX).ok_or(NO_EXPONENT)?;
    let zeros = "0".repeat(places);
    let (digits, point) = if back {
        (format!("{zeros}{whole}{fraction}"), whole.len())
    } else {
        (format!("{whole}{fraction}{zeros}"), whole.len() + places)
    };
    let (whole, fraction) = digits.split_at(point);
    Ok(format!("{whole}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn units(text: &str, decimals: u8) -> Result<String, String> {
        let plain = plain(text).map_err(str::to_owned)?;
        Amount::parse_decimal(&plain, decimals).map(|amount| amount.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn separators_and_exponents_are_read_exactly() {
        for (text, expected) in [
            ("0", "0"),
            ("1.5", "1500000000000000000"),
            (".5", "500000000000000000"),
            ("1,234,567.89", "1234567890000000000000000"),
            ("401,346.768858404671846374", "401346768858404671846374"),
            ("4.2E-05", "42000000000000"),
            ("4.2e-18", "4"),
            ("1E-18", "1"),
            ("1.5E+3", "1500000000000000000000"),
            ("12e2", "1200000000000000000000"),
            ("0E-100", "0"),
        ] {
            // 4.2 of the smallest unit is more digits than the asset has.
            if text == "4.2e-18" {
                assert!(units(text, 18).unwrap_err().contains("more than the 18 decimals"), "{text}");
                continue;
            }
            assert_eq!(units(text, 18).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_clearly_a_number_is_refused() {
        for (text, reason) in [
            ("1,23", "commas that do not separate thousands"),
            ("1,2345", "commas that do not separate thousands"),
            ("1234,567", "commas that do not separate thousands"),
            (",123", "commas that do not separate thousands"),
            ("1,,234", "commas that do not separate thousands"),
            ("0,123", "may be a decimal comma: write digits"),
            ("0,123.5", "may be a decimal comma: write digits"),
            ("00,123,456", "may be a decimal comma: write digits"),
            ("1.234,5", "is not an amount"),
            ("-1", "is negative"),
            ("+1", "is not an amount"),
            ("", "is not an amount"),
            (".", "is not an amount"),
            ("e5", "is not an amount"),
            ("$5", "is not an amount"),
            ("1e", "exponent that is no whole number"),
            ("1e1.5", "exponent that is no whole number"),
            ("1e+-5", "exponent that is no whole number"),
            ("1e101", "exponent that is no whole number up to 100"),
            ("1e99999999999999999999", "exponent that is no whole number up to 100"),
            ("1e100", "does not fit 256 bits"),
            ("0.1234567890123456789", "more than the 18 decimals"),
        ] {
            let found = units(text, 18).unwrap_err();
            assert!(found.contains(reason), "{text}: {found}");
        }
    }

    proptest! {
        #[test]
        fn every_form_of_one_amount_is_that_amount(raw in any::<u128>(), decimals in 0..30u8) {
            let text = Amount::from(raw).to_decimal(decimals);
            let expected = Ok(raw.to_string());
            prop_assert_eq!(&units(&text, decimals), &expected);
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
            let mut grouped = String::new();
            for (i, digit) in whole.chars().enumerate() {
                if i > 0 && (whole.len() - i).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            prop_assert_eq!(&units(&format!("{grouped}.{fraction}"), decimals), &expected);
            prop_assert_eq!(&units(&format!("{raw}E-{decimals}"), decimals), &expected);
        }
    }
}
