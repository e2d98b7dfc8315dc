//! Ethereum and every chain that runs its machine: blocks from a node, from recorded replies or from an explorer, and what
//! each transaction moved.
//!
//! Who brings blocks hands on JSON as it came ([`RawBlock`]); who reads them needs no network.

mod belong;
mod error;
mod raw;
pub mod recorded;
pub mod rpc;
mod shape;

pub use error::Error;
pub use raw::{RawBlock, RawCalls};
