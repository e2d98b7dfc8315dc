//! Transactions: each has its movements, stands where its order puts it, and made every row that follows from it.

use super::{Check, hex, owned};
use crate::{
    ChainId, StoreError, TxView,
    bytes::{Bytes, Put, Take},
    families::{MOVEMENTS, TXIDS, TXS},
    keys, rows,
};

/// A row of the store: key and value.
type KeyValue = (Bytes, Bytes);

impl Check<'_> {
    pub(super) fn transactions(&mut self) -> Result<(), StoreError> {
        for (_, chain) in self.store.chains()? {
            for row in self.store.scan(TXS, Put::default().u32(chain.0).0) {
                let (key, _) = owned(row?);
                self.read()?;
                let mut take = Take(&key);
                match take.u32().and_then(|_| take.u64().zip(take.u64())).filter(|_| take.rest().is_empty()) {
                    Some((height, slot)) => self.transaction(chain, height, slot)?,
                    None => {
                        self.broken("a transaction's key has the form of one", hex(&key));
                        self.delete(TXS, &key)?;
                    }
                }
            }
        }
        self.orphans()
    }

    fn transaction(&mut self, chain: ChainId, height: u64, slot: u64) -> Result<(), StoreError> {
        let place = keys::tx(chain, height, slot);
        let stored = self.store.scan(MOVEMENTS, place.clone()).map(|row| row.map(owned));
        let stored: Vec<KeyValue> = stored.collect::<Result<_, _>>()?;
        let view = match self.store.view_at(chain, height, slot) {
            Ok(Some(view)) => view,
            Ok(None) => return self.lose("a transaction has at least one movement", (chain, height), &place, &stored),
            Err(StoreError::Damaged { .. }) => {
                return self.lose("a transaction can be read", (chain, height), &place, &stored);
            }
            Err(other) => return Err(other),
        };
        self.report.transactions += 1;
        self.report.conflicts += u64::from(view.conflict || view.crowded);
        self.report.movements += stored.len() as u64;
        let numbers: Vec<_> = stored.iter().filter_map(|(_, value)| rows::parse_movement(value)).collect();
        let expected = rows::list(chain, slot, &view, &numbers);
        let is_gapless =
            slot == keys::base_of(slot) || self.store.get(TXS, &keys::tx(chain, height, slot - 1))?.is_some();
        let is_placed = keys::base_of(slot) == keys::slot_base(view.order, &view.id) && view.height == height;
        if !is_placed || !is_gapless {
            self.broken("a transaction stands where its order puts it", &view.id);
            return self.write_again(view, expected.iter().map(|(family, key, _)| (**family, key)));
        }
        for (key, _) in stored.iter().filter(|(key, _)| expected.iter().all(|(_, wanted, _)| wanted != key)) {
            self.broken("a movement stands where its transaction puts it", hex(key));
            self.delete(MOVEMENTS, key)?;
        }
        for (family, key, value) in expected {
            if self.store.get(*family, &key)?.as_deref() != Some(&value) {
                let invariant = format!("family `{}` holds the row that the transaction's movements make", family.name);
                self.broken(&invariant, format!("{} ({})", view.id, hex(&key)));
                self.put(*family, &key, &value)?;
            }
        }
        Ok(())
    }

    /// A transaction whose own rows are damaged: what is left of it goes.
    fn lose(
        &mut self,
        invariant: &str,
        place: (ChainId, u64),
        key: &[u8],
        movements: &[KeyValue],
    ) -> Result<(), StoreError> {
        self.broken(invariant, hex(key));
        self.report.lost += 1;
        self.lost.insert(place);
        self.delete(TXS, key)?;
        movements.iter().try_for_each(|(key, _)| self.delete(MOVEMENTS, key))
    }

    /// A transaction in the wrong place: its rows go, and it is written anew at the end.
    fn write_again<'r>(
        &mut self,
        view: TxView,
        rows: impl Iterator<Item = (crate::Family, &'r Bytes)>,
    ) -> Result<(), StoreError> {
        for (family, key) in rows {
            self.delete(family, key)?;
        }
        if self.mends.is_some() {
            self.again.push(TxView { crowded: false, ..view });
        }
        Ok(())
    }

    /// Movements and ids that lead to no transaction.
    fn orphans(&mut self) -> Result<(), StoreError> {
        self.write_mends(0)?;
        for row in self.store.scan(MOVEMENTS, Bytes::new()) {
            let (key, _) = owned(row?);
            self.read()?;
            let place = key.get(..20).unwrap_or_default();
            if self.store.get(TXS, place)?.is_none() {
                self.broken("a movement has its transaction", hex(&key));
                self.delete(MOVEMENTS, &key)?;
            }
        }
        for row in self.store.scan(TXIDS, Bytes::new()) {
            let (key, place) = owned(row?);
            self.read()?;
            let mut fields = (Take(&key), Take(&place));
            let place = fields.0.u32().zip(fields.1.u64().zip(fields.1.u64()));
            let found = match place {
                Some((chain, (height, slot))) => match self.store.tx_at(ChainId(chain), height, slot) {
                    Ok(tx) => tx.is_some_and(|tx| keys::txid(ChainId(chain), &tx.id) == key),
                    Err(StoreError::Damaged { .. }) => false,
                    Err(other) => return Err(other),
                },
                None => false,
            };
            if !found {
                self.broken("a transaction id leads to its transaction", hex(&key));
                self.delete(TXIDS, &key)?;
            }
        }
        Ok(())
    }
}
