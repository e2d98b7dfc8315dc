//! Places: which slot each transaction of a batch gets, and which of them cannot be right.
//!
//! Several transactions can claim one place: equal ranks, which hardly happens, or the same index, of which at most one
//! can be right. A wrong export that numbers every row 0 must neither pass for a known order nor stop a load, so all
//! that claim an index together are marked.
//!
//! Places are filled without gaps and in the order of ids. Whether one is crowded is a fact of the place and not of a
//! transaction's views: it is found out anew whenever one comes or goes, so that it does not depend on which load came
//! first. It is stored apart from the views' own conflict, with a flag.

use std::{collections::HashSet, ops::Range};

use fundtrail_types::{Chain, TxId, TxOrder};

use super::{
    pending::{Pending, Place},
    replaced::Gone,
};
use crate::{Store, StoreError, families::TXS, keys, rows};

/// Gives every transaction its slot. Stored transactions that share a place with one that comes, goes or moves join the
/// batch, which is in the order of slots afterwards.
pub(super) fn settle(
    store: &Store,
    pending: &mut Vec<Pending>,
    resettled: &HashSet<(Chain, TxId)>,
    gone: &[Gone],
) -> Result<(), StoreError> {
    let mut changed = changed(pending, resettled, gone);
    load_neighbours(store, pending, gone, &changed)?;
    if demote(pending) {
        changed = self::changed(pending, resettled, gone);
        load_neighbours(store, pending, gone, &changed)?;
    }
    sort(pending);
    for claim in pending.chunk_by_mut(|a, b| a.place() == b.place()) {
        let is_changed = claim.first().is_some_and(|one| changed.binary_search(&one.place()).is_ok());
        let is_shared = claim.len() > 1;
        for (ordinal, one) in claim.iter_mut().enumerate() {
            let is_index = matches!(one.view.order, TxOrder::Index(_));
            match &one.stored {
                Some(stored) if !is_changed => {
                    (one.slot, one.view.crowded) = (stored.slot, is_index && stored.view.crowded);
                }
                _ if ordinal >= keys::TIES => return Err(StoreError::Crowded(one.view.height)),
                _ => (one.slot, one.view.crowded) = (one.base + ordinal as u64, is_index && is_shared),
            }
        }
    }
    Ok(())
}

/// By place, and within a place by id.
fn sort(pending: &mut [Pending]) {
    pending.sort_by(|a, b| a.place().cmp(&b.place()).then_with(|| a.view.id.cmp(&b.view.id)));
}

/// The places that transactions come to, or go from, in order.
fn changed(pending: &[Pending], resettled: &HashSet<(Chain, TxId)>, gone: &[Gone]) -> Vec<Place> {
    let mut places = Vec::with_capacity(pending.len() + gone.len());
    places.extend(gone.iter().map(Gone::place));
    for one in pending {
        let before = one.moved_from();
        let is_resettled = !resettled.is_empty() && resettled.contains(&(one.view.chain, one.view.id.clone()));
        if one.stored.is_none() || before.is_some() || is_resettled {
            places.push(one.place());
        }
        places.extend(before);
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// Brings into the batch every stored transaction of these places that is not there yet.
fn load_neighbours(
    store: &Store,
    pending: &mut Vec<Pending>,
    gone: &[Gone],
    places: &[Place],
) -> Result<(), StoreError> {
    let mut neighbours = Vec::new();
    let mut here = None;
    let mut rows = store.cursor(TXS)?;
    for &(height, base, chain) in places {
        let Some(chain_id) = store.chain_number(chain)? else { continue };
        let Range { start, end } = base..base + keys::TIES as u64;
        let (first, end) = (keys::tx(chain_id, height, start), keys::tx(chain_id, height, end));
        // Places come in the order of their keys within a chain, and most are empty: one search passes over many.
        rows.seek_from(&first)?;
        while let Some((_, value)) = rows.row().filter(|(key, _)| (first.as_slice()..end.as_slice()).contains(key)) {
            let row = rows::parse_tx(value).ok_or_else(|| StoreError::damaged(TXS.name, &first, "transaction"))?;
            let id = rows::tx_id(chain, &row).ok_or_else(|| StoreError::damaged(TXS.name, &first, "id"))?;
            let here: &HashSet<_> = here.get_or_insert_with(|| {
                let views = pending.iter().map(|one| &one.view).chain(gone.iter().map(|one| &one.stored.view));
                views.map(|view| (view.chain, view.id.clone())).collect()
            });
            if let Some(stored) = store.stored(chain, &id)?.filter(|_| !here.contains(&(chain, id))) {
                neighbours.push(Pending::unchanged(stored));
            }
            rows.advance()?;
        }
    }
    if !neighbours.is_empty() {
        pending.extend(neighbours);
    }
    Ok(())
}

/// Takes the index from transactions that claim one that as many others claim as a key can tell apart: at least all but
/// one of these claims are wrong, and a load must not stop at a wrong row. The smallest ids keep it, whichever came
/// first. Gives whether there were any.
fn demote(pending: &mut [Pending]) -> bool {
    sort(pending);
    let mut demoted = false;
    for claim in pending.chunk_by_mut(|a, b| a.place() == b.place()) {
        for one in claim.iter_mut().skip(keys::TIES).filter(|one| matches!(one.view.order, TxOrder::Index(_))) {
            (one.view.order, one.view.conflict) = (TxOrder::Unknown, true);
            one.base = keys::slot_base(one.view.order, &one.view.id);
            demoted = true;
        }
    }
    demoted
}
