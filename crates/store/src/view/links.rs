//! Relations that a view of a transaction tells, but for what all of them have in common: the transaction and its place.

use fundtrail_types::{Address, Asset, Order, Relation, RelationKind};

use super::TxView;

/// A relation without its transaction. Ordered as [`Relation`] is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    pub(crate) kind: RelationKind,
    pub(crate) subject: Address,
    pub(crate) object: Address,
    pub(crate) asset: Option<Asset>,
}

/// Relations in their order, each once. Empty says nothing: an export of whole transactions tells none, and a transaction
/// that shows none is told in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Links(Vec<Link>);

impl Links {
    pub(super) fn of(relations: &[Relation]) -> Self {
        let link = |one: &Relation| Link {
            kind: one.kind,
            subject: one.subject.clone(),
            object: one.object.clone(),
            asset: one.asset.clone(),
        };
        let mut links: Vec<Link> = relations.iter().map(link).collect();
        links.sort_unstable();
        links.dedup();
        Self(links)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Link> {
        self.0.iter()
    }

    /// Whether both tell relations, and not the same.
    pub(super) fn contradict(&self, other: &Self) -> bool {
        !self.0.is_empty() && !other.0.is_empty() && self != other
    }
}

impl TxView {
    /// The relations that the transaction shows, in order.
    pub fn relations(&self) -> Vec<Relation> {
        let relation = |link: &Link| Relation {
            chain: self.chain,
            kind: link.kind,
            subject: link.subject.clone(),
            object: link.object.clone(),
            asset: link.asset.clone(),
            tx: self.id.clone(),
            order: Order { height: self.height, tx: self.order, leg: None },
            time: self.time,
        };
        self.links.iter().map(relation).collect()
    }
}
