//! The tables of cryo: Parquet as it writes it, and CSV or JSON where it was asked to.
//!
//! Its rows tell their chain. It writes 256-bit numbers in several columns at once, of which only some are exact:
//! `value_f64` is rounded and `value_u64` cut off. Its `native_transfers` lists every call as if it moved its value.
//! `docs/data.md` lists its faults.

pub(crate) mod blocks;
pub(crate) mod erc20_transfers;
pub(crate) mod logs;
pub(crate) mod native_transfers;
pub(crate) mod traces;
pub(crate) mod transactions;

use fundtrail_types::{Address, Amount, TxId};

use crate::{
    extracted::{self, Head},
    foreign::{ChainRule, Context},
    record::Record,
    schema::{Column, optional, required},
};

/// Every table has it, unless the user left it out.
pub(crate) const CHAIN: ChainRule = ChainRule::Rows("chain_id");
pub(crate) const CHAIN_ID: Column = optional("chain_id", &[]);

pub(crate) const HEIGHT: Column = required("block_number", &["number"]);
pub(crate) const TX: Column = required("transaction_hash", &[]);
pub(crate) const INDEX: Column = optional("transaction_index", &["transaction_position"]);
pub(crate) const FROM: Column = required("from_address", &[]);
pub(crate) const TO: Column = required("to_address", &[]);
/// The exact columns of a value. Which of them there are depends on `--u256-types`.
pub(crate) const VALUE: Column = optional("value", &[]);
pub(crate) const VALUE_STRING: Column = optional("value_string", &["value_str"]);
pub(crate) const VALUE_BINARY: Column = optional("value_binary", &["value_u256binary"]);

/// The value of a row, from whichever exact column there is.
pub(crate) fn value(record: &Record) -> Result<Amount, String> {
    for column in ["value_string", "value_binary", "value"] {
        let exact =
            record.get(column).filter(|text| text.starts_with("0x") || text.bytes().all(|byte| byte.is_ascii_digit()));
        if exact.is_some() {
            return Ok(extracted::wei(record, column)?.unwrap_or_default());
        }
    }
    Err("the row has no exact value: floats are rounded and columns of 32 or 64 bits cut off, so extract the table \
         again with `--u256-types string`"
        .to_owned())
}

/// Where a row of a transaction belongs. No table of cryo but `blocks` has a time.
pub(crate) fn head(record: &Record, context: &Context<'_>, tx: TxId) -> Result<Head, String> {
    Head::of_tx(record, context, tx, record.integer("transaction_index")?, None)
}

/// The hash of a row's transaction, which every row needs.
pub(crate) fn hash(record: &Record, context: &Context<'_>) -> Result<TxId, String> {
    record.required("transaction_hash")?;
    extracted::tx(record, "transaction_hash", context.chain)?
        .ok_or_else(|| "`transaction_hash` is empty: every row needs it".to_owned())
}

/// An address that every row needs. Early versions wrote the whole word of 32 bytes that an event has.
pub(crate) fn address(record: &Record, column: &str) -> Result<Address, String> {
    let bytes = extracted::bytes_of(column, record.required(column)?)?;
    let address = bytes
        .split_last_chunk::<20>()
        .filter(|(zeros, _)| zeros.is_empty() || (zeros.len() == 12 && zeros.iter().all(|byte| *byte == 0)));
    address
        .map(|(_, address)| Address::Evm(*address))
        .ok_or_else(|| format!("`{column}` holds {} bytes that are no address: extract it again", bytes.len()))
}
