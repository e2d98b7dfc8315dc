//! Problems: input that could not be read. The run goes on; every problem is counted and can be listed.

use serde::{Deserialize, Serialize};

/// One piece of input that was rejected, with where it stands and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// The line it starts at, counted from 1; none if the file as a whole is meant.
    pub line: Option<u64>,
    /// What is wrong, and the remedy.
    pub reason: String,
    /// The rejected record as it was read, shortened if absurdly long.
    pub record: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.reason),
            None => write!(f, "{}: {}", self.file, self.reason),
        }
    }
}
