//! The flow graph that a question touches, with taint on every edge. The only crate that names `petgraph`.
//!
//! Accounts' histories are merged in order of time straight from the ledger (`engine`); each account's
//! balance is replayed under every method asked (`methods`); what carried traced value becomes an edge
//! (`flow`), and paths are read off the edges (`paths`). Taint moves forward in time only.
//! Nothing disappears: what was not followed has a disposition, and what an account paid out beyond what it is known
//! to hold is an unknown inflow, never silently clean or tainted.
//!
//! What reached some accounts lies between bounds that no conserving method can leave (`bounds`).
//!
//! A transaction in which value passes through accounts is taken as a whole (`settle`): what was got stands for what was given, in
//! the same asset or another. Lots carry units of the seed beside units of the asset they are held in.
//!
//! Backward, the accounts that value may have come through are collected (`sought`) and replayed forward, so that a movement is told as the
//! sources that it is made of (`sources`).
//!
//! Each chain is replayed in its own order (`engine`); what bridges take on one arrives on another if an id or an assertion joins the two
//! (`crossings`), and `run` goes through the chains until nothing new arrives.

mod answer;
mod bounds;
mod cached;
mod certificate;
mod coverage;
mod crossings;
mod engine;
mod error;
mod flow;
mod ledger;
mod lot;
mod memory;
mod methods;
mod paths;
mod run;
mod seeds;
mod settle;
mod shared;
mod sought;
mod sources;
mod targets;
mod unexplained;

pub use answer::{Request, trace};
pub use error::TraceError;
pub use ledger::{Claims, Ledger, TxAt};
pub use memory::MemoryLedger;
