//! Views of one transaction, and how they become one.
//!
//! The same transfer by CSV, by explorer and by node is one movement, and two equal transfers in one transaction stay
//! two. Partial views (an export, an explorer's answer) are merged by union, where equal movements are told apart by
//! their count `n`; a complete view (a node with traces) replaces the transaction as a whole, and a weaker view never
//! changes a complete one. Merging is commutative, associative and idempotent, so the order of loads cannot show in
//! an answer: where two views disagree about a height, an index or a time, the smaller wins and the transaction is
//! marked as in conflict. Not to know the index or the time is no disagreement: who knows it is believed.
//!
//! A complete view tells relations beside movements, and takes the place of those told before. A partial view tells none.

mod links;

use fundtrail_types::{Address, Amount, Asset, Chain, Kind, KindClass, Movement, Order, Relation, Time, TxId, TxOrder};
use smallvec::SmallVec;

pub(crate) use links::{Link, Links};

/// Whether a view of a transaction holds all that it moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// An export, or an explorer's answer about one account.
    Partial,
    /// A node's answer with internal calls, or a transaction with its balances.
    Complete,
}

/// What identifies a movement within its transaction. Ordered so that fees come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LegId {
    pub(crate) class: KindClass,
    pub(crate) asset: Asset,
    pub(crate) from: Option<Address>,
    pub(crate) to: Option<Address>,
    pub(crate) amount: Amount,
    pub(crate) n: u32,
}

/// What a view may add to an identified movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LegFacts {
    pub(crate) kind: Kind,
    pub(crate) leg: Option<u32>,
}

/// One transaction as one source, or all sources together, saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxView {
    pub(crate) chain: Chain,
    pub(crate) id: TxId,
    pub(crate) completeness: Completeness,
    pub(crate) height: u64,
    pub(crate) order: TxOrder,
    pub(crate) time: Option<Time>,
    /// Whether views of this transaction contradict each other, or one of them could not be believed.
    pub(crate) conflict: bool,
    /// Whether other transactions claim the same index. The writer finds it out anew whenever one comes or goes; it is
    /// no part of what a view says, so merging forgets it.
    pub(crate) crowded: bool,
    pub(crate) legs: Legs,
    pub(crate) links: Links,
}

impl TxView {
    /// A partial view that holds one movement: a row of an export.
    pub fn of_movement(movement: &Movement) -> Self {
        Self {
            chain: movement.chain,
            id: movement.tx.clone(),
            completeness: Completeness::Partial,
            height: movement.order.height,
            order: movement.order.tx,
            time: movement.time,
            conflict: false,
            crowded: false,
            legs: Legs(vec![leg(movement)]),
            links: Links::default(),
        }
    }

    /// A view of a whole transaction. The movements give its height, order and time; none if there are no movements.
    pub fn of_transaction(completeness: Completeness, movements: &[Movement]) -> Option<Self> {
        let first = Self::of_movement(movements.first()?);
        Some(Self { completeness, legs: Legs::of(movements.iter().map(leg).collect()), ..first })
    }

    /// This view with the relations that its transaction shows; those told before are forgotten. Without them if it is
    /// partial: half of what a transaction shows would look like all of it.
    #[must_use]
    pub fn with_relations(self, relations: &[Relation]) -> Self {
        let links = match self.completeness {
            Completeness::Complete => Links::of(relations),
            Completeness::Partial => Links::default(),
        };
        Self { links, ..self }
    }

    /// This view as one that is contradicted.
    #[must_use]
    pub fn in_conflict(self) -> Self {
        Self { conflict: true, ..self }
    }

    /// Whether views of this transaction contradict each other.
    pub fn has_conflict(&self) -> bool {
        self.conflict
    }

