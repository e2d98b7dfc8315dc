//! Whose database a folder holds: ours, one that we had begun to make, or that of another program that uses RocksDB.
//!
//! Found out by reading alone, before anything opens the folder for writing: that would make our families in it.

use std::path::Path;

use rocksdb::{ColumnFamilyDescriptor, DB, IteratorMode, Options};

use super::{FORMAT_KEY, folder};
use crate::{FAMILIES, StoreError, bytes::Take, families::META, migrations::UNDER_WAY, options};

/// The family that RocksDB makes by itself. We put nothing there.
const DEFAULT: &str = "default";

/// What RocksDB writes once a database was opened with all its families, and not before.
const SETTINGS: &str = "OPTIONS-";

/// Formats count up from 1, so a larger number is none.
const FORMAT_MAX: u32 = 1 << 16;

/// An error if the folder holds the database of another program. Gives the format if the families are not those of ours; if
/// they are, opening it tells all else.
pub(crate) fn other_families(path: &Path) -> Result<Option<u32>, StoreError> {
    // What cannot be listed cannot be opened either, and opening says why.
    let Ok(names) = DB::list_cf(&Options::default(), path) else { return Ok(None) };
    let is_there = |name: &str| names.iter().any(|one| one == name);
    if names.len() == FAMILIES.len() + 1 && FAMILIES.iter().all(|family| is_there(family.name)) {
        return Ok(None);
    }
    format(path, &names)
}

/// The format of a database, whatever families it has; none if a process was killed while it made one.
pub(super) fn format(path: &Path, names: &[String]) -> Result<Option<u32>, StoreError> {
    let not_ours = || StoreError::OtherProgram(path.to_owned());
    let ours: Vec<&str> =
        FAMILIES.iter().map(|family| family.name).filter(|name| names.iter().any(|one| one == name)).collect();
    let descriptors = [DEFAULT].iter().chain(&ours).map(|name| ColumnFamilyDescriptor::new(*name, Options::default()));
    let before = folder::listing(path);
    let db = match DB::open_cf_descriptors_read_only(&options::reading(), path, descriptors, false) {
        Ok(db) => db,
        // Another order of keys, for instance.
        Err(cause) if cause.kind() == rocksdb::ErrorKind::InvalidArgument => return Err(not_ours()),
        Err(_) if before != folder::listing(path) => return Err(StoreError::Changing(path.to_owned())),
        Err(cause) => return Err(folder::damaged(path, cause)),
    };
    let failed = |cause| folder::damaged(path, cause);
    if let Some(meta) = db.cf_handle(META.name)
        && let Some(format) = db.get_cf(meta, FORMAT_KEY).map_err(failed)?
    {
        let number = Take(&format).u32().filter(|_| format.len() == size_of::<u32>());
        return number.filter(|number| number & !UNDER_WAY <= FORMAT_MAX).map(Some).ok_or_else(not_ours);
    }
    // Whoever is killed while making ours leaves some of our families, without a row.
    let mut is_begun = ours.len() + 1 == names.len() && !has_settings(path);
    for name in [DEFAULT].iter().chain(&ours) {
        let Some(family) = db.cf_handle(name) else { return Err(not_ours()) };
        let first = db.iterator_cf(family, IteratorMode::Start).next().transpose().map_err(failed)?;
        is_begun &= first.is_none();
    }
    if is_begun { Ok(None) } else { Err(not_ours()) }
}

fn has_settings(path: &Path) -> bool {
    let files = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names.any(|name| name.starts_with(SETTINGS) && !name.ends_with(".dbtmp"))
}

#[cfg(test)]
mod tests;
