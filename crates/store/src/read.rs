//! Reading: one account's history as one scan, and transactions by place or by id.

use fundtrail_types::{Amount, Chain, Kind, Movement, Order, Position, Time, TxId, TxOrder};

use crate::{
    AccountId, AssetId, ChainId, Store, StoreError, TxView,
    bytes::{Bytes, Put, Take},
    families::{HISTORY, MOVEMENTS, SYMBOLS, TXIDS, TXS},
    keys, rows,
    view::Completeness,
    writer::NO_DECIMALS,
};

/// On which side of a movement an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// It gave. Before `In`, because what leaves an account leaves before the same movement arrives.
    Out,
    /// It got.
    In,
}

/// One line of an account's history: enough to replay it without a second look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the chain's order.
    pub position: Position,
    /// What is known of the transaction's order within its height.
    pub order: TxOrder,
    /// Whether the source told the movement's place inside its transaction.
    pub leg_told: bool,
    /// Whether value passes through no account in its transaction, see [`is_plain`](crate::is_plain).
    pub plain: bool,
    /// Whether the account gave or got.
    pub side: Side,
    /// The other account; [`AccountId::NONE`] for mints, burns and fees.
    pub counterparty: AccountId,
    /// What moved.
    pub asset: AssetId,
    /// How it moved.
    pub kind: Kind,
    /// How much, in base units.
    pub amount: Amount,
    /// Time of the block, if the source told it.
    pub time: Option<Time>,
}

/// A transaction as it is stored, without its movements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTx {
    /// The chain.
    pub chain: Chain,
    /// Its number here.
    pub chain_id: ChainId,
    /// Block or slot.
    pub height: u64,
    /// Its slot within the height.
    pub slot: u64,
    /// Its id.
    pub id: TxId,
    /// What is known of its order within the height.
    pub order: TxOrder,
    /// Time of the block, if the source told it.
    pub time: Option<Time>,
    /// Whether all of it is known.
    pub completeness: Completeness,
    /// Whether two sources contradict each other about its height, index or time.
    pub conflict: bool,
}

