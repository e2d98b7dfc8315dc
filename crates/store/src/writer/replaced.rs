//! What is told anew: views that take the place of stored ones, and what goes with them.
//!
//! Views are merged so that the order of loads cannot show. Here it shall: whoever asks a node again wants what it says now,
//! for instance because blocks are understood better than they were. What was stored goes in the same step in which the new
//! comes, so a crash leaves either. Partial views, which exports bring, stay.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use fundtrail_types::{Chain, TxId};

use super::{
    Step, bulk,
    pending::{Pending, Place, Stored},
    places,
};
use crate::{
    ChainId, Completeness, Store, StoreError, TxView,
    bytes::{Put, Take},
    families::TXS,
    keys,
    names::{Namer, NewNames},
    rows,
};

/// Heights of which something is no longer claimed, by chain and source.
pub(crate) type Unclaimed = BTreeMap<(Chain, String), Vec<(u64, u64)>>;

/// What a batch tells anew.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    transactions: HashSet<(Chain, TxId)>,
    blocks: BTreeSet<(Chain, u64)>,
    claims: Unclaimed,
}

/// A stored transaction that nothing takes the place of.
#[derive(Debug)]
pub(crate) struct Gone {
    pub(super) chain: ChainId,
    pub(super) stored: Stored,
}

impl Gone {
    /// The transaction in a slot, if there is one.
    pub(crate) fn at(store: &Store, chain: ChainId, height: u64, slot: u64) -> Result<Option<Self>, StoreError> {
        Ok(store.view_at(chain, height, slot)?.map(|view| Self { chain, stored: Stored { slot, view } }))
    }

    pub(super) fn place(&self) -> Place {
        (self.stored.view.height, keys::base_of(self.stored.slot), self.stored.view.chain)
    }
}

/// Takes transactions away, all of them or none. Those that shared a place with them get their places anew.
pub(crate) fn take_away(store: &Store, gone: &[Gone]) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let (mut step, mut namer, mut new, mut pending) = (Step::default(), Namer::default(), NewNames::new(), Vec::new());
    places::settle(store, &mut pending, &HashSet::new(), gone)?;
    step.gone(store, &mut namer, &mut new, gone)?;
    step.transactions(store, &mut namer, &mut new, &pending)?;
    // Through the log: rows that go are no table.
    bulk::write(store, &mut step, usize::MAX, false)
}

impl Replaced {
    pub(super) fn transaction(&mut self, view: &TxView) {
        self.transactions.insert((view.chain, view.id.clone()));
    }

    pub(super) fn block(&mut self, chain: Chain, height: u64) {
        self.blocks.insert((chain, height));
    }

    pub(super) fn claim(&mut self, chain: Chain, source: &str, height: u64) {
        self.claims.entry((chain, source.to_owned())).or_default().push((height, height));
    }

    /// Whether a view takes the place of what is stored of its transaction.
    pub(super) fn by(&self, view: &TxView) -> bool {
        view.completeness == Completeness::Complete
            && !self.transactions.is_empty()
            && self.transactions.contains(&(view.chain, view.id.clone()))
    }

    pub(super) fn claims(&self) -> &Unclaimed {
        &self.claims
    }

    /// Complete views of blocks that came again without them.
    pub(super) fn gone(&self, store: &Store, pending: &[Pending]) -> Result<Vec<Gone>, StoreError> {
        if self.blocks.is_empty() {
            return Ok(Vec::new());
        }
        let here: HashSet<(Chain, &TxId)> = pending.iter().map(|one| (one.view.chain, &one.view.id)).collect();
        let mut gone = Vec::new();
        for &(chain, height) in &self.blocks {
            let Some(chain_id) = store.chain_number(chain)? else { continue };
            for row in store.scan(TXS, Put::default().u32(chain_id.0).u64(height).0) {
                let (key, value) = row?;
                let damaged = || StoreError::damaged(TXS.name, &key, "transaction");
                let tx = rows::parse_tx(&value).ok_or_else(damaged)?;
                if tx.completeness != Completeness::Complete {
                    continue;
                }
                let mut take = Take(&key);
                let slot = take.u32().zip(take.u64()).and_then(|_| take.u64()).ok_or_else(damaged)?;
                let one = Gone::at(store, chain_id, height, slot)?.ok_or_else(damaged)?;
                if !here.contains(&(chain, &one.stored.view.id)) {
                    gone.push(one);
                }
            }
        }
        Ok(gone)
    }
}
