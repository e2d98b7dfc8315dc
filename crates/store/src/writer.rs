//! Writing: views of transactions gathered into batches, each written whole together with the checkpoint of its load.
//!
//! A batch that is interrupted never happened, or is brought to its end when the database is opened again; a load that
//! is run again goes on after its last checkpoint and gives the same store as one that was never interrupted.
//!
//! The way of a batch: `pending` merges its views with what is stored, `places` gives every transaction its slot,
//! `step` makes the rows, and `bulk` writes them: the many as sorted tables that the database takes as they are, the few
//! as one batch of its log.

pub(crate) mod bulk;
mod pending;
mod places;
mod replaced;
mod step;
pub(crate) mod turn;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use fundtrail_types::{Asset, Chain, Coverage, Movement, TxId};

use crate::{
    AssetId, SourceInfo, Store, StoreError, TxView,
    bytes::{Bytes, Put, Row},
    coverage,
    families::{META, SYMBOLS},
    heads::{self, HEADS_MAX, Head},
    names::{Namer, NewNames},
    read::symbol,
};
use replaced::Replaced;
pub(crate) use replaced::{Gone, Unclaimed, take_away};
pub(crate) use step::Step;
use turn::Turn;

/// How far a load has come. Written in the same batch as the rows it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Identifies the load: its input, and everything else that decides what is taken from it.
    pub load: String,
    /// How many records of the input are in the store.
    pub records: u64,
    /// Set when the load is complete: what is told of it from then on.
    pub finished: Option<SourceInfo>,
}

/// Gathers changes and writes them in batches. A store has one at a time, and after a batch failed it takes no other: what
/// it gathers then has a gap, which a checkpoint would pass over.
#[derive(Debug)]
pub struct Writer<'s> {
    store: &'s Store,
    turn: Turn<'s>,
    namer: Namer,
    /// Views that wait, several of one transaction among them.
    views: Vec<TxView>,
    symbols: BTreeSet<(Asset, Option<u8>, String)>,
    coverage: BTreeSet<Coverage>,
    sources: Vec<SourceInfo>,
    heads: BTreeMap<Chain, Vec<Head>>,
    table_rows_min: usize,
    step: Step,
    /// Stored transactions whose places are settled anew.
    resettled: HashSet<(Chain, TxId)>,
    replaced: Replaced,
}

impl Store {
    /// Begins to write.
    ///
    /// # Errors
    /// If the database is open for reading only, there is a writer already, or a batch failed while it was written since the
    /// database was opened.
    pub fn writer(&self) -> Result<Writer<'_>, StoreError> {
        self.writable()?;
        let turn = self.turns.take(self.path())?;
        let (namer, views) = (Namer::default(), Vec::new());
        let (symbols, coverage) = (BTreeSet::new(), BTreeSet::new());
        let (sources, heads, step, resettled) = (Vec::new(), BTreeMap::new(), Step::default(), HashSet::new());
        let replaced = Replaced::default();
        Ok(Writer {
            store: self,
            turn,
            namer,
            views,
            symbols,
            coverage,
            sources,
            heads,
            table_rows_min: bulk::TABLE_ROWS_MIN,
            step,
            resettled,
            replaced,
        })
    }

    /// The decimals that sources gave for tokens, where they agree. Loads hold their rows against them.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn told_decimals(&self) -> Result<HashMap<Asset, u8>, StoreError> {
        let mut told: HashMap<AssetId, Option<u8>> = HashMap::new();
        for row in self.scan(SYMBOLS, Bytes::new()) {
            let (asset, given, _) = symbol(&row?.0)?;
            if let Some(given) = given {
                let known = told.entry(asset).or_insert(Some(given));
                *known = known.filter(|known| *known == given);
            }
        }
        let agreed = told.into_iter().filter_map(|(asset, decimals)| decimals.map(|decimals| (asset, decimals)));
        agreed.map(|(asset, decimals)| Ok((self.asset(asset)?, decimals))).collect()
    }

    /// Forgets how far a load has come that is told by no row of its own once it is done.
    ///
    /// # Errors
    /// If the database fails.
    pub fn forget(&self, load: &str) -> Result<(), StoreError> {
        self.delete(META, &checkpoint_key(load))
    }

    /// How many records of an unfinished load are in the store.
    ///
    /// # Errors
    /// If the database fails or the row is damaged.
    pub fn checkpoint(&self, load: &str) -> Result<Option<u64>, StoreError> {
        let key = checkpoint_key(load);
        let Some(value) = self.get(META, &key)? else { return Ok(None) };
        parse_checkpoint(&key, &value).map(|(_, records)| Some(records))
    }
}