impl Store {
    /// An account's history in order, in- and outflows together: one scan. What stands where its time alone puts it is
    /// merged in from the end of the scan.
    pub fn history(&self, account: AccountId) -> impl Iterator<Item = Result<Entry, StoreError>> + '_ {
        crate::placed::history(self, account)
    }

    /// Lines of a history between two heights, the first included, as they are stored.
    pub(crate) fn entries(
        &self,
        account: AccountId,
        heights: std::ops::Range<u64>,
    ) -> impl Iterator<Item = Result<Entry, StoreError>> + '_ {
        let key = |height: u64| Put::default().u64(account.0).u64(height).0;
        let read =
            |key: &[u8], value: &[u8]| entry(key, value).ok_or_else(|| StoreError::damaged(HISTORY.name, key, "entry"));
        self.read_range(HISTORY, &key(heights.start), key(heights.end), read)
    }

    /// Every transaction of a chain, in order; those of which only the time is known come last.
    pub fn transactions(&self, chain_id: ChainId) -> impl Iterator<Item = Result<StoredTx, StoreError>> + '_ {
        self.scan(TXS, Put::default().u32(chain_id.0).0).map(move |row| {
            let (key, _) = row?;
            let mut take = Take(&key);
            let place = take.u32().and_then(|_| take.u64().zip(take.u64()));
            let damaged = || StoreError::damaged(TXS.name, &key, "transaction");
            let (height, slot) = place.ok_or_else(damaged)?;
            self.tx_at(chain_id, height, slot)?.ok_or_else(damaged)
        })
    }

    /// The transaction in a slot.
    ///
    /// # Errors
    /// If the database fails or the row is damaged.
    pub fn tx_at(&self, chain_id: ChainId, height: u64, slot: u64) -> Result<Option<StoredTx>, StoreError> {
        Ok(self.tx_and_crowded(chain_id, height, slot)?.map(|(tx, _)| tx))
    }

    /// The transaction in a slot, and whether its only conflict is that others claim its index.
    pub(crate) fn tx_and_crowded(
        &self,
        chain_id: ChainId,
        height: u64,
        slot: u64,
    ) -> Result<Option<(StoredTx, bool)>, StoreError> {
        let key = keys::tx(chain_id, height, slot);
        let Some(value) = self.get(TXS, &key)? else { return Ok(None) };
        let read = || {
            let chain = self.chain_of(chain_id)?;
            let row = rows::parse_tx(&value)?;
            let (id, order) = (rows::tx_id(chain, &row)?, keys::order_of(slot)?);
            let (time, completeness, conflict) = (row.time, row.completeness, row.conflict);
            Some((
                StoredTx { chain, chain_id, height, slot, id, order, time, completeness, conflict },
                row.only_crowded,
            ))
        };
        read().map(Some).ok_or_else(|| StoreError::damaged(TXS.name, &key, "transaction"))
    }

    /// The transaction of an id.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn tx_by_id(&self, chain: Chain, id: &TxId) -> Result<Option<StoredTx>, StoreError> {
        let Some(chain_id) = self.chain_number(chain)? else { return Ok(None) };
        match self.place_of(chain_id, id)? {
            Some((height, slot)) => self.tx_at(chain_id, height, slot),
            None => Ok(None),
        }
    }

    /// Height and slot of the transaction of an id.
    pub(crate) fn place_of(&self, chain: ChainId, id: &TxId) -> Result<Option<(u64, u64)>, StoreError> {
        let key = keys::txid(chain, id);
        let Some(place) = self.get(TXIDS, &key)? else { return Ok(None) };
        let mut take = Take(&place);
        let place = take.u64().zip(take.u64());
        let (height, slot) = place.ok_or_else(|| StoreError::damaged(TXIDS.name, &key, "place"))?;
        match self.tx_at(chain, height, slot)? {
            Some(there) if there.id == *id => Ok(Some((height, slot))),
            Some(there) => Err(StoreError::TwoIds { ids: [there.id.to_string(), id.to_string()] }),
            None => Err(StoreError::damaged(TXIDS.name, &key, "no transaction there")),
        }
    }

    /// The movements of a stored transaction, in its order, zero-value events included.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn movements_at(&self, tx: &StoredTx) -> Result<Vec<Movement>, StoreError> {
        let mut movements = Vec::new();
        for row in self.scan(MOVEMENTS, keys::tx(tx.chain_id, tx.height, tx.slot)) {
            let (key, value) = row?;
            let row =
                rows::parse_movement(&value).ok_or_else(|| StoreError::damaged(MOVEMENTS.name, &key, "movement"))?;
            let name = |id: AccountId| match id {
                AccountId::NONE => Ok(None),
                id => self.account(id).map(|account| Some(account.address)),
            };
            movements.push(Movement {
                chain: tx.chain,
                tx: tx.id.clone(),
                kind: row.kind,
                asset: self.asset(row.asset)?,
                from: name(row.from)?,
                to: name(row.to)?,
                amount: row.amount,
                n: row.n,
                order: Order { height: tx.height, tx: tx.order, leg: row.told_leg },
                time: tx.time,
            });
        }
        Ok(movements)
    }

    /// The movements of a transaction of a given id; empty if it is not stored.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn movements_by_id(&self, chain: Chain, id: &TxId) -> Result<Vec<Movement>, StoreError> {
        match self.tx_by_id(chain, id)? {
            Some(tx) => self.movements_at(&tx),
            None => Ok(Vec::new()),
        }
    }

    /// All that is known of a stored transaction, as views have it.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn view(&self, tx: &StoredTx) -> Result<TxView, StoreError> {
        let view = self.view_at(tx.chain_id, tx.height, tx.slot)?;
        view.ok_or_else(|| StoreError::damaged(TXS.name, tx.id.as_bytes(), "no movements"))
    }

    /// What sources called their assets, and the decimals that they gave.
    pub fn all_symbols(&self) -> impl Iterator<Item = Result<(AssetId, Option<u8>, String), StoreError>> + '_ {
        self.scan(SYMBOLS, Bytes::new()).map(|row| symbol(&row?.0))
    }

    /// Whether a row of `symbols` is one, of an asset that is known.
    pub(crate) fn check_symbol(&self, key: &[u8]) -> Result<(), StoreError> {
        let (asset, ..) = symbol(key)?;
        self.asset(asset).map(drop).map_err(|error| error.at(SYMBOLS, key, "a symbol of an asset that is not known"))
    }

    /// What sources called an asset, and the decimals they gave, in a fixed order.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn symbols(&self, asset: AssetId) -> Result<Vec<(Option<u8>, String)>, StoreError> {
        let mut symbols = Vec::new();
        for row in self.scan(SYMBOLS, Put::default().u64(asset.0).0) {
            let (_, decimals, text) = symbol(&row?.0)?;
            symbols.push((decimals, text));
        }
        Ok(symbols)
    }
}

/// Reads a row of `symbols`.
pub(crate) fn symbol(key: &[u8]) -> Result<(AssetId, Option<u8>, String), StoreError> {
    let damaged = |what| StoreError::damaged(SYMBOLS.name, key, what);
    let mut take = Take(key);
    let numbers = take.u64().zip(take.u8());
    let (asset, decimals) = numbers.ok_or_else(|| damaged("a symbol without its asset or its decimals"))?;
    let text = std::str::from_utf8(take.rest()).map_err(|_| damaged("a symbol that is no text"))?;
    Ok((AssetId(asset), (decimals != NO_DECIMALS).then_some(decimals), text.to_owned()))
}

fn entry(key: &[u8], value: &[u8]) -> Option<Entry> {
    let (_, position, side) = keys::parse_history(key)?;
    let row = rows::parse_history(value)?;
    let side = if side == 0 { Side::Out } else { Side::In };
    let order = keys::order_of(position.tx)?;
    let (counterparty, asset, kind, time) = (row.counterparty, row.asset, row.kind, row.time);
    let (leg_told, plain) = (row.leg_told, row.plain);
    Some(Entry { position, order, leg_told, plain, side, counterparty, asset, kind, amount: row.amount, time })
}
