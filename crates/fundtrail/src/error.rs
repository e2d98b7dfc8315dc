//! What can go wrong between a question and its answer.

use fundtrail_graph::TraceError;
use fundtrail_store::StoreError;
use fundtrail_types::Problem;

/// Why something could not be done. Input that is only partly bad is no error: it is counted and reported.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file as a whole could not be read.
    #[error("{0}")]
    File(Problem),
    /// A file is a table, but not one that can be used here.
    #[error("{file} is a table of {found}: {remedy}")]
    WrongTable {
        /// The file.
        file: String,
        /// What it holds.
        found: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A case file is no case.
    #[error("{file} is not a case: {reason}")]
    Case {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// The rows that were rejected could not be written.
    #[error("cannot write the list of rejected rows: {0}")]
    Rejects(String),
    /// The caller asked to stop. What was stored stays; running again goes on from there.
    #[error("interrupted after {0} records: run the same command again to go on from there")]
    Interrupted(u64),
    /// The trace failed.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
