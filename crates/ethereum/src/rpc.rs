//! Blocks from a node, by JSON-RPC over HTTP.
//!
//! [`Node`] is what a node can tell and one whole block of it, [`Blocks`] a range of blocks in order. Nothing here understands
//! what a transaction did; how an endpoint is asked is the matter of `fundtrail_rpc`.

mod abilities;
pub(crate) mod ask;
mod blocks;
mod fetch;
mod node;

pub use abilities::{Abilities, Calls, Diffs, Receipts};
pub use blocks::{Block, Blocks};
pub use node::{Balances, Header, Node};
