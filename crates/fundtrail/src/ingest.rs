//! Loading files into the store: movements and claims of coverage, our own tables and those of other programs.
//!
//! A load is named by the digest of its bytes and of everything else that decides what is taken from them: the token
//! table, the chain that was named, the tables that lie beside it. Its rows go in by batches, each with a checkpoint, so
//! that a load that was interrupted goes on where it stopped when it is run again. Loading a file twice changes nothing.
//!
//! What is asked for and not read from a file has rooms of its own, and goes on by coverage: blocks (`chain`), and an account's
//! history from an explorer (`explorer`);
//! transactions of Solana (`solana`).

pub(crate) mod chain;
pub(crate) mod explorer;
mod load;
mod side;
pub(crate) mod solana;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use fundtrail_store::Store;
use fundtrail_tables::{TableFile, TableKind, TokenTable, coverage, foreign, movements};
use fundtrail_types::{Chain, Claim, Coverage, Direction, Problem, What};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Error,
    input::{self, Input},
};
use load::{Load, Rest};
use side::Beside;

/// Rejected input that a report names; all of it is counted, and handed to the caller piece by piece.
const PROBLEMS_NAMED_MAX: usize = 20;

/// How often a caller is asked whether to go on while a load waits for somebody else: people who press Ctrl-C do not wait
/// longer.
const ASK_EVERY: Duration = Duration::from_millis(200);

/// What decides how files are read, beside the files.
#[derive(Clone, Copy, Debug)]
pub struct IngestSetting<'a> {
    /// Decimals of tokens.
    pub tokens: &'a TokenTable,
    /// The chain, for tables that do not tell it.
    pub chain: Option<Chain>,
    /// Heights of that chain, the first and the last included, of which the files together list everything, by the word of
    /// whoever loads them. Extractors' tables do not say which blocks they looked at. Nothing is claimed if a row is rejected.
    pub covers: Option<(u64, u64)>,
}

impl<'a> IngestSetting<'a> {
    /// Tokens, and no chain.
    pub fn new(tokens: &'a TokenTable) -> Self {
        Self { tokens, chain: None, covers: None }
    }
}

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A table is read for what it says about the rows of others.
    Beside,
    /// Rows are loaded.
    Rows,
    /// After a large load, the database is compacted: so many families of so many are done.
    Compaction(usize, usize),
    /// Blocks are loaded: so many of so many.
    Blocks(u64, u64),
    /// Transactions of an account are loaded: so many of so many.
    Transactions(u64, u64),
    /// An answer is waited for.
    Waiting,
}

/// How far a load has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What is going on.
    pub stage: Stage,
    /// The file.
    pub file: &'a str,
    /// Bytes of the file as it lies on disk.
    pub bytes_read: u64,
    /// Size of the file, if known.
    pub bytes_total: Option<u64>,
    /// Records read, rejected ones included.
    pub records: u64,
}

/// Where a load tells what happens.
pub struct Listener<'a> {
    /// Told now and then how far the load has come; answers whether to go on.
    pub progress: &'a mut dyn FnMut(Progress<'_>) -> bool,
    /// Gets every row that was rejected.
    pub rejected: &'a mut dyn FnMut(&Problem) -> Result<(), Error>,
}

impl std::fmt::Debug for Listener<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

/// What a load did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestReport {
    /// The file.
    pub file: String,
    /// What it holds: `movements`, `coverage`, `Etherscan transactions`, ...
    pub kind: String,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// Records read.
    pub records: u64,
    /// Records taken.
    pub taken: u64,
    /// Movements that the taken records told; for a table that only serves others, none.
    pub movements: u64,
    /// Of these, events that moved nothing.
    pub zero_value_events: u64,
    /// What good records tell that is no movement, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Records rejected.
    pub rejected: u64,
    /// The first of the rejected ones.
    pub problems: Vec<Problem>,
    /// Records that an interrupted run had stored already.
    pub resumed_after: u64,
    /// What the file lists, as far as it shows.
    pub coverage: Vec<Coverage>,
}

/// Loads one table from a file.
///
/// # Errors
/// If the file cannot be read at all or is a table that is not loaded, the caller asks to stop, or the database fails.
pub fn ingest(
    store: &Store,
    path: &Path,
    setting: &IngestSetting<'_>,
    listener: &mut Listener<'_>,
) -> Result<IngestReport, Error> {
    let mut reports = ingest_files(store, &[path.to_owned()], setting, listener)?;
    reports.pop().unwrap_or_else(|| Err(Error::Rejects("no file was given".to_owned())))
}

/// Loads tables from files, first those that say something about the rows of others. A file that cannot be read, or is
/// a table that is not loaded, does not keep the others out: its error stands in its place. A caller who asks to stop once
/// all rows are stored puts off the compaction that follows a large load ([`Store::compaction_due`]).
///
/// # Errors
/// If the caller asks to stop, or the database fails.
pub fn ingest_files(
    store: &Store,
    paths: &[PathBuf],
    setting: &IngestSetting<'_>,
    listener: &mut Listener<'_>,
) -> Result<Vec<Result<IngestReport, Error>>, Error> {
    let mut inputs: Vec<Result<(Input, TableFile), Error>> =
        paths.iter().zip(0..).map(|(path, place)| Input::open(path, place)).collect();
    let beside = Beside::read(&mut inputs, setting, listener)?;
    let mut reports = Vec::new();
    for input in inputs {
        let loaded = input.and_then(|(input, file)| match beside.report(&input) {
            Some(report) => Ok(report.clone()),
            None => load(store, file, input.digest, setting, &beside, listener),
        });
        match loaded {
            Err(error) if !error.is_of_file() => return Err(error),
            loaded => reports.push(loaded),
        }
    }
    if let (Some(chain), Some(heights)) = (setting.chain, setting.covers) {
        cover(store, chain, heights, &reports)?;
    }
    compact(store, listener)?;
    Ok(reports)
}

