//! Ethereum and every chain that runs its machine: blocks from a node, from recorded replies or from an explorer, and what
//! each transaction moved.
//!
//! Who brings blocks hands on JSON as it came ([`RawBlock`]); who reads them ([`decode`]) needs no network.

pub mod calls;
mod decode;
mod ledger;
mod raw;
pub mod reconcile;
mod rules;
pub mod wire;

pub use decode::{DecodedBlock, DecodedTx, LeftOut, decode, decode_transaction};
pub use raw::{RawBlock, RawCalls, RawTransaction};
pub use reconcile::Reconciled;
pub use rules::{FeeRule, Rules};
