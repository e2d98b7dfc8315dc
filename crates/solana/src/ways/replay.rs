//! Recorded replies instead of a node: a load again, without any network.
//!
//! The folder is read once to find out where each answer stands; an answer itself is read when it is asked for. Where a
//! question was recorded more than once, the last answer counts.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use fundtrail_rpc::{At, Call, Scanned, Shelf, Told, digest};
use fundtrail_types::{Address, Chain, Problem, TxId};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{ask, placed::placed};
use crate::{Error, RawBlock, RawTransaction};

/// Problems that are kept; more are counted only.
const PROBLEMS_MAX: usize = 10_000;

/// Characters of a rejected record that are shown.
const RECORD_CHARS_MAX: usize = 120;

/// What a folder (or one file) of recorded replies holds.
#[derive(Debug)]
pub struct Replay {
    path: PathBuf,
    shelf: Shelf,
    found: Found,
}

#[derive(Debug, Default)]
struct Found {
    files: Vec<String>,
    /// By the digest of what was asked: method and parameters.
    answers: HashMap<String, At>,
    genesis: Option<String>,
    owners: BTreeSet<String>,
    /// By slot and id, so that they come in the order of time.
    transactions: BTreeMap<(u64, TxId), At>,
    blocks: BTreeMap<u64, At>,
    problems: Vec<Problem>,
    unused: u64,
}

impl Replay {
    /// Finds out what a folder (or one file) holds: what we recorded, and replies that other programs kept, as JSON or JSONL;
    /// plain, gzip or zstd.
    ///
    /// # Errors
    /// If there is no such file, or the folder cannot be read. Files that cannot be read are problems.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let shelf = Shelf::open(path)?;
        let mut found =
            Found { files: shelf.paths().iter().map(|path| path.display().to_string()).collect(), ..Found::default() };
        shelf.scan(&mut |scanned| match scanned {
            Scanned::Reply(told, at, text) => found.take(&told, at, text),
            Scanned::Problem(file, line, reason) => found.problem(file, line, reason, ""),
            Scanned::Forget(file, frame) => found.forget(file, frame),
        });
        Ok(Self { path: path.to_owned(), shelf, found })
    }

    /// The folder, for messages.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The hash of the chain's first block, if it was recorded.
    #[must_use]
    pub fn genesis(&self) -> Option<&str> {
        self.found.genesis.as_deref()
    }

    /// The accounts whose whole history was asked for when this was recorded.
    #[must_use]
    pub fn owners(&self, chain: Chain) -> Vec<Address> {
        self.found.owners.iter().filter_map(|owner| Address::parse(chain, owner).ok()).collect()
    }

    /// Transactions that were asked for one by one, with their slots, in the order of slots.
    #[must_use]
    pub fn transactions(&self) -> Vec<(u64, TxId)> {
        self.found.transactions.keys().cloned().collect()
    }

    /// The slots of whole blocks.
    pub fn slots(&self) -> impl Iterator<Item = u64> {
        self.found.blocks.keys().copied()
    }

    /// What could not be used: the first ten thousand.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.found.problems
    }

    /// How much could not be used.
    #[must_use]
    pub fn unused(&self) -> u64 {
        self.found.unused
    }

    /// One of [`Replay::transactions`].
    ///
    /// # Errors
    /// If its file changed.
    pub fn transaction(&mut self, chain: Chain, slot: u64, id: &TxId) -> Result<Option<RawTransaction>, Error> {
        let Some(at) = self.found.transactions.get(&(slot, id.clone())).cloned() else { return Ok(None) };
        let json = self.shelf.text(&at)?;
        let raw =
            RawTransaction::from_result(chain, json).map_err(|problem| self.shelf.changed(&at, &problem.reason))?;
        Ok(Some(raw))
    }

    /// One of [`Replay::slots`].
    ///
    /// # Errors
    /// If its file changed.
    pub fn block(&mut self, slot: u64) -> Result<Option<RawBlock>, Error> {
        let Some(at) = self.found.blocks.get(&slot).cloned() else { return Ok(None) };
        Ok(Some(RawBlock { slot, json: self.shelf.text(&at)? }))
    }

    pub(super) fn answer(&mut self, call: &Call) -> Result<Box<RawValue>, Error> {
        let params = serde_json::json!(call.params());
        let Some(at) = self.found.answers.get(&question(call.method(), &params)).cloned() else {
            return Err(Error::NotRecorded {
                source_name: self.name(),
                method: call.method(),
                params: params.to_string(),
            });
        };
        Ok(self.shelf.text(&at)?)
    }

    /// What was not recorded is not kept, for the node did not answer it either: it is answered with null.
    pub(super) fn answers(
        &mut self,
        calls: &[Call],
    ) -> Result<Vec<Result<Box<RawValue>, fundtrail_rpc::Error>>, Error> {
        let answer = |call| match self.answer(call) {
            Ok(answer) => Ok(Ok(answer)),
            Err(Error::NotRecorded { .. }) => Ok(Ok(RawValue::NULL.to_owned())),
            Err(error) => Err(error),
        };
        calls.iter().map(answer).collect()
    }
}

