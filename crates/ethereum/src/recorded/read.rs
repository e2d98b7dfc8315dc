//! Reading recorded replies: our own recordings, digests checked, and replies that other programs wrote.
//!
//! The folder is read twice: once to find what there is and which block each part belongs to, and once to hand out blocks in
//! order of height, one held at a time. Whatever cannot be used is a [`Problem`] and the rest goes on.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::RangeInclusive,
    path::Path,
};

use alloy::primitives::{Address, U256};
use fundtrail_rpc::{At, Scanned, Shelf};
use fundtrail_types::Problem;
use serde_json::value::RawValue;

use super::index::{Entry, Gathering};
use crate::{
    DecodedBlock, Error, RawBlock, RawCalls,
    belong::check_traces,
    reconcile,
    shape::{BlockShape, TraceShape, Traced, elements, list_of},
};

/// A folder of recorded replies.
pub struct Recorded {
    shelf: Shelf,
    blocks: BTreeMap<u64, Entry>,
    chain_ids: BTreeSet<u64>,
    balances: HashMap<(u64, Address), U256>,
    problems: Vec<Problem>,
    unused: u64,
}

impl Recorded {
    /// Finds out what a folder (or one file) holds. Folders in it are looked through too. Files whose names end in `.json`,
    /// `.jsonl` or `.ndjson`, with or without `.gz` or `.zst`, are read; what they hold is told by their content.
    ///
    /// # Errors
    /// [`fundtrail_rpc::Error::NothingRecorded`] if there is no such file; [`fundtrail_rpc::Error::File`] if the folder cannot be read. Files that cannot be
    /// read are problems.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let shelf = Shelf::open(path)?;
        let mut gathering = Gathering::default();
        gathering.files.extend(shelf.paths().iter().map(|path| path.display().to_string()));
        shelf.scan(&mut |scanned| match scanned {
            Scanned::Reply(told, at, text) => gathering.take(&told, at, text),
            Scanned::Problem(file, line, reason) => gathering.problem(file, line, reason, ""),
            Scanned::Forget(file, frame) => gathering.forget(file, frame),
        });
        let blocks = gathering.join();
        let Gathering { chain_ids, balances, problems, unused, .. } = gathering;
        Ok(Self { shelf, blocks, chain_ids, balances, problems, unused })
    }

    /// The heights of the blocks it holds, in order.
    pub fn heights(&self) -> impl Iterator<Item = u64> {
        self.blocks.keys().copied()
    }

    /// The chain ids that the recordings name. More than one means that recordings of several chains lie in the folder.
    #[must_use]
    pub fn chain_ids(&self) -> &BTreeSet<u64> {
        &self.chain_ids
    }

    /// What an account had at the end of a block, in wei, if `eth_getBalance` was recorded by us.
    #[must_use]
    pub fn balance_wei(&self, height: u64, address: Address) -> Option<U256> {
        self.balances.get(&(height, address)).copied()
    }

    /// What could not be used: the first ten thousand. More become known while blocks are handed out only if a file changes.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How much could not be used.
    #[must_use]
    pub fn unused(&self) -> u64 {
        self.unused
    }

    /// Hands out the blocks of a range, in order of height.
    pub fn blocks(&mut self, range: RangeInclusive<u64>) -> impl Iterator<Item = Result<RawBlock, Error>> {
        let heights: Vec<u64> =
            if range.is_empty() { Vec::new() } else { self.blocks.range(range).map(|(height, _)| *height).collect() };
        heights.into_iter().filter_map(|height| self.block(height).transpose())
    }

    /// One block; none if it is not there.
    ///
    /// # Errors
    /// [`fundtrail_rpc::Error::File`] and [`fundtrail_rpc::Error::Changed`] if a file is not as it was when the folder was opened.
    pub fn block(&mut self, height: u64) -> Result<Option<RawBlock>, Error> {
        // Taken out for as long as its parts are read, which needs the open files.
        let Some(entry) = self.blocks.remove(&height) else { return Ok(None) };
        let block = self.load(height, &entry);
        self.blocks.insert(height, entry);
        block.map(Some)
    }

    /// Holds what a block moved against recorded balances, if those of every account that it touched were recorded before
    /// and after it, and books what movements do not explain.
    pub fn reconcile(&self, block: &mut DecodedBlock) {
        let Some(before) = block.height.checked_sub(1) else { return };
        let both = |address: Address| {
            Some((address, (self.balance_wei(before, address)?, self.balance_wei(block.height, address)?)))
        };
        let balances: Option<BTreeMap<_, _>> = block.touched().into_iter().map(both).collect();
        if let Some(balances) = balances.filter(|balances| !balances.is_empty()) {
            reconcile::by_block(block, &balances);
        }
    }

    fn load(&mut self, height: u64, entry: &Entry) -> Result<RawBlock, Error> {
        let block = self.shelf.text(&entry.at)?;
        let shape = BlockShape::read(block.get()).ok().filter(|shape| shape.hash == entry.hash);
        let Some(shape) = shape else { return Err(self.shelf.changed(&entry.at, "another block stands there").into()) };
        let mut notes = Vec::new();
        let receipts = self.receipts(entry, &shape, &mut notes)?;
        let calls = match (&entry.frames, &entry.rows) {
            (Some(at), _) => Some(RawCalls::Frames(self.traces(at, &shape, "internal calls", &mut notes)?)),
            (None, Some(at)) => Some(RawCalls::Rows(self.shelf.text(at)?)),
            (None, None) if shape.is_empty() => Some(RawCalls::Frames(self.nothing(&entry.at)?)),
            (None, None) => None,
        };
        let diffs = match &entry.diffs {
            Some(at) => Some(self.traces(at, &shape, "balance differences", &mut notes)?),
            None if shape.is_empty() => Some(self.nothing(&entry.at)?),
            None => None,
        };
        let mut uncles = Vec::new();
        for (index, uncle) in entry.uncles.iter().enumerate() {
            match uncle {
                Some(at) => uncles.push(self.shelf.text(at)?),
                None => notes.push(format!("no uncle {index} of this block: it was not recorded")),
            }
        }
        Ok(RawBlock { height, block, receipts, calls, diffs, uncles, notes })
    }

    fn receipts(
        &mut self,
        entry: &Entry,
        shape: &BlockShape,
        notes: &mut Vec<String>,
    ) -> Result<Option<Box<RawValue>>, Error> {
        if let Some(at) = &entry.receipts {
            return Ok(Some(self.shelf.text(at)?));
        }
        let hashes = shape.tx_hashes();
        let alone: Vec<&At> = hashes.iter().filter_map(|hash| entry.receipt.get(hash)).collect();
        if alone.len() < hashes.len() {
            if !alone.is_empty() {
                notes.push(format!(
                    "no receipts of this block: only {} of {} were recorded",
                    alone.len(),
                    hashes.len()
                ));
            }
            return Ok(None);
        }
        let parts: Vec<Box<RawValue>> = alone.iter().map(|at| self.shelf.text(at)).collect::<Result<_, _>>()?;
        list_of(&parts).map(Some).map_err(|error| self.shelf.changed(&entry.at, &error.to_string()).into())
    }

    /// Traces in the form `[{txHash, result}]`, whichever form they were written in.
    fn traces(
        &mut self,
        at: &At,
        shape: &BlockShape,
        what: &str,
        notes: &mut Vec<String>,
    ) -> Result<Box<RawValue>, Error> {
        let text = self.shelf.text(at)?;
        let named = name_traces(text, shape).map_err(|why| self.shelf.changed(at, &why))?;
        let found = check_traces(shape, named.get()).map_err(|why| self.shelf.changed(at, &why))?;
        notes.extend(found.iter().map(|note| format!("no {what} of {note}")));
        Ok(named)
    }

    fn nothing(&self, at: &At) -> Result<Box<RawValue>, Error> {
        list_of(&[]).map_err(|error| self.shelf.changed(at, &error.to_string()).into())
    }
}

