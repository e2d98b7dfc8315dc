//! One whole block: asked for in parts, and given out only if the parts belong together.
//!
//! Behind one address there are often several nodes, and near the head they may stand on different forks. Receipts and rows of
//! `trace_block` name the block's hash; trees of calls and balances name transactions only. These are asked for after the block
//! and before the receipts, so that one fork seen at both ends is the fork in between. What does not belong is fetched again.

use backon::{BackoffBuilder, ExponentialBuilder};
use fundtrail_rpc::{Call, Error::Answered};
use futures_util::future::join;
use serde_json::value::RawValue;
use tokio::time::sleep;

use super::{Block, Calls, Diffs, Header, Node, Receipts, ask, node::malformed};
use crate::{
    Error, RawBlock, RawCalls,
    belong::{check_receipts, check_rows, check_traces},
    shape::{BlockShape, list_of},
};

/// How often a block is fetched whose parts do not belong together. Nodes behind one address agree within a few seconds.
const TRIES: usize = 6;

/// How often a node is asked that does not have the block, or that fails to trace it for no reason that we know.
const TRIES_SHORT: usize = 3;

/// What is meant by an answer that a tracer will give again tomorrow.
const LASTING: &[&str] = &[
    "missing trie node",
    "historical",
    "prune",
    "not available",
    "unavailable",
    "not found",
    "not supported",
    "unsupported",
];

/// One try to fetch a block.
enum Attempt {
    Whole(Block),
    Absent,
    /// The parts do not belong together, or one is not there yet.
    Torn(String),
}

/// A part of a block, or why it does not belong to the block; or why the endpoint did not answer.
type Part<T> = Result<Result<T, String>, Error>;

/// A trace, none if the node will not tell, and notes on what is missing of it.
type Trace = (Option<Box<RawValue>>, Vec<String>);

/// Whether a part belongs to a block: notes on what is missing of it, or why it does not.
type Check = fn(&BlockShape, &str) -> Result<Vec<String>, String>;

/// Stops an attempt whose parts do not belong together.
macro_rules! whole {
    ($part:expr) => {
        match $part {
            Ok(part) => part,
            Err(why) => return Ok(Attempt::Torn(why)),
        }
    };
}

impl Node {
    /// Fetches the block at a height with all that this node was found to tell of it. What it does not tell of this one block,
    /// as with state that it pruned, stands in [`RawBlock::notes`].
    ///
    /// # Errors
    /// [`Error::NoBlock`] if the node does not have it; [`Error::Forks`] if its parts never belong together; whatever keeps
    /// the endpoint from answering.
    pub async fn fetch(&self, height: u64) -> Result<Block, Error> {
        let settings = self.client().settings();
        let mut pauses = ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(settings.pause_min)
            .with_max_delay(settings.pause_max)
            .with_max_times(TRIES)
            .build();
        let endpoint = self.client().endpoint().clone();
        let mut last = String::new();
        for tries in 1..=TRIES {
            match self.attempt(height, tries < TRIES_SHORT).await? {
                Attempt::Whole(block) => return Ok(block),
                Attempt::Absent if tries >= TRIES_SHORT => return Err(Error::NoBlock { endpoint, height }),
                Attempt::Absent => last = "it does not have the block in between".into(),
                Attempt::Torn(why) => last = why,
            }
            sleep(pauses.next().unwrap_or(settings.pause_max)).await;
        }
        Err(Error::Forks { endpoint, height, tries: TRIES, why: last })
    }

    /// `hopeful`: whether a trace that fails for no lasting reason is worth another try.
    async fn attempt(&self, height: u64, hopeful: bool) -> Result<Attempt, Error> {
        let block = self.client().call(ask::block(height)).await?;
        if block.get() == "null" {
            return Ok(Attempt::Absent);
        }
        let shape = self.shape(block.get())?;
        if shape.number != height || !shape.is_whole() {
            let why = format!("it sent block {} for block {height}, or no whole transactions", shape.number);
            return Err(malformed(self.client(), ask::BLOCK, "the block that was asked for", why));
        }
        let (calls, diffs) = join(self.calls(&shape, hopeful), self.diffs(&shape, hopeful)).await;
        let ((calls, mut notes), (diffs, notes_on_diffs)) = (whole!(calls?), whole!(diffs?));
        notes.extend(notes_on_diffs);
        let (receipts, came) = whole!(self.receipts(&shape).await?);
        let uncles = whole!(self.uncles(&shape, &mut notes).await?);
        let wrap = if self.abilities().calls == Calls::Rows { RawCalls::Rows } else { RawCalls::Frames };
        let header = Header { height, hash: shape.hash, parent: shape.parent_hash };
        let raw = RawBlock { height, block, receipts: Some(receipts), calls: calls.map(wrap), diffs, uncles, notes };
        Ok(Attempt::Whole(Block { header, raw, receipts: came }))
    }