    /// This view and another of the same transaction as one.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let merged = match (self.completeness, other.completeness) {
            (Completeness::Complete, Completeness::Partial) => self,
            (Completeness::Partial, Completeness::Complete) => other,
            (Completeness::Complete, Completeness::Complete) => self.merge_complete(other),
            (Completeness::Partial, Completeness::Partial) => self.merge_partial(other),
        };
        Self { crowded: false, ..merged }
    }

    /// Two complete views should be equal, but for what one of them does not know. If not, the choice must not depend on
    /// which came first. Each of place, time, movements and relations is decided for itself; the relations go with the
    /// movements.
    fn merge_complete(self, other: Self) -> Self {
        let place = |view: &Self| (view.height, view.order);
        // `Index` sorts before `Unknown`, so the smaller of the two is also the one that says more.
        let (height, order) = place(&self).min(place(&other));
        let is_order_unknown = matches!(
            (self.order, other.order),
            (TxOrder::Index(_), TxOrder::Unknown) | (TxOrder::Unknown, TxOrder::Index(_))
        );
        let (time, times_differ) = earlier(self.time, other.time);
        let conflict = self.conflict
            || other.conflict
            || self.height != other.height
            || (self.order != other.order && !is_order_unknown)
            || times_differ
            || self.legs != other.legs
            || self.links.contradict(&other.links);
        let mine = (&self.legs, &self.links) >= (&other.legs, &other.links);
        Self { height, order, time, conflict, ..if mine { self } else { other } }
    }

    fn merge_partial(self, other: Self) -> Self {
        let mut conflict = self.conflict || other.conflict;
        let (height, order) = match (self.order == TxOrder::Opening, other.order == TxOrder::Opening) {
            // A time says less than a height, and less than a bound on it. Of two times the smaller stands, as in `time`.
            _ if self.order == TxOrder::Timed && other.order == TxOrder::Timed => {
                (self.height.min(other.height), TxOrder::Timed)
            }
            _ if self.order == TxOrder::Timed => (other.height, other.order),
            _ if other.order == TxOrder::Timed => (self.height, self.order),
            // A known height beats an opening fact's bound, and contradicts it if it is not below; of two bounds the
            // lower says more. A bound is forgotten once a height is known: were there two heights, that is a conflict
            // already, and with one height it does not matter when each bound is held against it.
            (true, false) => {
                conflict |= other.height >= self.height;
                (other.height, other.order)
            }
            (false, true) => {
                conflict |= self.height >= other.height;
                (self.height, self.order)
            }
            (true, true) => (self.height.min(other.height), TxOrder::Opening),
            (false, false) => {
                let indices_differ =
                    matches!((self.order, other.order), (TxOrder::Index(a), TxOrder::Index(b)) if a != b);
                conflict |= self.height != other.height || indices_differ;
                // `Index` sorts before `Unknown`, so the smaller of the two is also the one that says more.
                (self.height.min(other.height), self.order.min(other.order))
            }
        };
        let (time, times_differ) = earlier(self.time, other.time);
        conflict |= times_differ;
        let legs = self.legs.merge(other.legs);
        Self { height, order, time, conflict, legs, ..Self { legs: Legs::default(), ..other } }
    }

    /// The movements in the transaction's order: the fee first, then by told leg, then by identity. The order never
    /// depends on numbers that the store gave, because those depend on which load came first.
    pub(crate) fn ordered(&self) -> SmallVec<[&(LegId, LegFacts); 4]> {
        let mut legs: SmallVec<[_; 4]> = self.legs.0.iter().collect();
        legs.sort_by_key(|(id, facts)| (id.class != KindClass::Fee, facts.leg.is_none(), facts.leg));
        legs
    }

    /// The movements in the transaction's order.
    pub fn movements(&self) -> Vec<Movement> {
        let movement = |(id, facts): &(LegId, LegFacts)| Movement {
            chain: self.chain,
            tx: self.id.clone(),
            kind: facts.kind,
            asset: id.asset.clone(),
            from: id.from.clone(),
            to: id.to.clone(),
            amount: id.amount,
            n: id.n,
            order: Order { height: self.height, tx: self.order, leg: facts.leg },
            time: self.time,
        };
        self.ordered().into_iter().map(movement).collect()
    }
}

/// Of two times the earlier, or the one that is known, and whether they contradict each other.
fn earlier(one: Option<Time>, other: Option<Time>) -> (Option<Time>, bool) {
    match (one, other) {
        (Some(a), Some(b)) => (Some(a.min(b)), a != b),
        (a, b) => (a.or(b), false),
    }
}

/// Identified movements in the order of their identity. A sorted list and not a map: most transactions have one or two,
/// and a large load holds hundreds of thousands of transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Legs(Vec<(LegId, LegFacts)>);

/// So few movements are put into their places one by one. More are merged as lists, because making room for one moves all
/// that are behind it, and one transaction can have hundreds of thousands.
const ONE_BY_ONE_MAX: usize = 8;

impl Legs {
    /// Of movements in any order; of what is said twice of one, the last counts.
    fn of(mut legs: Vec<(LegId, LegFacts)>) -> Self {
        legs.sort_by(|a, b| a.0.cmp(&b.0));
        legs.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                kept.1 = later.1;
            }
            is_same
        });
        Self(legs)
    }

    /// What two views say together.
    fn merge(self, other: Self) -> Self {
        let (mut more, less) = if self.0.len() < other.0.len() { (other.0, self.0) } else { (self.0, other.0) };
        if less.len() <= ONE_BY_ONE_MAX {
            for (id, facts) in less {
                match more.binary_search_by(|(mine, _)| mine.cmp(&id)) {
                    Ok(place) => more[place].1 = more[place].1.merge(facts),
                    Err(place) => more.insert(place, (id, facts)),
                }
            }
            return Self(more);
        }
        more.extend(less);
        // Two sorted runs, which this sort takes as such.
        more.sort_by(|a, b| a.0.cmp(&b.0));
        more.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                kept.1 = kept.1.merge(later.1);
            }
            is_same
        });
        Self(more)
    }
}

/// A movement as views have it.
fn leg(movement: &Movement) -> (LegId, LegFacts) {
    let (kind, from, to) = movement.canonical();
    let id = LegId {
        class: kind.class(),
        asset: movement.asset.clone(),
        from: from.cloned(),
        to: to.cloned(),
        amount: movement.amount,
        n: movement.n,
    };
    (id, LegFacts { kind, leg: movement.order.leg })
}

impl LegFacts {
    /// Of two names for one movement the more special one, of two told legs the smaller.
    fn merge(self, other: Self) -> Self {
        let leg = match (self.leg, other.leg) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { kind: self.kind.max(other.kind), leg }
    }
}

#[cfg(test)]
mod tests;
