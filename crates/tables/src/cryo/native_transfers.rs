//! Native transfers: every call of every transaction, as if each moved its value.
//!
//! The table leaves out what kind of call a row is and whether it failed. So nothing of it can be believed by itself: a
//! delegatecall shows the value that it inherits, a failed transaction the value that stayed. The table `traces` has
//! the same rows with both. Where it is given too, this table adds nothing; where it is not, rows with value are refused.

use crate::{
    cryo::{CHAIN, CHAIN_ID, FROM, HEIGHT, INDEX, TO, VALUE, VALUE_BINARY, VALUE_STRING, head, value},
    extracted::{self, Head, address20, reward},
    foreign::{Context, LeftOut, Schema, Told},
    record::Record,
    schema::{Column, names, optional, required},
};

const COLUMNS: [Column; 11] = [
    HEIGHT,
    INDEX,
    required("transfer_index", &[]),
    required("transaction_hash", &[]),
    FROM,
    TO,
    VALUE,
    VALUE_STRING,
    VALUE_BINARY,
    optional("block_hash", &[]),
    CHAIN_ID,
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "cryo native transfers",
    title: "a table of native transfers of cryo",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let value = value(record)?;
    let Some(tx) = extracted::tx(record, "transaction_hash", context.chain)? else {
        // Only rewards of blocks have no transaction.
        let height = extracted::height(record, "block_number")?;
        let head = Head::of_block(context, height, extracted::tx(record, "block_hash", context.chain)?, None)?;
        return reward(&head, address20(record, "to_address", context.chain)?, value);
    };
    let head = head(record, context, tx)?;
    if context.side().and_then(|side| side.calls(&head.tx)).is_some() {
        return Ok(head.told(Vec::new(), Some(LeftOut::OtherTable)));
    }
    if value.is_zero() {
        return Ok(head.told(Vec::new(), Some(LeftOut::ZeroCall)));
    }
    Err("`native_transfers` does not tell a transfer from a delegatecall that inherits its value, nor from a call that \
         failed: extract `traces` of the same blocks and give it too, or instead"
        .to_owned())
}
