//! Blocks: the time of each, for the rows of other tables. They move nothing by themselves: cryo does not write the
//! withdrawals.

use fundtrail_types::Chain;

use crate::{
    cryo::{CHAIN, CHAIN_ID, HEIGHT},
    extracted,
    foreign::{Context, LeftOut, Schema, Told},
    record::Record,
    schema::{Column, names, optional, required},
    side::{Block, Side},
};

const COLUMNS: [Column; 5] =
    [HEIGHT, required("timestamp", &[]), required("author", &[]), optional("block_hash", &["hash"]), CHAIN_ID];

pub(crate) const SCHEMA: Schema = Schema {
    name: "cryo blocks",
    title: "a table of blocks of cryo",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

pub(crate) fn add(record: &Record, chain: Chain, side: &mut Side) -> Result<(), String> {
    let height = extracted::height(record, "block_number")?;
    let (time, id) = (extracted::time(record, "timestamp")?, extracted::tx(record, "block_hash", chain)?);
    side.add_block(height, Block { time, id });
    Ok(())
}

/// A block of cryo is no movement.
fn read(record: &Record, _: &Context<'_>) -> Result<Told, String> {
    let height = Some(extracted::height(record, "block_number")?);
    Ok(Told { movements: Vec::new(), left_out: Some(LeftOut::NoMovement), height, about: Vec::new() })
}
