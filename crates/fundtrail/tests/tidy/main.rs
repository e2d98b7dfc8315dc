//! Style as a test: what this repository asks of itself and a compiler does not check.
//!
//! Each test walks the repository, gathers every complaint with its file, and fails with all of them and a remedy. What
//! the tests check against are the tables that people read: the rooms in `docs/architecture.md`, the families in
//! `docs/schema.md`, the files and sources in `data/README.md`. So those pages cannot drift.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a repository that cannot be read is a failed test")]

mod data;
mod files;
mod layers;
mod pages;
mod repository;
