//! Rows: how a transaction becomes rows, and back. One function makes the rows for writing and for deleting, so that
//! undo cannot forget one.

use fundtrail_types::{Amount, Kind, Position, Time, TxId};

use crate::{
    bytes::{self, Bytes, Row, Take},
    families::{HISTORY, MOVEMENTS, RELATIONS, RELATIONS_OF, TXIDS, TXS},
    keys, legs,
    names::{AccountId, AssetId, ChainId},
    relations::RelationRow,
    view::{Completeness, TxView},
};

const FLAG_COMPLETE: u8 = 1;
const FLAG_CONFLICT: u8 = 2;
/// Beside [`FLAG_CONFLICT`]: it is only that others claim the same index.
const FLAG_ONLY_CROWDED: u8 = 1 << 7;

/// In a row of `history`: the source told the movement's place inside its transaction.
const FLAG_LEG_TOLD: u8 = 1;
/// Beside it: value passes through no account in the movement's transaction, so that nobody need read its legs to know.
const FLAG_PLAIN: u8 = 2;
/// Where the flags stand in a row of `history`.
const HISTORY_FLAGS_AT: usize = 17;

/// Stands for "the source told no time". No chain has a block at the first second of this range.
const NO_TIME: i64 = i64::MIN;

/// A movement with numbers for names, as rows hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MovementRow {
    pub(crate) kind: Kind,
    pub(crate) from: AccountId,
    pub(crate) to: AccountId,
    pub(crate) asset: AssetId,
    pub(crate) n: u32,
    pub(crate) told_leg: Option<u32>,
    pub(crate) amount: Amount,
}

/// What a row of `txs` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TxRow {
    pub(crate) completeness: Completeness,
    pub(crate) conflict: bool,
    /// The conflict is only that others claim the same index.
    pub(crate) only_crowded: bool,
    pub(crate) time: Option<Time>,
    pub(crate) id_bytes: Vec<u8>,
}

/// What a row of `history` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HistoryRow {
    pub(crate) counterparty: AccountId,
    pub(crate) asset: AssetId,
    pub(crate) kind: Kind,
    pub(crate) leg_told: bool,
    pub(crate) plain: bool,
    pub(crate) time: Option<Time>,
    pub(crate) amount: Amount,
}

/// What a transaction tells, with numbers for names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbered<'a> {
    /// In the transaction's order.
    pub(crate) movements: &'a [MovementRow],
    /// In any order.
    pub(crate) relations: &'a [RelationRow],
}

