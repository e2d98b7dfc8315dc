//! Traces: every call of every transaction, and the rewards of blocks. A row tells whether its own call failed, and not
//! whether one around it did.

use fundtrail_types::{Address, Chain};

use crate::{
    cryo::{CHAIN, CHAIN_ID, HEIGHT, INDEX, TX, head},
    extracted::{self, Call, CallKind, Head, address20, reward},
    foreign::{Context, Schema, Told},
    record::Record,
    schema::{Column, names, optional, required},
    side::{Side, calls},
};

const COLUMNS: [Column; 13] = [
    HEIGHT,
    TX,
    INDEX,
    required("action_from", &[]),
    required("action_to", &[]),
    required("action_value", &[]),
    required("action_call_type", &[]),
    required("action_type", &[]),
    required("result_address", &[]),
    required("trace_address", &[]),
    required("error", &[]),
    optional("block_hash", &[]),
    CHAIN_ID,
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "cryo traces",
    title: "a table of traces of cryo",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

pub(crate) fn add(record: &Record, chain: Chain, side: &mut Side) -> Result<(), String> {
    if let Some(tx) = extracted::tx(record, "transaction_hash", chain)? {
        call(record, chain)?.add(side, &tx);
    }
    Ok(())
}

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let chain = context.chain;
    if record.get("action_type") == Some("reward") {
        let height = extracted::height(record, "block_number")?;
        let head = Head::of_block(context, height, extracted::tx(record, "block_hash", chain)?, None)?;
        // The author of the block stands where a sender does.
        let to: Option<Address> = address20(record, "action_from", chain)?;
        return reward(&head, to, extracted::wei(record, "action_value")?.unwrap_or_default());
    }
    let tx = crate::cryo::hash(record, context)?;
    call(record, chain)?.told(context, &head(record, context, tx)?)
}

fn call(record: &Record, chain: Chain) -> Result<Call, String> {
    let kind = CallKind::read(record.required("action_type")?, record.get("action_call_type"))?;
    let to = if kind == CallKind::Create { "result_address" } else { "action_to" };
    Ok(Call {
        kind,
        path: calls::read(record.get("trace_address").unwrap_or_default())?,
        from: address20(record, "action_from", chain)?,
        to: address20(record, to, chain)?,
        value: extracted::wei(record, "action_value")?.unwrap_or_default(),
        failed: record.get("error").is_some(),
        settled: false,
    })
}
