//! The rows of the open database: how everything else reads and writes them.

use std::path::Path;

use rocksdb::{
    ColumnFamily, DBRawIterator, IngestExternalFileOptions, IteratorMode, Options, ReadOptions, WriteOptions,
};

use crate::{Family, Store, StoreError, bytes::Bytes, options};

/// A key and its value.
pub(crate) type KeyValue = (Box<[u8]>, Box<[u8]>);

impl Store {
    pub(crate) fn family(&self, family: Family) -> Result<&ColumnFamily, StoreError> {
        self.db.cf_handle(family.name).ok_or_else(|| StoreError::damaged(family.name, b"", "the family is missing"))
    }

    pub(crate) fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.db.get_cf(self.family(family)?, key).map_err(|source| StoreError::reading(&self.path, family, source))
    }

    /// Puts a row past every rule, as damage does.
    #[cfg(test)]
    pub(crate) fn put(&self, family: Family, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.writable()?;
        self.db.put_cf(self.family(family)?, key, value).map_err(|source| self.failed(source))
    }

    /// Puts a row, and it is on the disk before this returns.
    pub(crate) fn put_synced(&self, family: Family, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.writable()?;
        self.db.put_cf_opt(self.family(family)?, key, value, &synced()).map_err(|source| self.failed(source))
    }

    pub(crate) fn delete(&self, family: Family, key: &[u8]) -> Result<(), StoreError> {
        self.writable()?;
        self.db.delete_cf(self.family(family)?, key).map_err(|source| self.failed(source))
    }

    /// The options by which tables for a family are written.
    pub(crate) fn options(&self, family: Family) -> Options {
        options::of_table(family, &self.cache)
    }

    /// Takes a sorted table into a family, and its file away.
    pub(crate) fn take_table(&self, family: Family, table: &Path) -> Result<(), StoreError> {
        let mut options = IngestExternalFileOptions::default();
        options.set_move_files(true);
        let taken = self.db.ingest_external_file_cf_opts(self.family(family)?, &options, vec![table]);
        taken.map_err(|source| self.failed(source))
    }

    /// Deletes every row of a family.
    pub(crate) fn clear(&self, family: Family) -> Result<(), StoreError> {
        // No key is longer or larger.
        let end = [u8::MAX; 64];
        let mut batch = rocksdb::WriteBatch::default();
        batch.delete_range_cf::<&[u8]>(self.family(family)?, &[], &end);
        self.write(batch)
    }

    /// Drops a family with its files, and makes it anew, empty.
    pub(crate) fn renew(&mut self, family: Family) -> Result<(), StoreError> {
        self.writable()?;
        let options = options::of_family(family, &self.cache);
        let failed = |source| StoreError::rocks(&self.path, source);
        self.db.drop_cf(family.name).map_err(failed)?;
        self.db.create_cf(family.name, &options).map_err(failed)
    }

    /// Merges all files of a family into the bottom level.
    pub(crate) fn compact_family(&self, family: Family) -> Result<(), StoreError> {
        self.db.compact_range_cf::<&[u8], &[u8]>(self.family(family)?, None, None);
        Ok(())
    }

    /// A place in a family that moves forward.
    pub(crate) fn cursor(&self, family: Family) -> Result<Cursor<'_>, StoreError> {
        Ok(Cursor { store: self, family, rows: self.db.raw_iterator_cf(self.family(family)?), sought: None })
    }

    /// All rows of a family whose key starts with `prefix`, in order of key.
    pub(crate) fn scan(
        &self,
        family: Family,
        prefix: impl Into<Bytes>,
    ) -> Box<dyn Iterator<Item = Result<KeyValue, StoreError>> + '_> {
        let prefix = prefix.into();
        let handle = match self.family(family) {
            Ok(handle) => handle,
            Err(error) => return Box::new(std::iter::once(Err(error))),
        };
        let rows = self.db.iterator_cf(handle, IteratorMode::From(&prefix, rocksdb::Direction::Forward));
        let rows = rows.map(move |row| row.map_err(|source| StoreError::reading(&self.path, family, source)));
        Box::new(rows.take_while(move |row| row.as_ref().map_or(true, |(key, _)| key.starts_with(&prefix))))
    }

    /// The rows of a family between two keys, the first included, in order of key.
    pub(crate) fn scan_range(
        &self,
        family: Family,
        from: Bytes,
        until: Bytes,
    ) -> Box<dyn Iterator<Item = Result<KeyValue, StoreError>> + '_> {
        let handle = match self.family(family) {
            Ok(handle) => handle,
            Err(error) => return Box::new(std::iter::once(Err(error))),
        };
        let mut options = ReadOptions::default();
        options.set_iterate_upper_bound(until.into_vec());
        let rows = self.db.iterator_cf_opt(handle, options, IteratorMode::From(&from, rocksdb::Direction::Forward));
        Box::new(rows.map(move |row| row.map_err(|source| StoreError::reading(&self.path, family, source))))
    }

    /// What is read from the rows of a family between two keys, the first included, in order of key. No row is copied.
    pub(crate) fn read_range<'a, T: 'a>(
        &'a self,
        family: Family,
        from: &[u8],
        until: Bytes,
        mut read: impl FnMut(&[u8], &[u8]) -> Result<T, StoreError> + 'a,
    ) -> Box<dyn Iterator<Item = Result<T, StoreError>> + 'a> {
        let handle = match self.family(family) {
            Ok(handle) => handle,
            Err(error) => return Box::new(std::iter::once(Err(error))),
        };
        let mut options = ReadOptions::default();
        options.set_iterate_upper_bound(until.into_vec());
        let mut rows = self.db.raw_iterator_cf_opt(handle, options);
        rows.seek(from);
        let mut is_over = false;
        Box::new(std::iter::from_fn(move || {
            if is_over {
                return None;
            }
            let Some((key, value)) = rows.item() else {
                is_over = true;
                return rows.status().err().map(|source| Err(StoreError::reading(&self.path, family, source)));
            };
            let row = read(key, value);
            rows.next();
            Some(row)
        }))
    }

    /// Writes a batch: all of it or nothing. It is with the system before this returns, so a killed process loses nothing
    /// of it; a power cut may cost the last batches, with their checkpoints, but never half of one.
    pub(crate) fn write(&self, batch: rocksdb::WriteBatch) -> Result<(), StoreError> {
        self.writable()?;
        self.db.write(batch).map_err(|source| self.failed(source))
    }

    /// As [`write`](Self::write), and it is on the disk before this returns, with all that was written before it.
    pub(crate) fn write_synced(&self, batch: rocksdb::WriteBatch) -> Result<(), StoreError> {
        self.writable()?;
        self.db.write_opt(batch, &synced()).map_err(|source| self.failed(source))
    }

    pub(crate) fn writable(&self) -> Result<(), StoreError> {
        if self.read_only { Err(StoreError::ReadOnly(self.path.clone())) } else { Ok(()) }
    }

    pub(crate) fn failed(&self, source: rocksdb::Error) -> StoreError {
        StoreError::rocks(&self.path, source)
    }
}

