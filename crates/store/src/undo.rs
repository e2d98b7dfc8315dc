//! Undo: heights as if they had never been seen.
//!
//! The rows of a transaction are made by the function that made them for writing, so none is forgotten. What sources
//! claimed to cover of these heights is not covered any more; loads that did not finish begin anew, because part of what
//! they stored may be gone; loads that did are marked.
//!
//! An undo has many batches. It is noted with the first one (`under_way`), and one that was cut half-way is brought to its end
//! when the database is opened for writing.

mod under_way;

use fundtrail_types::{Chain, Coverage, Direction, What, ranges_without};
use rocksdb::WriteBatch;
use serde::{Deserialize, Serialize};

use crate::{
    ChainId, Completeness, Store, StoreError,
    bytes::{Put, Take},
    coverage,
    families::{META, MOVEMENTS, TXS},
    keys,
    names::{Namer, NewNames},
    rows,
    writer::{CHECKPOINTS, Gone, take_away},
};
use under_way::UnderWay;
pub(crate) use under_way::{UNDO, check};

/// Transactions between two batches.
const TRANSACTIONS_PER_BATCH: u64 = 10_000;

/// Told how many transactions are gone; answers whether to go on.
type GoOn<'a> = &'a mut dyn FnMut(u64) -> bool;

