//! Logs: the events of contracts, among them the transfers of tokens, in full.

use fundtrail_types::{Address, Chain};

use crate::{
    ethereum_etl::{CHAIN, HEIGHT, INDEX, TIME, TX, hash, head},
    extracted::{self, Event},
    foreign::{Context, Schema, Told},
    record::Record,
    schema::{Column, names, required},
    side::Side,
};

const COLUMNS: [Column; 8] = [
    required("log_index", &[]),
    TX,
    INDEX,
    HEIGHT,
    TIME,
    required("address", &[]),
    required("data", &[]),
    required("topics", &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "ethereum-etl logs",
    title: "a table of logs of ethereum-etl",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

pub(crate) fn add(record: &Record, chain: Chain, side: &mut Side) -> Result<(), String> {
    let event = event(record, chain)?;
    if let Some(tx) = extracted::tx(record, "transaction_hash", chain)?
        && event.is_transfer()
    {
        side.add_event(&tx, event.index);
    }
    Ok(())
}

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let tx = hash(record, "transaction_hash", context)?;
    Ok(event(record, context.chain)?.told(&head(record, context, tx)?))
}

fn event(record: &Record, chain: Chain) -> Result<Event, String> {
    let token: Address = record.address_required("address", chain)?;
    let list = record.get("topics").unwrap_or_default();
    // In CSV the topics stand between commas, in JSON as a list of texts.
    let topics = list.trim_start_matches('[').trim_end_matches(']').split(',');
    let topics = topics.map(|topic| topic.trim().trim_matches('"')).filter(|topic| !topic.is_empty());
    let topics: Result<_, _> = topics.map(|topic| extracted::bytes_of("topics", topic)).collect();
    let data = extracted::bytes_of("data", record.get("data").unwrap_or_default())?;
    Ok(Event { token, topics: topics?, data, index: record.integer_required("log_index")? })
}
