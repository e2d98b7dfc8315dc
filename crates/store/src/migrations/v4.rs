//! Format 4: a line of a history tells whether value passes through an account in its transaction, so that a trace need not read the
//! legs of every transaction to find out.

use rocksdb::WriteBatch;

use crate::{
    AccountId, ChainId, Store, StoreError,
    bytes::{Bytes, Take},
    db::FORMAT_KEY,
    families::{HISTORY, META, MOVEMENTS},
    keys,
    rows::{self, MovementRow},
};

/// Rows between two batches.
const ROWS_PER_BATCH: u64 = 50_000;
/// Of a key of `movements`, what its transaction is known by.
const TX_BYTES: usize = 20;

/// To mark a row twice is to mark it once, so an interrupted run begins again.
pub(super) fn run(store: &Store, go_on: &mut dyn FnMut(u64) -> bool) -> Result<bool, StoreError> {
    let (mut batch, mut done) = (WriteBatch::default(), 0);
    let (mut tx, mut movements) = (Bytes::new(), Vec::new());
    for row in store.scan(MOVEMENTS, Bytes::new()) {
        let (key, value) = row?;
        let damaged = || StoreError::damaged(MOVEMENTS.name, &key, "movement");
        let of = key.get(..TX_BYTES).ok_or_else(damaged)?;
        if tx[..] != *of {
            mark(store, &mut batch, &tx, &movements)?;
            (tx, movements) = (of.into(), Vec::new());
        }
        movements.push(rows::parse_movement(&value).ok_or_else(damaged)?);
        done += 1;
        if done % ROWS_PER_BATCH == 0 {
            store.write(std::mem::take(&mut batch))?;
            if !go_on(done) {
                return Ok(false);
            }
        }
    }
    mark(store, &mut batch, &tx, &movements)?;
    batch.put_cf(store.family(META)?, FORMAT_KEY, 4u32.to_be_bytes());
    store.write(batch)?;
    Ok(true)
}

/// Marks the lines of a transaction in the histories, if it is plain.
fn mark(store: &Store, batch: &mut WriteBatch, tx: &[u8], movements: &[MovementRow]) -> Result<(), StoreError> {
    if movements.is_empty() || !rows::is_plain(movements) {
        return Ok(());
    }
    let damaged = || StoreError::damaged(MOVEMENTS.name, tx, "transaction");
    let mut take = Take(tx);
    let place = take.u32().map(ChainId).zip(take.u64().zip(take.u64()));
    let (_, (height, slot)) = place.ok_or_else(damaged)?;
    for (leg, row) in (0u32..).zip(movements).filter(|(_, row)| !row.amount.is_zero()) {
        let at = fundtrail_types::Position { height, timed: 0, tx: slot, leg };
        for (account, side) in [(row.from, 0), (row.to, 1)].into_iter().filter(|(id, _)| *id != AccountId::NONE) {
            let key = keys::history(account, at, side);
            let line = store.get(HISTORY, &key)?;
            let line =
                line.and_then(rows::marked_plain).ok_or_else(|| StoreError::damaged(HISTORY.name, &key, "entry"))?;
            batch.put_cf(store.family(HISTORY)?, key, line);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use fundtrail_types::{Address, Amount, Asset, Chain, Kind, Movement, Order, TxId};

    use super::*;

    #[test]
    fn only_lines_of_plain_transactions_are_marked() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let movement = |tx: u8, from: u8, to: u8| Movement {
            chain: Chain::ETHEREUM,
            tx: TxId::Evm([tx; 32]),
            kind: Kind::Native,
            asset: Asset::native(Chain::ETHEREUM),
            from: Some(Address::Evm([from; 20])),
            to: Some(Address::Evm([to; 20])),
            amount: Amount::from(u64::from(from)),
            n: 0,
            order: Order::at(u64::from(tx)),
            time: None,
        };
        let mut writer = store.writer().unwrap();
        for (tx, from, to) in [(1, 1, 2), (1, 1, 3), (2, 1, 2), (2, 2, 3)] {
            writer.movement(&movement(tx, from, to));
        }
        writer.commit(None).unwrap();
        drop(writer);
        let lines = |store: &Store| store.scan(HISTORY, Bytes::new()).collect::<Result<Vec<_>, _>>().unwrap();
        let written = lines(&store);
        for (key, value) in &written {
            let mut unmarked = value.to_vec();
            unmarked[17] = 0;
            store.put(HISTORY, key, &unmarked).unwrap();
        }
        assert!(lines(&store) != written);
        assert!(run(&store, &mut |_| true).unwrap());
        assert_eq!(lines(&store), written);
        let plain: Vec<bool> = written.iter().map(|(_, value)| rows::parse_history(value).unwrap().plain).collect();
        assert_eq!(plain.iter().filter(|plain| **plain).count(), 4, "{plain:?}");
        assert_eq!(plain.len(), 8);
    }
}
