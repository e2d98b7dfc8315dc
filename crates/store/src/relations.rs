//! Relations on disk: by their transaction, and by the accounts of both sides. What they mean stands in
//! [`fundtrail_types::Relation`].
//!
//! A row is all key. By account, the other account stands before the height, so that whom an account is related to is found
//! by a jump for each pair, however often the pair is seen; and of one pair, the transactions before and after a height by a
//! jump each. Who owns a token account is found in this way (`owner`).

mod owner;
mod read;

use fundtrail_types::RelationKind;

use crate::{
    bytes::{Bytes, Put, Take},
    keys,
    names::{AccountId, AssetId, ChainId},
};

/// Sides of a relation in `relations_of`.
pub(crate) const SUBJECT: u8 = 0;
pub(crate) const OBJECT: u8 = 1;

/// Height and slot of a transaction.
pub(crate) type Place = (u64, u64);

/// A relation with numbers for names, as rows hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RelationRow {
    pub(crate) kind: RelationKind,
    pub(crate) subject: AccountId,
    pub(crate) object: AccountId,
    pub(crate) asset: AssetId,
}

impl RelationRow {
    /// Key in `relations`.
    pub(crate) fn key(&self, chain: ChainId, (height, slot): Place) -> Bytes {
        let put = Put(keys::tx(chain, height, slot)).u8(kind_value(self.kind));
        put.u64(self.subject.0).u64(self.object.0).u64(self.asset.0).0
    }

    /// Reads a key of `relations`.
    pub(crate) fn parse(key: &[u8]) -> Option<(ChainId, Place, Self)> {
        let mut take = Take(key);
        let (chain, place) = (ChainId(take.u32()?), (take.u64()?, take.u64()?));
        let kind = parse_kind(take.u8()?)?;
        let (subject, object, asset) = (AccountId(take.u64()?), AccountId(take.u64()?), AssetId(take.u64()?));
        take.rest().is_empty().then_some((chain, place, Self { kind, subject, object, asset }))
    }

    /// The pair as each of both accounts sees it.
    pub(crate) fn sides(&self) -> [Pair; 2] {
        let (kind, asset) = (self.kind, self.asset);
        [
            Pair { account: self.subject, side: SUBJECT, kind, other: self.object, asset },
            Pair { account: self.object, side: OBJECT, kind, other: self.subject, asset },
        ]
    }
}

/// Two accounts that are related, as one of them sees it; in how many transactions, the rows tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) account: AccountId,
    /// Whether `account` is the subject or the object.
    pub(crate) side: u8,
    pub(crate) kind: RelationKind,
    pub(crate) other: AccountId,
    pub(crate) asset: AssetId,
}

impl Pair {
    /// How its keys begin in `relations_of`.
    fn prefix(&self) -> Put {
        let put = Put::default().u64(self.account.0).u8(self.side).u8(kind_value(self.kind));
        put.u64(self.other.0).u64(self.asset.0)
    }

    /// Key in `relations_of`.
    pub(crate) fn key(&self, (height, slot): Place) -> Bytes {
        self.prefix().u64(height).u64(slot).0
    }

    /// Reads a key of `relations_of`.
    pub(crate) fn parse(key: &[u8]) -> Option<(Self, Place)> {
        let mut take = Take(key);
        let (account, side, kind) = (AccountId(take.u64()?), take.u8()?, parse_kind(take.u8()?)?);
        let (other, asset) = (AccountId(take.u64()?), AssetId(take.u64()?));
        let place = (take.u64()?, take.u64()?);
        let is_whole = take.rest().is_empty() && [SUBJECT, OBJECT].contains(&side);
        is_whole.then_some((Self { account, side, kind, other, asset }, place))
    }

    /// The relation of which this is one side.
    pub(crate) fn relation(&self) -> RelationRow {
        let (subject, object) = match self.side {
            SUBJECT => (self.account, self.other),
            _ => (self.other, self.account),
        };
        RelationRow { kind: self.kind, subject, object, asset: self.asset }
    }
}

/// Numbers of kinds on disk. They never change; a new kind takes the next number.
fn kind_value(kind: RelationKind) -> u8 {
    match kind {
        RelationKind::FeePayer => 0,
        RelationKind::CoSigner => 1,
        RelationKind::RentPayer => 2,
        RelationKind::CloseDestination => 3,
        RelationKind::FirstFunder => 4,
        RelationKind::TokenAccount => 5,
        RelationKind::Authority => 6,
    }
}

fn parse_kind(value: u8) -> Option<RelationKind> {
    RelationKind::ALL.into_iter().find(|kind| kind_value(*kind) == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_pinned() {
        let (subject, object, asset) = (AccountId(1), AccountId(2), AssetId(3));
        let row = RelationRow { kind: RelationKind::TokenAccount, subject, object, asset };
        let key = row.key(ChainId(9), (258, 7));
        let numbers = [[0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 2], [0, 0, 0, 0, 0, 0, 0, 3]];
        let place = [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 7];
        assert_eq!(key[..], [&[0, 0, 0, 9], &place[..], &[5], &numbers.concat()].concat());
        assert_eq!(RelationRow::parse(&key), Some((ChainId(9), (258, 7), row)));
        let [of_subject, of_object] = row.sides();
        let key = of_object.key((258, 7));
        assert_eq!(key[..], [&numbers[1][..], &[1, 5], &numbers[0], &numbers[2], &place].concat());
        for side in [of_subject, of_object] {
            assert_eq!(Pair::parse(&side.key((258, 7))), Some((side, (258, 7))));
            assert_eq!(side.relation(), row);
        }
        assert!((0..key.len()).all(|len| Pair::parse(&key[..len]).is_none()));
        assert!(RelationKind::ALL.into_iter().all(|kind| parse_kind(kind_value(kind)) == Some(kind)));
        let sides_and_kinds_that_no_format_has = [(8, 2), (9, 7)];
        for (at, byte) in sides_and_kinds_that_no_format_has {
            let mut key = key.clone();
            key[at] = byte;
            assert_eq!(Pair::parse(&key), None);
        }
    }
}
