//! A range of blocks in order of height, several fetched at once.
//!
//! Blocks are fetched by tasks of their own, so that answers come in while the caller is busy with a block. Dropping the
//! puller ends them. The order of heights is kept whatever the order of answers, and no more blocks are held than are fetched
//! at once.

use std::{
    ops::RangeInclusive,
    pin::Pin,
    task::{Context, Poll},
};

use alloy::primitives::B256;
use fundtrail_rpc::Endpoint;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

use tokio::task::{JoinError, JoinHandle};

use super::{Header, Node, Receipts};
use crate::{Error, RawBlock};

/// A block, with its place in the chain.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its height, its hash and its parent's.
    pub header: Header,
    /// What the node told of it.
    pub raw: RawBlock,
    /// How its receipts came; recording names each reply by what was asked.
    pub receipts: Receipts,
}

/// Pulls the blocks of a range, each once, in order of height.
pub struct Blocks {
    endpoint: Endpoint,
    stream: BoxStream<'static, Result<Block, Error>>,
    parent: Option<B256>,
    ended: bool,
}

/// A block that is being fetched, for as long as somebody waits for it.
struct Fetching(JoinHandle<Result<Block, Error>>);

impl Future for Fetching {
    type Output = Result<Block, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|block| match block.map_err(JoinError::try_into_panic) {
            Ok(block) => block,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // Only dropping ends a task, or the end of the runtime, and then nobody waits for it.
            Err(Err(error)) => std::panic::resume_unwind(Box::new(error)),
        })
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Blocks {
    /// Blocks of `range`, `at_once` of them (at least 1) fetched at the same time. `parent`: the hash of the block below the
    /// range if one is known, so that going on notices a reorganisation too. [`Blocks::next`] is to be awaited in a runtime of
    /// tokio.
    #[must_use]
    pub fn new(node: &Node, range: RangeInclusive<u64>, at_once: usize, parent: Option<B256>) -> Self {
        let endpoint = node.client().endpoint().clone();
        let node = node.clone();
        let fetch = move |height| {
            let node = node.clone();
            Fetching(tokio::spawn(async move { node.fetch(height).await }))
        };
        let stream = stream::iter(range).map(fetch).buffered(at_once.max(1)).boxed();
        Self { endpoint, stream, parent, ended: false }
    }

    /// The next block; none after the last, and after an error.
    ///
    /// # Errors
    /// [`Error::Reorganised`] if the block does not follow the one before; whatever [`Node::fetch`] says. Blocks that came
    /// before an error stand.
    pub async fn next(&mut self) -> Option<Result<Block, Error>> {
        if self.ended {
            return None;
        }
        let next = self.stream.next().await.map(|block| self.follow(block?));
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }

    fn follow(&mut self, block: Block) -> Result<Block, Error> {
        let header = block.header;
        if let Some(expected) = self.parent.filter(|expected| *expected != header.parent) {
            return Err(Error::Reorganised {
                endpoint: self.endpoint.clone(),
                height: header.height,
                expected_parent: expected.to_string(),
                found_parent: header.parent.to_string(),
            });
        }
        self.parent = Some(header.hash);
        Ok(block)
    }
}

impl std::fmt::Debug for Blocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blocks").field("endpoint", &self.endpoint).field("parent", &self.parent).finish_non_exhaustive()
    }
}
