//! The older export of an account's transactions, with a row for every change of a balance and for every transfer of
//! SOL.
//!
//! A transfer of SOL names both sides and is a movement. A change of a token balance names one token account and not
//! where the tokens came from or went to; as a movement it would be a mint or a burn, so it is left out and counted. The
//! fee of the transaction is printed on each of its rows, but who paid it is not, so it is not taken.

use fundtrail_types::{Asset, Chain, Kind};

use crate::{
    foreign::{Context, LeftOut, Schema, Told},
    numbers,
    record::Record,
    schema::{Column, names, required},
    solscan::{CHAIN, Head, left_out, moved},
};

const COLUMNS: [Column; 7] = [
    required("Type", &[]),
    required("Txhash", &[]),
    required("BlockTime Unix", &[]),
    required("SPL BalanceChange", &[]),
    required("SolTransfer Source", &[]),
    required("SolTransfer Destination", &[]),
    required("Amount (SOL)", &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "Solscan transactions",
    title: "an old Solscan export of transactions",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

fn read(record: &Record, context: &Context<'_>) -> Result<Told, String> {
    let head = Head::read(record, "Txhash", "BlockTime Unix")?;
    let side = |column| record.address(column, Chain::SOLANA);
    let (from, to) = (side("SolTransfer Source")?, side("SolTransfer Destination")?);
    match (from, to) {
        (Some(from), Some(to)) => {
            let amount = numbers::amount_required(record, "Amount (SOL)", context.native_decimals()?)?;
            let sol = Asset::native(Chain::SOLANA);
            Ok(moved(head.row(Kind::Native, sol, (Some(from), Some(to)), amount)))
        }
        (None, None) if record.get("SPL BalanceChange").is_none() => Ok(left_out(LeftOut::NoMovement)),
        _ => Ok(left_out(LeftOut::OneSided)),
    }
}

#[cfg(test)]
mod tests;
