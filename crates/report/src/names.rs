//! What accounts and amounts are called in one answer.
//!
//! Addresses are always printed whole, because auditors copy them and look-alikes share their first and last letters.
//! What may be left out is the chain, where the reader has been told it.

use std::collections::BTreeMap;

use fundtrail_types::{Account, Amount, Asset, AssetInfo, Chain, Date, Label, TxId};

use crate::{
    clean::{clean, clip},
    words,
};

/// Longer symbols are cut: no real ticker comes near, and a hostile one may be megabytes long.
const SYMBOL_CHARS_MAX: usize = 40;

/// How the accounts and assets of one answer are named.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    /// The chain that the reader has been told: accounts there are named by their address alone.
    home: Option<Chain>,
    assets: BTreeMap<&'a Asset, &'a AssetInfo>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(assets: &'a [AssetInfo], home: Option<Chain>) -> Self {
        Self { home, assets: assets.iter().map(|info| (&info.asset, info)).collect() }
    }

    /// The address, with its chain unless that is the one the reader has been told.
    pub(crate) fn account(&self, account: &Account) -> String {
        let whole = if self.home == Some(account.chain) { account.address.to_string() } else { account.to_string() };
        clean(&whole)
    }

    /// An account with what labels say about it, as in `0x… [Lazarus Group: attributed to the DPRK by an authority]`.
    pub(crate) fn account_with(&self, account: &Account, labels: &[Label], as_of: Date) -> String {
        let mut said: Vec<String> = labels.iter().map(|label| words::label_short(label, as_of)).collect();
        said.dedup();
        match said.as_slice() {
            [] => self.account(account),
            said => format!("{} [{}]", self.account(account), said.join("; ")),
        }
    }

    /// An amount with its unit, as people read it.
    pub(crate) fn amount(&self, asset: &Asset, amount: Amount) -> String {
        let info = self.info(asset);
        let info = AssetInfo { symbol: clip(&info.symbol, SYMBOL_CHARS_MAX), ..info };
        let text = info.print(amount);
        // Printing escapes the symbol itself unless a table of known tokens vouches for it.
        if info.verified { clean(&text) } else { text }
    }

    /// The unit alone, for an asset of which no amount is told.
    pub(crate) fn unit(&self, asset: &Asset) -> String {
        let nothing = self.amount(asset, Amount::ZERO);
        let unit = nothing.trim_start_matches("0 ");
        unit.trim_start_matches("base units of ").to_owned()
    }

    /// An amount in whole units, exactly; none if nobody told the decimals.
    pub(crate) fn decimal(&self, asset: &Asset, amount: Amount) -> Option<String> {
        self.info(asset).decimals.map(|decimals| amount.to_decimal(decimals))
    }

    /// What the asset calls itself, as it stands in the answer: each format knows what it must guard against.
    pub(crate) fn symbol(&self, asset: &Asset) -> String {
        self.info(asset).symbol
    }

    fn info(&self, asset: &Asset) -> AssetInfo {
        self.assets.get(asset).map_or_else(|| AssetInfo::unknown(asset), |&info| info.clone())
    }
}

/// A transaction's id for people. Ids of foreign chains are text that others wrote.
pub(crate) fn tx(id: &TxId) -> String {
    clean(&id.to_string())
}
