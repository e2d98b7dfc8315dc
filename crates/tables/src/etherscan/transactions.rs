//! An account's transactions: the value of each, and its fee.
//!
//! The explorer prints the fee of every transaction, also of those that the account received. It is the sender's all
//! the same. What of it was burnt and what the proposer got is not told, so it goes to nobody.

use fundtrail_types::{Direction, Kind, What};

use crate::{
    etherscan::{CHAIN, CONTRACT, ERROR, Flow, HASH, HEIGHT, Head, TIME, VALUE_IN, VALUE_OUT, failed, receiver},
    foreign::{Context, LeftOut, Schema, Told},
    numbers,
    record::Record,
    schema::{Column, names, required},
};

const COLUMNS: [Column; 11] = [
    HASH,
    HEIGHT,
    TIME,
    required("From", &[]),
    required("To", &[]),
    CONTRACT,
    VALUE_IN,
    VALUE_OUT,
    required("TxnFee", &["TxnFee(*)"]),
    required("Status", &[]),
    ERROR,
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "Etherscan transactions",
    title: "an Etherscan export of transactions",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[(What::Native, Direction::Both), (What::Fee, Direction::Out)],
    read,
};

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let head = Head::read(record, context)?;
    let failed = failed(record)?;
    let from = record.address_required("From", head.chain)?;
    let to = receiver(record, "To", head.chain)?;
    let fee = numbers::amount_required(record, "TxnFee", context.native_decimals()?)?;
    let flow = Flow::read(record, context, &from, to.as_ref())?;
    let mut movements = vec![head.native(Kind::Fee, Some(from.clone()), None, fee)];
    if !failed {
        let to = to.ok_or("`To` and `ContractAddress` are both empty: a transaction that succeeded has one of them")?;
        movements.push(head.native(Kind::Native, Some(from), Some(to), flow.amount));
    }
    Ok(Told { movements, left_out: failed.then_some(LeftOut::Failed), height: head.height, about: flow.about })
}

#[cfg(test)]
mod tests;
