//! What a folder holds, by block: the first pass over it, which keeps places and digests, not replies.
//!
//! An entry takes a few hundred bytes a block, and about a hundred more for each receipt that stands alone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use alloy::primitives::{Address, B256, U256};
use fundtrail_rpc::{At, Told};
use fundtrail_types::Problem;

use super::kind::{Digest, Kind, Tracer, digest_of, height_of, kind_of};
use crate::shape::{BlockShape, ReceiptShape};

/// Problems that are kept; more are counted only.
const PROBLEMS_MAX: usize = 10_000;

/// Characters of a rejected record that are shown.
const RECORD_CHARS_MAX: usize = 120;

/// A block and where its parts are.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) hash: B256,
    pub(super) at: At,
    whole: bool,
    listed: bool,
    count: usize,
    txs: Digest,
    asks: Option<Digest>,
    uncle_hashes: Vec<B256>,
    pub(super) receipts: Option<At>,
    pub(super) receipt: HashMap<B256, At>,
    pub(super) frames: Option<At>,
    pub(super) rows: Option<At>,
    pub(super) diffs: Option<At>,
    pub(super) uncles: Vec<Option<At>>,
}

struct Trace {
    what: Tracer,
    txs: Option<Digest>,
    asks: Option<Digest>,
    height: Option<u64>,
    at: At,
}

/// Gathers what is found, then joins it.
#[derive(Default)]
pub(super) struct Gathering {
    pub(super) files: Vec<String>,
    pub(super) chain_ids: BTreeSet<u64>,
    pub(super) balances: HashMap<(u64, Address), U256>,
    pub(super) problems: Vec<Problem>,
    pub(super) unused: u64,
    blocks: Vec<(u64, Entry)>,
    receipts: Vec<(Vec<ReceiptShape>, At)>,
    receipt: Vec<(ReceiptShape, At)>,
    traces: Vec<Trace>,
    rows: Vec<(B256, At)>,
}

impl Gathering {
    pub(super) fn problem(&mut self, file: usize, line: Option<u64>, reason: String, record: &str) {
        self.unused += 1;
        if self.problems.len() < PROBLEMS_MAX {
            let file = self.files.get(file).cloned().unwrap_or_default();
            self.problems.push(Problem { file, line, reason, record: shorten(record) });
        }
    }

    /// Takes back what was found in a frame that turned out to be cut. What was recorded together is used together or not at
    /// all: a block without the parts that were to follow would look as if the node had not told them.
    pub(super) fn forget(&mut self, file: usize, frame: u64) {
        let keep = |at: &At| at.file != file || at.place.frame != frame;
        self.blocks.retain(|(_, entry)| keep(&entry.at));
        self.receipts.retain(|(_, at)| keep(at));
        self.receipt.retain(|(_, at)| keep(at));
        self.traces.retain(|trace| keep(&trace.at));
        self.rows.retain(|(_, at)| keep(at));
    }

    /// Takes one reply of a value.
    pub(super) fn take(&mut self, told: &Told<'_>, at: At, text: &str) {
        let height = height_of(told);
        match kind_of(told) {
            Ok(Kind::Block { shape, asks }) => self.blocks.push((shape.number, Entry::new(&shape, asks, at))),
            Ok(Kind::Receipts(list)) => self.receipts.push((list, at)),
            Ok(Kind::Receipt(one)) => self.receipt.push((one, at)),
            Ok(Kind::Traces { what, txs, asks }) => self.traces.push(Trace { what, txs, asks, height, at }),
            Ok(Kind::Rows(block)) => self.rows.push((block, at)),
            Ok(Kind::ChainId(id)) => {
                self.chain_ids.insert(id);
            }
            Ok(Kind::Balance { address, height, amount }) => {
                self.balances.insert((height, address), amount);
            }
            Ok(Kind::Beside) => {}
            Err(reason) => self.problem(at.file, Some(at.line), reason, text),
        }
    }