impl Writer<'_> {
    /// From so many rows of a family in one commit on, they are written as a sorted table and not through the log. What is
    /// stored is the same.
    #[must_use]
    pub fn tables_from(self, rows: usize) -> Self {
        Self { table_rows_min: rows, ..self }
    }

    /// Adds a movement that an export lists: a partial view of its transaction.
    pub fn movement(&mut self, movement: &Movement) {
        self.view(TxView::of_movement(movement));
    }

    /// Adds a view of a transaction to what is known of it.
    pub fn view(&mut self, view: TxView) {
        self.views.push(view);
    }

    /// Adds a view that takes the place of what is stored of its transaction. Only a complete one can: a partial one is
    /// merged as always.
    pub fn replace(&mut self, view: TxView) {
        self.replaced.transaction(&view);
        self.views.push(view);
    }

    /// Adds that a block came again whole: complete views that are stored at its height and do not come with this batch
    /// go.
    pub fn replace_block(&mut self, chain: Chain, height: u64) {
        self.replaced.block(chain, height);
    }

    /// Adds that what a source claims of a chain as a whole is no longer claimed of a height, unless this batch claims it
    /// again.
    pub fn uncover(&mut self, chain: Chain, source: &str, height: u64) {
        self.replaced.claim(chain, source, height);
    }

    /// Adds a stored transaction that stands in a wrong slot: its place is settled anew.
    pub(crate) fn resettle(&mut self, view: TxView) {
        self.resettled.insert((view.chain, view.id.clone()));
        self.views.push(view);
    }

    /// Adds what a source called an asset. Never identity, but people want to read it.
    pub fn symbol(&mut self, asset: &Asset, decimals: Option<u8>, symbol: &str) {
        self.symbols.insert((asset.clone(), decimals, symbol.to_owned()));
    }

    /// Adds a claim of coverage.
    pub fn coverage(&mut self, claim: &Coverage) {
        self.coverage.insert(claim.clone());
    }

    /// Adds the hash of a block that a node gave. The last ones are kept.
    pub fn head(&mut self, chain: Chain, head: Head) {
        self.heads.entry(chain).or_default().push(head);
    }

    /// Adds that a load finished, elsewhere.
    pub fn source(&mut self, source: SourceInfo) {
        self.sources.push(source);
    }

    /// How many views wait to be written.
    pub fn pending(&self) -> usize {
        self.views.len()
    }

    /// Writes everything that waits, and the checkpoint: all of it or nothing. Unless the checkpoint says that more comes, it
    /// is on the disk before this returns, and no power cut takes it away.
    ///
    /// # Errors
    /// If the database fails; then nothing of the batch is stored, or all of it is once the database is opened again, and
    /// this writer takes no other.
    pub fn commit(&mut self, checkpoint: Option<&Checkpoint>) -> Result<(), StoreError> {
        let is_last = checkpoint.is_none_or(|checkpoint| checkpoint.finished.is_some());
        self.commit_by(checkpoint, |store, step, rows_min| bulk::write(store, step, rows_min, is_last))
    }

    /// As [`commit`](Self::commit), and `write` writes it.
    fn commit_by(
        &mut self,
        checkpoint: Option<&Checkpoint>,
        write: impl FnOnce(&Store, &mut Step, usize) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.turn.check()?;
        let mut step = std::mem::take(&mut self.step);
        self.fill(&mut step, checkpoint).inspect_err(|cause| self.turn.lost(cause))?;
        write(self.store, &mut step, self.table_rows_min).inspect_err(|cause| self.turn.half_written(cause))?;
        step.clear();
        self.step = step;
        self.namer.trim();
        Ok(())
    }

    /// Everything that a commit changes.
    fn fill(&mut self, step: &mut Step, checkpoint: Option<&Checkpoint>) -> Result<(), StoreError> {
        let replaced = std::mem::take(&mut self.replaced);
        let mut pending = pending::gather(self.store, std::mem::take(&mut self.views), &replaced)?;
        let gone = replaced.gone(self.store, &pending)?;
        let resettled = std::mem::take(&mut self.resettled);
        places::settle(self.store, &mut pending, &resettled, &gone)?;
        let mut new = NewNames::new();
        step.gone(self.store, &mut self.namer, &mut new, &gone)?;
        step.transactions(self.store, &mut self.namer, &mut new, &pending)?;
        for (asset, decimals, symbol) in std::mem::take(&mut self.symbols) {
            let asset = self.namer.asset(self.store, &mut new, &asset)?;
            let key = Put::default().u64(asset.0).u8(decimals.unwrap_or(NO_DECIMALS)).bytes(symbol.as_bytes());
            step.put((&SYMBOLS, key.0, Bytes::new()));
        }
        let claims = std::mem::take(&mut self.coverage);
        let (gone, come) = coverage::joined(self.store, &mut self.namer, &mut new, claims, replaced.claims())?;
        gone.into_iter().for_each(|row| step.delete(row));
        come.into_iter().for_each(|row| step.put(row));
        std::mem::take(&mut self.sources).iter().for_each(|source| step.put(source.row()));
        for (chain, come) in std::mem::take(&mut self.heads) {
            let last = come.iter().map(|(height, _)| *height).max().unwrap_or_default();
            let old = |height: u64| height.saturating_add(HEADS_MAX) <= last;
            self.store.heads_out(chain, old)?.into_iter().for_each(|row| step.delete(row));
            come.into_iter().filter(|(height, _)| !old(*height)).for_each(|head| step.put(heads::row(chain, head)));
        }
        if let Some(checkpoint) = checkpoint {
            let (gone, row) = checkpoint_rows(checkpoint);
            gone.into_iter().for_each(|gone| step.delete(gone));
            step.put(row);
        }
        new.extend(self.namer.counter_rows());
        new.into_iter().for_each(|row| step.put(row));
        Ok(())
    }
}

