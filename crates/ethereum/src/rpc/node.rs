//! A node: which chain it is of, how far it is, and what it was found to tell.

use std::sync::Arc;

use alloy::primitives::{Address, B256, U256};
use fundtrail_rpc::{
    Call, Client,
    Error::{Answered, Denied, Malformed, Status},
    Recorder,
};
use serde_json::value::RawValue;

use super::{Abilities, Calls, Diffs, Receipts, ask};
use crate::{
    DecodedBlock, Error, reconcile,
    shape::{BlockShape, elements, parse_quantity},
};

/// How far down from the height asked about a block with transactions is looked for, on which to try the tracers. Quiet test
/// chains have long runs of empty blocks; a chain with more of them than this has little to trace.
const PROBE_BLOCKS_MAX: u64 = 64;

/// A block's place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its height.
    pub height: u64,
    /// Its hash.
    pub hash: B256,
    /// The hash of the block below it.
    pub parent: B256,
}

/// What accounts have at the end of a block.
#[derive(Clone, Debug)]
pub struct Balances {
    /// In wei, in the order of the addresses that were asked for.
    pub amounts_wei: Vec<U256>,
    /// The replies that told them, for recording.
    pub replies: Vec<(Call, Box<RawValue>)>,
}

/// A node that was asked for its chain. It is cheap to clone; clones share the limits of the client.
#[derive(Clone, Debug)]
pub struct Node {
    client: Client,
    chain_id: u64,
    chain_reply: Arc<RawValue>,
    abilities: Abilities,
}

