//! ERC-20 transfers: events of three topics and 32 bytes, which are just those. Tokens that index nothing are not
//! among them; `logs` has them.

use crate::{
    cryo::{
        CHAIN, CHAIN_ID, FROM, HEIGHT, INDEX, TO, TX, VALUE, VALUE_BINARY, VALUE_STRING, address, hash, head, value,
    },
    extracted::transfer,
    foreign::{Context, LeftOut, Schema, Told},
    record::Record,
    schema::{Column, names, required},
};

const COLUMNS: [Column; 11] = [
    HEIGHT,
    INDEX,
    required("log_index", &[]),
    TX,
    required("erc20", &[]),
    FROM,
    TO,
    VALUE,
    VALUE_STRING,
    VALUE_BINARY,
    CHAIN_ID,
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "cryo ERC-20 transfers",
    title: "a table of ERC-20 transfers of cryo",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let tx = hash(record, context)?;
    let head = head(record, context, tx)?;
    let log_index = record.integer_required("log_index")?;
    // A log shows whether the bytes before an address are zero, which this table cuts off.
    if context.side().is_some_and(|side| side.has_event(&head.tx, log_index)) {
        return Ok(head.told(Vec::new(), Some(LeftOut::OtherTable)));
    }
    let sides = (address(record, "from_address")?, address(record, "to_address")?);
    let row = transfer(&head, address(record, "erc20")?, sides, value(record)?, log_index);
    Ok(head.told(vec![row], None))
}
