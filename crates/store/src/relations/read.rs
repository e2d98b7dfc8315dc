//! Reading relations: those of a transaction, and those of an account.

use fundtrail_types::{Address, Asset, Order, Relation, RelationKind};

use super::{Pair, Place, RelationRow, kind_value};
use crate::{
    AccountId, AssetId, ChainId, Completeness, Store, StoreError, StoredTx,
    bytes::{Bytes, Put},
    families::{RELATIONS, RELATIONS_OF},
    keys,
};

/// As many bytes as no key has behind a pair.
const BEHIND_ALL: [u8; 17] = [u8::MAX; 17];

impl Store {
    /// The relations that a stored transaction shows, in order. Only complete transactions have some.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn relations_at(&self, tx: &StoredTx) -> Result<Vec<Relation>, StoreError> {
        if tx.completeness == Completeness::Partial {
            return Ok(Vec::new());
        }
        let rows = self.relation_rows(tx.chain_id, (tx.height, tx.slot))?;
        let mut relations = rows.iter().map(|row| self.relation(row, tx)).collect::<Result<Vec<_>, _>>()?;
        relations.sort_unstable();
        Ok(relations)
    }

    /// The relations in which an account stands on either side, in order: by kind, those of which it is the subject first, by
    /// the other account, by asset, and then by time. Only the other accounts are held in memory, however many
    /// transactions show a relation.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn relations_of(
        &self,
        account: AccountId,
    ) -> Result<impl Iterator<Item = Result<Relation, StoreError>> + '_, StoreError> {
        let mut pairs = Vec::new();
        for pair in self.pairs(account, None)? {
            let key: (_, _, Address, Option<Asset>) =
                (pair.kind, pair.side, self.account(pair.other)?.address, self.related_asset(pair.asset)?);
            pairs.push((key, pair));
        }
        pairs.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(pairs.into_iter().flat_map(move |(_, pair)| {
            self.scan(RELATIONS_OF, pair.prefix().0).map(move |row| self.relation_of(&row?.0))
        }))
    }

    /// The relation of a key of `relations_of`.
    fn relation_of(&self, key: &[u8]) -> Result<Relation, StoreError> {
        let damaged = |what| StoreError::damaged(RELATIONS_OF.name, key, what);
        let (pair, (height, slot)) = Pair::parse(key).ok_or_else(|| damaged("relation"))?;
        let chain = self.account(pair.account)?.chain;
        let chain = self.chain_number(chain)?.ok_or_else(|| damaged("a relation of a chain without a number"))?;
        let tx = self.tx_at(chain, height, slot)?;
        self.relation(&pair.relation(), &tx.ok_or_else(|| damaged("a relation without its transaction"))?)
    }

    fn relation(&self, row: &RelationRow, tx: &StoredTx) -> Result<Relation, StoreError> {
        Ok(Relation {
            chain: tx.chain,
            kind: row.kind,
            subject: self.account(row.subject)?.address,
            object: self.account(row.object)?.address,
            asset: self.related_asset(row.asset)?,
            tx: tx.id.clone(),
            order: Order { height: tx.height, tx: tx.order, leg: None },
            time: tx.time,
        })
    }

    fn related_asset(&self, asset: AssetId) -> Result<Option<Asset>, StoreError> {
        if asset == AssetId::NONE { Ok(None) } else { self.asset(asset).map(Some) }
    }

    /// The relations of a transaction as rows, in the order of their keys.
    pub(crate) fn relation_rows(&self, chain: ChainId, (height, slot): Place) -> Result<Vec<RelationRow>, StoreError> {
        let row = |row: Result<crate::db::KeyValue, StoreError>| {
            let (key, _) = row?;
            let parsed = RelationRow::parse(&key).map(|(.., row)| row);
            parsed.ok_or_else(|| StoreError::damaged(RELATIONS.name, &key, "relation"))
        };
        self.scan(RELATIONS, keys::tx(chain, height, slot)).map(row).collect()
    }

    /// Whom an account is related to; of one side and kind only, if they are told. In the order of numbers.
    pub(super) fn pairs(&self, account: AccountId, only: Option<(u8, RelationKind)>) -> Result<Vec<Pair>, StoreError> {
        let prefix = Put::default().u64(account.0);
        let prefix = match only {
            Some((side, kind)) => prefix.u8(side).u8(kind_value(kind)),
            None => prefix,
        };
        let mut pairs = Vec::new();
        let (mut rows, mut from): (_, Bytes) = (self.cursor(RELATIONS_OF)?, prefix.0.clone());
        loop {
            rows.seek_from(&from)?;
            let Some((key, _)) = rows.row().filter(|(key, _)| key.starts_with(&prefix.0)) else { return Ok(pairs) };
            let (pair, _) = Pair::parse(key).ok_or_else(|| StoreError::damaged(RELATIONS_OF.name, key, "relation"))?;
            pairs.push(pair);
            from = pair.prefix().bytes(&BEHIND_ALL).0;
        }
    }

    /// Whether a transaction shows a pair.
    pub(super) fn shows(&self, pair: &Pair, place: Place) -> Result<bool, StoreError> {
        Ok(self.get(RELATIONS_OF, &pair.key(place))?.is_some())
    }

    /// The first transaction that shows a pair, from a height on.
    pub(super) fn first_shown(&self, pair: &Pair, height: u64) -> Result<Option<Place>, StoreError> {
        self.places(pair, height, u64::MAX).next().transpose()
    }

    /// The last transaction that shows a pair, below a height.
    pub(super) fn last_shown(&self, pair: &Pair, height: u64) -> Result<Option<Place>, StoreError> {
        let Some(below) = height.checked_sub(1) else { return Ok(None) };
        let mut rows = self.cursor(RELATIONS_OF)?;
        rows.seek_back(&pair.key((below, u64::MAX)))?;
        let Some((key, _)) = rows.row().filter(|(key, _)| key.starts_with(&pair.prefix().0)) else { return Ok(None) };
        place(key).map(Some)
    }

    /// The transactions that show a pair between two heights, both included, in order.
    pub(super) fn places(
        &self,
        pair: &Pair,
        from: u64,
        to: u64,
    ) -> impl Iterator<Item = Result<Place, StoreError>> + '_ {
        let until = pair.prefix().u64(to).bytes(&BEHIND_ALL).0;
        self.scan_range(RELATIONS_OF, pair.key((from, 0)), until).map(|row| place(&row?.0))
    }
}

fn place(key: &[u8]) -> Result<Place, StoreError> {
    let parsed = Pair::parse(key).ok_or_else(|| StoreError::damaged(RELATIONS_OF.name, key, "relation"));
    parsed.map(|(_, place)| place)
}
