//! Errors of the ways in. Each names the endpoint (without its key), the block or the file, and what to do.

use fundtrail_rpc::Endpoint;

/// Why blocks could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The endpoint did not answer, or a recording cannot be written or read.
    #[error(transparent)]
    Rpc(#[from] fundtrail_rpc::Error),
    /// A node of another chain.
    #[error(
        "{endpoint} is a node of chain {found}, not of chain {expected}: give a node of chain {expected}, or name chain {found}"
    )]
    WrongChain {
        /// Where.
        endpoint: Endpoint,
        /// The chain id that was expected.
        expected: u64,
        /// The chain id that the node has.
        found: u64,
    },
    /// The node cannot tell which blocks are final.
    #[error(
        "{endpoint} does not know which block is finalized ({why}): name the last height as a number, or ask for `latest` and let reorganisations be undone"
    )]
    NoFinalized {
        /// Where.
        endpoint: Endpoint,
        /// What it said.
        why: String,
    },
    /// The node does not have a block.
    #[error(
        "{endpoint} does not have block {height} (yet): ask for blocks up to its head only, or wait until it has caught up"
    )]
    NoBlock {
        /// Where.
        endpoint: Endpoint,
        /// The height.
        height: u64,
    },
    /// The parts of one block never belong together.
    #[error(
        "what {endpoint} tells of block {height} does not belong together, {tries} times in a row ({why}): ask for finalized blocks only, or use an endpoint with one node behind it that keeps the whole history"
    )]
    Forks {
        /// Where.
        endpoint: Endpoint,
        /// The height.
        height: u64,
        /// How often the block was fetched.
        tries: usize,
        /// What did not belong.
        why: String,
    },
    /// A block does not follow the block before it: the chain was reorganised. What was taken from `height - 1` on downwards,
    /// as far as the node no longer has it, is to be undone.
    #[error(
        "block {height} of {endpoint} follows {found_parent} and not {expected_parent}: the chain was reorganised below it; undo what is no longer part of it and go on from there"
    )]
    Reorganised {
        /// Where.
        endpoint: Endpoint,
        /// The first block that does not follow.
        height: u64,
        /// The hash of the block before it, as it was given before.
        expected_parent: String,
        /// The parent that it names.
        found_parent: String,
    },
}
