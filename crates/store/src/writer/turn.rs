//! Whose turn it is to write: one writer of a store at a time, and none after a batch that may be half on its way.
//!
//! Two writers would both read the next free number of a dictionary and give it to two names. And after a batch failed
//! while it was written, only opening the database again tells what of it is on the disk; a writer that went on before
//! would give its numbers again, or clear away tables that a noted step still needs.

use std::{
    path::Path,
    sync::atomic::{AtomicU8, Ordering},
};

use crate::StoreError;

const FREE: u8 = 0;
const TAKEN: u8 = 1;
/// A batch failed while it was written; it stays so until the database is opened again.
const FAILED: u8 = 2;

/// Whether somebody writes into a store.
#[derive(Debug, Default)]
pub(crate) struct Turns(AtomicU8);

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'s> {
    turns: &'s Turns,
    path: &'s Path,
    /// A batch of this writer failed, so what it gathers has a gap.
    failed: bool,
}

impl Turns {
    pub(crate) fn take<'s>(&'s self, path: &'s Path) -> Result<Turn<'s>, StoreError> {
        match self.0.compare_exchange(FREE, TAKEN, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Ok(Turn { turns: self, path, failed: false }),
            Err(TAKEN) => Err(StoreError::SecondWriter(path.to_owned())),
            Err(_) => Err(StoreError::WriteFailed(path.to_owned())),
        }
    }
}

impl Turn<'_> {
    /// An error if a batch of this writer failed before.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if self.failed { Err(StoreError::WriteFailed(self.path.to_owned())) } else { Ok(()) }
    }

    /// A batch failed before anything of it was written: its rows are lost to this writer, and the store is as it was.
    pub(crate) fn lost(&mut self) {
        self.failed = true;
    }

    /// A batch failed while it was written: what of it is stored shows when the database is opened again.
    pub(crate) fn half_written(&mut self) {
        self.failed = true;
        self.turns.0.store(FAILED, Ordering::Release);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // What failed stays so.
        let _ = self.turns.0.compare_exchange(TAKEN, FREE, Ordering::AcqRel, Ordering::Acquire);
    }
}
