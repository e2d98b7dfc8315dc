//! Opening the database: the format guard, and the few ways in which everything else reads and writes it.

mod folder;
mod made;
mod whose;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::RwLock,
    time::{Duration, Instant},
};

use fundtrail_types::Chain;
use rocksdb::{
    Cache, ColumnFamily, DB, DBRawIterator, IngestExternalFileOptions, IteratorMode, Options, ReadOptions, WriteOptions,
};

use crate::{
    ChainId, Family, StoreError,
    bytes::{Bytes, Take},
    families::META,
    migrations::UNDER_WAY,
    options,
    writer::{bulk, turn::Turns},
};
pub(crate) use folder::exists;
use folder::{is_database, listing};
use made::Made;
pub(crate) use whose::other_families;

/// The format that this build reads and writes.
pub const FORMAT: u32 = 3;

pub(crate) const FORMAT_KEY: &[u8] = b"format";

/// How long a reader tries to find the files of a writer at rest, and how long it waits between two tries.
const READ_OPEN_TIME_MAX: Duration = Duration::from_secs(20);
const READ_OPEN_PAUSE: Duration = Duration::from_millis(20);

/// Tries after which a reader that finds a step of a load under way ends it, if no writer does. Steps take that long, so
/// a writer that lives is seldom asked.
const READ_OPENS_BEFORE_STEP: u32 = 10;

/// A key and its value.
pub(crate) type KeyValue = (Box<[u8]>, Box<[u8]>);

