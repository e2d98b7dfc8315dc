//! Ethereum and every chain that runs its machine: blocks from a node, from recorded replies or from an explorer, and what
//! each transaction moved.
//!
//! Who brings blocks hands on JSON as it came ([`RawBlock`]); who reads them ([`decode`]) needs no network.

mod belong;
pub mod calls;
mod decode;
mod error;
pub mod explorer;
mod ledger;
pub mod protocols;
mod raw;
pub mod reconcile;
pub mod recorded;
pub mod rpc;
mod rules;
mod shape;
pub mod wire;

/// The plain types that heights, hashes, accounts and amounts are told in; they are alloy's.
pub use alloy::primitives::{Address, B256, U256};
pub use decode::{DecodedBlock, DecodedTx, LeftOut, decode, decode_transaction};
pub use error::Error;
pub use ledger::Fee;
pub use raw::{RawBlock, RawCalls, RawTransaction};
pub use reconcile::Reconciled;
pub use rules::{FeeRule, Rules};
