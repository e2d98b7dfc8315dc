//! What must hold for any bytes: the bodies of the fuzz targets, as plain functions.
//!
//! `cargo test` runs them on mutations of the bundled data with a fixed seed (`tests/seeded.rs`). `fuzz_targets/` wraps
//! each for libFuzzer, which finds its own inputs: `cargo fuzz run tables --features libfuzzer`, with a nightly
//! compiler.
//!
//! Each function panics where an invariant is broken; that is how fuzzers are told.

mod balances;
mod blocks;
mod instructions;
mod moved;
mod nouns;
mod print;
mod tables;
mod transactions;

pub use blocks::blocks;
pub use instructions::instructions;
pub use nouns::{address, amount};
pub use tables::{Tally, tables};
pub use transactions::transactions;
