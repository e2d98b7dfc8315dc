//! Writing a step: the many rows as sorted tables that the database takes as they are, the few as one batch.
//!
//! A table is taken whole, but tables of several families are taken one after the other. So that a step is still all or
//! nothing, it is noted first: the row `staged` names the tables and holds the batch. Whoever finds that row when the
//! database is opened for writing brings the step to its end; a reader waits until it is gone. Taking a table twice is
//! the same as taking it once.
//!
//! Against a power cut, the tables are on the disk before the note, the note before the first table is taken, and the end
//! of the step before the next one makes tables of the same names.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use rocksdb::{SstFileWriter, WriteBatch};

use super::step::{Puts, Step};
use crate::{FAMILIES, Store, StoreError, families::META};

/// From so many rows on, a family's rows of one step are written as a table. Fewer are quicker in the log.
pub(crate) const TABLE_ROWS_MIN: usize = 20_000;

/// Where tables lie until they are taken, in the folder of the database.
const FOLDER: &str = "staged";

/// The row that tells of a step under way.
const STAGED: &[u8] = b"staged";

/// The row that tells that tables were taken and the database was not compacted since.
pub(crate) const COMPACTION_DUE: &[u8] = b"compaction_due";

/// Threads that write tables.
const THREADS: usize = 2;

/// What makes the end of a step, and whether the step was noted.
pub(super) struct End {
    batch: WriteBatch,
    is_noted: bool,
}

/// Writes a step: all of it or nothing, once the database is opened again. The last one of a load is on the disk before
/// this returns, because from then on people rely on it.
pub(crate) fn write(store: &Store, step: &mut Step, table_rows_min: usize, is_last: bool) -> Result<(), StoreError> {
    let End { batch, is_noted } = stage(store, step, table_rows_min)?;
    take_tables(store)?;
    if is_last || is_noted { store.write_synced(batch) } else { store.write(batch) }
}

/// Writes the tables and notes the step, unless the batch alone is all of it.
pub(super) fn stage(store: &Store, step: &mut Step, table_rows_min: usize) -> Result<End, StoreError> {
    store.writable()?;
    let mut batch = WriteBatch::default();
    let gone: HashSet<(usize, &[u8])> =
        step.deletes.iter().map(|(family, key)| (family.place, key.as_slice())).collect();
    let mut tables = Vec::new();
    for (family, key) in &step.deletes {
        batch.delete_cf(store.family(**family)?, key);
    }
    for puts in &mut step.puts {
        let (handle, place) = (store.family(puts.family)?, puts.family.place);
        if puts.len() < table_rows_min {
            puts.iter().for_each(|(key, value)| batch.put_cf(handle, key, value));
            continue;
        }
        // The batch deletes after the tables are taken, so a row that replaces a deleted one goes with the batch.
        if !gone.is_empty() {
            puts.take_out(|key| gone.contains(&(place, key)), |key, value| batch.put_cf(handle, key, value));
        }
        if puts.len() > 0 {
            tables.push(puts);
        }
    }
    if tables.is_empty() {
        return Ok(End { batch, is_noted: false });
    }
    batch.put_cf(store.family(META)?, COMPACTION_DUE, []);
    batch.delete_cf(store.family(META)?, STAGED);
    write_tables(store, tables)?;
    store.put_synced(META, STAGED, batch.data())?;
    Ok(End { batch, is_noted: true })
}

/// Writes tables side by side.
fn write_tables(store: &Store, tables: Vec<&mut Puts>) -> Result<(), StoreError> {
    let folder = folder(store);
    fs::create_dir_all(&folder).map_err(|cause| StoreError::io(&folder, cause))?;
    let queue = std::sync::Mutex::new(tables);
    let work = || -> Result<(), StoreError> {
        loop {
            // The largest first, so that the threads end together.
            let next = queue.lock().ok().and_then(|mut queue| {
                let largest = (0..queue.len()).max_by_key(|&one| queue[one].len())?;
                Some(queue.swap_remove(largest))
            });
            let Some(puts) = next else { return Ok(()) };
            write_table(store, &folder, puts)?;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (1..THREADS).map(|_| scope.spawn(work)).collect();
        let mine = work();
        let others = threads.into_iter().map(|thread| thread.join().unwrap_or(Err(StoreError::Thread)));
        others.fold(mine, Result::and)
    })?;
    // RocksDB brings the tables themselves to the disk, but not their names.
    [folder.as_path(), store.path()].into_iter().try_for_each(sync_names)
}

/// The names of the files in a folder are on the disk before this returns.
#[cfg(unix)]
fn sync_names(folder: &Path) -> Result<(), StoreError> {
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(|cause| StoreError::io(folder, cause))
}

/// Elsewhere folders cannot be synced by themselves.
#[cfg(not(unix))]
fn sync_names(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn write_table(store: &Store, folder: &Path, puts: &mut Puts) -> Result<(), StoreError> {
    puts.sort();
    let options = store.options(puts.family);
    let mut table = SstFileWriter::create(&options);
    let path = folder.join(format!("{}.sst", puts.family.name));
    table.open(&path).map_err(|source| store.failed(source))?;
    for (key, value) in puts.iter() {
        table.put(key, value).map_err(|source| store.failed(source))?;
    }
    table.finish().map_err(|source| store.failed(source))
}

/// Takes every table that lies there. Names before what names them, so that no row ever speaks of an unknown number.
fn take_tables(store: &Store) -> Result<(), StoreError> {
    for family in FAMILIES {
        let path = folder(store).join(format!("{}.sst", family.name));
        if path.is_file() {
            store.take_table(family, &path)?;
        }
    }
    Ok(())
}

/// Brings a step to its end that was under way when the database was last closed, and clears away what was not.
pub(crate) fn recover(store: &Store) -> Result<(), StoreError> {
    if let Some(batch) = store.get(META, STAGED)? {
        take_tables(store)?;
        store.write_synced(WriteBatch::from_data(&batch))?;
    }
    let folder = folder(store);
    match fs::remove_dir_all(&folder) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io(&folder, cause)),
        _ => Ok(()),
    }
}

/// Whether a step is under way.
pub(crate) fn is_under_way(store: &Store) -> Result<bool, StoreError> {
    Ok(store.get(META, STAGED)?.is_some())
}

fn folder(store: &Store) -> PathBuf {
    store.path().join(FOLDER)
}

#[cfg(test)]
mod tests;
