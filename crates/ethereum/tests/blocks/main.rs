//! Real blocks of Ethereum: what they moved, by the whole block and by each transaction alone.
//!
//! `fixtures/` holds transactions of four mainnet blocks, cut down to the fields that say what moved (see its README), and
//! `golden/` what they moved, one movement a line. `BLESS=1` writes `golden/` anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

mod cut;
mod support;
mod whole;
