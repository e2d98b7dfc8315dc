//! Whose turn it is to write: one writer of a store at a time, and none after a batch that may be half on its way.
//!
//! Two writers would both read the next free number of a dictionary and give it to two names. And after a batch failed
//! while it was written, only opening the database again tells what of it is on the disk; a writer that went on before
//! would give its numbers again, or clear away tables that a noted step still needs.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::StoreError;

/// Whether somebody writes into a store.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<State>);

#[derive(Debug, Default)]
enum State {
    #[default]
    Free,
    Taken,
    /// A batch failed while it was written, and why. It stays so until the database is opened again.
    Failed(String),
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'s> {
    turns: &'s Turns,
    path: &'s Path,
    /// Why a batch of this writer failed: what it gathers has a gap.
    failed: Option<String>,
}

impl Turns {
    pub(crate) fn take<'s>(&'s self, path: &'s Path) -> Result<Turn<'s>, StoreError> {
        let mut state = self.state();
        match &*state {
            State::Free => *state = State::Taken,
            State::Taken => return Err(StoreError::SecondWriter(path.to_owned())),
            State::Failed(cause) => return Err(no_more(path, cause)),
        }
        Ok(Turn { turns: self, path, failed: None })
    }

    /// No thread panics between two changes of it, so it is whole whoever held it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// An error if a batch of this writer failed before.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.failed.as_ref().map_or(Ok(()), |cause| Err(no_more(self.path, cause)))
    }

    /// A batch failed before anything of it was written: its rows are lost to this writer, and the store is as it was.
    pub(crate) fn lost(&mut self, cause: &StoreError) {
        self.failed = Some(cause.to_string());
    }

    /// A batch failed while it was written: what of it is stored shows when the database is opened again.
    pub(crate) fn half_written(&mut self, cause: &StoreError) {
        self.lost(cause);
        *self.turns.state() = State::Failed(cause.to_string());
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.turns.state();
        if matches!(*state, State::Taken) {
            *state = State::Free;
        }
    }
}

fn no_more(path: &Path, cause: &str) -> StoreError {
    StoreError::WriteFailed { path: path.to_owned(), cause: cause.to_owned() }
}
