//! The legs of a transaction by number: what a trace needs of it, without names.

use fundtrail_types::{Amount, Kind};

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
