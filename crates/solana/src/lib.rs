//! Solana: transactions by address, by slot or from recorded replies, and what each moved, to the lamport.
//!
//! Who brings transactions ([`ways`]) hands on JSON as it came ([`RawTransaction`], [`RawBlock`]); who reads them ([`decode`],
//! [`decode_block`]) needs no network.

mod decode;
mod error;
mod instruction;
mod ledger;
mod message;
mod owners;
mod programs;
mod raw;
mod reconcile;
pub mod ways;
mod wire;

pub use decode::{DecodedBlock, DecodedTx, LeftOut, Residue, Why, decode, decode_block};
pub use error::Error;
pub use instruction::{Instruction, InstructionData};
pub use owners::{NoHistory, Owners, TokenOwner};
pub use raw::{RawBlock, RawTransaction};
pub use reconcile::Reconciled;
