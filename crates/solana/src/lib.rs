//! Solana: transactions by address, by slot or from recorded replies, and what each moved, to the lamport.

mod error;
mod raw;
pub mod ways;

pub use error::Error;
pub use raw::{RawBlock, RawTransaction};
