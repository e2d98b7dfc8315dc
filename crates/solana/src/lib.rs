//! Solana: transactions as nodes tell them, and what each moved, to the lamport.
//!
//! Who brings transactions hands on JSON as it came ([`RawTransaction`], [`RawBlock`]); who reads them ([`decode`],
//! [`decode_block`]) needs no network.

mod decode;
mod instruction;
mod ledger;
mod message;
mod owners;
mod programs;
mod raw;
mod reconcile;
mod wire;

pub use decode::{DecodedBlock, DecodedTx, LeftOut, Residue, Why, decode, decode_block};
pub use instruction::{Instruction, InstructionData};
pub use owners::{NoHistory, Owners, TokenOwner};
pub use raw::{RawBlock, RawTransaction};
pub use reconcile::Reconciled;
