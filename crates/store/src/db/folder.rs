//! Folders: which of them hold a database, which are about to, and why one does not open.

use std::{ffi::OsString, path::Path};

use rocksdb::{DB, Options};

use super::{FORMAT, other_format, whose};
use crate::StoreError;

/// Every RocksDB database has this file, and puts it there last when it is made.
const LAST_FILE: &str = "CURRENT";

/// Whether there is a database.
pub(super) fn is_database(path: &Path) -> bool {
    path.join(LAST_FILE).is_file()
}

/// An error if there is no database, or none that may be looked at.
pub(crate) fn exists(path: &Path) -> Result<(), StoreError> {
    match path.join(LAST_FILE).metadata() {
        Err(cause) if cause.kind() == std::io::ErrorKind::PermissionDenied => Err(StoreError::io(path, cause)),
        Ok(file) if file.is_file() => Ok(()),
        _ => Err(StoreError::Missing(path.to_owned())),
    }
}

/// Whether a database may be made there: nothing is in the folder but what a process left that was killed while it
/// made one.
pub(super) fn is_free(path: &Path) -> std::io::Result<bool> {
    for file in std::fs::read_dir(path)? {
        let name = file?.file_name();
        let name = name.to_string_lossy();
        let is_begun = ["LOCK", "LOG", "IDENTITY"].contains(&name.as_ref())
            || name.starts_with("LOG.old.")
            || name.starts_with("MANIFEST-")
            || name.ends_with(".dbtmp");
        if !is_begun {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The files that a reader depends on, with their sizes; logs grow while a writer writes, which harms nobody.
pub(super) fn listing(path: &Path) -> Vec<(OsString, u64)> {
    let files = std::fs::read_dir(path).into_iter().flatten().flatten();
    let relevant = files.filter_map(|file| {
        let name = file.file_name();
        let text = name.to_string_lossy();
        let size = match text.as_ref() {
            LAST_FILE => 0,
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

/// Why a database does not open.
pub(super) fn why(path: &Path, cause: rocksdb::Error) -> StoreError {
    // RocksDB tells all of this only in words.
    let text = cause.to_string();
    if text.contains("LOCK") && (text.contains("lock hold") || text.contains("Resource temporarily unavailable")) {
        return StoreError::Busy { path: path.to_owned(), cause };
    }
    // Another program has other families; another format may; a process that is killed while it makes a database leaves one
    // that has not all of them, and no format; and while one is mended, a family may be gone for a moment.
    if cause.kind() == rocksdb::ErrorKind::InvalidArgument || text.contains("Column famil") {
        match DB::list_cf(&Options::default(), path).map(|names| whose::format(path, &names)) {
            Ok(Ok(Some(found))) if found != FORMAT => return other_format(path, found),
            Ok(Ok(Some(_))) => return StoreError::Mending(path.to_owned()),
            Ok(Ok(None)) => return StoreError::Missing(path.to_owned()),
            Ok(Err(not_ours @ StoreError::OtherProgram(_))) => return not_ours,
            Ok(Err(_)) | Err(_) => {}
        }
    }
    damaged(path, cause)
}

/// Why a database does not open whose families are those that were asked for.
pub(super) fn damaged(path: &Path, cause: rocksdb::Error) -> StoreError {
    if cause.kind() == rocksdb::ErrorKind::Corruption {
        return StoreError::Unopenable { path: path.to_owned(), cause };
    }
    StoreError::rocks(path, cause)
}
