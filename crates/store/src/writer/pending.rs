//! The transactions of a batch: what is stored of them, and what they shall be.

use fundtrail_types::{Chain, TxId};

use super::replaced::Replaced;
use crate::{ChainId, Store, StoreError, TxView, keys};

/// A place within a height that transactions can share: height, first slot, chain. The chain last, because it is long to
/// compare and seldom differs.
pub(super) type Place = (u64, u64, Chain);

/// From so many transactions on, two threads share the work of a batch.
pub(super) const SHARED_MIN: usize = 10_000;

/// A transaction that a batch touches.
#[derive(Debug)]
pub(super) struct Pending {
    /// Its place in the store before the batch.
    pub(super) stored: Option<Box<Stored>>,
    /// What it shall be after the batch.
    pub(super) view: TxView,
    /// The first slot of its place.
    pub(super) base: u64,
    /// Its slot after the batch.
    pub(super) slot: u64,
}

/// A transaction as it stood before a batch.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) slot: u64,
    pub(crate) view: TxView,
}

impl Pending {
    fn new(stored: Option<Stored>, view: TxView) -> Self {
        let base = keys::slot_base(view.order, &view.id);
        Self { stored: stored.map(Box::new), view, base, slot: base }
    }

    /// A stored transaction to which nothing is added.
    pub(super) fn unchanged(stored: Stored) -> Self {
        let view = stored.view.clone();
        Self::new(Some(stored), view)
    }

    pub(super) fn place(&self) -> Place {
        (self.view.height, self.base, self.view.chain)
    }

    /// Where it stood before, if that was another place.
    pub(super) fn moved_from(&self) -> Option<Place> {
        let stored = self.stored.as_ref()?;
        let before = (stored.view.height, keys::base_of(stored.slot), self.view.chain);
        (before != self.place()).then_some(before)
    }
}

/// The views of a batch, one for each transaction, merged with what is stored of it.
pub(super) fn gather(store: &Store, views: Vec<TxView>, replaced: &Replaced) -> Result<Vec<Pending>, StoreError> {
    let mut first: Vec<TxView> = merged(views).collect();
    let second = first.split_off(if first.len() < SHARED_MIN { first.len() } else { first.len() / 2 });
    let look_up = |views: Vec<TxView>| -> Result<Vec<Pending>, StoreError> {
        let pending = views.into_iter().map(|view| match store.stored(view.chain, &view.id)? {
            Some(stored) => {
                let view = if replaced.by(&view) { view } else { stored.view.clone().merge(view) };
                Ok(Pending::new(Some(stored), view))
            }
            None => Ok(Pending::new(None, view)),
        });
        pending.collect()
    };
    std::thread::scope(|scope| {
        let second = (!second.is_empty()).then(|| scope.spawn(|| look_up(second)));
        let mut pending = look_up(first)?;
        if let Some(second) = second {
            pending.extend(second.join().unwrap_or(Err(StoreError::Thread))?);
        }
        Ok(pending)
    })
}

/// Views of the same transaction as one.
fn merged(views: Vec<TxView>) -> impl Iterator<Item = TxView> {
    let mut order: Vec<(u128, usize)> = views.iter().map(|view| keys::id_hash(&view.id)).zip(0..).collect();
    let id = |place: usize| (views[place].chain, &views[place].id);
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1).cmp(&id(b.1))));
    let mut views: Vec<Option<TxView>> = views.into_iter().map(Some).collect();
    let mut order = order.into_iter().peekable();
    std::iter::from_fn(move || {
        let (hash, first) = order.next()?;
        let first = views[first].take()?;
        let (chain, id) = (first.chain, first.id.clone());
        let mut more = Vec::new();
        while let Some((_, next)) = order.next_if(|(next, other)| {
            *next == hash && views[*other].as_ref().is_some_and(|other| (other.chain, &other.id) == (chain, &id))
        }) {
            more.push(views[next].take()?);
        }
        // Most transactions have one view or two.
        if more.is_empty() {
            return Some(first);
        }
        more.push(first);
        merged_by_pairs(more)
    })
}

/// Views of one transaction as one. By pairs, so that each movement is moved a few times and not once for every other one.
fn merged_by_pairs(mut views: Vec<TxView>) -> Option<TxView> {
    while views.len() > 1 {
        let mut pairs = Vec::with_capacity(views.len().div_ceil(2));
        let mut rest = views.into_iter();
        while let Some(one) = rest.next() {
            pairs.push(match rest.next() {
                Some(other) => one.merge(other),
                None => one,
            });
        }
        views = pairs;
    }
    views.pop()
}

impl Store {
    /// The transaction of an id, as views have it.
    pub(crate) fn stored(&self, chain: Chain, id: &TxId) -> Result<Option<Stored>, StoreError> {
        let Some(chain_id) = self.chain_number(chain)? else { return Ok(None) };
        let Some((height, slot)) = self.place_of(chain_id, id)? else { return Ok(None) };
        Ok(self.view_at(chain_id, height, slot)?.map(|view| Stored { slot, view }))
    }

    /// The view of the transaction in a slot, read back from its rows.
    pub(crate) fn view_at(&self, chain_id: ChainId, height: u64, slot: u64) -> Result<Option<TxView>, StoreError> {
        let Some((tx, crowded)) = self.tx_and_crowded(chain_id, height, slot)? else { return Ok(None) };
        let movements = self.movements_at(&tx)?;
        let relations = self.relations_at(&tx)?;
        let view = TxView::of_transaction(tx.completeness, &movements).map(|view| view.with_relations(&relations));
        Ok(view.map(|view| TxView { conflict: tx.conflict && !crowded, crowded, ..view }))
    }
}
