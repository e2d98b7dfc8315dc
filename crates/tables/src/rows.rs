//! Rows: records with their meaning. One good row or one problem at a time.

use std::fmt;

use fundtrail_types::Problem;

use crate::{file::TableFile, kind::TableKind, record::Record};

/// What makes a row of a record, or says why it is none and what to do.
type Meaning<'t, T> = Box<dyn FnMut(&Record) -> Result<T, String> + Send + 't>;

/// The rows of a table. A wrong row is an error and reading goes on; after damage that cannot be passed, it ends.
pub struct Rows<'t, T> {
    file: TableFile,
    meaning: Meaning<'t, T>,
    /// The file is another table.
    refused: Option<Problem>,
    good: u64,
    rejected: u64,
    over: bool,
}

impl<'t, T> Rows<'t, T> {
    pub(crate) fn new(
        file: TableFile,
        kind: TableKind,
        meaning: impl FnMut(&Record) -> Result<T, String> + Send + 't,
    ) -> Self {
        let refused = (file.kind() != kind).then(|| {
            let (found, wanted) = (file.kind().name(), kind.name());
            let reason = format!("this is a {found} table and not a {wanted} table: give it where {found} are read");
            crate::source::whole(file.name(), reason)
        });
        Self { file, meaning: Box::new(meaning), refused, good: 0, rejected: 0, over: false }
    }

    /// Rows given so far.
    pub fn good(&self) -> u64 {
        self.good
    }

    /// Rows rejected so far; the one at which reading broke off is among them.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// The file that is read.
    pub fn file(&self) -> &TableFile {
        &self.file
    }

    fn reject(&mut self, problem: Problem) -> Option<Result<T, Problem>> {
        self.rejected += 1;
        Some(Err(problem))
    }
}

impl<T> Iterator for Rows<'_, T> {
    type Item = Result<T, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        if let Some(problem) = self.refused.take() {
            self.over = true;
            return self.reject(problem);
        }
        match self.file.advance() {
            Ok(false) => {
                self.over = true;
                None
            }
            Ok(true) => match (self.meaning)(self.file.record()) {
                Ok(row) => {
                    self.good += 1;
                    Some(Ok(row))
                }
                Err(reason) => self.reject(self.file.problem(reason)),
            },
            Err(mut trouble) => {
                if trouble.ends {
                    self.over = true;
                    let before = format!("; {} good rows came before, and nothing after was read", self.good);
                    trouble.problem.reason.push_str(&before);
                }
                self.reject(trouble.problem)
            }
        }
    }
}

impl<T> std::iter::FusedIterator for Rows<'_, T> {}

impl<T> fmt::Debug for Rows<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("file", &self.file)
            .field("good", &self.good)
            .field("rejected", &self.rejected)
            .finish_non_exhaustive()
    }
}
