//! Receipts: whether a transaction succeeded, what it paid and what it created. They move nothing by themselves.

use fundtrail_types::Chain;

use crate::{
    ethereum_etl::{CHAIN, HEIGHT, ReceiptNames, TX, receipt},
    extracted,
    foreign::{Context, LeftOut, Schema, Told},
    record::Record,
    schema::{Column, names, optional, required},
    side::Side,
};

const NAMES: ReceiptNames = ReceiptNames {
    status: "status",
    root: "root",
    gas_used: "gas_used",
    gas_price: "effective_gas_price",
    created: "contract_address",
    l1_fee: "l1_fee",
    blob_gas: "blob_gas_used",
    blob_price: "blob_gas_price",
};

const COLUMNS: [Column; 11] = [
    TX,
    HEIGHT,
    required("cumulative_gas_used", &[]),
    required(NAMES.gas_used, &[]),
    required(NAMES.status, &[]),
    optional(NAMES.root, &[]),
    optional(NAMES.gas_price, &[]),
    optional(NAMES.created, &[]),
    optional(NAMES.l1_fee, &[]),
    optional(NAMES.blob_gas, &[]),
    optional(NAMES.blob_price, &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "ethereum-etl receipts",
    title: "a table of receipts of ethereum-etl",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

pub(crate) fn add(record: &Record, chain: Chain, side: &mut Side) -> Result<(), String> {
    record.required("transaction_hash")?;
    if let Some(tx) = extracted::tx(record, "transaction_hash", chain)? {
        side.add_receipt(&tx, receipt(record, &NAMES)?);
    }
    Ok(())
}

/// A receipt is no movement.
fn read(record: &Record, _: &Context<'_>) -> Result<Told, String> {
    let height = Some(extracted::height(record, "block_number")?);
    Ok(Told { movements: Vec::new(), left_out: Some(LeftOut::NoMovement), height, about: Vec::new() })
}
