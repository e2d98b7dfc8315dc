//! An account's internal transactions: coin that calls inside transactions moved.
//!
//! A call that failed moved nothing, nor did a delegate call: its code runs for the caller, and the value that some
//! explorers print beside it is the caller's own. A call without value is left out and counted, as by every other way in: only
//! the transaction itself is an event without value.

use fundtrail_types::{Direction, Kind, What};

use crate::{
    etherscan::{CHAIN, CONTRACT, ERROR, Flow, HASH, HEIGHT, Head, TIME, VALUE_IN, VALUE_OUT, receiver},
    foreign::{Context, LeftOut, Schema, Told},
    record::{Record, shorten},
    schema::{Column, names, optional, required},
};

const COLUMNS: [Column; 11] = [
    HASH,
    HEIGHT,
    TIME,
    required("From", &[]),
    required("TxTo", &[]),
    CONTRACT,
    VALUE_IN,
    VALUE_OUT,
    required("Status", &[]),
    ERROR,
    optional("Type", &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "Etherscan internal transactions",
    title: "an Etherscan export of internal transactions",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[(What::Internal, Direction::Both)],
    read,
};

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let head = Head::read(record, context)?;
    let left_out = if failed(record)? { Some(LeftOut::Failed) } else { moves(record)? };
    let from = record.address_required("From", head.chain)?;
    let to = receiver(record, "TxTo", head.chain)?;
    let flow = Flow::read(record, context, &from, to.as_ref())?;
    let left_out = left_out.or_else(|| flow.amount.is_zero().then_some(LeftOut::ZeroCall));
    let mut movements = Vec::new();
    if left_out.is_none() {
        let to = to.ok_or("`TxTo` and `ContractAddress` are both empty: a call that succeeded has one of them")?;
        movements.push(head.native(Kind::Internal, Some(from), Some(to), flow.amount));
    }
    Ok(Told { movements, left_out, height: head.height, about: flow.about })
}

/// Whether the call failed. Here a number stands for whether there was an error, where the export of transactions
/// leaves the column empty.
fn failed(record: &Record) -> Result<bool, String> {
    match record.get("Status") {
        Some("0") => Ok(record.get("ErrCode").is_some()),
        Some("1") => Ok(true),
        _ => super::failed(record),
    }
}

/// Why a call of its type moves nothing, if so.
fn moves(record: &Record) -> Result<Option<LeftOut>, String> {
    let Some(text) = record.get("Type") else { return Ok(None) };
    // Some explorers add the place of the call: `call_0_1`.
    let bare = text.split('_').next().unwrap_or_default().to_ascii_lowercase();
    match bare.as_str() {
        "call" | "create" | "create2" | "suicide" | "selfdestruct" => Ok(None),
        "delegatecall" | "staticcall" | "callcode" => Ok(Some(LeftOut::NoMovement)),
        _ => Err(format!(
            "`Type`: `{}` is no known type of call: write `call` if it moved value, or remove the row",
            shorten(text, 40)
        )),
    }
}

#[cfg(test)]
mod tests;
