//! An account's transfers: SOL and tokens.
//!
//! `Amount` counts base units in every variant seen (with and without `Flow`, with and without `Multiplier`): Solscan's
//! own documentation says so, and it is what makes `Value`, the worth in dollars, come out (24047160221000 of a dollar
//! token with 6 decimals beside 24048378.23). `Multiplier` changes how wallets show a token and not how much of it
//! moved. `From` and `To` are wallets, not their token accounts.

use fundtrail_types::{Amount, Asset, Chain, Kind, Token};

use crate::{
    foreign::{Context, LeftOut, Schema, Told},
    record::{Record, shorten},
    schema::{Column, names, required},
    solscan::{CHAIN, Head, left_out, moved},
};

const COLUMNS: [Column; 8] = [
    required("Signature", &[]),
    required("Block Time", &[]),
    required("Action", &[]),
    required("From", &[]),
    required("To", &[]),
    required("Amount", &[]),
    required("Decimals", &[]),
    required("Token Address", &[]),
];

pub(crate) const SCHEMA: Schema = Schema {
    name: "Solscan transfers",
    title: "a Solscan export of transfers",
    columns: &COLUMNS,
    names: &names(&COLUMNS),
    chain: CHAIN,
    lists: &[],
    read,
};

/// How Solscan writes SOL where a mint is asked for. Wrapped SOL, a token, ends in 2.
const SOL: &str = "So11111111111111111111111111111111111111111";

/// What an action does.
enum Action {
    Transfer,
    Mint,
    Burn,
    /// Moves lamports between an account and one that is opened, closed, split, merged or drawn from.
    Account,
    Nothing,
}

fn read(record: &Record, _: &Context<'_>) -> Result<Told, String> {
    let head = Head::read(record, "Signature", "Block Time")?;
    let action = action(record.required("Action")?)?;
    let asset = asset(record)?;
    let (from, to) = (record.address("From", Chain::SOLANA)?, record.address("To", Chain::SOLANA)?);
    let amount = amount(record)?;
    let decimals = Some(record.integer_required("Decimals")?);
    let sides = match (action, asset.is_native()) {
        (Action::Nothing, _) | (Action::Account, false) => return Ok(left_out(LeftOut::NoMovement)),
        (Action::Transfer | Action::Account, native) if from.is_some() && to.is_some() => {
            (if native { Kind::Native } else { Kind::Token }, from, to)
        }
        // Whatever stands on the other side is not who gave or got: nobody did.
        (Action::Mint, false) if to.is_some() => (Kind::Mint, None, to),
        (Action::Burn, false) if from.is_some() => (Kind::Burn, from, None),
        (Action::Mint | Action::Burn, true) => {
            return Err(format!("`Action`: SOL is not minted or burnt, but `Token Address` is `{SOL}`: correct one"));
        }
        (Action::Transfer | Action::Account | Action::Mint | Action::Burn, _) => {
            return Ok(left_out(LeftOut::OneSided));
        }
    };
    let (kind, from, to) = sides;
    let mut row = head.row(kind, asset, (from, to), amount);
    row.decimals = decimals;
    Ok(moved(row))
}

/// Reads an action, with or without the prefixes that it has in Solscan's interface for programs.
fn action(text: &str) -> Result<Action, String> {
    let upper = text.to_ascii_uppercase().replace(' ', "_");
    let bare = upper.strip_prefix("ACTIVITY_").unwrap_or(&upper);
    match bare.strip_prefix("SPL_").unwrap_or(bare) {
        "TRANSFER" => Ok(Action::Transfer),
        "MINT" => Ok(Action::Mint),
        "BURN" => Ok(Action::Burn),
        "CREATE_ACCOUNT"
        | "CLOSE_ACCOUNT"
        | "TOKEN_WITHDRAW_STAKE"
        | "TOKEN_SPLIT_STAKE"
        | "TOKEN_MERGE_STAKE"
        | "VOTE_WITHDRAW" => Ok(Action::Account),
        "SET_OWNER_AUTHORITY" => Ok(Action::Nothing),
        _ => Err(format!(
            "`Action`: `{}` is not known: if it moved value, write the row into a table of movements",
            shorten(text, 40)
        )),
    }
}

fn asset(record: &Record) -> Result<Asset, String> {
    if record.get("Token Address") == Some(SOL) {
        return Ok(Asset::native(Chain::SOLANA));
    }
    let mint = record.address_required("Token Address", Chain::SOLANA)?;
    Ok(Asset { chain: Chain::SOLANA, token: Token::Contract(mint) })
}

fn amount(record: &Record) -> Result<Amount, String> {
    let text = record.required("Amount")?;
    text.parse().map_err(|_| {
        format!(
            "`Amount`: `{}` is not in base units, as Solscan writes it: write whole digits, without point, separators or \
             exponent",
            shorten(text, 60)
        )
    })
}

#[cfg(test)]
mod tests;
