//! Typed values of a record. Every refusal names the column.

use std::{fmt::Display, str::FromStr};

use fundtrail_types::{Address, Asset, Chain, TIMED_HEIGHT, Token};

use crate::record::{Record, shorten};

impl Record {
    /// The value of a column that every row needs.
    pub(crate) fn required(&self, column: &str) -> Result<&str, String> {
        self.get(column).ok_or_else(|| format!("`{column}` is empty: every row needs it"))
    }

    /// A value of any kind that says itself what is wrong with a text.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&self, column: &str) -> Result<Option<T>, String> {
        self.get(column).map(|text| text.parse().map_err(|error: T::Err| told(column, &error))).transpose()
    }

    /// As [`parsed`](Self::parsed), for a column that every row needs.
    pub(crate) fn parsed_required<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T, String> {
        self.required(column)?.parse().map_err(|error: T::Err| told(column, &error))
    }

    /// A count, index, height or number of decimals: digits alone, where Rust's own reader would take a sign.
    pub(crate) fn integer<T: FromStr>(&self, column: &str) -> Result<Option<T>, String> {
        let Some(text) = self.get(column) else { return Ok(None) };
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits => Ok(Some(number)),
            _ => {
                let why = if digits {
                    "is too large: no chain counts so far, so correct it"
                } else {
                    "is no whole number: write digits only"
                };
                Err(format!("`{column}`: `{}` {why}", shorten(text, 40)))
            }
        }
    }

    /// As [`integer`](Self::integer), for a column that every row needs.
    pub(crate) fn integer_required<T: FromStr>(&self, column: &str) -> Result<T, String> {
        self.required(column)?;
        self.integer(column)?.ok_or_else(|| format!("`{column}` is empty: every row needs it"))
    }

    /// A height. The upper half of the numbers stands for times (see [`Order::timed`](fundtrail_types::Order::timed)).
    pub(crate) fn height(&self, column: &str) -> Result<Option<u64>, String> {
        match self.integer(column)? {
            Some(height) if height >= TIMED_HEIGHT => {
                Err(format!("`{column}`: `{height}` is too large: no chain counts so far, so correct it"))
            }
            height => Ok(height),
        }
    }

    /// An address of `chain`.
    pub(crate) fn address(&self, column: &str, chain: Chain) -> Result<Option<Address>, String> {
        self.get(column).map(|text| address(column, chain, text)).transpose()
    }

    /// As [`address`](Self::address), for a column that every row needs.
    pub(crate) fn address_required(&self, column: &str, chain: Chain) -> Result<Address, String> {
        address(column, chain, self.required(column)?)
    }

    /// An asset of `chain`.
    pub(crate) fn asset(&self, column: &str, chain: Chain) -> Result<Option<Asset>, String> {
        let Some(text) = self.get(column) else { return Ok(None) };
        if text == "native" {
            return Ok(Some(Asset::native(chain)));
        }
        match address(column, chain, text) {
            Ok(contract) => Ok(Some(Asset { chain, token: Token::Contract(contract) })),
            Err(reason) => Err(format!("{reason}; an asset is `native` or a contract or mint, never a symbol")),
        }
    }

    /// As [`asset`](Self::asset), for a column that every row needs.
    pub(crate) fn asset_required(&self, column: &str, chain: Chain) -> Result<Asset, String> {
        self.required(column)?;
        self.asset(column, chain)?.ok_or_else(|| format!("`{column}` is empty: every row needs it"))
    }

    /// Free text.
    pub(crate) fn text(&self, column: &str) -> Option<String> {
        self.get(column).map(str::to_owned)
    }
}

fn told(column: &str, error: &impl Display) -> String {
    format!("`{column}`: {error}")
}

/// Reads an address; if it is one of another chain, says of which.
fn address(column: &str, chain: Chain, text: &str) -> Result<Address, String> {
    Address::parse(chain, text).map_err(|error| match Address::parse_any(text) {
        Ok((other, _)) if other.family() != chain.family() => {
            format!("`{column}`: {error}, but an address of {other}: correct the address or the row's `chain`, {chain}")
        }
        _ => told(column, &error),
    })
}
