//! Transactions: each has its movements and its relations, stands where its order puts it, and made every row that follows from it.

use std::collections::HashSet;

use fundtrail_types::Kind;

use super::{Check, hex, owned};
use crate::{
    ChainId, Completeness, StoreError, TxView,
    bytes::{Bytes, Put, Take},
    families::{MOVEMENTS, RELATIONS, TXIDS, TXS},
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
            Ok(None) => return self.damaged("a transaction has at least one movement", (chain, height, slot), &stored),
            Err(StoreError::Damaged { .. }) => {
                return self.damaged("a transaction can be read", (chain, height, slot), &stored);
            }
            Err(other) => return Err(other),
        };
        self.report.transactions += 1;
        self.report.conflicts += u64::from(view.conflict || view.crowded);
        self.report.movements += stored.len() as u64;
        let numbers: Vec<_> = stored.iter().filter_map(|(_, value)| rows::parse_movement(value)).collect();
        let unexplained = numbers.iter().filter(|row| row.kind == Kind::Unexplained && !row.amount.is_zero()).count();
        self.report.unexplained += unexplained as u64;
        let relations = match view.completeness {
            Completeness::Complete => self.store.relation_rows(chain, (height, slot))?,
            Completeness::Partial => Vec::new(),
        };
        self.report.relations += relations.len() as u64;
        let numbers = rows::Numbered { movements: &numbers, relations: &relations };
        let expected = rows::list(chain, slot, &view, numbers);
        let wanted: HashSet<&Bytes> = expected.iter().map(|(_, key, _)| key).collect();
        for (key, _) in stored.iter().filter(|(key, _)| !wanted.contains(key)) {
            self.broken("a movement stands where its transaction puts it", hex(key));
            self.delete(MOVEMENTS, key)?;
        }
        for (family, key, value) in expected {
            if self.store.get(*family, &key)?.as_deref() != Some(&value) {
                let invariant = format!("family `{}` holds the row that the transaction makes", family.name);
                self.broken(&invariant, format!("{} ({})", view.id, hex(&key)));
                self.put(*family, &key, &value)?;
            }
        }
        let is_gapless =
            slot == keys::base_of(slot) || self.store.get(TXS, &keys::tx(chain, height, slot - 1))?.is_some();
        let is_placed = keys::base_of(slot) == keys::slot_base(view.order, &view.id) && view.height == height;
        if !is_placed || !is_gapless {
            self.broken("a transaction stands where its order puts it", &view.id);
            if self.mends.is_some() {
                self.again.push(TxView { crowded: false, ..view });
            }
        }
        Ok(())
    }

    /// A transaction whose own rows are damaged: what is left of it goes.
    fn damaged(
        &mut self,
        invariant: &str,
        (chain, height, slot): (ChainId, u64, u64),
        movements: &[KeyValue],
    ) -> Result<(), StoreError> {
        let place = keys::tx(chain, height, slot);
        self.broken(invariant, hex(&place));
        let relations = self.store.scan(RELATIONS, place.clone()).map(|row| row.map(|row| owned(row).0));
        let relations = relations.collect::<Result<Vec<Bytes>, _>>()?;
        let rows =
            movements.iter().map(|(key, _)| (MOVEMENTS, key)).chain(relations.iter().map(|key| (RELATIONS, key)));
        self.lose((chain, height, slot), std::iter::once((TXS, &place)).chain(rows))
    }

    /// Movements, relations and ids that lead to no transaction.
    fn orphans(&mut self) -> Result<(), StoreError> {
        self.write_mends(0)?;
        for row in self.store.scan(MOVEMENTS, Bytes::new()) {
            let (key, _) = owned(row?);
            self.read()?;
            let place = key.get(..20).unwrap_or_default();
            if self.store.get(TXS, place)?.is_none() {
                self.broken("a movement has its transaction", hex(&key));
                self.lose_at(MOVEMENTS, &key, &key)?;
            }
        }
        self.relation_orphans()?;
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
                // A transaction may have stood there, whose other rows are gone.
                match place {
                    Some((chain, (height, slot)))
                        if self.store.get(TXS, &keys::tx(ChainId(chain), height, slot))?.is_none() =>
                    {
                        self.lose((ChainId(chain), height, slot), [(TXIDS, &key)])?;
                    }
                    _ => self.delete(TXIDS, &key)?,
                }
            }
        }
        Ok(())
    }

    /// Deletes a row that is all that is left of a transaction, whose place another key tells.
    pub(super) fn lose_at(&mut self, family: crate::Family, key: &Bytes, told: &[u8]) -> Result<(), StoreError> {
        let mut take = Take(told);
        match take.u32().zip(take.u64().zip(take.u64())) {
            Some((chain, (height, slot))) => self.lose((ChainId(chain), height, slot), [(family, key)]),
            None => self.delete(family, key),
        }
    }
}