    /// Joins the parts to their blocks. What belongs to none becomes a problem.
    pub(super) fn join(&mut self) -> BTreeMap<u64, Entry> {
        let (mut blocks, uncles) = self.choose();
        self.join_uncles(&mut blocks, uncles);
        self.join_receipts(&mut blocks);
        self.join_rows(&mut blocks);
        self.join_traces(&mut blocks);
        blocks
    }

    /// One block at each height, and what may be uncles.
    fn choose(&mut self) -> (BTreeMap<u64, Entry>, Vec<Entry>) {
        let all = std::mem::take(&mut self.blocks);
        let listed: HashSet<B256> = all.iter().flat_map(|(_, entry)| entry.uncle_hashes.iter().copied()).collect();
        let whole: HashSet<B256> = all.iter().filter(|(_, entry)| entry.whole).map(|(_, entry)| entry.hash).collect();
        let (mut blocks, mut uncles) = (BTreeMap::<u64, Entry>::new(), Vec::new());
        for (height, entry) in all {
            if entry.count == 0 && (!entry.listed || listed.contains(&entry.hash)) {
                uncles.push(entry);
                continue;
            }
            if !entry.whole {
                if !whole.contains(&entry.hash) {
                    let reason = "it has only the hashes of its transactions: ask eth_getBlockByNumber with `true` and record that";
                    self.problem(entry.at.file, Some(entry.at.line), reason.into(), &entry.name(height));
                }
                continue;
            }
            match blocks.get(&height) {
                Some(known) if known.hash == entry.hash => {}
                Some(known) => {
                    let reason = format!(
                        "another block {height} comes later, with hash {}: that one is taken, as after a reorganisation; take away the one that is not part of the chain",
                        entry.hash
                    );
                    let (at, name) = (known.at.clone(), known.name(height));
                    self.problem(at.file, Some(at.line), reason, &name);
                    blocks.insert(height, entry);
                }
                None => {
                    blocks.insert(height, entry);
                }
            }
        }
        (blocks, uncles)
    }

    fn join_uncles(&mut self, blocks: &mut BTreeMap<u64, Entry>, uncles: Vec<Entry>) {
        let mut homes: HashMap<B256, (u64, usize)> = HashMap::new();
        for (height, entry) in blocks.iter() {
            homes.extend(entry.uncle_hashes.iter().enumerate().map(|(index, hash)| (*hash, (*height, index))));
        }
        for uncle in uncles {
            let home =
                homes.get(&uncle.hash).and_then(|(height, index)| blocks.get_mut(height)?.uncles.get_mut(*index));
            match home {
                Some(place) => *place = Some(uncle.at),
                None => {
                    self.stray(&uncle.at, "block", &format!("uncle {}", uncle.hash));
                }
            }
        }
    }

    fn join_receipts(&mut self, blocks: &mut BTreeMap<u64, Entry>) {
        let heights: HashMap<B256, u64> = blocks.iter().map(|(height, entry)| (entry.hash, *height)).collect();
        for (list, at) in std::mem::take(&mut self.receipts) {
            let Some(block) = list.first().map(|receipt| receipt.block_hash) else { continue };
            let Some(entry) = heights.get(&block).and_then(|height| blocks.get_mut(height)) else {
                self.stray(&at, "block", &format!("{} receipts of block {block}", list.len()));
                continue;
            };
            let hashes: Vec<B256> = list.iter().map(|receipt| receipt.transaction_hash).collect();
            if digest_of(&hashes) == entry.txs && list.iter().all(|receipt| receipt.block_hash == block) {
                entry.receipts = Some(at);
            } else {
                let reason =
                    "these are not the receipts of all transactions of the block, in order: record the whole list";
                self.problem(
                    at.file,
                    Some(at.line),
                    reason.into(),
                    &format!("{} receipts of block {block}", list.len()),
                );
            }
        }
        for (receipt, at) in std::mem::take(&mut self.receipt) {
            match heights.get(&receipt.block_hash).and_then(|height| blocks.get_mut(height)) {
                Some(entry) => {
                    entry.receipt.insert(receipt.transaction_hash, at);
                }
                None => self.stray(&at, "block", &format!("receipt of transaction {}", receipt.transaction_hash)),
            }
        }
    }

