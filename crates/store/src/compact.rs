//! Compaction: after a large load, the tables that were taken one a step are merged into one sorted run a family.
//!
//! That it is due is noted in the batch that takes the tables, and forgotten when it is done, so an interrupted one is
//! neither lost nor done twice.

use crate::{FAMILIES, Store, StoreError, families::META, writer::bulk::COMPACTION_DUE};

impl Store {
    /// Merges every family into its bottom level. `go_on` is told how many families of how many are done, and answers
    /// whether to go on; what is done stays done.
    ///
    /// # Errors
    /// If the database is open for reading only, or fails.
    pub fn compact(&self, go_on: &mut dyn FnMut(usize, usize) -> bool) -> Result<bool, StoreError> {
        self.writable()?;
        for (done, family) in FAMILIES.into_iter().enumerate() {
            if !go_on(done, FAMILIES.len()) {
                return Ok(false);
            }
            self.compact_family(family)?;
        }
        self.delete(META, COMPACTION_DUE)?;
        Ok(true)
    }

    /// Whether tables were taken and not merged since.
    ///
    /// # Errors
    /// If the database fails.
    pub fn compaction_due(&self) -> Result<bool, StoreError> {
        Ok(self.get(META, COMPACTION_DUE)?.is_some())
    }

    /// Bytes of the database's files, logs included.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn bytes_on_disk(&self) -> Result<u64, StoreError> {
        let files = std::fs::read_dir(self.path()).map_err(|cause| StoreError::io(self.path(), cause))?;
        Ok(files.filter_map(|file| file.ok()?.metadata().ok()).map(|meta| meta.len()).sum())
    }
}
