//! Transactions: the value of each, if it moved, and its fee.
//!
//! What `export_blocks_and_transactions` writes tells neither whether a transaction succeeded nor what it paid: a
//! receipt does. `stream` and BigQuery put the columns of the receipt into the row.

use crate::{
    ethereum_etl::{CHAIN, FROM, HEIGHT, ReceiptNames, TIME, TO, VALUE, hash, head, receipt},
    extracted::{self, Transaction},
    foreign::{Context, Schema, Told},
    record::Record,
    schema::{Column, names, optional, required},
};

const NAMES: ReceiptNames = ReceiptNames {
    status: "receipt_status",
    root: "receipt_root",
    gas_used: "receipt_gas_used",
    gas_price: "receipt_effective_gas_price",
    created: "receipt_contract_address",
    l1_fee: "receipt_l1_fee",
    blob_gas: "receipt_blob_gas_used",
    blob_price: "receipt_blob_gas_price",
};

const COLUMNS: [Column; 18] = [
    required("hash", &[]),
    HEIGHT,
    required("transaction_index", &[]),
    FROM,
    TO,
    VALUE,
    required("gas", &[]),
    required("gas_price", &[]),
    TIME,
    optional("transaction_type", &[]),
    optional(NAMES.status, &[]),
    optional(NAMES.root, &[]),
    optional(NAMES.gas_used, &[]),
    optional(NAMES.gas_price, &[]),
    optional(NAMES.created, &[]),
    optional(NAMES.l1_fee, &[]),
    optional(NAMES.blob_gas, &[]),
    optional(NAMES.blob_price, &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "ethereum-etl transactions",
    title: "a table of transactions of ethereum-etl",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

/// The type of a transaction that carries blobs (EIP-4844).
const BLOBS: u64 = 3;

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let tx = hash(record, "hash", context)?;
    record.required("value")?;
    let kind: Option<u64> = record.integer("transaction_type")?;
    let transaction = Transaction {
        head: head(record, context, tx)?,
        from: record.address_required("from_address", context.chain)?,
        to: record.address("to_address", context.chain)?,
        value: extracted::wei(record, "value")?.unwrap_or_default(),
        receipt: receipt(record, &NAMES)?,
        gas_price: record.integer("gas_price")?,
        gas_limit: record.integer("gas")?,
        blobs: kind == Some(BLOBS),
        remedy: "give the receipts or the traces of the same blocks in the same command (ethereumetl \
                 export_receipts_and_logs, or export_traces)",
    };
    transaction.told(context)
}
