//! Token rows: what a token is called and how its amounts are scaled.
//!
//! The rows of any number of files go into one [`TokenTable`]. Two rows about one token must agree, because its
//! decimals scale money; the second of two that do not is rejected, and says so.

use std::collections::{HashMap, hash_map::Entry};

use fundtrail_types::{Asset, AssetInfo, Chain};

use crate::{
    Rows, TableFile, TableKind,
    record::{Record, shorten},
};

/// Every column.
pub(crate) const COLUMNS: &[&str] =
    &["chain", "contract", "symbol", "decimals", "basis", "source", "stands_for", "note"];

/// The columns without which there is no row.
pub(crate) const REQUIRED: &[&str] = &["chain", "contract", "symbol", "decimals", "basis", "source"];

/// Known tokens.
#[derive(Clone, Debug, Default)]
pub struct TokenTable {
    tokens: HashMap<Asset, AssetInfo>,
    stands_for: HashMap<Asset, String>,
}

impl TokenTable {
    /// Adds what one source says about an asset.
    ///
    /// # Errors
    /// If symbol or decimals disagree with what the table or the chain says.
    pub fn add(&mut self, info: AssetInfo) -> Result<(), String> {
        let own = AssetInfo::unknown(&info.asset).decimals;
        if own.is_some() && own != info.decimals {
            let chain = info.asset.chain;
            return Err(format!(
                "the native coin of {chain} has {} decimals: correct the row",
                own.unwrap_or_default()
            ));
        }
        match self.tokens.entry(info.asset.clone()) {
            Entry::Vacant(place) => {
                place.insert(info);
            }
            Entry::Occupied(mut place) => {
                let known = place.get_mut();
                if (&known.symbol, known.decimals) != (&info.symbol, info.decimals) {
                    let decimals = known.decimals.map_or_else(|| "unknown".to_owned(), |number| number.to_string());
                    return Err(format!(
                        "{} is already known as `{}` with {decimals} decimals by an earlier row: remove the wrong one",
                        known.asset,
                        shorten(&known.symbol, 40),
                    ));
                }
                known.verified |= info.verified;
            }
        }
        Ok(())
    }

    /// What is known of an asset: the table's row, else what its chain tells.
    pub fn info(&self, asset: &Asset) -> AssetInfo {
        self.tokens.get(asset).cloned().unwrap_or_else(|| AssetInfo::unknown(asset))
    }

    /// The decimals of an asset, if the table or its chain tells them.
    pub fn decimals(&self, asset: &Asset) -> Option<u8> {
        match self.tokens.get(asset) {
            Some(info) => info.decimals,
            None if asset.is_native() => asset.chain.native_decimals(),
            None => None,
        }
    }

    /// The coin or the money for which an asset stands one to one, by its ticker: itself, if it is a chain's own coin.
    pub fn stands_for(&self, asset: &Asset) -> Option<&str> {
        let own =
            || (asset.is_native() && asset.chain.native_symbol() != "native").then(|| asset.chain.native_symbol());
        self.stands_for.get(asset).map(String::as_str).or_else(own)
    }

    /// Every row, in the order of the assets.
    pub fn all(&self) -> Vec<&AssetInfo> {
        let mut all: Vec<&AssetInfo> = self.tokens.values().collect();
        all.sort_by(|a, b| a.asset.cmp(&b.asset));
        all
    }
}

/// Reads tokens and adds each good row to `table`.
pub fn read(file: TableFile, table: &mut TokenTable) -> Rows<'_, AssetInfo> {
    Rows::new(file, TableKind::Tokens, move |record| {
        let info = parse(record)?;
        table.add(info.clone())?;
        if let Some(what) = record.get("stands_for") {
            if !info.verified {
                return Err(
                    "`stands_for`: only a token whose decimals are published can stand for something".to_owned()
                );
            }
            table.stands_for.insert(info.asset.clone(), what.to_owned());
        }
        Ok(info)
    })
}

fn parse(record: &Record) -> Result<AssetInfo, String> {
    let chain: Chain = record.parsed_required("chain")?;
    let asset = record.asset_required("contract", chain)?;
    record.required("source")?;
    let verified = match record.required("basis")? {
        "published" => true,
        "assumed" => false,
        other => {
            let other = shorten(other, 40);
            return Err(format!("`basis`: `{other}` is no basis: write one of published, assumed"));
        }
    };
    let decimals = Some(record.integer_required("decimals")?);
    Ok(AssetInfo { asset, symbol: record.required("symbol")?.to_owned(), decimals, verified })
}

#[cfg(test)]
mod tests;
