//! Opening the database: options with their reasons, and the format guard.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::RwLock,
    time::{Duration, Instant},
};

use fundtrail_types::Chain;
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBCompressionType, IteratorMode, Options,
    ReadOptions,
};

use crate::{
    ChainId, FAMILIES, Family, StoreError,
    bytes::Take,
    families::{ACCOUNTS, ASSETS, META, TXIDS, TXS},
};

/// The format that this build reads and writes.
pub const FORMAT: u32 = 1;

const FORMAT_KEY: &[u8] = b"format";

/// Blocks kept decompressed in memory: enough for the hot accounts of a trace on a laptop.
const BLOCK_CACHE_BYTES: usize = 256 << 20;
/// Rows gathered in memory per family before they are written out: fewer, larger files while loading.
const WRITE_BUFFER_BYTES: usize = 32 << 20;
/// Bits per key of the filters that spare point look-ups a disk read; 10 bits let 1 in 100 through.
const BLOOM_BITS: f64 = 10.0;
/// Files held open; under the usual limit of 1,024 for a process.
const OPEN_FILES_MAX: i32 = 512;

/// For RocksDB: keep every file open from the start. A reader needs this, because a writer may delete them meanwhile.
const ALL_FILES: i32 = -1;
/// How long a reader tries to find the files of a writer at rest, and how long it waits between two tries.
const READ_OPEN_TIME_MAX: Duration = Duration::from_secs(20);
const READ_OPEN_PAUSE: Duration = Duration::from_millis(20);

/// A key and its value.
pub(crate) type KeyValue = (Box<[u8]>, Box<[u8]>);

/// An open database.
pub struct Store {
    db: DB,
    path: PathBuf,
    read_only: bool,
    pub(crate) chain_cache: RwLock<HashMap<ChainId, Chain>>,
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
        let io = |cause| StoreError::Io { path: path.to_owned(), cause };
        std::fs::create_dir_all(path).map_err(io)?;
        if !is_database(path) && std::fs::read_dir(path).map_err(io)?.next().is_some() {
            return Err(StoreError::NotOurs(path.to_owned()));
        }
        let mut options = Options::default();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        options.set_max_open_files(OPEN_FILES_MAX);
        options.increase_parallelism(2);
        // RocksDB's own log is for its developers; one old file is enough.
        options.set_keep_log_file_num(1);
        let db = DB::open_cf_descriptors(&options, path, descriptors()).map_err(|source| opening(path, source))?;
        let store = Self::guarded(db, path, false)?;
        if store.get(META, FORMAT_KEY)?.is_none() {
            store.put(META, FORMAT_KEY, &FORMAT.to_be_bytes())?;
        }
        Ok(store)
    }

    /// Opens the database in `path` for reading, also while another process writes.
    ///
    /// # Errors
    /// If there is no database, or its format is another one.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        if !is_database(path) {
            return Err(StoreError::Missing(path.to_owned()));
        }
        // A writer may be packing its log into a table at this moment; a reader that listed the files before and opens
        // them after would see neither. So what is there is compared before and after, and opening is tried again.
        let mut options = Options::default();
        options.set_max_open_files(ALL_FILES);
        let started = Instant::now();
        loop {
            let before = listing(path);
            let opened = DB::open_cf_descriptors_read_only(&options, path, descriptors(), false);
            let unchanged = before == listing(path);
            match opened {
                Ok(db) if unchanged => return Self::guarded(db, path, true),
                Err(cause) if unchanged || started.elapsed() > READ_OPEN_TIME_MAX => return Err(opening(path, cause)),
                Ok(_) if started.elapsed() > READ_OPEN_TIME_MAX => return Err(StoreError::Changing(path.to_owned())),
                _ => std::thread::sleep(READ_OPEN_PAUSE),
            }
        }
    }

    fn guarded(db: DB, path: &Path, read_only: bool) -> Result<Self, StoreError> {
        let store = Self { db, path: path.to_owned(), read_only, chain_cache: RwLock::default() };
        let Some(value) = store.get(META, FORMAT_KEY)? else { return Ok(store) };
        let found = Take(&value).u32().unwrap_or_default();
        let remedy = match found.cmp(&FORMAT) {
            std::cmp::Ordering::Equal => return Ok(store),
            std::cmp::Ordering::Less => "load your files again into a new folder, chosen with --db",
            std::cmp::Ordering::Greater => {
                "use the newer fundtrail that wrote it, or load your files again into a new folder, chosen with --db"
            }
        };
        Err(StoreError::Format { path: path.to_owned(), found, expected: FORMAT, remedy })
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn family(&self, family: Family) -> Result<&ColumnFamily, StoreError> {
        self.db.cf_handle(family.name).ok_or_else(|| StoreError::damaged(family.name, b"", "the family is missing"))
    }

    pub(crate) fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.db.get_cf(self.family(family)?, key).map_err(|source| self.failed(source))
    }

    pub(crate) fn put(&self, family: Family, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.writable()?;
        self.db.put_cf(self.family(family)?, key, value).map_err(|source| self.failed(source))
    }

    /// All rows of a family whose key starts with `prefix`, in order of key.
    pub(crate) fn scan(
        &self,
        family: Family,
        prefix: Vec<u8>,
    ) -> Box<dyn Iterator<Item = Result<KeyValue, StoreError>> + '_> {
        let handle = match self.family(family) {
            Ok(handle) => handle,
            Err(error) => return Box::new(std::iter::once(Err(error))),
        };
        let rows = self.db.iterator_cf(handle, IteratorMode::From(&prefix, rocksdb::Direction::Forward));
        let rows = rows.map(|row| row.map_err(|source| self.failed(source)));
        Box::new(rows.take_while(move |row| row.as_ref().map_or(true, |(key, _)| key.starts_with(&prefix))))
    }

    /// The rows of a family between two keys, the first included, in order of key.
    pub(crate) fn scan_range(
        &self,
        family: Family,
        from: Vec<u8>,
        until: Vec<u8>,
    ) -> Box<dyn Iterator<Item = Result<KeyValue, StoreError>> + '_> {
        let handle = match self.family(family) {
            Ok(handle) => handle,
            Err(error) => return Box::new(std::iter::once(Err(error))),
        };
        let mut options = ReadOptions::default();
        options.set_iterate_upper_bound(until);
        let rows = self.db.iterator_cf_opt(handle, options, IteratorMode::From(&from, rocksdb::Direction::Forward));
        Box::new(rows.map(|row| row.map_err(|source| self.failed(source))))
    }

    /// Writes a batch: all of it or nothing. It is with the system before this returns, so a killed process loses nothing
    /// of it; a power cut may cost the last batches, with their checkpoints, but never half of one.
    pub(crate) fn write(&self, batch: rocksdb::WriteBatch) -> Result<(), StoreError> {
        self.writable()?;
        self.db.write(batch).map_err(|source| self.failed(source))
    }

    pub(crate) fn writable(&self) -> Result<(), StoreError> {
        if self.read_only { Err(StoreError::ReadOnly(self.path.clone())) } else { Ok(()) }
    }

    pub(crate) fn failed(&self, source: rocksdb::Error) -> StoreError {
        StoreError::Rocks { path: self.path.clone(), cause: source }
    }
}

