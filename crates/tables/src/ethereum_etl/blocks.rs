//! Blocks: the time of each, for the rows of other tables, and the withdrawals from staking that it paid.
//!
//! Withdrawals are in gwei. They stand as a list of objects, in brackets or not.

use fundtrail_types::{Amount, Chain, Kind};
use serde::Deserialize;

use crate::{
    ethereum_etl::CHAIN,
    extracted::{self, Head, withdraws_native},
    foreign::{Context, LeftOut, Schema, Told},
    record::{Record, shorten},
    schema::{Column, names, optional, required},
    side::{Block, Side},
};

const COLUMNS: [Column; 5] = [
    required("number", &[]),
    required("hash", &[]),
    required("miner", &[]),
    required("timestamp", &[]),
    optional("withdrawals", &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "ethereum-etl blocks",
    title: "a table of blocks of ethereum-etl",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

/// Withdrawals are counted in gwei: 10^9 of the smallest units.
const WEI_PER_GWEI: u64 = 1_000_000_000;

/// A withdrawal, as far as it moves something.
#[derive(Deserialize)]
struct Withdrawal {
    address: String,
    amount: u64,
}

pub(crate) fn add(record: &Record, chain: Chain, side: &mut Side) -> Result<(), String> {
    let height = extracted::height(record, "number")?;
    let (time, id) = (extracted::time(record, "timestamp")?, extracted::tx(record, "hash", chain)?);
    side.add_block(height, Block { time, id });
    Ok(())
}

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let height = extracted::height(record, "number")?;
    let id = extracted::tx(record, "hash", context.chain)?;
    let head = Head::of_block(context, height, id, extracted::time(record, "timestamp")?)?;
    let withdrawals = withdrawals(record)?;
    if withdrawals.is_empty() {
        return Ok(head.told(Vec::new(), None));
    }
    if !withdraws_native(context.chain) {
        return Ok(head.told(Vec::new(), Some(LeftOut::OneSided)));
    }
    let mut movements = Vec::with_capacity(withdrawals.len());
    for withdrawal in withdrawals {
        let to = fundtrail_types::Address::parse(context.chain, &withdrawal.address)
            .map_err(|error| format!("`withdrawals`: {error}"))?;
        let amount = Amount::from(u128::from(withdrawal.amount) * u128::from(WEI_PER_GWEI));
        movements.push(head.native(Kind::Withdrawal, (None, Some(to)), amount, None));
    }
    Ok(head.told(movements, None))
}

fn withdrawals(record: &Record) -> Result<Vec<Withdrawal>, String> {
    let Some(text) = record.get("withdrawals") else { return Ok(Vec::new()) };
    let list = if text.starts_with('[') { text.to_owned() } else { format!("[{text}]") };
    serde_json::from_str(&list).map_err(|_| {
        format!("`withdrawals`: `{}` is no list of withdrawals: extract the block again", shorten(text, 60))
    })
}
