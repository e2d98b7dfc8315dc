//! An account's ERC-20 transfers.
//!
//! Amounts are printed in whole tokens, and how many decimals a token has is not told. They come from a token
//! table; without it the row is rejected, because a guess may be wrong by a power of ten. The symbol is what the token
//! calls itself and says nothing.
//!
//! Old exports do not tell the height, so their rows are placed by time.

use fundtrail_types::{Asset, Direction, Kind, Token, What};

use crate::{
    etherscan::{CHAIN, HASH, Head, TIME},
    foreign::{Context, Schema, Told},
    numbers,
    record::Record,
    schema::{Column, names, optional, required},
};

const COLUMNS: [Column; 9] = [
    HASH,
    optional("Blockno", &[]),
    TIME,
    required("From", &[]),
    required("To", &[]),
    required("TokenValue", &["Value"]),
    required("ContractAddress", &[]),
    required("TokenName", &[]),
    optional("TokenSymbol", &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "Etherscan token transfers",
    title: "an Etherscan export of token transfers",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[(What::Token, Direction::Both)],
    read,
};

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let head = Head::read(record, context)?;
    let contract = record.address_required("ContractAddress", head.chain)?;
    let asset = Asset { chain: head.chain, token: Token::Contract(contract) };
    let (from, to) = (record.address_required("From", head.chain)?, record.address_required("To", head.chain)?);
    let decimals = context.decimals(&asset).ok_or_else(|| {
        format!(
            "the decimals of {asset} are not known, and this export does not tell them: name a token table that has \
             the contract with --tokens"
        )
    })?;
    let amount = numbers::amount_required(record, "TokenValue", decimals)?;
    let about = vec![from.clone(), to.clone()];
    let mut row = head.row(Kind::Token, asset, (Some(from), Some(to)), amount);
    row.symbol = record.text("TokenSymbol");
    Ok(Told { movements: vec![row], left_out: None, height: head.height, about })
}

#[cfg(test)]
mod tests;