/// What an undo took away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// Transactions.
    pub transactions: u64,
    /// Claims of coverage that are shorter now, or gone.
    pub claims: u64,
    /// Loads that had not finished and begin anew.
    pub loads: u64,
    /// Whether all of it was done. If not, the caller asked to stop: the rest goes when the database is next opened for
    /// writing.
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
        self.begin_undo(&UnderWay { chain, heights, exports_stay: Vec::new() }, &[], go_on)
    }

    /// As [`undo`](Self::undo), for blocks that a chain gave up: what did not come with them stays, as far as it can be told.
    /// Where one of `sources` claims to know a height whole, all that it told are complete views; partial ones are of exports
    /// and of explorers, and stay with what these claim. Elsewhere everything goes.
    ///
    /// # Errors
    /// As [`undo`](Self::undo).
    pub fn undo_blocks(
        &self,
        chain: Chain,
        heights: (u64, u64),
        sources: &[&str],
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Undone, StoreError> {
        let claims = self.chain_id(chain)?.map(|id| self.coverage(id)).transpose()?.unwrap_or_default();
        let whole = |claim: &&Coverage| {
            is_by(claim, sources) && (claim.what, claim.direction, &claim.asset) == (What::All, Direction::Both, &None)
        };
        let whole = claims.iter().filter(whole).map(|claim| (claim.from_height, claim.to_height)).collect();
        let exports_stay = ranges_without(vec![heights], ranges_without(vec![heights], whole));
        self.begin_undo(&UnderWay { chain, heights, exports_stay }, sources, go_on)
    }

    fn begin_undo(&self, undo: &UnderWay, sources: &[&str], go_on: GoOn<'_>) -> Result<Undone, StoreError> {
        self.writable()?;
        if let Some(before) = self.undo_noted()? {
            let rest = self.end_undo(&before, go_on)?;
            if !rest.complete {
                return Ok(rest);
            }
        }
        let (mut claims, mut loads) = (0, 0);
        // A chain whose blocks moved nothing so far has heads and no number.
        if let Some(chain_id) = self.chain_id(undo.chain)? {
            // First what is said of these heights, so that nothing is claimed of what an interrupted run took away.
            let mut batch = WriteBatch::default();
            let all = vec![undo.below_timed()];
            let but_exports = ranges_without(all.clone(), undo.exports_stay.clone());
            let holes = |claim: &Coverage| if is_by(claim, sources) { all.clone() } else { but_exports.clone() };
            claims = self.uncover(chain_id, &mut batch, holes)?;
            loads = self.unsettle_loads(&mut batch)?;
            let (family, key, value) = undo.row();
            batch.put_cf(self.family(*family)?, key, value);
            self.write_synced(batch)?;
        }
        Ok(Undone { claims, loads, ..self.end_undo(undo, go_on)? })
    }

    /// Takes away what a noted undo has not taken yet, and then the note.
    fn end_undo(&self, undo: &UnderWay, go_on: GoOn<'_>) -> Result<Undone, StoreError> {
        let mut undone = Undone::default();
        if let Some(chain_id) = self.chain_id(undo.chain)?
            && !self.undo_transactions(undo, chain_id, &mut undone, go_on)?
        {
            return Ok(undone);
        }
        // Last: as long as they are there, the next load sees that these blocks are not the chain's.
        let mut batch = WriteBatch::default();
        let (from, to) = undo.heights;
        for (family, key, _) in self.heads_out(undo.chain, |height| (from..=to).contains(&height))? {
            batch.delete_cf(self.family(*family)?, key);
        }
        batch.delete_cf(self.family(META)?, UNDO);
        self.write_synced(batch)?;
        Ok(Undone { complete: true, ..undone })
    }

    /// Gives whether all are gone.
    fn undo_transactions(
        &self,
        undo: &UnderWay,
        chain_id: ChainId,
        undone: &mut Undone,
        go_on: GoOn<'_>,
    ) -> Result<bool, StoreError> {
        let (from, to) = undo.below_timed();
        let key = |height: u64| Put::default().u32(chain_id.0).u64(height).0;
        let (mut batch, mut gone, mut waiting, mut before) = (WriteBatch::default(), Vec::new(), 0, None);
        for row in self.scan_range(TXS, key(from), key(to + 1)) {
            let (key, value) = row?;
            let mut take = Take(&key);
            let place = take.u32().and_then(|_| take.u64().zip(take.u64()));
            let (height, slot) = place.ok_or_else(|| StoreError::damaged(TXS.name, &key, "place"))?;
            // Places of a height are settled together.
            if waiting >= TRANSACTIONS_PER_BATCH && (gone.is_empty() || before != Some(height)) {
                self.write(std::mem::take(&mut batch))?;
                take_away(self, &std::mem::take(&mut gone))?;
                if !go_on(undone.transactions) {
                    return Ok(false);
                }
                waiting = 0;
            }
            before = Some(height);
            if undo.exports_stay_at(height) {
                let tx = rows::parse_tx(&value).ok_or_else(|| StoreError::damaged(TXS.name, &key, "transaction"))?;
                if tx.completeness == Completeness::Partial {
                    continue;
                }
                gone.extend(Gone::at(self, chain_id, height, slot)?);
            } else {
                self.delete_transaction(chain_id, height, slot, &mut batch)?;
            }
            undone.transactions += 1;
            waiting += 1;
        }
        self.write(batch)?;
        take_away(self, &gone)?;
        Ok(true)
    }

    /// Deletes every row of a transaction.
    fn delete_transaction(
        &self,
        chain_id: ChainId,
        height: u64,
        slot: u64,
        batch: &mut WriteBatch,
    ) -> Result<(), StoreError> {
        let Some(view) = self.view_at(chain_id, height, slot)? else { return Ok(()) };
        let stored = self.scan(MOVEMENTS, keys::tx(chain_id, height, slot)).map(|row| {
            let (key, value) = row?;
            rows::parse_movement(&value).ok_or_else(|| StoreError::damaged(MOVEMENTS.name, &key, "movement"))
        });
        let movements: Vec<_> = stored.collect::<Result<_, _>>()?;
        let relations = self.relation_rows(chain_id, (height, slot))?;
        let numbers = rows::Numbered { movements: &movements, relations: &relations };
        for (family, key, _) in rows::list(chain_id, slot, &view, numbers) {
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

/// Whether one of the sources claims it of the whole chain.
fn is_by(claim: &Coverage, sources: &[&str]) -> bool {
    claim.account.is_none() && sources.contains(&claim.source.as_str())
}
