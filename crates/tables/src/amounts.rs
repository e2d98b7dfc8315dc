//! Amounts of a row: `amount` in whole units or `amount_raw` in base units, exactly one of the two.
//!
//! Whole units need decimals. They come from the row, else from the chain for its native coin, else from the token
//! table. Two sources that disagree are a reason to reject the row: an amount that is wrong by a power of ten is worse
//! than a row that is missing and counted.

use fundtrail_types::{Amount, Asset};

use crate::{record::Record, tokens::TokenTable};

/// The amount of a row in base units, and the decimals that the row itself gives.
pub(crate) fn read(record: &Record, asset: &Asset, tokens: &TokenTable) -> Result<(Amount, Option<u8>), String> {
    let given: Option<u8> = record.integer("decimals")?;
    agree(asset, given, tokens)?;
    let known = tokens.decimals(asset);
    let amount = match (record.get("amount"), record.get("amount_raw")) {
        (None, Some(_)) => record.parsed_required("amount_raw")?,
        (Some(amount), None) => {
            let decimals = given.or(known).ok_or_else(|| {
                format!(
                    "the decimals of {asset} are not known: give `decimals`, or `amount_raw` in base units instead of \
                     `amount`, or a token table that has the token"
                )
            })?;
            Amount::parse_decimal(amount, decimals).map_err(|error| format!("`amount`: {error}"))?
        }
        (Some(_), Some(_)) => return Err("both `amount` and `amount_raw` are filled: fill exactly one".to_owned()),
        (None, None) => return Err("neither `amount` nor `amount_raw` is filled: fill exactly one".to_owned()),
    };
    Ok((amount, given))
}

/// Whether the decimals that a row gives are those that its chain or the token table tells.
pub(crate) fn agree(asset: &Asset, given: Option<u8>, tokens: &TokenTable) -> Result<(), String> {
    match (given, tokens.decimals(asset)) {
        (Some(given), Some(known)) if given != known => {
            let by = if asset.is_native() { "its chain" } else { "the token table" };
            Err(format!(
                "`decimals`: {asset} has {known} decimals by {by}, not {given}: correct the row or the token table"
            ))
        }
        _ => Ok(()),
    }
}
