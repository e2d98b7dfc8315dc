//! Indices that several transactions claim: at most one of them can be right, so all of them are marked. A wrong export
//! that numbers every row 0 must neither pass for a known order nor stop a load.
//!
//! Whether an index is crowded is a fact of the place and not of a transaction's views: it is found out anew whenever
//! one comes or goes, so that it does not depend on which load came first. It is stored apart from the views' own
//! conflict, with a flag.

use std::collections::{BTreeSet, HashMap};

use fundtrail_types::{Chain, Movement, TxId, TxOrder};

use super::{Place, Writer};
use crate::{
    ChainId, Store, StoreError, TxView,
    families::TXS,
    keys,
    rows::{self, MovementRow, Row},
};

/// In a row of `txs`, beside the flag for a conflict: the conflict is only that others claim the same index.
const FLAG_ONLY_CROWDED: u8 = 1 << 7;

/// Every row of a transaction, with what its place adds to what its views say.
pub(crate) fn rows_of<E>(
    chain: ChainId,
    slot: u64,
    view: &TxView,
    number: impl FnMut(&Movement) -> Result<MovementRow, E>,
) -> Result<Vec<Row>, E> {
    if !view.crowded || view.conflict {
        return rows::of_transaction(chain, slot, view, number);
    }
    let mut rows = rows::of_transaction(chain, slot, &TxView { conflict: true, ..view.clone() }, number)?;
    let flags = rows.iter_mut().filter(|(family, ..)| family.name == TXS.name).filter_map(|row| row.2.first_mut());
    flags.for_each(|flags| *flags |= FLAG_ONLY_CROWDED);
    Ok(rows)
}

impl Store {
    /// Whether a stored transaction is in conflict only because others claim its index.
    pub(super) fn is_only_crowded(&self, chain: ChainId, height: u64, slot: u64) -> Result<bool, StoreError> {
        let value = self.get(TXS, &keys::tx(chain, height, slot))?;
        Ok(value.and_then(|value| value.first().copied()).is_some_and(|flags| flags & FLAG_ONLY_CROWDED > 0))
    }
}

impl Writer<'_> {
    /// Takes the index from transactions that claim one that as many others claim as a key can tell apart: at least all
    /// but one of these claims are wrong, and a load must not stop at a wrong row. The smallest ids keep it, whichever
    /// came first. Gives whether there were any.
    pub(super) fn demote(&mut self) -> bool {
        let mut claims: HashMap<Place, usize> = HashMap::new();
        let mut demoted = false;
        // `pending` is in the order of (chain, id).
        for ((chain, id), pending) in &mut self.pending {
            let TxOrder::Index(_) = pending.view.order else { continue };
            let place = (*chain, pending.view.height, keys::slot_base(pending.view.order, id));
            let count = claims.entry(place).or_default();
            *count += 1;
            if *count > keys::TIES {
                pending.view.order = TxOrder::Unknown;
                pending.view.conflict = true;
                demoted = true;
            }
        }
        demoted
    }

    /// Marks transactions that claim the same index: at most one of them is right. In places that change this is found
    /// out anew, because all that claim them are in the batch; elsewhere it is as it was.
    pub(super) fn mark_crowded(&mut self, changed: &BTreeSet<Place>) {
        let place_of = |chain: Chain, id: &TxId, view: &TxView| match view.order {
            TxOrder::Index(_) => Some((chain, view.height, keys::slot_base(view.order, id))),
            TxOrder::Opening | TxOrder::Unknown | TxOrder::Timed => None,
        };
        let mut claims: HashMap<Place, usize> = HashMap::new();
        for ((chain, id), pending) in &self.pending {
            if let Some(place) = place_of(*chain, id, &pending.view) {
                *claims.entry(place).or_default() += 1;
            }
        }
        for ((chain, id), pending) in &mut self.pending {
            pending.view.crowded = match (place_of(*chain, id, &pending.view), &pending.stored) {
                (None, _) => false,
                (Some(place), Some(stored)) if !changed.contains(&place) => stored.view.crowded,
                (Some(place), _) => claims.get(&place).is_some_and(|&count| count > 1),
            };
        }
    }
}