/// A place in a family that moves forward.
pub(crate) struct Cursor<'s> {
    store: &'s Store,
    family: Family,
    rows: DBRawIterator<'s>,
    /// The last key that was looked for.
    sought: Option<Bytes>,
}

impl Cursor<'_> {
    /// Goes to the first row from `key` on. Costs nothing if it is there already.
    pub(crate) fn seek_from(&mut self, key: &[u8]) -> Result<(), StoreError> {
        let is_further = self.sought.as_deref().is_some_and(|sought| key >= sought);
        if is_further && self.rows.key().is_none_or(|here| here >= key) {
            return Ok(());
        }
        self.sought = Some(key.into());
        self.rows.seek(key);
        self.rows.status().map_err(|source| StoreError::reading(&self.store.path, self.family, source))
    }

    /// Goes to the last row up to `key`, and `key` itself if there is such a row.
    pub(crate) fn seek_back(&mut self, key: &[u8]) -> Result<(), StoreError> {
        self.sought = None;
        self.rows.seek_for_prev(key);
        self.rows.status().map_err(|source| StoreError::reading(&self.store.path, self.family, source))
    }

    /// The row here; none at the end.
    pub(crate) fn row(&self) -> Option<(&[u8], &[u8])> {
        self.rows.item()
    }

    /// Goes to the next row.
    pub(crate) fn advance(&mut self) -> Result<(), StoreError> {
        self.rows.next();
        self.rows.status().map_err(|source| StoreError::reading(&self.store.path, self.family, source))
    }
}

fn synced() -> WriteOptions {
    let mut options = WriteOptions::default();
    options.set_sync(true);
    options
}