/// Stands for "nobody told the decimals".
pub(crate) const NO_DECIMALS: u8 = u8::MAX;

/// How the keys of unfinished loads begin in `meta`.
pub(crate) const CHECKPOINTS: &str = "checkpoint/";

fn checkpoint_key(load: &str) -> Bytes {
    format!("{CHECKPOINTS}{load}").into_bytes().into()
}

/// Reads the row of an unfinished load: its id, and how many of its records are stored.
pub(crate) fn parse_checkpoint(key: &[u8], value: &[u8]) -> Result<(String, u64), StoreError> {
    let damaged = |what| StoreError::damaged(META.name, key, what);
    let load = key.get(CHECKPOINTS.len()..).and_then(|load| String::from_utf8(load.to_vec()).ok());
    let records = <[u8; 8]>::try_from(value).map(u64::from_be_bytes);
    let records = records.map_err(|_| damaged("a checkpoint that is no number of records"))?;
    Ok((load.ok_or_else(|| damaged("a checkpoint of a load whose id is no text"))?, records))
}

/// An unfinished load has a checkpoint; a finished one has a row among the sources instead.
fn checkpoint_rows(checkpoint: &Checkpoint) -> (Option<Row>, Row) {
    let key = checkpoint_key(&checkpoint.load);
    match &checkpoint.finished {
        None => (None, (&META, key, Put::default().u64(checkpoint.records).0)),
        Some(source) => (Some((&META, key, Bytes::new())), source.row()),
    }
}

#[cfg(test)]
mod tests;
