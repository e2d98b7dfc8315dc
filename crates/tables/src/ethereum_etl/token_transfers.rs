//! Token transfers: what looked like one to ethereum-etl.
//!
//! It takes every event whose topics and data make four words. So the number of an NFT stands where an amount should, and
//! nothing in the row tells. The logs do; without them a row is taken only if its token is known to be one.

use fundtrail_types::{Asset, Token};

use crate::{
    ethereum_etl::{CHAIN, FROM, HEIGHT, TIME, TO, TX, VALUE, hash, head, sides},
    extracted::{self, transfer},
    foreign::{Context, LeftOut, Schema, Told},
    record::Record,
    schema::{Column, names, optional, required},
};

const COLUMNS: [Column; 9] = [
    required("token_address", &[]),
    FROM,
    TO,
    VALUE,
    TX,
    required("log_index", &[]),
    HEIGHT,
    TIME,
    optional("transaction_index", &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "ethereum-etl token transfers",
    title: "a table of token transfers of ethereum-etl",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let tx = hash(record, "transaction_hash", context)?;
    let head = head(record, context, tx)?;
    let log_index = record.integer_required("log_index")?;
    if context.side().is_some_and(|side| side.has_event(&head.tx, log_index)) {
        return Ok(head.told(Vec::new(), Some(LeftOut::OtherTable)));
    }
    let token = record.address_required("token_address", context.chain)?;
    let asset = Asset { chain: context.chain, token: Token::Contract(token.clone()) };
    if context.decimals(&asset).is_none() {
        return Err(format!(
            "{token} may be an NFT, whose number stands in `value` as if it were an amount: give the logs of the same \
             blocks in the same command or instead (ethereumetl export_receipts_and_logs), or a token table that has \
             the token"
        ));
    }
    record.required("value")?;
    let amount = extracted::wei(record, "value")?.unwrap_or_default();
    let row = transfer(&head, token, sides(record, context)?, amount, log_index);
    Ok(head.told(vec![row], None))
}