    fn join_rows(&mut self, blocks: &mut BTreeMap<u64, Entry>) {
        let heights: HashMap<B256, u64> = blocks.iter().map(|(height, entry)| (entry.hash, *height)).collect();
        for (block, at) in std::mem::take(&mut self.rows) {
            match heights.get(&block).and_then(|height| blocks.get_mut(height)) {
                Some(entry) => entry.rows = Some(at),
                None => self.stray(&at, "block", &format!("rows of trace_block of block {block}")),
            }
        }
    }

    /// Traces name no block. They belong to the block with exactly these transactions; where they do not even name these, to
    /// the only block whose transactions ask for exactly the same.
    fn join_traces(&mut self, blocks: &mut BTreeMap<u64, Entry>) {
        let (mut by_txs, mut by_asks) = (HashMap::<Digest, u64>::new(), HashMap::<Digest, Vec<u64>>::new());
        for (height, entry) in blocks.iter().filter(|(_, entry)| entry.count > 0) {
            by_txs.insert(entry.txs, *height);
            if let Some(asks) = entry.asks {
                by_asks.entry(asks).or_default().push(*height);
            }
        }
        for trace in std::mem::take(&mut self.traces) {
            let named = trace.txs.and_then(|txs| by_txs.get(&txs).copied());
            let alike: Vec<u64> = trace.asks.and_then(|asks| by_asks.get(&asks).cloned()).unwrap_or_default();
            let alike: Vec<u64> =
                alike.into_iter().filter(|height| trace.height.is_none_or(|asked| asked == *height)).collect();
            let home = match (named, alike.as_slice()) {
                (Some(height), _) => Some(height),
                (None, []) => None,
                (None, [height]) => Some(*height),
                (None, several) => {
                    let reason = format!(
                        "it names no transactions and may belong to blocks {several:?} alike: record it from a node that names them (txHash)"
                    );
                    self.problem(trace.at.file, Some(trace.at.line), reason, trace.what.name());
                    continue;
                }
            };
            match home.and_then(|height| blocks.get_mut(&height)) {
                Some(entry) if trace.what == Tracer::Calls => entry.frames = Some(trace.at),
                Some(entry) => entry.diffs = Some(trace.at),
                None => self.stray(&trace.at, "block with these transactions", trace.what.name()),
            }
        }
    }

    fn stray(&mut self, at: &At, of: &str, record: &str) {
        let reason =
            format!("the {of} that it belongs to is not in this folder: add the reply of eth_getBlockByNumber");
        self.problem(at.file, Some(at.line), reason, record);
    }
}

impl Tracer {
    fn name(self) -> &'static str {
        match self {
            Self::Calls => "traces of callTracer",
            Self::Balances => "traces of prestateTracer",
        }
    }
}

impl Entry {
    fn new(shape: &BlockShape, asks: Option<Digest>, at: At) -> Self {
        let hashes = shape.tx_hashes();
        Self {
            hash: shape.hash,
            at,
            whole: shape.is_whole(),
            listed: shape.transactions.is_some(),
            count: hashes.len(),
            txs: digest_of(&hashes),
            asks,
            uncles: vec![None; shape.uncles.len()],
            uncle_hashes: shape.uncles.clone(),
            receipts: None,
            receipt: HashMap::new(),
            frames: None,
            rows: None,
            diffs: None,
        }
    }

    fn name(&self, height: u64) -> String {
        format!("block {height}, {}", self.hash)
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(RECORD_CHARS_MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
