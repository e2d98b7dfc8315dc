//! Values as extractors write them.

use fundtrail_types::{Address, Amount, Chain, Time, TxId};

use crate::record::{Record, shorten};

/// The last second that is a time of a block and not one counted in thousandths: the year 5138.
const SECONDS_MAX: i64 = 99_999_999_999;

/// The time of a block: seconds since 1970, or RFC 3339, or as BigQuery prints it.
pub(crate) fn time(record: &Record, column: &str) -> Result<Option<Time>, String> {
    let Some(text) = record.get(column) else { return Ok(None) };
    let fail = || {
        let shown = shorten(text, 40);
        format!("`{column}`: `{shown}` is no time of a block: write seconds since 1970, or `2025-02-21T14:29:47Z`")
    };
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse().ok().filter(|seconds| *seconds <= SECONDS_MAX);
        return seconds.and_then(Time::from_unix).map(Some).ok_or_else(fail);
    }
    if let Ok(time) = text.parse() {
        return Ok(Some(time));
    }
    let plain = text.strip_suffix(" UTC").ok_or_else(fail)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    if !fraction.bytes().all(|byte| byte == b'0') {
        return Err(fail());
    }
    format!("{}Z", whole.replacen(' ', "T", 1)).parse().map(Some).map_err(|_| fail())
}

/// Bytes in hexadecimal, with or without `0x`. Some versions of cryo leave it out.
pub(crate) fn bytes_of(column: &str, text: &str) -> Result<Vec<u8>, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| format!("`{column}`: `{}` are no bytes: write 0x and hexadecimal digits", shorten(text, 80)))
}

/// An address of the chain. Where there is none, cryo writes 32 zero bytes, some exports `null`, others nothing.
pub(crate) fn address20(record: &Record, column: &str, chain: Chain) -> Result<Option<Address>, String> {
    match record.get(column) {
        None => Ok(None),
        Some(text) if text.len() == 40 => {
            Address::parse(chain, &format!("0x{text}")).map(Some).map_err(|error| format!("`{column}`: {error}"))
        }
        Some(text) if text.len() == 66 && text.trim_start_matches("0x").bytes().all(|byte| byte == b'0') => Ok(None),
        Some(_) => record.address(column, chain),
    }
}

/// A transaction's hash, or a block's.
pub(crate) fn tx(record: &Record, column: &str, chain: Chain) -> Result<Option<TxId>, String> {
    let Some(text) = record.get(column) else { return Ok(None) };
    let padded = if text.len() == 64 { format!("0x{text}") } else { text.to_owned() };
    TxId::parse(chain, &padded).map(Some).map_err(|error| format!("`{column}`: {error}"))
}

/// An amount of the smallest units. A float holds some 16 digits and an amount has up to 78, so none is read from one.
pub(crate) fn wei(record: &Record, column: &str) -> Result<Option<Amount>, String> {
    let Some(text) = record.get(column) else { return Ok(None) };
    if text.starts_with("0x") {
        let bytes = bytes_of(column, text)?;
        return Amount::from_be_bytes(&bytes)
            .map(Some)
            .ok_or_else(|| format!("`{column}` has more than 256 bits: extract it again"));
    }
    text.parse().map(Some).map_err(|error| format!("`{column}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_with_and_without_their_prefix() {
        assert_eq!(bytes_of("data", "0x00fF"), Ok(vec![0, 255]));
        assert_eq!(bytes_of("data", "00ff"), Ok(vec![0, 255]));
        assert_eq!(bytes_of("data", "0x"), Ok(vec![]));
        for text in ["0x0", "0xgg", "é"] {
            assert!(bytes_of("data", text).unwrap_err().contains("`data`: `"), "{text}");
        }
    }
}
