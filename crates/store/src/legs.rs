//! The legs of a transaction by number: what a trace needs of it, without names.

use fundtrail_types::{Amount, Kind};
use smallvec::SmallVec;

use crate::{AccountId, AssetId, ChainId, Store, StoreError, bytes::Take, families::MOVEMENTS, keys, rows};

/// A movement within its transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Its place within the transaction, from 0.
    pub leg: u32,
    /// How it moved.
    pub kind: Kind,
    /// Who gave; [`AccountId::NONE`] for mints and rewards.
    pub from: AccountId,
    /// Who got; [`AccountId::NONE`] for burns and fees.
    pub to: AccountId,
    /// What moved.
    pub asset: AssetId,
    /// How much, in base units.
    pub amount: Amount,
}

impl Leg {
    /// Whether it is part of what its transaction did with value. A fee pays for the transaction, rent for a place in the state, and what
    /// only balances tell is no part of anything.
    pub fn is_part(&self) -> bool {
        is_part(self.kind, self.from, self.to, self.amount)
    }
}

fn is_part(kind: Kind, from: AccountId, to: AccountId, amount: Amount) -> bool {
    !matches!(kind, Kind::Fee | Kind::Rent | Kind::Unexplained) && from != to && !amount.is_zero()
}

/// Whether value passes through no account in a transaction: none of them both gives and gets, and nothing is made or destroyed. Of each
/// leg its kind, who gave, who got, and how much.
pub fn is_plain(legs: impl Iterator<Item = (Kind, AccountId, AccountId, Amount)> + Clone) -> bool {
    let parts = legs.filter(|(kind, from, to, amount)| is_part(*kind, *from, *to, *amount));
    let mut givers: SmallVec<[AccountId; 8]> = SmallVec::new();
    for (kind, from, ..) in parts.clone() {
        if matches!(kind, Kind::Mint | Kind::Burn | Kind::Wrap | Kind::Unwrap) {
            return false;
        }
        givers.push(from);
    }
    givers.sort_unstable();
    let gives = |to: AccountId| to != AccountId::NONE && givers.binary_search(&to).is_ok();
    !parts.map(|(_, _, to, _)| to).any(gives)
}

impl Store {
    /// The legs of the transaction in a slot, in its order, zero-value events included. Empty if there is none.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn legs_at(&self, chain_id: ChainId, height: u64, slot: u64) -> Result<Vec<Leg>, StoreError> {
        let prefix = keys::tx(chain_id, height, slot);
        let skipped = prefix.len();
        let mut legs = Vec::new();
        for row in self.scan(MOVEMENTS, prefix) {
            let (key, value) = row?;
            let read = || {
                let leg = Take(key.get(skipped..)?).u32()?;
                let row = rows::parse_movement(&value)?;
                Some(Leg { leg, kind: row.kind, from: row.from, to: row.to, asset: row.asset, amount: row.amount })
            };
            legs.push(read().ok_or_else(|| StoreError::damaged(MOVEMENTS.name, &key, "movement"))?);
        }
        Ok(legs)
    }
}
