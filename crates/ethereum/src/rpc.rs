//! Blocks from a node, by JSON-RPC over HTTP.
//!
//! [`Endpoint`] is the address with its key kept to itself, [`Http`] one bounded exchange, [`Client`] requests with patience,
//! [`Node`] what a node can tell and one whole block of it, [`Blocks`] a range of blocks in order. Nothing here understands
//! what a transaction did.

mod abilities;
pub(crate) mod ask;
mod blocks;
mod client;
mod endpoint;
pub(crate) mod fault;
mod fetch;
mod http;
mod node;
mod retry_after;
mod service;
mod settings;

pub use abilities::{Abilities, Calls, Diffs, Receipts};
pub use blocks::{Block, Blocks};
pub use client::{Call, Client};
pub use endpoint::Endpoint;
pub use http::Http;
pub use node::{Balances, Header, Node};
pub use settings::Settings;
