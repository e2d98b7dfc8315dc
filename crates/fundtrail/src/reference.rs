//! What an answer is joined with: who is who, and what tokens are called. Kept out of the store, so that a new list
//! needs no new load, and an old answer can be asked again against an old list.

use std::path::Path;

use fundtrail_labels::LabelBook;
use fundtrail_store::{Store, StoreError};
use fundtrail_tables::{TableKind, TokenTable, labels, tokens};
use fundtrail_types::{Asset, AssetInfo, Label, Problem};

use crate::{Error, bundled};

/// Labels and tokens. Files are added one by one; bad rows are kept as problems.
#[derive(Debug, Default)]
pub struct Reference {
    labels: Vec<Label>,
    book: LabelBook,
    tokens: TokenTable,
    problems: Vec<Problem>,
}

impl Reference {
    /// Nothing but native coins.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The lists and tokens that come with Fundtrail; see `data/README.md` for their sources and dates.
    ///
    /// # Errors
    /// If a bundled file is damaged, which a test rules out.
    pub fn bundled() -> Result<Self, Error> {
        let mut reference = Self::default();
        for (name, bytes) in bundled::REFERENCE {
            let file = fundtrail_tables::from_bytes(name, *bytes).map_err(Error::File)?;
            reference.add_table(file)?;
        }
        reference.rebuild();
        Ok(reference)
    }

    /// Adds a table of labels or of tokens.
    ///
    /// # Errors
    /// If the file cannot be read at all, or is another table.
    pub fn add(&mut self, path: &Path) -> Result<(), Error> {
        self.add_table(fundtrail_tables::open(path).map_err(Error::File)?)?;
        self.rebuild();
        Ok(())
    }

    fn add_table(&mut self, file: fundtrail_tables::TableFile) -> Result<(), Error> {
        match file.kind() {
            TableKind::Labels => {
                for row in labels::read(file) {
                    match row {
                        Ok(label) => self.labels.push(label),
                        Err(problem) => self.problems.push(problem),
                    }
                }
            }
            TableKind::Tokens => {
                let problems = tokens::read(file, &mut self.tokens).filter_map(Result::err).collect::<Vec<_>>();
                self.problems.extend(problems);
            }
            kind => {
                let (file, found) = (file.name().to_owned(), kind.name());
                return Err(Error::WrongTable {
                    file,
                    found,
                    remedy: "only labels and tokens can be given here; load movements and coverage with `fundtrail ingest file`",
                });
            }
        }
        Ok(())
    }

    fn rebuild(&mut self) {
        self.book = LabelBook::new(self.labels.clone());
    }

    /// Who is who.
    pub fn labels(&self) -> &LabelBook {
        &self.book
    }

    /// What tokens are called.
    pub fn tokens(&self) -> &TokenTable {
        &self.tokens
    }

    /// Rows of the added files that were rejected.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether an asset is a native coin or a token that a token table vouches for.
    pub fn is_verified(&self, asset: &Asset) -> bool {
        asset.is_native() || self.tokens.info(asset).verified
    }

    /// What an asset is called: by a token table, else by the sources in the store, which proves nothing.
    ///
    /// # Errors
    /// If the database fails.
    pub fn asset_info(&self, store: &Store, asset: &Asset) -> Result<AssetInfo, StoreError> {
        let known = self.tokens.info(asset);
        if known.verified || !known.symbol.is_empty() {
            return Ok(known);
        }
        let Some(id) = store.asset_id(asset)? else { return Ok(known) };
        let told = store.symbols(id)?.into_iter().next();
        Ok(told.map_or(known.clone(), |(decimals, symbol)| AssetInfo { symbol, decimals, ..known }))
    }
}
