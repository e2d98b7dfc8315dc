//! Stories acted out with the real programs: system, SPL Token, Token-2022 and associated token accounts, as litesvm ships them, in
//! a real runtime in this process. Every transaction is told as a node tells it and read; what it moved is held against the accounts
//! that the runtime has, to the lamport and the token unit, and against what mints and accounts withhold.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod book;
mod programs;
mod stage;
mod tell;
