//! Logs: the events of contracts, among them the transfers of tokens, in full.

use fundtrail_types::Chain;

use crate::{
    cryo::{CHAIN, CHAIN_ID, HEIGHT, INDEX, TX, address, hash, head},
    extracted::{self, Event},
    foreign::{Context, Schema, Told},
    record::Record,
    schema::{Column, names, required},
    side::Side,
};

const TOPICS: [&str; 4] = ["topic0", "topic1", "topic2", "topic3"];

const COLUMNS: [Column; 11] = [
    HEIGHT,
    INDEX,
    required("log_index", &[]),
    TX,
    required("address", &["contract_address"]),
    required(TOPICS[0], &[]),
    required(TOPICS[1], &[]),
    required(TOPICS[2], &[]),
    required(TOPICS[3], &[]),
    required("data", &[]),
    CHAIN_ID,
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "cryo logs",
    title: "a table of logs of cryo",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

pub(crate) fn add(record: &Record, chain: Chain, side: &mut Side) -> Result<(), String> {
    let event = event(record)?;
    if let Some(tx) = extracted::tx(record, "transaction_hash", chain)?
        && event.is_transfer()
    {
        side.add_event(&tx, event.index);
    }
    Ok(())
}

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let tx = hash(record, context)?;
    Ok(event(record)?.told(&head(record, context, tx)?))
}

fn event(record: &Record) -> Result<Event, String> {
    let topics = TOPICS.iter().filter_map(|column| Some(extracted::bytes_of(column, record.get(column)?)));
    let data = extracted::bytes_of("data", record.get("data").unwrap_or_default())?;
    Ok(Event {
        token: address(record, "address")?,
        topics: topics.collect::<Result<_, _>>()?,
        data,
        index: record.integer_required("log_index")?,
    })
}