/// An open database.
pub struct Store {
    db: DB,
    path: PathBuf,
    read_only: bool,
    pub(crate) chain_cache: RwLock<HashMap<ChainId, Chain>>,
    pub(crate) turns: Turns,
    /// Set if there was no database before.
    made: Option<Made>,
    /// Shared by all families.
    cache: Cache,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).field("read_only", &self.read_only).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database in `path` for reading and writing; makes it if the folder is new or empty.
    ///
    /// # Errors
    /// If the folder holds something else, another process writes to it, or the format is another one.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_for_writing(path, false)
    }

    /// As [`open_existing`](Self::open_existing), to mend it.
    ///
    /// # Errors
    /// As [`open_existing`](Self::open_existing).
    pub fn open_to_mend(path: &Path) -> Result<Self, StoreError> {
        folder::exists(path)?;
        Self::open_for_writing(path, true)
    }

    fn open_for_writing(path: &Path, to_mend: bool) -> Result<Self, StoreError> {
        let io = |cause| StoreError::io(path, cause);
        let (folder_was_there, was_there) = (path.exists(), is_database(path));
        std::fs::create_dir_all(path).map_err(io)?;
        if !was_there && !folder::is_free(path).map_err(io)? {
            return Err(StoreError::NotOurs(path.to_owned()));
        }
        if let Some(found) = whose::other_families(path)?.filter(|found| *found != FORMAT) {
            return Err(other_format(path, found));
        }
        let mut store = match Self::open_any_format(path) {
            // Tables that cannot be read must not keep the folder closed to those who mend them. A damaged log must:
            // without these checks its rows would be left out in silence.
            Err(StoreError::Unopenable { cause, .. }) if to_mend && cause.to_string().contains(".sst") => {
                let mut options = options::writing();
                options.set_paranoid_checks(false);
                Self::open_with(&options, path)?
            }
            opened => opened?,
        };
        store.guard(to_mend)?;
        bulk::recover(&store)?;
        match store.recover_undo() {
            // Those who mend come to the row that cannot be read.
            Err(StoreError::Damaged { .. }) if to_mend => {}
            recovered => recovered?,
        }
        if store.get(META, FORMAT_KEY)?.is_none() {
            store.put_synced(META, FORMAT_KEY, &FORMAT.to_be_bytes())?;
        }
        let sequence = store.db.latest_sequence_number();
        store.made = (!was_there).then_some(Made { folder_was_there, sequence });
        Ok(store)
    }

    /// As [`open`](Self::open), but only if there is a database.
    ///
    /// # Errors
    /// As [`open`](Self::open), or if there is none.
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        folder::exists(path)?;
        Self::open(path)
    }

    /// Opens for writing whatever format it has: for migrations.
    pub(crate) fn open_any_format(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(&options::writing(), path)
    }

    fn open_with(options: &Options, path: &Path) -> Result<Self, StoreError> {
        let cache = options::cache();
        let db = DB::open_cf_descriptors(options, path, options::descriptors(&cache))
            .map_err(|source| folder::why(path, source))?;
        Ok(Self::new(db, path, false, cache))
    }

    fn new(db: DB, path: &Path, read_only: bool, cache: Cache) -> Self {
        Self {
            db,
            path: path.to_owned(),
            read_only,
            chain_cache: RwLock::default(),
            turns: Turns::default(),
            made: None,
            cache,
        }
    }

    /// Opens the database in `path` for reading, also while another process writes. A step that a killed writer left
    /// under way is brought to its end first, which is the only thing that a reader ever writes.
    ///
    /// # Errors
    /// If there is no database, or its format is another one.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        folder::exists(path)?;
        // A writer may be packing its log into a table at this moment; a reader that listed the files before and opens
        // them after would see neither. So what is there is compared before and after, and opening is tried again.
        let (started, mut under_way) = (Instant::now(), 0);
        loop {
            let before = listing(path);
            let cache = options::cache();
            let families = options::descriptors(&cache);
            let opened = DB::open_cf_descriptors_read_only(&options::reading(), path, families, false);
            let (unchanged, late) = (before == listing(path), started.elapsed() > READ_OPEN_TIME_MAX);
            match opened {
                Ok(db) if unchanged => {
                    let store = Self::new(db, path, true, cache);
                    store.guard(false)?;
                    match bulk::is_under_way(&store)? {
                        false => return Ok(store),
                        true if late => return Err(StoreError::UnderWay(path.to_owned())),
                        true => {
                            drop(store);
                            under_way += 1;
                            if under_way > READ_OPENS_BEFORE_STEP {
                                end_step(path)?;
                            }
                        }
                    }
                }
                Err(cause) if unchanged || late => return Err(folder::why(path, cause)),
                Ok(_) if late => return Err(StoreError::Changing(path.to_owned())),
                _ => {}
            }
            std::thread::sleep(READ_OPEN_PAUSE);
        }
    }

    /// The number of the format in which the database was written; none if it is new.
    pub(crate) fn format(&self) -> Result<Option<u32>, StoreError> {
        Ok(self.get(META, FORMAT_KEY)?.map(|value| Take(&value).u32().unwrap_or_default()))
    }

    fn guard(&self, to_mend: bool) -> Result<(), StoreError> {
        match self.format()? {
            Some(found) if found != FORMAT => Err(other_format(&self.path, found)),
            _ if !to_mend && self.is_being_mended()? => Err(StoreError::Mending(self.path.clone())),
            _ => Ok(()),
        }
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

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

/// Brings a step to its end that a killed writer left under way. A writer that lives is left alone.
fn end_step(path: &Path) -> Result<(), StoreError> {
    match Store::open(path) {
        Ok(_) | Err(StoreError::Busy { .. }) => Ok(()),
        // In a folder that cannot be written, for instance.
        Err(_) => Err(StoreError::UnderWay(path.to_owned())),
    }
}

pub(crate) fn other_format(path: &Path, found: u32) -> StoreError {
    let found = if found & UNDER_WAY > 0 { (found & !UNDER_WAY).saturating_sub(1) } else { found };
    let remedy = match found.cmp(&FORMAT) {
        std::cmp::Ordering::Less | std::cmp::Ordering::Equal => {
            "run `fundtrail db migrate`, or load your files again into a new folder, chosen with --db"
        }
        std::cmp::Ordering::Greater => {
            "use the newer fundtrail that wrote it, or load your files again into a new folder, chosen with --db"
        }
    };
    StoreError::Format { path: path.to_owned(), found, expected: FORMAT, remedy }
}

#[cfg(test)]
mod tests;
