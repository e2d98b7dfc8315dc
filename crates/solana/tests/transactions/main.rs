//! Real transactions of Solana, and transactions made up to break a single rule.
//!
//! `fixtures/` holds facts of real transactions, cut down to the fields that say what moved (see its README), and `golden/` what
//! they moved, one movement and one relation a line. `BLESS=1` writes `golden/` anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

mod encodings;
mod golden;
mod hostile;
mod laws;
mod ops;
mod real;
mod rules;
mod scene;
mod support;
mod world;
