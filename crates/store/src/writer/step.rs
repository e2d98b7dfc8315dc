//! A step: every row that a batch deletes and puts.

use fundtrail_types::Address;

use super::{
    pending::{Pending, SHARED_MIN},
    replaced::Gone,
};
use crate::{
    AccountId, AssetId, ChainId, FAMILIES, Family, Store, StoreError, TxView,
    bytes::{Bytes, Row},
    names::{Namer, NewNames},
    relations::RelationRow,
    rows::{self, MovementRow, Numbered},
    view::Link,
};

/// What transactions tell, one after the other, with numbers for names.
#[derive(Debug, Default)]
struct Numbers {
    movements: Vec<MovementRow>,
    relations: Vec<RelationRow>,
}

/// How many movements and relations stand before a transaction.
type Mark = (usize, usize);

impl Numbers {
    fn mark(&self) -> Mark {
        (self.movements.len(), self.relations.len())
    }

    /// What stands between two marks.
    fn between(&self, from: Mark, to: Mark) -> Numbered<'_> {
        Numbered { movements: &self.movements[from.0..to.0], relations: &self.relations[from.1..to.1] }
    }

    fn all(&self) -> Numbered<'_> {
        Numbered { movements: &self.movements, relations: &self.relations }
    }
}

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

    fn append(&mut self, other: &Self) {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.rows.extend(other.rows.iter().map(|row| RowAt { at: row.at + before, ..*row }));
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

    /// The rows of transactions that are no more.
    pub(super) fn gone(
        &mut self,
        store: &Store,
        namer: &mut Namer,
        new: &mut NewNames,
        gone: &[Gone],
    ) -> Result<(), StoreError> {
        for Gone { chain, stored } in gone {
            let mut before = Numbers::default();
            number(store, namer, new, &stored.view, &mut before)?;
            rows::list(*chain, stored.slot, &stored.view, before.all()).into_iter().for_each(|row| self.delete(row));
        }
        Ok(())
    }

    /// What the transactions' rows were, and what they shall be.
    pub(super) fn transactions(
        &mut self,
        store: &Store,
        namer: &mut Namer,
        new: &mut NewNames,
        pending: &[Pending],
    ) -> Result<(), StoreError> {
        // Names get their numbers one after the other; then two threads make the rows.
        let (mut numbers, mut changed) = (Numbers::default(), Vec::with_capacity(pending.len()));
        numbers.movements.reserve(pending.len());
        for one in pending {
            let chain = namer.chain(store, new, one.view.chain)?;
            if let Some(stored) = &one.stored {
                if stored.slot == one.slot && stored.view == one.view {
                    continue;
                }
                let mut before = Numbers::default();
                number(store, namer, new, &stored.view, &mut before)?;
                let rows = rows::list(chain, stored.slot, &stored.view, before.all());
                rows.into_iter().for_each(|row| self.delete(row));
            }
            let from = numbers.mark();
            number(store, namer, new, &one.view, &mut numbers)?;
            changed.push((chain, one, from, numbers.mark()));
        }
        let (first, second) =
            changed.split_at(if changed.len() < SHARED_MIN { changed.len() } else { changed.len() / 2 });
        let put = |step: &mut Self, part: &[(ChainId, &Pending, Mark, Mark)]| {
            for (chain, one, from, to) in part {
                let mut put =
                    |family: &'static Family, key: &[u8], value: &[u8]| step.puts[family.place].push(key, value);
                rows::give(*chain, one.slot, &one.view, numbers.between(*from, *to), &mut put);
            }
        };
        if second.is_empty() {
            put(self, first);
            return Ok(());
        }
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let mut other = Self::default();
                put(&mut other, second);
                other
            });
            put(self, first);
            self.puts_of(other.join().map_err(|_| StoreError::Thread)?);
            Ok(())
        })
    }

    fn puts_of(&mut self, other: Self) {
        self.puts.iter_mut().zip(other.puts).for_each(|(mine, theirs)| mine.append(&theirs));
    }
}

/// Numbers for the names of a view's movements, in their order, and of its relations.
fn number(
    store: &Store,
    namer: &mut Namer,
    new: &mut NewNames,
    view: &TxView,
    numbers: &mut Numbers,
) -> Result<(), StoreError> {
    for (id, facts) in view.ordered() {
        let mut account = |address: Option<&Address>| match address {
            Some(address) => namer.account(store, new, view.chain, address),
            None => Ok(AccountId::NONE),
        };
        let (from, to) = (account(id.from.as_ref())?, account(id.to.as_ref())?);
        let asset = namer.asset(store, new, &id.asset)?;
        let (kind, told_leg) = (facts.kind, facts.leg);
        numbers.movements.push(MovementRow { kind, from, to, asset, n: id.n, told_leg, amount: id.amount });
    }
    for Link { kind, subject, object, asset } in view.links.iter() {
        let subject = namer.account(store, new, view.chain, subject)?;
        let object = namer.account(store, new, view.chain, object)?;
        let asset = match asset {
            Some(asset) => namer.asset(store, new, asset)?,
            None => AssetId::NONE,
        };
        numbers.relations.push(RelationRow { kind: *kind, subject, object, asset });
    }
    Ok(())
}
