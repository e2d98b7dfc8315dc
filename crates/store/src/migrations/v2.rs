//! Format 2: `txids` holds half of the SHA-256 of an id instead of the id, and rows of sources tell whether heights were
//! undone since.

use rocksdb::WriteBatch;

use crate::{
    Store, StoreError,
    bytes::{Bytes, Put, Take},
    db::FORMAT_KEY,
    families::{META, TXIDS, TXS},
    info::SOURCES,
    keys, rows,
};

/// Rows between two batches.
const ROWS_PER_BATCH: u64 = 50_000;

pub(super) fn run(store: &Store, go_on: &mut dyn FnMut(u64) -> bool) -> Result<bool, StoreError> {
    // The old keys are longer; all of them go, and what an interrupted run wrote goes with them.
    store.clear(TXIDS)?;
    let (mut batch, mut done) = (WriteBatch::default(), 0);
    for (chain, chain_id) in store.chains()? {
        for row in store.scan(TXS, Put::default().u32(chain_id.0).0) {
            let (key, value) = row?;
            let mut take = Take(&key);
            let place = take.u32().and_then(|_| take.u64().zip(take.u64()));
            let id = rows::parse_tx(&value).and_then(|row| rows::tx_id(chain, &row));
            let ((height, slot), id) =
                place.zip(id).ok_or_else(|| StoreError::damaged(TXS.name, &key, "transaction"))?;
            batch.put_cf(store.family(TXIDS)?, keys::txid(chain_id, &id), Put::default().u64(height).u64(slot).0);
            done += 1;
            if done % ROWS_PER_BATCH == 0 {
                store.write(std::mem::take(&mut batch))?;
                if !go_on(done) {
                    return Ok(false);
                }
            }
        }
    }
    for row in store.scan(META, SOURCES.as_bytes().to_vec()) {
        let (key, value) = row?;
        let mut take = Take(&value);
        let numbers = take.u64().zip(take.u64());
        let (records, rejected) = numbers.ok_or_else(|| StoreError::damaged(META.name, &key, "source"))?;
        let value: Bytes = Put::default().u64(records).u64(rejected).u8(0).bytes(take.rest()).0;
        batch.put_cf(store.family(META)?, key, value);
    }
    batch.put_cf(store.family(META)?, FORMAT_KEY, 2u32.to_be_bytes());
    store.write(batch)?;
    Ok(true)
}