/// Notes what the files together cover, unless one of them, or a row of one, could not be loaded: a trace would say that
/// value is at rest over rows that are known to be missing.
fn cover(
    store: &Store,
    chain: Chain,
    (from_height, to_height): (u64, u64),
    reports: &[Result<IngestReport, Error>],
) -> Result<(), Error> {
    if reports.iter().any(|report| report.as_ref().map_or(true, |report| report.rejected > 0)) {
        return Ok(());
    }
    let mut writer = store.writer()?;
    writer.coverage(&Coverage {
        chain,
        account: None,
        what: What::All,
        direction: Direction::Both,
        asset: None,
        from_height,
        to_height,
        claim: Claim::Listed,
        source: "stated when the files were loaded".to_owned(),
        note: None,
    });
    Ok(writer.commit(None)?)
}

/// Loads a table that is in memory, silently.
///
/// # Errors
/// As [`ingest`].
pub fn ingest_bytes(store: &Store, name: &str, bytes: &[u8], tokens: &TokenTable) -> Result<IngestReport, Error> {
    let file = fundtrail_tables::from_bytes(name, bytes).map_err(Error::File)?;
    let digest = input::hex(&Sha256::digest(bytes));
    let mut listener = Listener { progress: &mut |_| true, rejected: &mut |_| Ok(()) };
    load(store, file, digest, &IngestSetting::new(tokens), &Beside::default(), &mut listener)
}

fn load(
    store: &Store,
    file: TableFile,
    digest: String,
    setting: &IngestSetting<'_>,
    beside: &Beside,
    listener: &mut Listener<'_>,
) -> Result<IngestReport, Error> {
    let wrong = |file: &TableFile, remedy| Error::WrongTable {
        file: file.name().to_owned(),
        found: file.kind().name(),
        remedy,
    };
    let tokens = tokens_id(setting.tokens);
    match file.kind() {
        TableKind::Movements => {
            let rows = movements::read_after(file, setting.tokens, store.told_decimals()?);
            let load = Load { store, digest, settings: format!("+{tokens}") };
            load.run(rows, listener, |batch, row| batch.movement(&row), |_| Rest::default())
        }
        TableKind::Foreign(_) => {
            let settings = format!("+{tokens}{}{}", chain_id(setting.chain), beside.id());
            let told = store.told_decimals()?;
            let side = Some(beside.tables());
            let setting = foreign::Setting { chain: setting.chain, tokens: setting.tokens, told, side };
            let rows = foreign::read(file, setting).map_err(Error::File)?;
            let load = Load { store, digest, settings };
            load.run(rows, listener, |batch, told| batch.told(&told), |rows| Rest { coverage: rows.coverage() })
        }
        TableKind::Coverage => {
            let load = Load { store, digest, settings: String::new() };
            load.run(coverage::read(file), listener, |batch, claim| batch.coverage(&claim), |_| Rest::default())
        }
        TableKind::Labels => {
            Err(wrong(&file, "labels stay out of the database; name the file with --labels when you ask"))
        }
        TableKind::Payouts => Err(wrong(&file, "payouts are audited, not loaded: `fundtrail audit FILE`")),
        TableKind::Crossings => Err(wrong(&file, "crossings stay out of the database; name the file with --crossings")),
        TableKind::Prices => Err(wrong(&file, "prices stay out of the database; name the file with --prices")),
        TableKind::Tokens => Err(wrong(&file, "tokens stay out of the database; name the file with --tokens")),
    }
}

/// One compaction after a large load. If it is interrupted, it is still due. Gives whether it came to its end.
fn compact(store: &Store, listener: &mut Listener<'_>) -> Result<bool, Error> {
    if !store.compaction_due()? {
        return Ok(true);
    }
    let mut go_on = |done, of| {
        let stage = Stage::Compaction(done, of);
        (listener.progress)(Progress { stage, file: "", bytes_read: 0, bytes_total: None, records: 0 })
    };
    Ok(store.compact(&mut go_on)?)
}

/// Waits for what may never come, and asks now and then whether to go on. None if not.
async fn unless_stopped<T>(listener: &mut Listener<'_>, coming: impl Future<Output = T>) -> Option<T> {
    let mut coming = pin!(coming);
    loop {
        if let Ok(came) = tokio::time::timeout(ASK_EVERY, coming.as_mut()).await {
            return Some(came);
        }
        let stage = Stage::Waiting;
        if !(listener.progress)(Progress { stage, file: "", bytes_read: 0, bytes_total: None, records: 0 }) {
            return None;
        }
    }
}

/// What the token table adds to a load's name.
fn tokens_id(tokens: &TokenTable) -> String {
    let mut hash = Sha256::new();
    for info in tokens.all() {
        hash.update(format!("{}={:?};", info.asset, info.decimals));
    }
    input::hex(&hash.finalize())
}

/// What a named chain adds to it.
fn chain_id(chain: Option<Chain>) -> String {
    chain.map(|chain| format!("+{chain}")).unwrap_or_default()
}
