//! Movement rows: transfers of value, one per row.
//!
//! The reader gives each movement its `n`, the count of equal movements of its transaction before it in the file (see
//! `seen`). The decimals that rows give are remembered once for every token.

use std::collections::HashMap;

use fundtrail_types::{Asset, Chain, Kind, Movement, Order, Time, TxId, TxOrder};

use crate::{Rows, TableFile, TableKind, TokenTable, amounts, record::Record, seen::Seen};

/// Every column.
pub(crate) const COLUMNS: &[&str] = &[
    "chain",
    "tx",
    "block",
    "before_block",
    "time",
    "tx_index",
    "leg",
    "kind",
    "asset",
    "from",
    "to",
    "amount",
    "amount_raw",
    "decimals",
    "symbol",
    "note",
];

/// The columns without which there is no row. Of `from` and `to`, `amount` and `amount_raw`, each row needs one as well,
/// and so it does of `block` and `before_block`, in whose place `time` alone may stand.
pub(crate) const REQUIRED: &[&str] = &["chain", "tx", "asset"];

/// One row: the movement, and what the row says about its asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovementRow {
    /// What moved. Its `n` counts equal movements within this file.
    pub movement: Movement,
    /// What the source calls the asset.
    pub symbol: Option<String>,
    /// The decimals that the row gives, if it does.
    pub decimals: Option<u8>,
    /// Free text.
    pub note: Option<String>,
}

/// Reads movements. `tokens` scales the amounts of rows without decimals, and is checked against those with.
pub fn read(file: TableFile, tokens: &TokenTable) -> Rows<'_, MovementRow> {
    read_after(file, tokens, HashMap::new())
}

/// As [`read`], after other files: `told` holds the decimals that their rows gave. Rows of one token that contradict
/// each other, here or across files, cannot all be right, so the later one is rejected. The token table's word is not
/// overruled by any row, so its tokens are not looked up in `told`.
pub fn read_after(file: TableFile, tokens: &TokenTable, mut told: HashMap<Asset, u8>) -> Rows<'_, MovementRow> {
    let mut seen = Seen::default();
    Rows::new(file, TableKind::Movements, move |record| {
        let mut row = parse(record, tokens)?;
        agree(&mut told, tokens, &row)?;
        row.movement.n = seen.count(&row.movement)?;
        Ok(row)
    })
}

/// Whether a row agrees with the rows before it about the decimals of its asset.
pub(crate) fn agree(told: &mut HashMap<Asset, u8>, tokens: &TokenTable, row: &MovementRow) -> Result<(), String> {
    let asset = &row.movement.asset;
    let Some(given) = row.decimals.filter(|_| tokens.decimals(asset).is_none()) else { return Ok(()) };
    let known = *told.entry(asset.clone()).or_insert(given);
    if known == given {
        return Ok(());
    }
    Err(format!(
        "`decimals`: {asset} has {known} decimals by an earlier row, of this file or of one that was loaded before, not \
         {given}: correct the row, or give a token table that has the token"
    ))
}

/// One row by itself: `n` is left 0.
fn parse(record: &Record, tokens: &TokenTable) -> Result<MovementRow, String> {
    let chain: Chain = record.parsed_required("chain")?;
    let tx = TxId::parse(chain, record.required("tx")?).map_err(|error| format!("`tx`: {error}"))?;
    let time = record.parsed("time")?;
    let order = order(record, time)?;
    let asset = record.asset_required("asset", chain)?;
    let kind = kind(record, &asset)?;
    let (from, to) = (record.address("from", chain)?, record.address("to", chain)?);
    if from.is_none() && to.is_none() {
        return Err("neither `from` nor `to` is filled: fill at least one".to_owned());
    }
    let (amount, decimals) = amounts::read(record, &asset, tokens)?;
    Ok(MovementRow {
        movement: Movement { chain, tx, kind, asset, from, to, amount, n: 0, order, time },
        symbol: record.text("symbol"),
        decimals,
        note: record.text("note"),
    })
}

fn order(record: &Record, time: Option<Time>) -> Result<Order, String> {
    let leg = record.integer("leg")?;
    let index: Option<u32> = record.integer("tx_index")?;
    match (record.height("block")?, record.height("before_block")?) {
        (Some(height), None) => {
            let tx = index.map_or(TxOrder::Unknown, TxOrder::Index);
            Ok(Order { height, tx, leg })
        }
        (None, Some(_)) if index.is_some() => {
            Err("`tx_index` is filled, but `before_block` says that the block is not known: empty one of the two"
                .into())
        }
        (None, Some(height)) => Ok(Order { height, tx: TxOrder::Opening, leg }),
        (Some(_), Some(_)) => Err("both `block` and `before_block` are filled: fill exactly one".into()),
        (None, None) => match time {
            Some(_) if index.is_some() => {
                Err("`tx_index` is filled, but the block is not known: fill `block`, or empty `tx_index`".into())
            }
            Some(time) => Ok(Order { leg, ..Order::timed(time) }),
            None => {
                Err("none of `block`, `before_block` and `time` is filled: fill one of the two, or at least `time`"
                    .into())
            }
        },
    }
}

/// The row's kind, if it fits the asset.
fn kind(record: &Record, asset: &Asset) -> Result<Kind, String> {
    let default = if asset.is_native() { Kind::Native } else { Kind::Token };
    let kind = record.parsed("kind")?.unwrap_or(default);
    let fits = match kind {
        Kind::Native | Kind::Internal | Kind::Fee | Kind::Reward | Kind::Rent => asset.is_native(),
        Kind::Token | Kind::Mint | Kind::Burn => !asset.is_native(),
        // Some chains pay withdrawals in a token, and a wrap may be told from either side.
        Kind::Withdrawal | Kind::Wrap | Kind::Unwrap | Kind::Unexplained => true,
    };
    if fits {
        return Ok(kind);
    }
    let moves = if asset.is_native() { "tokens" } else { "the native coin" };
    Err(format!("`kind`: `{kind}` moves {moves}, but `asset` is {}: correct one of the two", asset.name_on_chain()))
}

#[cfg(test)]
mod tests;
