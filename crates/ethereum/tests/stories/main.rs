//! Stories played on a real node: what a chain does when real contracts move money, held against what was asked for.
//!
//! `anvil` runs the bytecode that npm packages ship. A story ([`fact::Story`]) says in plain terms who paid whom how much of
//! what. Its truths come from the chain itself, by `eth_getBalance` and `balanceOf` at every height, and never from the
//! decoding under test: [`truth`] asks them, [`reconcile`] holds both against each other. Where the decoding comes in,
//! [`decoded`] says. `scripts/npm-fixtures.sh` installs the packages; without them the stories are left out.
//!
//! What is odd about anvil's tracers is told in [`fetch`].

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a node that does not answer is a failed test")]

mod anvil;
mod code;
mod contracts;
mod decoded;
mod diffs;
mod fact;
mod fetch;
mod npm;
mod reconcile;
mod rpc;
mod safes;
mod sent;
mod stage;
mod tell;
mod tracers;
mod truth;
mod tx;
mod uniswap2;
mod uniswap3;
mod user_ops;
