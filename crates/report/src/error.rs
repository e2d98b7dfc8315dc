//! What can go wrong between an answer and its bytes.

use std::path::PathBuf;

use fundtrail_types::Account;

use crate::Format;

/// Why an answer could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The name of the file does not tell the format.
    #[error("`{}` does not tell in which format to write: end its name in {}", path.display(), Format::extensions())]
    Extension {
        /// The file, as it was named.
        path: PathBuf,
    },
    /// Not a format.
    #[error("`{0}` is not a format: write one of {names}", names = Format::ALL.map(Format::name).join(", "))]
    Name(String),
    /// An audit has no graph to draw.
    #[error("an audit has no {format} form: write it as text, json or csv, or trace one payee to get its graph")]
    NoGraph {
        /// What was asked for.
        format: Format,
    },
    /// One transaction is told in words, or as it is.
    #[error("the answer about one transaction has no {format} form: write it as text or json")]
    NoForm {
        /// What was asked for.
        format: Format,
    },
    /// The account is not among the answer's targets.
    #[error(
        "{account} is not a target of this answer: name one of its targets, or trace again with this account as one"
    )]
    NoTarget {
        /// What was asked for.
        account: Account,
    },
    /// The answer contradicts itself.
    #[error("the answer names {what} {index} but holds only {len}: it was cut or edited, so make it again")]
    Dangling {
        /// What is missing.
        what: &'static str,
        /// The index that it has.
        index: usize,
        /// How many there are.
        len: usize,
    },
    /// JSON could not be written.
    #[error("the answer could not be written as json")]
    Json(#[from] serde_json::Error),
    /// CSV could not be written.
    #[error("the answer could not be written as csv")]
    Csv(#[from] ::csv::Error),
    /// Bytes could not be written.
    #[error("the answer could not be written")]
    Io(#[from] std::io::Error),
}
