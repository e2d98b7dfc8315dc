//! Where a transaction stands of which only the time is known.
//!
//! Some explorers export times and no heights. Such a transaction is stored apart, above every real height (see
//! [`Order::timed`](fundtrail_types::Order::timed)), and gets its place when a history is read: after everything of the
//! last height whose time is not later than its own. So its place depends on what is stored and not on which load came
//! first, and the transaction moves to its height by itself once a source tells it.

use std::iter::Peekable;

use fundtrail_types::{Position, TIMED_HEIGHT, TxOrder};

use crate::{
    AccountId, ChainId, Entry, Store, StoreError, StoredTx,
    bytes::{Put, Take},
    families::TXS,
    rows,
};

/// Lines read at first. Most histories are shorter: they are one scan, which is closed before the first line is given.
const LINES_AT_FIRST: usize = 64;

type Lines<'a> = Box<dyn Iterator<Item = Result<Entry, StoreError>> + 'a>;

/// An account's history, with what is known by its time alone in its place.
pub(crate) fn history(store: &Store, account: AccountId) -> impl Iterator<Item = Result<Entry, StoreError>> + '_ {
    let mut lines = store.entries(account, 0..u64::MAX);
    let mut first: Vec<_> = lines.by_ref().take(LINES_AT_FIRST).collect();
    let is_timed =
        |entry: &Result<Entry, StoreError>| entry.as_ref().is_ok_and(|entry| entry.position.height >= TIMED_HEIGHT);
    let (rest, timed): (Option<Lines<'_>>, Lines<'_>) = if first.len() < LINES_AT_FIRST {
        let timed = first.iter().position(is_timed).unwrap_or(first.len());
        (None, Box::new(first.split_off(timed).into_iter()))
    } else {
        (Some(Box::new(lines)), Box::new(store.entries(account, TIMED_HEIGHT..u64::MAX)))
    };
    let placed = first.into_iter().chain(rest.into_iter().flatten()).take_while(move |entry| !is_timed(entry));
    let timed = timed.map(move |entry| {
        let mut entry = entry?;
        if entry.order == TxOrder::Timed {
            let chain = store.account(account)?.chain;
            let id = store.chain_id(chain)?.ok_or_else(|| StoreError::damaged("meta", b"chain/", "chain"))?;
            let timed = entry.position.height;
            entry.position = Position { height: store.height_by(id, timed - TIMED_HEIGHT)?, timed, ..entry.position };
        }
        Ok(entry)
    });
    Merged { placed: placed.peekable(), timed: timed.peekable() }
}

/// Two histories as one, both in order. An error comes as soon as it is met.
struct Merged<A: Iterator, B: Iterator> {
    placed: Peekable<A>,
    timed: Peekable<B>,
}

impl<A, B> Iterator for Merged<A, B>
where
    A: Iterator<Item = Result<Entry, StoreError>>,
    B: Iterator<Item = Result<Entry, StoreError>>,
{
    type Item = Result<Entry, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        match (self.placed.peek(), self.timed.peek()) {
            (_, None) => self.placed.next(),
            (Some(Ok(placed)), Some(Ok(timed))) if placed.position < timed.position => self.placed.next(),
            (Some(Err(_)), _) => self.placed.next(),
            (_, Some(_)) => self.timed.next(),
        }
    }
}

impl Store {
    /// Where a stored transaction stands among others: of one whose height is not known, after everything that is not later.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn position_of(&self, tx: &StoredTx) -> Result<Position, StoreError> {
        let (height, timed) = match tx.height.checked_sub(TIMED_HEIGHT) {
            Some(seconds) => (self.height_by(tx.chain_id, seconds)?, tx.height),
            None => (tx.height, 0),
        };
        Ok(Position { height, timed, tx: tx.slot, leg: 0 })
    }

    /// The last height whose time is not later than `seconds` since 1970; 0 if there is none. Transactions without a time
    /// are passed over. A search by halves, because the times of a chain's blocks do not fall.
    fn height_by(&self, chain: ChainId, seconds: u64) -> Result<u64, StoreError> {
        let (mut low, mut high, mut found) = (0, TIMED_HEIGHT, 0);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.first_time_from(chain, middle)? {
                Some((height, time)) if time <= seconds => (low, found) = (height + 1, height),
                _ => high = middle,
            }
        }
        Ok(found)
    }

    /// The first height from `height` on that has a time, and its time.
    fn first_time_from(&self, chain: ChainId, height: u64) -> Result<Option<(u64, u64)>, StoreError> {
        let key = |height: u64| Put::default().u32(chain.0).u64(height).0;
        for row in self.scan_range(TXS, key(height), key(TIMED_HEIGHT)) {
            let (key, value) = row?;
            let mut take = Take(&key);
            let height = take.u32().and_then(|_| take.u64());
            let parsed = height.zip(rows::parse_tx(&value));
            let (height, tx) = parsed.ok_or_else(|| StoreError::damaged(TXS.name, &key, "transaction"))?;
            if let Some(seconds) = tx.time.and_then(|time| u64::try_from(time.unix()).ok()) {
                return Ok(Some((height, seconds)));
            }
        }
        Ok(None)
    }
}
