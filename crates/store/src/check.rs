//! Invariants: every row that can be derived is derived again and compared. For `fundtrail db check`.
//!
//! What is derived can be mended: it is made anew from what it is derived from. A transaction whose own rows are damaged
//! cannot; then all of it goes, its height is not covered any more, and the loads are marked, so that loading the same
//! files again brings it back and nothing claims to be whole before that. So it is with what follows from no other row
//! (`notes`).

mod dictionaries;
mod files;
mod lines;
mod notes;
mod related;
mod transactions;

use std::collections::BTreeSet;

pub(crate) use files::is_derived;
use rocksdb::WriteBatch;
use serde::{Deserialize, Serialize};

use crate::{ChainId, Family, Store, StoreError, TxView, bytes::Bytes};

/// How many broken rows are named; the rest is counted.
const NAMED_MAX: usize = 20;

/// Rows between two reports of progress.
const ROWS_PER_REPORT: u64 = 4096;

/// Mended rows between two batches.
const MENDS_PER_BATCH: usize = 20_000;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Transactions read.
    pub transactions: u64,
    /// Movements read.
    pub movements: u64,
    /// Lines of histories read.
    pub history_rows: u64,
    /// Relations that transactions show.
    #[serde(default)]
    pub relations: u64,
    /// Transactions whose sources contradict each other; not broken, but worth a look.
    pub conflicts: u64,
    /// Movements that only a balance tells; not broken, but what happened there is not known.
    pub unexplained: u64,
    /// What is broken; empty if all is well.
    pub broken: Vec<Broken>,
    /// How many broken rows there are in all.
    pub broken_total: u64,
    /// Whether what is broken was mended.
    pub mended: bool,
    /// Transactions of which something was too damaged to mend and was taken out: load their files again.
    pub lost: u64,
    /// What is damaged or was taken out, and comes only by loading again; the first of it.
    #[serde(default)]
    pub load_again: Vec<String>,
    /// Broken rows that contradict each other, so that nobody can tell which is right. They stay as they are.
    pub unresolved: u64,
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Which one.
    pub invariant: String,
    /// Where: a transaction id or a key.
    pub at: String,
}

/// Told how many rows were read; answers whether to go on.
type GoOn<'a> = &'a mut dyn FnMut(u64) -> bool;

impl Store {
    /// Reads everything and checks that it fits together. `go_on` is told how many rows were read, and answers whether to
    /// go on.
    ///
    /// # Errors
    /// If the database fails, or the caller asks to stop.
    pub fn check(&self, go_on: GoOn<'_>) -> Result<CheckReport, StoreError> {
        let mut check = Check::new(self, false, go_on);
        check.everything()?;
        Ok(check.report)
    }

    /// As [`check`](Self::check), and mends what is broken. Can be interrupted and run again.
    ///
    /// # Errors
    /// As [`check`](Self::check), or if the database is open for reading only.
    pub fn mend(&mut self, go_on: GoOn<'_>) -> Result<CheckReport, StoreError> {
        self.writable()?;
        // What ends the check ends it before anything is changed.
        self.next_chain()?;
        let unreadable = self.drop_unreadable()?;
        let mut check = Check::new(self, true, go_on);
        unreadable.iter().for_each(|family| check.broken("a family's files can be read", family.name));
        check.everything()?;
        check.write_mends(0)?;
        let (report, again) = (check.report, check.again);
        // One step takes the rows away and puts them where they belong.
        let mut writer = self.writer()?;
        again.into_iter().for_each(|view| writer.resettle(view));
        writer.commit(None)?;
        self.mended()?;
        Ok(report)
    }
}

struct Check<'a> {
    store: &'a Store,
    report: CheckReport,
    /// What mends the broken rows; none if they are only named.
    mends: Option<WriteBatch>,
    /// Transactions that stand in the wrong place, to be written anew.
    again: Vec<TxView>,
    /// Where transactions were lost: chain, height, slot.
    lost: BTreeSet<(ChainId, u64, u64)>,
    rows_read: u64,
    go_on: GoOn<'a>,
}

impl<'a> Check<'a> {
    fn new(store: &'a Store, mend: bool, go_on: GoOn<'a>) -> Self {
        let report = CheckReport { mended: mend, ..CheckReport::default() };
        let (again, lost) = (Vec::new(), BTreeSet::new());
        Self { store, report, mends: mend.then(WriteBatch::default), again, lost, rows_read: 0, go_on }
    }

    fn everything(&mut self) -> Result<(), StoreError> {
        // One whose row is damaged is told with the other notes.
        if let Some((chain, from, to)) = self.store.undo_under_way().unwrap_or_default() {
            let to = if to == u64::MAX { "the last".to_owned() } else { to.to_string() };
            self.broken("an undo came to its end", format!("{chain}, heights {from} to {to}"));
        }
        self.chains()?;
        self.dictionaries()?;
        self.notes()?;
        self.transactions()?;
        // Lines are held against what is mended by now.
        self.write_mends(0)?;
        self.lines()?;
        self.related()
    }

    fn broken(&mut self, invariant: &str, at: impl ToString) {
        self.report.broken_total += 1;
        if self.report.broken.len() < NAMED_MAX {
            self.report.broken.push(Broken { invariant: invariant.to_owned(), at: at.to_string() });
        }
    }

    fn read(&mut self) -> Result<(), StoreError> {
        self.rows_read += 1;
        if self.rows_read.is_multiple_of(ROWS_PER_REPORT) && !(self.go_on)(self.rows_read) {
            return Err(StoreError::Stopped);
        }
        Ok(())
    }

    fn put(&mut self, family: Family, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let handle = self.store.family(family)?;
        self.mends.iter_mut().for_each(|mends| mends.put_cf(handle, key, value));
        self.write_mends(MENDS_PER_BATCH)
    }

    fn delete(&mut self, family: Family, key: &[u8]) -> Result<(), StoreError> {
        let handle = self.store.family(family)?;
        self.mends.iter_mut().for_each(|mends| mends.delete_cf(handle, key));
        self.write_mends(MENDS_PER_BATCH)
    }

    fn write_mends(&mut self, more_than: usize) -> Result<(), StoreError> {
        match self.mends.as_mut() {
            Some(mends) if mends.len() > more_than => self.store.write(std::mem::take(mends)),
            _ => Ok(()),
        }
    }

    /// Part of a transaction is gone for good: deletes what is left of it, and in the same batch what sources claim of its
    /// height, and that their loads are whole.
    fn lose<'k>(
        &mut self,
        (chain, height, slot): (ChainId, u64, u64),
        rows: impl IntoIterator<Item = (Family, &'k Bytes)>,
    ) -> Result<(), StoreError> {
        if self.lost.insert((chain, height, slot)) {
            self.report.lost += 1;
        }
        if self.mends.is_none() {
            return Ok(());
        }
        self.write_mends(0)?;
        let mut batch = WriteBatch::default();
        for (family, key) in rows {
            batch.delete_cf(self.store.family(family)?, key);
        }
        self.store.uncover(chain, &mut batch, |_| vec![(height, height)])?;
        self.store.unsettle_loads(&mut batch)?;
        self.store.write(batch)
    }
}

fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A row's key and value, owned, so that rows can be changed while others are read.
fn owned((key, value): (Box<[u8]>, Box<[u8]>)) -> (Bytes, Bytes) {
    (Bytes::from_slice(&key), Bytes::from_slice(&value))
}

#[cfg(test)]
mod tests;
