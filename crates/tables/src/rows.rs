//! Rows: records with their meaning. One good row or one problem at a time.

use std::fmt;

use fundtrail_types::{Coverage, Problem};

use crate::{file::TableFile, foreign::Told, kind::TableKind, listing::Listing, record::Record};

/// What makes a row of a record, or says why it is none and what to do.
type Meaning<'t, T> = Box<dyn FnMut(&Record, &mut Listing) -> Result<T, String> + Send + 't>;

/// The rows of a table. A wrong row is an error and reading goes on; after damage that cannot be passed, it ends.
pub struct Rows<'t, T> {
    file: TableFile,
    meaning: Meaning<'t, T>,
    /// The file is another table.
    refused: Option<Problem>,
    /// What the rows so far list, for tables of other programs.
    listing: Listing,
    good: u64,
    rejected: u64,
    over: bool,
    /// Reading broke off.
    cut: bool,
}

impl<'t, T> Rows<'t, T> {
    pub(crate) fn new(
        file: TableFile,
        kind: TableKind,
        mut meaning: impl FnMut(&Record) -> Result<T, String> + Send + 't,
    ) -> Self {
        let refused = (file.kind() != kind).then(|| {
            let (found, wanted) = (file.kind(), kind.name());
            let reason =
                format!("this is {} and not a {wanted} table: give it where {} are read", found.title(), found.name());
            crate::source::whole(file.name(), reason)
        });
        Self { refused, ..Self::listing(file, Listing::default(), move |record, _| meaning(record)) }
    }

    /// Rows of another program's table, which tell what they list.
    pub(crate) fn listing(
        file: TableFile,
        listing: Listing,
        meaning: impl FnMut(&Record, &mut Listing) -> Result<T, String> + Send + 't,
    ) -> Self {
        Self { file, meaning: Box::new(meaning), refused: None, listing, good: 0, rejected: 0, over: false, cut: false }
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

impl Rows<'_, Told> {
    /// What the file lists, once all of it was read: of which account, over which heights. Nothing if it breaks off, if a
    /// row was rejected, if the rows have no heights, or if they do not agree on one account. A whole file is never
    /// verified to be complete.
    pub fn coverage(&self) -> Vec<Coverage> {
        if !self.over || self.cut {
            return Vec::new();
        }
        self.listing.coverage(self.file.name(), self.rejected)
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
            Ok(true) => match (self.meaning)(self.file.record(), &mut self.listing) {
                Ok(row) => {
                    self.good += 1;
                    Some(Ok(row))
                }
                Err(reason) => self.reject(self.file.problem(reason)),
            },
            Err(mut trouble) => {
                if trouble.ends {
                    self.over = true;
                    self.cut = true;
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
