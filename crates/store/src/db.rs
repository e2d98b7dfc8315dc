//! Opening the database, and the guard of its format.

mod folder;
mod made;
mod rows;
mod whose;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::RwLock,
    time::{Duration, Instant},
};

use fundtrail_types::Chain;
use rocksdb::{Cache, DB, Options};

use crate::{
    ChainId, StoreError,
    bytes::Take,
    families::META,
    migrations::UNDER_WAY,
    options,
    writer::{bulk, turn::Turns},
};
pub(crate) use folder::exists;
use folder::{is_database, listing};
use made::Made;
pub(crate) use rows::KeyValue;
pub(crate) use whose::other_families;

/// The format that this build reads and writes.
pub const FORMAT: u32 = 4;

pub(crate) const FORMAT_KEY: &[u8] = b"format";

/// How long a reader tries to find the files of a writer at rest, and how long it waits between two tries.
const READ_OPEN_TIME_MAX: Duration = Duration::from_secs(20);
const READ_OPEN_PAUSE: Duration = Duration::from_millis(20);

/// Tries after which a reader that finds a step of a load under way ends it, if no writer does. Steps take that long, so
/// a writer that lives is seldom asked.
const READ_OPENS_BEFORE_STEP: u32 = 10;

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
