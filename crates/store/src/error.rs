//! Errors of the store. Each names what it is about and what to do.

use std::path::PathBuf;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database.
    #[error("no database at {0}: load something first with `fundtrail ingest file FILE --db {0}`")]
    Missing(PathBuf),
    /// The folder holds something else.
    #[error("{0} is not a fundtrail database: it holds other files; choose an empty or new folder with --db")]
    NotOurs(PathBuf),
    /// Another process holds the database for writing.
    #[error("the database at {path} is being written by another process: wait until it is done, or stop it ({cause})")]
    Busy {
        /// Where.
        path: PathBuf,
        /// What RocksDB said.
        cause: rocksdb::Error,
    },
    /// A writer kept changing files while a reader tried to open them.
    #[error(
        "the database at {0} is changing too fast to be read: try again in a moment, or wait until the load is done"
    )]
    Changing(PathBuf),
    /// Written by another version of Fundtrail.
    #[error("the database at {path} was written in format {found}, this build reads format {expected}: {remedy}")]
    Format {
        /// Where.
        path: PathBuf,
        /// The format that was found.
        found: u32,
        /// The format that this build reads.
        expected: u32,
        /// What to do about it.
        remedy: &'static str,
    },
    /// Opened read-only, but asked to write.
    #[error("the database at {0} is open for reading only")]
    ReadOnly(PathBuf),
    /// A row does not have the form that this format gives it.
    #[error(
        "a row in family `{family}` at key {key} is damaged ({what}): run `fundtrail db check`, or load the data again into a new database"
    )]
    Damaged {
        /// The family.
        family: &'static str,
        /// The key, in hexadecimal.
        key: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// More transactions of one height share a rank than a key can tell apart.
    #[error(
        "more than 256 transactions at height {0} of one chain claim the same place: load a source that gives their indices"
    )]
    Crowded(u64),
    /// Two transactions share the hash by which the store finds them.
    #[error(
        "the transactions {} and {} share half of their SHA-256: only somebody with great means can make such a pair; load them into two databases, and tell us", ids[0], ids[1]
    )]
    TwoIds {
        /// The ids.
        ids: [String; 2],
    },
    /// A step of a load was interrupted and only a writer can bring it to its end.
    #[error(
        "a load into the database at {0} was interrupted in the middle of a step: run the load again, or `fundtrail db check --mend`, which brings the step to its end"
    )]
    UnderWay(PathBuf),
    /// Files of both directions of a dictionary cannot be read.
    #[error(
        "files of the families `{}` and `{}` cannot be read, and each could be made only from the other: load your files again into a new folder, or bring this one back from a copy", families[0], families[1]
    )]
    Unreadable {
        /// The families.
        families: [&'static str; 2],
    },
    /// The caller asked to stop.
    #[error("interrupted: run the same command again")]
    Stopped,
    /// A thread of the store ended early.
    #[error("a thread that writes tables ended early: run the same command again; if it stays so, tell us")]
    Thread,
    /// RocksDB failed.
    #[error(
        "the database at {path} failed ({cause}): check the disk, then `fundtrail db check`; if it stays so, load your files again into a new folder"
    )]
    Rocks {
        /// Where.
        path: PathBuf,
        /// What RocksDB said.
        cause: rocksdb::Error,
    },
    /// The folder could not be read or made.
    #[error(
        "cannot use {path} as a database folder ({cause}): choose another folder with --db, or make this one usable"
    )]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl StoreError {
    pub(crate) fn damaged(family: &'static str, key: &[u8], what: &'static str) -> Self {
        let key = key.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::Damaged { family, key, what }
    }
}