impl Node {
    /// Asks the node for its chain. Until [`Node::find_abilities`], it is taken to tell receipts one by one, and no more.
    ///
    /// # Errors
    /// [`Error::WrongChain`] if `expected` is another one; whatever keeps the endpoint from answering.
    pub async fn connect(client: Client, expected: Option<u64>) -> Result<Self, Error> {
        let result = client.call(ask::chain_id()).await?;
        let text: String = serde_json::from_str(result.get()).unwrap_or_default();
        let Some(found) = parse_quantity(&text) else {
            return Err(malformed(&client, ask::CHAIN_ID, "a chain id", format!("it sent {:.80}", result.get())));
        };
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            return Err(Error::WrongChain { endpoint: client.endpoint().clone(), expected, found });
        }
        let abilities =
            Abilities { receipts: Receipts::OneByOne, calls: Calls::None, diffs: Diffs::None, reasons: Vec::new() };
        Ok(Self { client, chain_id: found, chain_reply: result.into(), abilities })
    }

    /// Its chain id (EIP-155).
    #[must_use]
    pub fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The reply that told the chain id, for recording.
    #[must_use]
    pub fn chain_reply(&self) -> (Call, &RawValue) {
        (ask::chain_id(), &self.chain_reply)
    }

    /// The client that it is asked by.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What it was found to tell.
    #[must_use]
    pub fn abilities(&self) -> &Abilities {
        &self.abilities
    }

    /// The newest block that no reorganisation will take back.
    ///
    /// # Errors
    /// [`Error::NoFinalized`] if the node knows no such block; whatever keeps the endpoint from answering.
    pub async fn finalized(&self) -> Result<Header, Error> {
        let endpoint = self.client.endpoint().clone();
        let header = match self.tagged("finalized").await {
            Err(Error::Rpc(Answered { message, .. })) => return Err(Error::NoFinalized { endpoint, why: message }),
            header => header?,
        };
        header.ok_or_else(|| Error::NoFinalized { endpoint, why: "it has finalized none so far".into() })
    }

    /// The head of the chain as this node has it, which may still change.
    ///
    /// # Errors
    /// Whatever keeps the endpoint from answering.
    pub async fn latest(&self) -> Result<Header, Error> {
        let header = self.tagged("latest").await?;
        header.ok_or_else(|| malformed(&self.client, ask::BLOCK, "the head of the chain", "it sent null".into()))
    }

    async fn tagged(&self, tag: &str) -> Result<Option<Header>, Error> {
        let result = self.client.call(ask::tagged(tag)).await?;
        if result.get() == "null" {
            return Ok(None);
        }
        let shape = self.shape(result.get())?;
        Ok(Some(Header { height: shape.number, hash: shape.hash, parent: shape.parent_hash }))
    }

    /// A block's place in the chain as it is now: with this a caller finds how deep a reorganisation went.
    ///
    /// # Errors
    /// [`Error::NoBlock`] if the node does not have it; whatever keeps the endpoint from answering.
    pub async fn header(&self, height: u64) -> Result<Header, Error> {
        let shape = self.header_shape(height).await?;
        Ok(Header { height, hash: shape.hash, parent: shape.parent_hash })
    }

    async fn header_shape(&self, height: u64) -> Result<BlockShape, Error> {
        let result = self.client.call(ask::header(height)).await?;
        if result.get() == "null" {
            return Err(Error::NoBlock { endpoint: self.client.endpoint().clone(), height });
        }
        let shape = self.shape(result.get())?;
        if shape.number != height {
            let why = format!("it sent block {} for block {height}", shape.number);
            return Err(malformed(&self.client, ask::BLOCK, "the block that was asked for", why));
        }
        Ok(shape)
    }

    pub(super) fn shape(&self, text: &str) -> Result<BlockShape, Error> {
        BlockShape::read(text).map_err(|error| malformed(&self.client, ask::BLOCK, "a block", error.to_string()))
    }

    /// Finds out, by asking, what the node tells of blocks at and below `height`, and fetches blocks accordingly from then
    /// on. A tracer counts as missing if the node answers with an error or with something else than was asked for.
    ///
    /// # Errors
    /// [`Error::NoBlock`] if the node does not have the block; whatever keeps the endpoint from answering.
    pub async fn find_abilities(&mut self, height: u64) -> Result<&Abilities, Error> {
        let mut shape = self.header_shape(height).await?;
        let last = height.saturating_sub(PROBE_BLOCKS_MAX);
        while shape.is_empty() && shape.number > last {
            shape = self.header_shape(shape.number - 1).await?;
        }
        let (height, count) = (shape.number, shape.transactions.map_or(0, |list| list.len()));
        let mut reasons = Vec::new();
        let list = |text: &str| elements(text).is_ok_and(|list| list.len() == count);
        let receipts = match self.try_out(ask::block_receipts(height), list).await? {
            Ok(()) => Receipts::ByBlock,
            Err(_) => Receipts::OneByOne,
        };
        let mut calls = Calls::None;
        match self.try_out(ask::frames(height), |text| has_each(text, count, &["type", "from"])).await? {
            Ok(()) => calls = Calls::Frames,
            Err(why) => reasons.push(why),
        }
        if calls == Calls::None {
            let rows = |text: &str| elements(text).is_ok_and(|rows| rows.len() >= count && each_has(&rows, "action"));
            match self.try_out(ask::rows(height), rows).await? {
                Ok(()) => (calls, reasons) = (Calls::Rows, Vec::new()),
                Err(why) => reasons.push(why),
            }
        }
        let diffs = match self.try_out(ask::diffs(height), |text| has_each(text, count, &["pre", "post"])).await? {
            Ok(()) => Diffs::Prestate,
            Err(why) => {
                reasons.push(why.replacen(ask::DEBUG_TRACE, "prestateTracer", 1));
                Diffs::None
            }
        };
        self.abilities = Abilities { receipts, calls, diffs, reasons };
        Ok(&self.abilities)
    }

    /// Leaves out the differences of balances from now on: they take the node's time, and answers are larger with them.
    pub fn without_differences(&mut self) {
        self.abilities.diffs = Diffs::None;
    }

    /// Asks, and says why what came is of no use.
    async fn try_out(&self, call: Call, good: impl Fn(&str) -> bool) -> Result<Result<(), String>, Error> {
        let method = call.method();
        match self.client.call(call).await {
            Ok(result) if good(result.get()) => Ok(Ok(())),
            Ok(_) => Ok(Err(format!("{method}: the node answers something else than was asked for"))),
            Err(Answered { code, message, .. }) => Ok(Err(format!("{method}: error {code}, {message}"))),
            // Some endpoints refuse a method that is not in the plan by a status of HTTP. The chain id was let through.
            Err(Denied { status, .. } | Status { status, .. }) => {
                Ok(Err(format!("{method}: the endpoint refuses it with HTTP {status}")))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What accounts have at the end of block `height`, in the order of the addresses; asked in batches.
    ///
    /// # Errors
    /// [`fundtrail_rpc::Error::Answered`] if the node has pruned the state of that block; whatever keeps the endpoint from answering.
    pub async fn balances(&self, height: u64, addresses: &[Address]) -> Result<Balances, Error> {
        let calls: Vec<Call> = addresses.iter().map(|address| ask::balance(address, height)).collect();
        let results: Vec<Box<RawValue>> = self.client.calls(&calls).await.into_iter().collect::<Result<_, _>>()?;
        let amount = |result: &RawValue| {
            serde_json::from_str::<U256>(result.get())
                .map_err(|error| malformed(&self.client, ask::BALANCE, "an amount", error.to_string()))
        };
        let amounts_wei = results.iter().map(|result| amount(result)).collect::<Result<_, _>>()?;
        Ok(Balances { amounts_wei, replies: calls.into_iter().zip(results).collect() })
    }
}

impl Node {
    /// Holds what a block moved against the balances of every account that it touched, before and after it, and books what
    /// movements do not explain. For nodes that tell no differences by transaction.
    ///
    /// # Errors
    /// [`fundtrail_rpc::Error::Answered`] if the node has pruned the state of one of the two; whatever keeps the endpoint from answering.
    pub async fn reconcile(&self, block: &mut DecodedBlock, recorder: Option<&mut Recorder>) -> Result<(), Error> {
        let Some(before) = block.height.checked_sub(1) else { return Ok(()) };
        let touched: Vec<Address> = block.touched().into_iter().collect();
        let had = self.balances(before, &touched).await?;
        let has = self.balances(block.height, &touched).await?;
        if let Some(recorder) = recorder {
            had.record(recorder)?;
            has.record(recorder)?;
        }
        let balances = touched.into_iter().zip(had.amounts_wei.into_iter().zip(has.amounts_wei)).collect();
        reconcile::by_block(block, &balances);
        Ok(())
    }
}

/// Whether a trace of a block has all transactions, and each result the fields that its tracer gives. A transaction that could
/// not be traced has no result, and says nothing of the others.
fn has_each(text: &str, count: usize, fields: &[&str]) -> bool {
    #[derive(serde::Deserialize)]
    struct Traced {
        result: Option<std::collections::HashMap<String, serde::de::IgnoredAny>>,
    }
    let list: Result<Vec<Traced>, _> = serde_json::from_str(text);
    list.is_ok_and(|list| {
        let mut results = list.iter().filter_map(|traced| traced.result.as_ref()).peekable();
        list.len() == count
            && (count == 0 || results.peek().is_some())
            && results.all(|result| fields.iter().all(|field| result.contains_key(*field)))
    })
}

fn each_has(rows: &[&RawValue], field: &str) -> bool {
    let has = |row: &&RawValue| {
        serde_json::from_str::<std::collections::HashMap<String, serde::de::IgnoredAny>>(row.get())
            .is_ok_and(|row| row.contains_key(field))
    };
    rows.iter().all(has)
}

/// An answer in a form that its method does not have.
pub(super) fn malformed(client: &Client, method: &str, expected: &'static str, why: String) -> Error {
    let why = client.endpoint().quote(&why);
    Error::Rpc(Malformed { endpoint: client.endpoint().clone(), method: method.into(), expected, why })
}
