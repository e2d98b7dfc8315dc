//! Relations: each has its transaction, which is complete, and each side of one has its relation.

use super::{Check, hex, owned};
use crate::{
    Completeness, StoreError,
    bytes::Bytes,
    families::{RELATIONS, RELATIONS_OF, TXS},
    relations::Pair,
    rows,
};

impl Check<'_> {
    /// Relations that lead to no transaction, or to one that tells none.
    pub(super) fn relation_orphans(&mut self) -> Result<(), StoreError> {
        for row in self.store.scan(RELATIONS, Bytes::new()) {
            let (key, _) = owned(row?);
            self.read()?;
            let place = key.get(..20).unwrap_or_default();
            match self.store.get(TXS, place)?.map(|value| rows::parse_tx(&value)) {
                Some(Some(tx)) if tx.completeness == Completeness::Partial => {
                    self.broken("a transaction with relations is complete", hex(&key));
                    self.delete(RELATIONS, &key)?;
                }
                // One that cannot be read was told, and went with its rows.
                Some(_) => {}
                None => {
                    self.broken("a relation has its transaction", hex(&key));
                    self.lose_at(RELATIONS, &key, &key)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn related(&mut self) -> Result<(), StoreError> {
        for row in self.store.scan(RELATIONS_OF, Bytes::new()) {
            let (key, _) = owned(row?);
            self.read()?;
            let Some((pair, place)) = Pair::parse(&key) else {
                self.broken("a side of a relation can be read", hex(&key));
                self.delete(RELATIONS_OF, &key)?;
                continue;
            };
            let chain = self.chain_of(pair.account)?;
            let relation = chain.map(|chain| pair.relation().key(chain, place));
            let is_there = match relation {
                Some(relation) => self.store.get(RELATIONS, &relation)?.is_some(),
                None => false,
            };
            if !is_there {
                self.broken("a side of a relation has its relation", hex(&key));
                match chain {
                    Some(chain) => self.lose((chain, place.0, place.1), [(RELATIONS_OF, &key)])?,
                    None => self.delete(RELATIONS_OF, &key)?,
                }
            }
        }
        Ok(())
    }
}
