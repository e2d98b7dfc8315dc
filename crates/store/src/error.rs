//! Errors of the store. Each names what it is about and what to do.

use std::path::{Path, PathBuf};

use crate::{Family, check};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database.
    #[error("no database at {0}: load something first with `fundtrail ingest file FILE --db {0}`")]
    Missing(PathBuf),
    /// The folder holds something else.
    #[error("{0} is not a fundtrail database: it holds other files; choose an empty or new folder with --db")]
    NotOurs(PathBuf),
    /// The folder holds a database of RocksDB that is not ours.
    #[error(
        "{0} holds the database of another program, and nothing of it was changed: choose an empty or new folder with --db"
    )]
    OtherProgram(PathBuf),
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
    /// A second writer in the same program.
    #[error(
        "another part of this program is writing into the database at {0}: let it end before the next one begins, because both would give the same numbers to different names"
    )]
    SecondWriter(PathBuf),
    /// A batch failed before.
    #[error(
        "the database at {path} takes nothing more after a batch that could not be written ({cause}): open it again, as running the same command again does, and the load goes on from what is stored"
    )]
    WriteFailed {
        /// Where.
        path: PathBuf,
        /// Why the batch could not be written.
        cause: String,
    },
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
    /// Families were emptied and are not filled yet.
    #[error(
        "the database at {0} is being mended, or that was interrupted: wait until it is done, or run `fundtrail db check --mend` again"
    )]
    Mending(PathBuf),
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
    /// No room on the disk.
    #[error(
        "no room for the database at {path} ({cause}): make room on its disk, then run the same command again; what was stored stays"
    )]
    Full {
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// The folder can be read only.
    #[error(
        "the database at {path} cannot be written ({cause}): choose another folder with --db, or make this one writable; reading it needs no right to write"
    )]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// A file is not as it was written.
    #[error("a file of the database at {path}, in family `{family}`, is damaged ({cause}): {remedy}")]
    DamagedFile {
        /// Where.
        path: PathBuf,
        /// Whose rows it holds.
        family: &'static str,
        /// What RocksDB said.
        cause: rocksdb::Error,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A file that is needed to open the database is not as it was written.
    #[error(
        "a file of the database at {path} is damaged, its log if no other is named ({cause}): run `fundtrail db check --mend`, which makes it anew if other files hold the same; if that fails, bring the folder back from a copy, or load your files again into a new one"
    )]
    Unopenable {
        /// Where.
        path: PathBuf,
        /// What RocksDB said.
        cause: rocksdb::Error,
    },
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

/// How systems tell that there is no room: on the disk, for this user, in this file.
const FULL: [&str; 3] = ["No space left on device", "Disk quota exceeded", "File too large"];

/// How systems tell that something must not be written.
const UNWRITABLE: [&str; 3] = ["Permission denied", "Read-only file system", "Operation not permitted"];

impl StoreError {
    pub(crate) fn damaged(family: &'static str, key: &[u8], what: &'static str) -> Self {
        let key = key.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::Damaged { family, key, what }
    }

    /// A row that is damaged because another one is, or is not there; whatever else is wrong stays so.
    pub(crate) fn at(self, family: Family, key: &[u8], what: &'static str) -> Self {
        if let Self::Damaged { .. } = self { Self::damaged(family.name, key, what) } else { self }
    }

    /// What RocksDB says while it writes. It tells its reasons only in words.
    pub(crate) fn rocks(path: &Path, cause: rocksdb::Error) -> Self {
        let (path, text) = (path.to_owned(), cause.to_string());
        let says = |words: [&str; 3]| words.iter().any(|word| text.contains(word));
        match cause.kind() {
            rocksdb::ErrorKind::IOError if says(FULL) => Self::Full { path, cause: text },
            rocksdb::ErrorKind::IOError if says(UNWRITABLE) => Self::Unwritable { path, cause: text },
            _ => Self::Rocks { path, cause },
        }
    }

    /// What RocksDB says while it reads rows of a family.
    pub(crate) fn reading(path: &Path, family: Family, cause: rocksdb::Error) -> Self {
        if cause.kind() != rocksdb::ErrorKind::Corruption {
            return Self::rocks(path, cause);
        }
        let remedy = if check::is_derived(family) {
            "`fundtrail db check --mend` makes this family anew from the others"
        } else {
            "nothing else holds these rows; bring the folder back from a copy, or load your files again into a new one"
        };
        Self::DamagedFile { path: path.to_owned(), family: family.name, cause, remedy }
    }

    /// What the system says about a file of the database.
    pub(crate) fn io(path: &Path, cause: std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let path = path.to_owned();
        match cause.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::Full { path, cause: cause.to_string() },
            _ => Self::Io { path, cause },
        }
    }
}
