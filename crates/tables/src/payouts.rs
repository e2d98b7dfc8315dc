//! Payout rows: whom a company says it paid, for an audit to look for on chain.

use fundtrail_types::{Account, Chain, Payout, TxId};

use crate::{Rows, TableFile, TableKind, TokenTable, amounts, record::Record};

/// Every column. `note` is the payer's own and is not kept.
pub(crate) const COLUMNS: &[&str] = &[
    "payee",
    "chain",
    "wallet",
    "asset",
    "amount",
    "amount_raw",
    "decimals",
    "date",
    "tx",
    "payer",
    "employer",
    "note",
];

/// The columns without which there is no row; each row needs `amount` or `amount_raw` as well.
pub(crate) const REQUIRED: &[&str] = &["payee", "chain", "wallet", "asset"];

/// Reads payouts. `tokens` scales the amounts of rows without decimals, and is checked against those with.
pub fn read(file: TableFile, tokens: &TokenTable) -> Rows<'_, Payout> {
    Rows::new(file, TableKind::Payouts, move |record| parse(record, tokens))
}

fn parse(record: &Record, tokens: &TokenTable) -> Result<Payout, String> {
    let chain: Chain = record.parsed_required("chain")?;
    let account = |address| Account { chain, address };
    let asset = record.asset_required("asset", chain)?;
    let (amount_raw, _) = amounts::read(record, &asset, tokens)?;
    let tx = record.get("tx").map(|text| TxId::parse(chain, text)).transpose();
    Ok(Payout {
        payee: record.required("payee")?.to_owned(),
        wallet: account(record.address_required("wallet", chain)?),
        asset,
        amount_raw,
        date: record.parsed("date")?,
        tx: tx.map_err(|error| format!("`tx`: {error}"))?,
        payer: record.address("payer", chain)?.map(account),
        employer: record.text("employer"),
    })
}

#[cfg(test)]
mod tests;
