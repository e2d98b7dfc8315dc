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

/// The plain types that heights, hashes, accounts and amounts are told in; they are alloy's.
pub use alloy::primitives::{Address, B256, U256};
pub use error::Error;
pub use raw::{RawBlock, RawCalls};
