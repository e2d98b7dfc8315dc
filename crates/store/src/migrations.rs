//! From an older format to the present one, a step a file.
//!
//! A step can be interrupted and begun again: it writes the number of its format last, in one batch with whatever could
//! not be done twice.

mod v2;
mod v3;
mod v4;

use std::path::Path;

use crate::{FORMAT, Store, StoreError, db::FORMAT_KEY, families::META};

/// Told how many rows are done; answers whether to go on. Gives whether the step came to its end.
type Run = fn(&Store, &mut dyn FnMut(u64) -> bool) -> Result<bool, StoreError>;

/// A step from the format before it.
struct Migration {
    /// The format that it makes.
    to: u32,
    run: Run,
}

/// Every step, in order.
const MIGRATIONS: [Migration; 3] =
    [Migration { to: 2, run: v2::run }, Migration { to: 3, run: v3::run }, Migration { to: 4, run: v4::run }];

/// In the number of the format: the step that makes it is under way. Older builds take it for a format that is too new.
pub(crate) const UNDER_WAY: u32 = 1 << 31;

/// What a migration did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The format before.
    pub from: u32,
    /// The format now. Less than the present one if the caller asked to stop.
    pub to: u32,
}

impl Store {
    /// Brings the database in `path` to the present format. `go_on` is told how many rows are done, and answers whether to
    /// go on; run it again to go on from there.
    ///
    /// # Errors
    /// If there is no database, it was written by a newer build, or it fails.
    pub fn migrate(path: &Path, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Migrated, StoreError> {
        crate::db::exists(path)?;
        if let Some(newer) = crate::db::other_families(path)?.filter(|found| found & !UNDER_WAY > FORMAT) {
            return Err(crate::db::other_format(path, newer));
        }
        let store = Self::open_any_format(path)?;
        let Some(found) = store.format()? else { return Ok(Migrated { from: FORMAT, to: FORMAT }) };
        let from = if found & UNDER_WAY > 0 { (found & !UNDER_WAY).saturating_sub(1) } else { found };
        if from > FORMAT {
            return Err(crate::db::other_format(path, from));
        }
        let mut to = from;
        for step in MIGRATIONS.iter().filter(|step| step.to > from) {
            // No build must take half of a migration for a database of the old format.
            store.put_synced(META, FORMAT_KEY, &(UNDER_WAY | step.to).to_be_bytes())?;
            if !(step.run)(&store, go_on)? {
                break;
            }
            to = step.to;
        }
        Ok(Migrated { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_migration_is_a_database_to_no_build_and_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store.put(META, FORMAT_KEY, &(UNDER_WAY | FORMAT).to_be_bytes()).unwrap();
        drop(store);
        for refused in [Store::open(dir.path()), Store::open_read_only(dir.path())] {
            let message = refused.unwrap_err().to_string();
            assert!(message.contains("run `fundtrail db migrate`"), "{message}");
        }
        let migrated = Store::migrate(dir.path(), &mut |_| true).unwrap();
        assert_eq!((migrated.from, migrated.to), (FORMAT - 1, FORMAT));
        assert!(Store::open(dir.path()).is_ok());
    }
}
