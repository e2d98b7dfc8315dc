//! A step: every row that a batch deletes and puts.

use fundtrail_types::Movement;

use super::{pending::Pending, places::rows_of};
use crate::{
    FAMILIES, Family, Store, StoreError, TxView,
    bytes::Bytes,
    names::{Namer, NewNames},
    rows::{MovementRow, Row},
};

/// Rows to delete, then rows to put.
#[derive(Debug)]
pub(crate) struct Step {
    pub(super) deletes: Vec<(&'static Family, Bytes)>,
    /// One for every family, in its place.
    pub(super) puts: Vec<Puts>,
}

/// Rows to put into one family: one block of bytes, and where each row stands in it. A large load has millions of rows, and
/// sorting them must not follow a pointer for each.
#[derive(Debug)]
pub(super) struct Puts {
    pub(super) family: Family,
    bytes: Vec<u8>,
    rows: Vec<RowAt>,
}

#[derive(Clone, Copy, Debug)]
struct RowAt {
    /// The first bytes of the key: enough to order most rows.
    head: u128,
    at: usize,
    key_len: u32,
    value_len: u32,
}

impl Puts {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn push(&mut self, key: &[u8], value: &[u8]) {
        let mut head = [0; 16];
        let known = key.len().min(head.len());
        head[..known].copy_from_slice(&key[..known]);
        let len = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let row =
            RowAt { head: u128::from_be_bytes(head), at: self.bytes.len(), key_len: len(key), value_len: len(value) };
        self.rows.push(row);
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
    }

    fn key(&self, row: &RowAt) -> &[u8] {
        &self.bytes[row.at..][..row.key_len as usize]
    }

    /// Every row: key and value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let value = |row: &RowAt| &self.bytes[row.at + row.key_len as usize..][..row.value_len as usize];
        self.rows.iter().map(move |row| (self.key(row), value(row)))
    }

    /// Puts the rows in the order of their keys, each key once.
    pub(super) fn sort(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable_by(|a, b| a.head.cmp(&b.head).then_with(|| self.key(a).cmp(self.key(b))));
        rows.dedup_by(|a, b| a.head == b.head && self.key(a) == self.key(b));
        self.rows = rows;
    }

    /// Takes out the rows whose keys are told, and hands them on.
    pub(super) fn take_out(&mut self, told: impl Fn(&[u8]) -> bool, mut out: impl FnMut(&[u8], &[u8])) {
        self.iter().filter(|(key, _)| told(key)).for_each(|(key, value)| out(key, value));
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|row| !told(self.key(row)));
        self.rows = rows;
    }
}

impl Default for Step {
    fn default() -> Self {
        let puts = |family| Puts { family, bytes: Vec::new(), rows: Vec::new() };
        Self { deletes: Vec::new(), puts: FAMILIES.into_iter().map(puts).collect() }
    }
}

impl Step {
    /// Forgets the rows and keeps the room for them.
    pub(super) fn clear(&mut self) {
        self.deletes.clear();
        for puts in &mut self.puts {
            puts.rows.clear();
            puts.bytes.clear();
        }
    }

    pub(crate) fn put(&mut self, (family, key, value): Row) {
        self.puts[family.place].push(&key, &value);
    }

    pub(crate) fn delete(&mut self, (family, key, _): Row) {
        self.deletes.push((family, key));
    }

    /// What a transaction's rows were, and what they shall be.
    pub(super) fn transaction(
        &mut self,
        store: &Store,
        namer: &mut Namer,
        new: &mut NewNames,
        one: &Pending,
    ) -> Result<(), StoreError> {
        if let Some(stored) = &one.stored {
            if stored.slot == one.slot && stored.view == one.view {
                return Ok(());
            }
            for row in numbered_rows(store, namer, new, stored.slot, &stored.view)? {
                self.delete(row);
            }
        }
        for row in numbered_rows(store, namer, new, one.slot, &one.view)? {
            self.put(row);
        }
        Ok(())
    }
}

pub(crate) fn numbered_rows(
    store: &Store,
    namer: &mut Namer,
    new: &mut NewNames,
    slot: u64,
    view: &TxView,
) -> Result<Vec<Row>, StoreError> {
    let chain = namer.chain(store, new, view.chain)?;
    rows_of(chain, slot, view, |movement| number(store, namer, new, movement))
}

fn number(
    store: &Store,
    namer: &mut Namer,
    new: &mut NewNames,
    movement: &Movement,
) -> Result<MovementRow, StoreError> {
    let mut account = |account: Option<_>| match account {
        Some(account) => namer.account(store, new, &account),
        None => Ok(crate::AccountId::NONE),
    };
    let (from, to) = (account(movement.from_account())?, account(movement.to_account())?);
    let asset = namer.asset(store, new, &movement.asset)?;
    let told_leg = movement.order.leg;
    Ok(MovementRow { kind: movement.kind, from, to, asset, n: movement.n, told_leg, amount: movement.amount })
}
