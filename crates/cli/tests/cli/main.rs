//! The binary from the outside: every test runs `fundtrail` as people do, and reads what it says into the public types.
//!
//! One test program for all of it, because each links RocksDB.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step is a failed test")]

mod again;
mod bad_input;
mod blocks;
mod bridges;
mod busy;
mod bybit;
mod candidates;
mod case;
mod chains;
mod cluster;
mod connections;
mod ctrl_c;
mod desk;
mod dump;
mod exit_codes;
mod explorers;
mod exports;
mod exposures;
mod extractors;
mod fetching;
mod first_run;
mod graphs;
mod hard;
mod hostile;
mod interrupt;
mod labels;
mod ledger;
mod limits;
mod node;
mod pages;
mod protocols;
mod readme;
mod rejects;
mod same_answer;
mod solana;
mod solana_troubles;
mod starts;
mod stops;
mod swaps;
mod tx;
mod undo;
mod upkeep;
