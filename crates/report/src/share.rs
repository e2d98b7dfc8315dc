//! Shares of a whole, in per cent.

use fundtrail_types::Amount;

/// Per cent with two decimal places, rounded; but what is over nothing never shows as nothing, nor what is less than all as all. None of a
/// whole that is nothing.
pub(crate) fn percent(part: Amount, whole: Amount) -> Option<String> {
    let all = Amount::from(10_000u64);
    let (cut, rest) = part.mul_div(all, whole)?;
    let is_half = !whole.is_zero() && rest >= whole.saturating_sub(rest);
    let hundredths = cut.saturating_add(Amount::from(u64::from(is_half)));
    if hundredths.is_zero() && !part.is_zero() {
        return Some("<0.01".to_owned());
    }
    if hundredths == all && part < whole {
        return Some(">99.99".to_owned());
    }
    let text = hundredths.to_decimal(2);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    Some(format!("{whole}.{fraction:0<2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact_and_never_say_nothing_of_something() {
        let told = |part: u64, whole: u64| percent(Amount::from(part), Amount::from(whole));
        for (part, whole, share) in [
            (1, 3, Some("33.33")),
            (2, 3, Some("66.67")),
            (1, 1, Some("100.00")),
            (1, 2, Some("50.00")),
            (0, 5, Some("0.00")),
            (1, 10_000_000, Some("<0.01")),
            (9_999, 10_000, Some("99.99")),
            (99_999, 100_000, Some(">99.99")),
            (1, 20_000, Some("0.01")),
            (1, 0, None),
        ] {
            assert_eq!(told(part, whole).as_deref(), share, "{part} of {whole}");
        }
        assert_eq!(percent(Amount::MAX, Amount::MAX).as_deref(), Some("100.00"));
    }
}
