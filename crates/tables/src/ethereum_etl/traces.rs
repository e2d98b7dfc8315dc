//! Traces: every call of every transaction, and what blocks moved by themselves.
//!
//! `export_traces` asks a node for `trace_block` and works out a status that speaks for the calls around a row too.
//! `extract_geth_traces` writes neither hash nor status, and no sides of a destruction: its rows are refused.

use fundtrail_types::{Chain, Kind};

use crate::{
    ethereum_etl::{CHAIN, FROM, HEIGHT, INDEX, TIME, TO, TX, VALUE, head},
    extracted::{self, Call, CallKind, Head, reward},
    foreign::{Context, Schema, Told},
    record::Record,
    schema::{Column, names, optional, required},
    side::{Side, calls},
};

const COLUMNS: [Column; 13] = [
    HEIGHT,
    TX,
    INDEX,
    FROM,
    TO,
    VALUE,
    required("trace_type", &[]),
    required("call_type", &[]),
    required("trace_address", &[]),
    required("error", &[]),
    required("status", &[]),
    TIME,
    optional("block_hash", &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "ethereum-etl traces",
    title: "a table of traces of ethereum-etl",
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
    match record.required("trace_type")? {
        "reward" | "genesis" => {
            let value = extracted::wei(record, "value")?.unwrap_or_default();
            reward(&of_block(record, context)?, record.address("to_address", context.chain)?, value)
        }
        "daofork" => {
            let value = extracted::wei(record, "value")?.unwrap_or_default();
            let sides = (record.address("from_address", context.chain)?, record.address("to_address", context.chain)?);
            let head = of_block(record, context)?;
            Ok(head.told(vec![head.native(Kind::Internal, sides, value, None)], None))
        }
        _ => {
            let Some(tx) = extracted::tx(record, "transaction_hash", context.chain)? else {
                return Err(
                    "`transaction_hash` is empty, as `extract_geth_traces` leaves it: extract the traces with \
                            `export_traces` from a node that has `trace_block`"
                        .to_owned(),
                );
            };
            call(record, context.chain)?.told(context, &head(record, context, tx)?)
        }
    }
}

fn of_block(record: &Record, context: &Context<'_>) -> Result<Head, String> {
    let height = extracted::height(record, "block_number")?;
    let (id, time) = (extracted::tx(record, "block_hash", context.chain)?, extracted::time(record, "block_timestamp")?);
    Head::of_block(context, height, id, time)
}

fn call(record: &Record, chain: Chain) -> Result<Call, String> {
    let status = record.get("status");
    Ok(Call {
        kind: CallKind::read(record.required("trace_type")?, record.get("call_type"))?,
        path: calls::read(record.get("trace_address").unwrap_or_default())?,
        from: record.address("from_address", chain)?,
        to: record.address("to_address", chain)?,
        value: extracted::wei(record, "value")?.unwrap_or_default(),
        failed: record.get("error").is_some() || status == Some("0"),
        settled: status == Some("1"),
    })
}