impl Found {
    fn problem(&mut self, file: usize, line: Option<u64>, reason: String, record: &str) {
        self.unused += 1;
        if self.problems.len() < PROBLEMS_MAX {
            let file = self.files.get(file).cloned().unwrap_or_default();
            let record = record.chars().take(RECORD_CHARS_MAX).collect();
            self.problems.push(Problem { file, line, reason, record });
        }
    }

    fn forget(&mut self, file: usize, frame: u64) {
        let keep = |at: &At| at.file != file || at.place.frame != frame;
        self.answers.retain(|_, at| keep(at));
        self.transactions.retain(|_, at| keep(at));
        self.blocks.retain(|_, at| keep(at));
    }

    fn take(&mut self, told: &Told<'_>, at: At, text: &str) {
        let result = match &told.result {
            Ok(result) => result,
            Err(reason) => return self.problem(at.file, Some(at.line), reason.clone(), text),
        };
        let Some(method) = told.method.as_deref() else { return self.bare(result, at, text) };
        let first = told.params.first();
        match method {
            ask::GENESIS => self.genesis = serde_json::from_str(result).ok(),
            ask::TOKEN_ACCOUNTS => self.owners.extend(first.and_then(Value::as_str).map(str::to_owned)),
            ask::TRANSACTION if &**result != "null" => match placed(result) {
                Ok((slot, id)) => {
                    self.transactions.insert((slot, id), at.clone());
                }
                Err(reason) => self.problem(at.file, Some(at.line), reason, text),
            },
            ask::BLOCK if has_transactions(result) => match first.and_then(Value::as_u64) {
                Some(slot) => {
                    self.blocks.insert(slot, at.clone());
                }
                None => self.problem(at.file, Some(at.line), NO_SLOT.to_owned(), text),
            },
            _ => {}
        }
        self.answers.insert(question(method, &Value::Array(told.params.clone())), at);
    }

    /// A result that does not say what was asked. A transaction names its slot, a block does not.
    fn bare(&mut self, result: &str, at: At, text: &str) {
        match placed(result) {
            Ok((slot, id)) => {
                self.transactions.insert((slot, id), at);
            }
            Err(_) if has_transactions(result) => self.problem(at.file, Some(at.line), NO_SLOT.to_owned(), text),
            Err(_) => {
                let reason = "it is neither a reply of getTransaction nor of getBlock: nothing is taken from it";
                self.problem(at.file, Some(at.line), reason.to_owned(), text);
            }
        }
    }
}

const NO_SLOT: &str = "it is a block that does not say of which slot it is: write it as \
    {\"method\":\"getBlock\",\"params\":[SLOT],\"result\":...}, or record it again";

fn question(method: &str, params: &Value) -> String {
    digest(&format!("{method} {params}"))
}

/// Whether it is a block with whole transactions, and not only their signatures.
fn has_transactions(result: &str) -> bool {
    #[derive(Deserialize)]
    struct Shape<'a> {
        #[serde(borrow, rename = "transactions")]
        _transactions: &'a RawValue,
    }
    serde_json::from_str::<Shape<'_>>(result).is_ok()
}
