//! The tables of ethereum-etl: CSV from `export_...` and `extract_...`, JSON lines from `stream`, and what BigQuery
//! exports of the public data set that it makes.
//!
//! It prints amounts exactly. Its faults, each of which shows in its own golden files, are guarded one by one:
//! `token_transfers` has NFTs among the tokens, `transactions` has no status, `traces` of geth have no hash.
//! `docs/data.md` lists them.

pub(crate) mod blocks;
pub(crate) mod logs;
pub(crate) mod receipts;
pub(crate) mod token_transfers;
pub(crate) mod traces;
pub(crate) mod transactions;

use fundtrail_types::{Address, Family, TxId};

use crate::{
    extracted::{self, Head},
    foreign::{ChainRule, Context},
    record::Record,
    schema::{Column, optional, required},
    side::Receipt,
};

/// No table says which chain it is of.
pub(crate) const CHAIN: ChainRule = ChainRule::Named(Family::Evm, "eip155:1 for Ethereum");

pub(crate) const HEIGHT: Column = required("block_number", &[]);
pub(crate) const TX: Column = required("transaction_hash", &[]);
pub(crate) const INDEX: Column = optional("transaction_index", &[]);
pub(crate) const FROM: Column = required("from_address", &[]);
pub(crate) const TO: Column = required("to_address", &[]);
pub(crate) const VALUE: Column = required("value", &[]);
/// Of `stream` and of BigQuery.
pub(crate) const TIME: Column = optional("block_timestamp", &[]);

/// Where a row of a transaction belongs.
pub(crate) fn head(record: &Record, context: &Context<'_>, tx: TxId) -> Result<Head, String> {
    let time = extracted::time(record, "block_timestamp")?;
    Head::of_tx(record, context, tx, record.integer("transaction_index")?, time)
}

/// The hash of a row's transaction, which every row needs.
pub(crate) fn hash(record: &Record, column: &str, context: &Context<'_>) -> Result<TxId, String> {
    record.required(column)?;
    extracted::tx(record, column, context.chain)?.ok_or_else(|| format!("`{column}` is empty: every row needs it"))
}

/// The columns of a receipt, whose names begin with `receipt_` where they stand beside a transaction.
pub(crate) fn receipt(record: &Record, names: &ReceiptNames) -> Result<Receipt, String> {
    let succeeded = match record.get(names.status) {
        None => None,
        Some("1" | "true") => Some(true),
        Some("0" | "false") => Some(false),
        Some(other) => {
            let other = crate::record::shorten(other, 40);
            return Err(format!("`{}`: `{other}` is no status: write 1, 0 or nothing", names.status));
        }
    };
    let created = match record.get(names.created) {
        Some(text) => {
            let bytes = extracted::bytes_of(names.created, text)?;
            Some(bytes.try_into().map_err(|_| format!("`{}` is no address: extract it again", names.created))?)
        }
        None => None,
    };
    let l1_fee = extracted::wei(record, names.l1_fee)?;
    let blob_gas: Option<u64> = record.integer(names.blob_gas)?;
    let blob_fee = match (blob_gas.filter(|gas| *gas > 0), record.integer(names.blob_price)?) {
        (Some(gas), Some(price)) => extracted::product(price, gas),
        _ => None,
    };
    Ok(Receipt {
        succeeded,
        before_byzantium: record.get(names.root).is_some(),
        gas_used: record.integer(names.gas_used)?,
        gas_price: record.integer(names.gas_price)?,
        l1_fee,
        blob_fee,
        created: created.filter(|_| succeeded != Some(false)),
    })
}

/// The columns of a receipt.
pub(crate) struct ReceiptNames {
    pub(crate) status: &'static str,
    pub(crate) root: &'static str,
    pub(crate) gas_used: &'static str,
    pub(crate) gas_price: &'static str,
    pub(crate) created: &'static str,
    pub(crate) l1_fee: &'static str,
    pub(crate) blob_gas: &'static str,
    pub(crate) blob_price: &'static str,
}

/// Both sides of a row, which every row needs.
pub(crate) fn sides(record: &Record, context: &Context<'_>) -> Result<(Address, Address), String> {
    Ok((record.address_required("from_address", context.chain)?, record.address_required("to_address", context.chain)?))
}
