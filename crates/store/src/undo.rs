//! Undo: heights as if they had never been seen.
//!
//! The rows of a transaction are made by the function that made them for writing, so none is forgotten. What sources
//! claimed to cover of these heights is not covered any more; loads that did not finish begin anew, because part of what
//! they stored may be gone; loads that did are marked.

use fundtrail_types::{Chain, Coverage, TIMED_HEIGHT};
use rocksdb::WriteBatch;
use serde::{Deserialize, Serialize};

use crate::{
    ChainId, Store, StoreError,
    bytes::{Put, Take},
    coverage,
    families::{META, MOVEMENTS, TXS},
    keys,
    names::{Namer, NewNames},
    rows,
    writer::CHECKPOINTS,
};

/// Transactions between two batches.
const TRANSACTIONS_PER_BATCH: u64 = 10_000;

/// What an undo took away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// Transactions.
    pub transactions: u64,
    /// Claims of coverage that are shorter now, or gone.
    pub claims: u64,
    /// Loads that had not finished and begin anew.
    pub loads: u64,
    /// Whether all of it was done. If not, the caller asked to stop: run it again.
    pub complete: bool,
}

impl Store {
    /// Takes away everything that happened on a chain between two heights, both included. Transactions of which only the
    /// time is known stay. `go_on` is told how many transactions are gone, and answers whether to go on.
    ///
    /// # Errors
    /// If the database is open for reading only, or fails, or a row is damaged.
    pub fn undo(
        &self,
        chain: Chain,
        heights: (u64, u64),
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Undone, StoreError> {
        self.writable()?;
        let mut undone = Undone::default();
        // A chain whose blocks moved nothing so far has heads and no number.
        let Some(chain_id) = self.chain_id(chain)? else {
            self.undo_heads(chain, heights)?;
            return Ok(Undone { complete: true, ..undone });
        };
        let heights = (heights.0, heights.1.min(TIMED_HEIGHT - 1));
        // First what is said of these heights, so that nothing is claimed of what an interrupted run took away.
        let mut batch = WriteBatch::default();
        undone.claims = self.uncover(chain_id, &mut batch, |_| vec![heights])?;
        undone.loads = self.unsettle_loads(&mut batch)?;
        self.write(batch)?;
        let key = |height: u64| Put::default().u32(chain_id.0).u64(height).0;
        let mut batch = WriteBatch::default();
        for row in self.scan_range(TXS, key(heights.0), key(heights.1 + 1)) {
            let (key, _) = row?;
            let mut take = Take(&key);
            let place = take.u32().and_then(|_| take.u64().zip(take.u64()));
            let (height, slot) = place.ok_or_else(|| StoreError::damaged(TXS.name, &key, "place"))?;
            self.take_away(chain_id, height, slot, &mut batch)?;
            undone.transactions += 1;
            if undone.transactions % TRANSACTIONS_PER_BATCH == 0 {
                self.write(std::mem::take(&mut batch))?;
                if !go_on(undone.transactions) {
                    return Ok(undone);
                }
            }
        }
        self.write_synced(batch)?;
        // Last: as long as they are there, the next load sees that these blocks are not the chain's, and undoes what is left.
        self.undo_heads(chain, heights)?;
        Ok(Undone { complete: true, ..undone })
    }

    fn undo_heads(&self, chain: Chain, (from, to): (u64, u64)) -> Result<(), StoreError> {
        let mut batch = WriteBatch::default();
        for (family, key, _) in self.heads_out(chain, |height| (from..=to).contains(&height))? {
            batch.delete_cf(self.family(*family)?, key);
        }
        self.write(batch)
    }

    /// Deletes every row of a transaction.
    fn take_away(&self, chain_id: ChainId, height: u64, slot: u64, batch: &mut WriteBatch) -> Result<(), StoreError> {
        let Some(view) = self.view_at(chain_id, height, slot)? else { return Ok(()) };
        let stored = self.scan(MOVEMENTS, keys::tx(chain_id, height, slot)).map(|row| {
            let (key, value) = row?;
            rows::parse_movement(&value).ok_or_else(|| StoreError::damaged(MOVEMENTS.name, &key, "movement"))
        });
        let numbers: Vec<_> = stored.collect::<Result<_, _>>()?;
        for (family, key, _) in rows::list(chain_id, slot, &view, &numbers) {
            batch.delete_cf(self.family(*family)?, key);
        }
        Ok(())
    }

    /// Takes heights out of what sources claim to cover of a chain. `holes` gives the heights for a claim. Gives how many
    /// claims changed.
    pub(crate) fn uncover(
        &self,
        chain: ChainId,
        batch: &mut WriteBatch,
        holes: impl Fn(&Coverage) -> Vec<(u64, u64)>,
    ) -> Result<u64, StoreError> {
        let (mut changed, mut namer) = (0, Namer::default());
        for claim in self.coverage(chain)? {
            let rest = coverage::without(&claim, &holes(&claim));
            if rest == [claim.clone()] {
                continue;
            }
            changed += 1;
            // Whatever a stored claim names has its number, so no name is new.
            let mut row = |claim: &Coverage| coverage::row(&mut namer, self, &mut NewNames::new(), claim);
            let (family, key, _) = row(&claim)?;
            batch.delete_cf(self.family(*family)?, key);
            for claim in rest {
                let (family, key, value) = row(&claim)?;
                batch.put_cf(self.family(*family)?, key, value);
            }
        }
        Ok(changed)
    }

    /// Unfinished loads begin anew, finished ones are marked. Gives how many had not finished.
    pub(crate) fn unsettle_loads(&self, batch: &mut WriteBatch) -> Result<u64, StoreError> {
        let mut loads = 0;
        for row in self.scan(META, CHECKPOINTS.as_bytes().to_vec()) {
            batch.delete_cf(self.family(META)?, row?.0);
            loads += 1;
        }
        for source in self.sources()? {
            let (family, key, value) = crate::SourceInfo { undone: true, ..source }.row();
            batch.put_cf(self.family(*family)?, key, value);
        }
        Ok(loads)
    }
}