    async fn calls(&self, shape: &BlockShape, hopeful: bool) -> Part<Trace> {
        match self.abilities().calls {
            Calls::Frames => {
                self.trace(shape, ask::frames(shape.number), check_traces, hopeful, "internal calls").await
            }
            Calls::Rows => self.trace(shape, ask::rows(shape.number), check_rows, hopeful, "internal calls").await,
            Calls::None => Ok(Ok((None, Vec::new()))),
        }
    }

    async fn diffs(&self, shape: &BlockShape, hopeful: bool) -> Part<Trace> {
        if self.abilities().diffs == Diffs::None {
            return Ok(Ok((None, Vec::new())));
        }
        self.trace(shape, ask::diffs(shape.number), check_traces, hopeful, "balance differences").await
    }

    async fn trace(&self, shape: &BlockShape, call: Call, check: Check, hopeful: bool, what: &str) -> Part<Trace> {
        let method = call.method();
        if shape.is_empty() && method == ask::DEBUG_TRACE {
            // Nothing to trace, and geth refuses to trace the first block of a chain. Rows may still hold rewards.
            let none = list_of(&[]).map_err(|error| malformed(self.client(), method, "a list", error.to_string()))?;
            return Ok(Ok((Some(none), Vec::new())));
        }
        let (why, lasting) = match self.client().call(call).await {
            Ok(result) if result.get() == "null" => ("the node has none".to_owned(), false),
            Ok(result) => {
                return Ok(match check(shape, result.get()) {
                    Ok(found) => Ok((Some(result), found.iter().map(|note| format!("no {what} of {note}")).collect())),
                    Err(why) => Err(format!("its {what}: {why}")),
                });
            }
            Err(Answered { code, message, .. }) => {
                let known = message.to_lowercase();
                let lasting = code == -32_601 || LASTING.iter().any(|word| known.contains(word));
                (format!("error {code}, {message}"), lasting)
            }
            Err(error) => return Err(error.into()),
        };
        if hopeful && !lasting {
            return Ok(Err(format!("its {what}: {why}")));
        }
        Ok(Ok((None, vec![format!("no {what} of this block: {why}")])))
    }

    async fn receipts(&self, shape: &BlockShape) -> Part<(Box<RawValue>, Receipts)> {
        if self.abilities().receipts == Receipts::ByBlock {
            match self.client().call(ask::block_receipts(shape.number)).await {
                Ok(list) if list.get() == "null" => return Ok(Err("it has no receipts of the block".into())),
                Ok(list) => return Ok(check_receipts(shape, list.get()).map(|()| (list, Receipts::ByBlock))),
                // It told receipts by block before, so perhaps only this block is out of its reach that way.
                Err(Answered { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let asked: Vec<Call> = shape.tx_hashes().iter().map(ask::receipt).collect();
        let parts: Vec<Box<RawValue>> = self.client().calls(&asked).await.into_iter().collect::<Result<_, _>>()?;
        if let Some(place) = parts.iter().position(|part| part.get() == "null") {
            return Ok(Err(format!("it has no receipt of transaction {place} of the block")));
        }
        let list =
            list_of(&parts).map_err(|error| malformed(self.client(), ask::RECEIPT, "a receipt", error.to_string()))?;
        Ok(check_receipts(shape, list.get()).map(|()| (list, Receipts::OneByOne)))
    }

    async fn uncles(&self, shape: &BlockShape, notes: &mut Vec<String>) -> Part<Vec<Box<RawValue>>> {
        let asked: Vec<Call> = (0..shape.uncles.len()).map(|index| ask::uncle(shape.number, index)).collect();
        let mut uncles = Vec::new();
        for (index, result) in self.client().calls(&asked).await.into_iter().enumerate() {
            match result {
                Ok(uncle) => match BlockShape::read(uncle.get()) {
                    Ok(found) if shape.uncles.get(index) == Some(&found.hash) => uncles.push(uncle),
                    _ => return Ok(Err(format!("uncle {index} is not the one that the block lists"))),
                },
                Err(Answered { code, message, .. }) => {
                    notes.push(format!("no uncle {index} of this block: error {code}, {message}"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Ok(uncles))
    }
}