impl std::fmt::Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorded")
            .field("files", &self.shelf.paths().len())
            .field("blocks", &self.blocks.len())
            .field("unused", &self.unused)
            .finish_non_exhaustive()
    }
}

/// Traces with the transactions named that they belong to. Nodes of today name them; older ones, and programs that keep only
/// the frames, leave the order to tell.
fn name_traces(text: Box<RawValue>, shape: &BlockShape) -> Result<Box<RawValue>, String> {
    let list = elements(text.get()).map_err(|error| error.to_string())?;
    let hashes = shape.tx_hashes();
    if list.len() != hashes.len() {
        return Err(format!("{} traces for {} transactions", list.len(), hashes.len()));
    }
    let mut named = Vec::with_capacity(list.len());
    for (element, hash) in list.iter().zip(hashes) {
        let trace: TraceShape<'_> = serde_json::from_str(element.get()).map_err(|error| error.to_string())?;
        if trace.tx_hash.is_some() {
            return Ok(text);
        }
        let told = match trace.traced() {
            Traced::Result(result) => format!("\"result\":{}", result.get()),
            Traced::Bare => format!("\"result\":{}", element.get()),
            Traced::Nothing(why) => format!("\"error\":{}", why.map_or("null", RawValue::get)),
        };
        named.push(format!("{{\"txHash\":\"{hash}\",{told}}}"));
    }
    RawValue::from_string(format!("[{}]", named.join(","))).map_err(|error| error.to_string())
}