/// Takes a row: family, key and value.
pub(crate) type Put<'a> = &'a mut dyn FnMut(&'static crate::Family, &[u8], &[u8]);

/// Gives every row that a transaction has outside the dictionaries.
pub(crate) fn give(chain: ChainId, slot: u64, view: &TxView, numbers: Numbered<'_>, put: Put<'_>) {
    put(&TXS, &keys::tx(chain, view.height, slot), &tx_value(view));
    put(&TXIDS, &keys::txid(chain, &view.id), &bytes::Put::default().u64(view.height).u64(slot).0);
    let plain = is_plain(numbers.movements);
    for (leg, row) in (0u32..).zip(numbers.movements) {
        let at = Position { height: view.height, timed: 0, tx: slot, leg };
        // Zero-value transfers are kept as events of their transaction, but are no part of anybody's history.
        if !row.amount.is_zero() {
            let sides = [(row.from, row.to, 0), (row.to, row.from, 1)];
            for (account, counterparty, side) in sides.into_iter().filter(|(account, ..)| *account != AccountId::NONE) {
                put(&HISTORY, &keys::history(account, at, side), &history_value(row, counterparty, view.time, plain));
            }
        }
        put(&MOVEMENTS, &keys::movement(chain, at), &movement_value(row));
    }
    let place = (view.height, slot);
    for row in numbers.relations {
        put(&RELATIONS, &row.key(chain, place), &[]);
        row.sides().iter().for_each(|side| put(&RELATIONS_OF, &side.key(place), &[]));
    }
}

/// The same rows as a list.
pub(crate) fn list(chain: ChainId, slot: u64, view: &TxView, numbers: Numbered<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    give(chain, slot, view, numbers, &mut |family, key, value| rows.push((family, key.into(), value.into())));
    rows
}

fn tx_value(view: &TxView) -> Bytes {
    let complete = if view.completeness == Completeness::Complete { FLAG_COMPLETE } else { 0 };
    let conflict = match (view.conflict, view.crowded) {
        (true, _) => FLAG_CONFLICT,
        (false, true) => FLAG_CONFLICT | FLAG_ONLY_CROWDED,
        (false, false) => 0,
    };
    bytes::Put::default().u8(complete | conflict).i64(time_value(view.time)).bytes(view.id.as_bytes()).0
}

pub(crate) fn parse_tx(value: &[u8]) -> Option<TxRow> {
    let mut take = Take(value);
    let flags = take.u8()?;
    let completeness = if flags & FLAG_COMPLETE > 0 { Completeness::Complete } else { Completeness::Partial };
    let time = parse_time(take.i64()?);
    let (conflict, only_crowded) = (flags & FLAG_CONFLICT > 0, flags & FLAG_ONLY_CROWDED > 0);
    Some(TxRow { completeness, conflict, only_crowded, time, id_bytes: take.rest().to_vec() })
}

fn movement_value(row: &MovementRow) -> Bytes {
    let put = bytes::Put::default().u8(kind_value(row.kind)).u64(row.from.0).u64(row.to.0).u64(row.asset.0).u32(row.n);
    let put = put.u8(u8::from(row.told_leg.is_some())).u32(row.told_leg.unwrap_or_default());
    put.bytes(&row.amount.to_be_bytes_trimmed()).0
}

pub(crate) fn parse_movement(value: &[u8]) -> Option<MovementRow> {
    let mut take = Take(value);
    let kind = parse_kind(take.u8()?)?;
    let (from, to, asset) = (AccountId(take.u64()?), AccountId(take.u64()?), AssetId(take.u64()?));
    let n = take.u32()?;
    let told_leg = (take.u8()? > 0, take.u32()?);
    Some(MovementRow { kind, from, to, asset, n, told_leg: told_leg.0.then_some(told_leg.1), amount: take.amount()? })
}

/// Whether value passes through no account in a transaction of these movements.
pub(crate) fn is_plain(movements: &[MovementRow]) -> bool {
    legs::is_plain(movements.iter().map(|row| (row.kind, row.from, row.to, row.amount)))
}

/// A row of `history` with the mark that its transaction is plain. None if it is too short to be one.
pub(crate) fn marked_plain(mut value: Vec<u8>) -> Option<Vec<u8>> {
    *value.get_mut(HISTORY_FLAGS_AT)? |= FLAG_PLAIN;
    Some(value)
}

fn history_value(row: &MovementRow, counterparty: AccountId, time: Option<Time>, plain: bool) -> Bytes {
    let told = if row.told_leg.is_some() { FLAG_LEG_TOLD } else { 0 };
    let flags = told | if plain { FLAG_PLAIN } else { 0 };
    let put = bytes::Put::default().u64(counterparty.0).u64(row.asset.0).u8(kind_value(row.kind)).u8(flags);
    let put = put.i64(time_value(time));
    put.bytes(&row.amount.to_be_bytes_trimmed()).0
}

pub(crate) fn parse_history(value: &[u8]) -> Option<HistoryRow> {
    let mut take = Take(value);
    let (counterparty, asset) = (AccountId(take.u64()?), AssetId(take.u64()?));
    let (kind, flags) = (parse_kind(take.u8()?)?, take.u8()?);
    let (leg_told, plain) = (flags & FLAG_LEG_TOLD > 0, flags & FLAG_PLAIN > 0);
    let time = parse_time(take.i64()?);
    Some(HistoryRow { counterparty, asset, kind, leg_told, plain, time, amount: take.amount()? })
}

/// Numbers of kinds on disk. They never change; a new kind takes the next number.
fn kind_value(kind: Kind) -> u8 {
    match kind {
        Kind::Fee => 0,
        Kind::Native => 1,
        Kind::Internal => 2,
        Kind::Token => 3,
        Kind::Mint => 4,
        Kind::Burn => 5,
        Kind::Reward => 6,
        Kind::Withdrawal => 7,
        Kind::Wrap => 8,
        Kind::Unwrap => 9,
        Kind::Rent => 10,
        Kind::Unexplained => 11,
    }
}

fn parse_kind(value: u8) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind_value(*kind) == value)
}

fn time_value(time: Option<Time>) -> i64 {
    time.map_or(NO_TIME, Time::unix)
}

fn parse_time(value: i64) -> Option<Time> {
    if value == NO_TIME { None } else { Time::from_unix(value) }
}

/// The transaction id of a row of `txs`.
pub(crate) fn tx_id(chain: fundtrail_types::Chain, row: &TxRow) -> Option<TxId> {
    TxId::from_bytes(chain, &row.id_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_pinned() {
        let row = MovementRow {
            kind: Kind::Token,
            from: AccountId(1),
            to: AccountId(2),
            asset: AssetId(3),
            n: 4,
            told_leg: Some(5),
            amount: Amount::from(258u64),
        };
        let bytes = movement_value(&row);
        assert_eq!(
            bytes[..],
            [
                3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4, 1, 0, 0, 0, 5,
                1, 2
            ]
        );
        assert_eq!(parse_movement(&bytes), Some(row.clone()));
        let bytes = history_value(&row, AccountId(2), Time::from_unix(9), false);
        let plain = history_value(&row, AccountId(2), Time::from_unix(9), true);
        assert_eq!(marked_plain(bytes.to_vec()).as_deref(), Some(&plain[..]));
        assert!(parse_history(&plain).unwrap().plain && !parse_history(&bytes).unwrap().plain);
        assert_eq!(bytes[..], [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 3, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2]);
        let parsed = parse_history(&bytes).unwrap();
        assert_eq!((parsed.counterparty, parsed.time, parsed.amount), (AccountId(2), Time::from_unix(9), row.amount));
        assert!((0..bytes.len() - 2).all(|len| parse_history(&bytes[..len]).is_none()));
        assert!(Kind::ALL.into_iter().all(|kind| parse_kind(kind_value(kind)) == Some(kind)));
        assert_eq!(parse_time(time_value(None)), None);
    }
}
