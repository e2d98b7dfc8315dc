//! Format 3: families for relations. They are made, empty, when the database is opened; what was stored before tells none.

use crate::{Store, StoreError, db::FORMAT_KEY, families::META};

pub(super) fn run(store: &Store, _: &mut dyn FnMut(u64) -> bool) -> Result<bool, StoreError> {
    store.put_synced(META, FORMAT_KEY, &3u32.to_be_bytes())?;
    Ok(true)
}
