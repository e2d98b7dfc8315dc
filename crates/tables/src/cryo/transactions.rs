//! Transactions: the value of each, if it moved, and its fee. `success` says whether it did; early versions lack it.

use crate::{
    cryo::{
        CHAIN, CHAIN_ID, FROM, HEIGHT, INDEX, TO, TX, VALUE, VALUE_BINARY, VALUE_STRING, address, hash, head, value,
    },
    extracted::{Transaction, address20},
    foreign::{Context, Schema, Told},
    record::Record,
    schema::{Column, names, optional, required},
    side::Receipt,
};

const COLUMNS: [Column; 15] = [
    HEIGHT,
    INDEX,
    TX,
    required("nonce", &[]),
    FROM,
    TO,
    VALUE,
    VALUE_STRING,
    VALUE_BINARY,
    required("gas_price", &[]),
    optional("gas_limit", &[]),
    optional("gas_used", &[]),
    optional("transaction_type", &[]),
    optional("success", &[]),
    CHAIN_ID,
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "cryo transactions",
    title: "a table of transactions of cryo",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

/// The type of a transaction that carries blobs (EIP-4844).
const BLOBS: u64 = 3;

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let tx = hash(record, context)?;
    let succeeded = match record.get("success") {
        None => None,
        Some("true" | "1") => Some(true),
        Some("false" | "0") => Some(false),
        Some(other) => {
            let other = crate::record::shorten(other, 40);
            return Err(format!("`success`: `{other}` is neither true nor false: extract it again"));
        }
    };
    let kind: Option<u64> = record.integer("transaction_type")?;
    let transaction = Transaction {
        head: head(record, context, tx)?,
        from: address(record, "from_address")?,
        to: address20(record, "to_address", context.chain)?,
        value: value(record)?,
        receipt: Receipt { succeeded, gas_used: record.integer("gas_used")?, ..Receipt::default() },
        gas_price: record.integer("gas_price")?,
        gas_limit: record.integer("gas_limit")?,
        blobs: kind == Some(BLOBS),
        remedy: "extract the transactions again with the column `success` (`--include-columns success`), or give the \
                 traces of the same blocks in the same command",
    };
    transaction.told(context)
}
