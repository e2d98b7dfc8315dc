//! What a transaction shows of two addresses besides what moved between them.

use fundtrail_types::{Order, Relation, RelationKind};

use super::{Ledger, legs::Common};
use crate::wire::Key;

/// A relation, but for what all relations of its transaction have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    kind: RelationKind,
    subject: Key,
    object: Key,
    mint: Option<Key>,
}

impl Ledger<'_> {
    pub(super) fn link(&mut self, kind: RelationKind, subject: Key, object: Key, mint: Option<Key>) {
        if subject != object {
            self.links.push(Link { kind, subject, object, mint });
        }
    }
}

/// The relations of a transaction, each once, in their order.
pub(crate) fn relations(ledger: &Ledger<'_>, common: &Common) -> Vec<Relation> {
    let mut links = ledger.links.clone();
    let mut add = |kind, subject, object, mint| {
        if subject != object {
            links.push(Link { kind, subject, object, mint });
        }
    };
    let signers = ledger.slots.get(..ledger.input.message.signers).unwrap_or_default();
    for (at, one) in signers.iter().enumerate() {
        for other in signers.iter().skip(at.saturating_add(1)) {
            add(RelationKind::CoSigner, one.key.min(other.key), one.key.max(other.key), None);
        }
    }
    if let Some(payer) = signers.first() {
        for signer in ledger.authorised.iter().filter_map(|at| signers.get(*at)) {
            add(RelationKind::FeePayer, signer.key, payer.key, None);
        }
    }
    for slot in &ledger.slots {
        for told in [slot.told_before, slot.told_after].into_iter().flatten() {
            if let Some(owner) = told.owner {
                add(RelationKind::TokenAccount, owner, slot.key, Some(told.mint));
            }
        }
    }
    let order = Order { height: common.height, tx: common.order, leg: None };
    let one = |link: Link| Relation {
        chain: common.chain,
        kind: link.kind,
        subject: link.subject.address(),
        object: link.object.address(),
        asset: link.mint.map(|mint| common.asset(Some(mint))),
        tx: common.tx.clone(),
        order,
        time: common.time,
    };
    links.sort_by_key(|link| (link.kind, link.subject, link.object, link.mint));
    links.dedup_by_key(|link| (link.kind, link.subject, link.object, link.mint));
    links.into_iter().map(one).collect()
}