/// The files that a reader depends on, with their sizes; logs grow while a writer writes, which harms nobody.
fn listing(path: &Path) -> Vec<(std::ffi::OsString, u64)> {
    let files = std::fs::read_dir(path).into_iter().flatten().flatten();
    let relevant = files.filter_map(|file| {
        let name = file.file_name();
        let text = name.to_string_lossy();
        let size = match text.as_ref() {
            "CURRENT" => 0,
            text if text.ends_with(".sst") || text.ends_with(".log") => 0,
            text if text.starts_with("MANIFEST") => file.metadata().map(|meta| meta.len()).unwrap_or_default(),
            _ => return None,
        };
        Some((name, size))
    });
    let mut relevant: Vec<_> = relevant.collect();
    relevant.sort();
    relevant
}

/// Every RocksDB database has this file.
fn is_database(path: &Path) -> bool {
    path.join("CURRENT").is_file()
}

fn opening(path: &Path, source: rocksdb::Error) -> StoreError {
    // RocksDB tells a held lock only in words.
    let text = source.to_string();
    if text.contains("LOCK") && (text.contains("lock hold") || text.contains("Resource temporarily unavailable")) {
        StoreError::Busy { path: path.to_owned(), cause: source }
    } else {
        StoreError::Rocks { path: path.to_owned(), cause: source }
    }
}

fn descriptors() -> Vec<ColumnFamilyDescriptor> {
    let cache = Cache::new_lru_cache(BLOCK_CACHE_BYTES);
    let mut all = vec![ColumnFamilyDescriptor::new("default", Options::default())];
    all.extend(FAMILIES.iter().map(|family| ColumnFamilyDescriptor::new(family.name, options(*family, &cache))));
    all
}

fn options(family: Family, cache: &Cache) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    // Families that are asked for single keys, most of which do not exist while loading.
    if [ACCOUNTS, ASSETS, TXIDS, TXS].contains(&family) {
        table.set_bloom_filter(BLOOM_BITS, false);
    }
    let mut options = Options::default();
    options.set_block_based_table_factory(&table);
    options.set_write_buffer_size(WRITE_BUFFER_BYTES);
    // Rows of one account differ little; the bottom level, where most bytes are, is worth the stronger codec.
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_bottommost_compression_type(DBCompressionType::Zstd);
    options
}

#[cfg(test)]
mod tests;
