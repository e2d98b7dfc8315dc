//! What an answer is joined with: who is who, what tokens are called, and what they were worth. Kept out of the store, so that a new list
//! needs no new load, and an old answer can be asked again against an old list.

use std::path::Path;

use fundtrail_labels::LabelBook;
use fundtrail_prices::{PriceBook, Worth};
use fundtrail_store::{Store, StoreError};
use fundtrail_tables::{TableKind, TokenTable, crossings, labels, prices, tokens};
use fundtrail_types::{Amount, Asset, AssetInfo, CrossingSide, Currency, Label, Problem, Time};

use crate::{Error, bundled};

/// Labels, tokens, crossings and prices. Files are added one by one; bad rows are kept as problems.
#[derive(Debug, Default)]
pub struct Reference {
    labels: Vec<Label>,
    book: LabelBook,
    tokens: TokenTable,
    crossings: Vec<CrossingSide>,
    prices: PriceBook,
    problems: Vec<Problem>,
    files: Vec<ListFile>,
    notes: Vec<String>,
}

/// A file that answers are joined with, and how much of it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    /// Its name.
    pub name: String,
    /// What it holds: `labels`, `tokens`, `crossings` or `prices`.
    pub kind: &'static str,
    /// Rows that were taken.
    pub rows: usize,
    /// Rows that were rejected.
    pub rejected: usize,
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

    /// Adds a table of labels, of tokens, of crossings or of prices. Amounts of crossings in whole units need the tokens before.
    ///
    /// # Errors
    /// If the file cannot be read at all, or is another table.
    pub fn add(&mut self, path: &Path) -> Result<(), Error> {
        self.add_table(fundtrail_tables::open(path).map_err(Error::File)?)?;
        self.rebuild();
        Ok(())
    }

    fn add_table(&mut self, file: fundtrail_tables::TableFile) -> Result<(), Error> {
        let (name, kind, problems_before) = (file.name().to_owned(), file.kind(), self.problems.len());
        let mut rows = 0;
        match kind {
            TableKind::Labels => {
                for row in labels::read(file) {
                    match row {
                        Ok(label) => {
                            rows += 1;
                            self.labels.push(label);
                        }
                        Err(problem) => self.problems.push(problem),
                    }
                }
            }
            TableKind::Tokens => {
                for row in tokens::read(file, &mut self.tokens) {
                    match row {
                        Ok(_) => rows += 1,
                        Err(problem) => self.problems.push(problem),
                    }
                }
            }
            TableKind::Crossings => {
                for row in crossings::read(file, &self.tokens) {
                    match row {
                        Ok(side) => {
                            rows += 1;
                            self.crossings.push(side);
                        }
                        Err(problem) => self.problems.push(problem),
                    }
                }
            }
            TableKind::Prices => {
                let mut good = Vec::new();
                for row in prices::read(file) {
                    match row {
                        Ok(price) => good.push(price),
                        Err(problem) => self.problems.push(problem),
                    }
                }
                rows = good.len();
                self.prices.add(good);
            }
            kind => {
                return Err(Error::WrongTable {
                    file: name,
                    found: kind.name(),
                    remedy: "only labels, tokens, crossings and prices can be given here; load movements and coverage with `fundtrail ingest file`",
                });
            }
        }
        let rejected = self.problems.len() - problems_before;
        self.files.push(ListFile { name, kind: kind.name(), rows, rejected });
        Ok(())
    }

    fn rebuild(&mut self) {
        self.book = LabelBook::new(self.labels.clone());
    }

    /// Who is who.
    pub fn labels(&self) -> &LabelBook {
        &self.book
    }

    /// What joins chains.
    pub fn crossings(&self) -> &[CrossingSide] {
        &self.crossings
    }

    /// What tokens are called.
    pub fn tokens(&self) -> &TokenTable {
        &self.tokens
    }

    /// The files, in the order in which they were added.
    pub fn files(&self) -> &[ListFile] {
        &self.files
    }

    /// Has every certificate say something more.
    pub fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// What a certificate says of the files: an answer without findings means little if it does not tell which lists
    /// were at hand, and how much of them could not be read.
    pub fn statements(&self) -> Vec<String> {
        let used = |kind: TableKind| {
            let one = |file: &ListFile| format!("{} ({} {})", stem(&file.name), file.rows, file.kind);
            self.files.iter().filter(|file| file.kind == kind.name()).map(one).collect::<Vec<_>>().join(", ")
        };
        let rejected = |kind: TableKind| -> usize {
            self.files.iter().filter(|file| file.kind == kind.name()).map(|file| file.rejected).sum()
        };
        let line = |what: &str, kind| format!("{what} used: {}; {} rows rejected", used(kind), rejected(kind));
        let lists = match (self.labels.is_empty(), rejected(TableKind::Labels)) {
            (false, _) => line("lists", TableKind::Labels),
            (true, 0) => "no list was used: nothing could be flagged".to_owned(),
            (true, rejected) => format!("no list was used, {rejected} rows were rejected: nothing could be flagged"),
        };
        let tables = (!used(TableKind::Tokens).is_empty()).then(|| line("token tables", TableKind::Tokens));
        let prices = (!used(TableKind::Prices).is_empty()).then(|| line("prices", TableKind::Prices));
        let crossings = (!used(TableKind::Crossings).is_empty()).then(|| line("crossings", TableKind::Crossings));
        std::iter::once(lists).chain(tables).chain(crossings).chain(prices).chain(self.notes.iter().cloned()).collect()
    }

    /// What an amount of an asset was worth at a time, and who says so. None if nobody tells, or if no token table vouches for the
    /// asset's decimals.
    pub fn worth(&self, asset: &Asset, amount: Amount, at: Time, currency: Currency) -> Option<Worth> {
        let info = self.tokens.info(asset);
        let decimals = info.decimals.filter(|_| info.verified)?;
        self.prices.worth((asset, decimals, self.tokens.stands_for(asset)), amount, at, currency)
    }

    /// Rows of the added files that were rejected.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether an asset is a native coin or a token that a token table vouches for.
    pub fn is_verified(&self, asset: &Asset) -> bool {
        asset.is_native() || self.tokens.info(asset).verified
    }

    /// What an asset is called: by a token table, else by the sources in the store, which proves nothing. Where these
    /// contradict each other about its decimals, it has none, and its amounts are told in base units.
    ///
    /// # Errors
    /// If the database fails.
    pub fn asset_info(&self, store: &Store, asset: &Asset) -> Result<AssetInfo, StoreError> {
        let known = self.tokens.info(asset);
        if known.verified || !known.symbol.is_empty() {
            return Ok(known);
        }
        let Some(id) = store.asset_id(asset)? else { return Ok(known) };
        let told = store.symbols(id)?;
        let mut all = told.iter().filter_map(|(decimals, _)| *decimals);
        let first = all.next();
        let decimals = first.filter(|first| all.all(|other| other == *first));
        // Of several names the first that is one; the order is fixed.
        let symbol = told.into_iter().map(|(_, symbol)| symbol).find(|symbol| !symbol.is_empty()).unwrap_or_default();
        Ok(AssetInfo { symbol, decimals, ..known })
    }
}

/// A file's name without folders and ending, which say nothing about a list.
fn stem(name: &str) -> String {
    Path::new(name).file_stem().map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned())
}
