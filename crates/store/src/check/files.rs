//! Files that cannot be read: families that are derived from others are emptied, and filled again by the check.

use crate::{
    Family, Store, StoreError,
    families::{ACCOUNT_IDS, ACCOUNTS, ASSET_IDS, ASSETS, HISTORY, TXIDS},
};

/// Families that can be made anew, with those from which they are made.
const DERIVED: [(Family, Option<Family>); 6] = [
    (HISTORY, None),
    (TXIDS, None),
    (ACCOUNTS, Some(ACCOUNT_IDS)),
    (ACCOUNT_IDS, Some(ACCOUNTS)),
    (ASSETS, Some(ASSET_IDS)),
    (ASSET_IDS, Some(ASSETS)),
];

impl Store {
    /// Empties families whose files cannot be read, if they can be made anew. Gives which.
    pub(super) fn drop_unreadable(&mut self) -> Result<Vec<Family>, StoreError> {
        let mut dropped = Vec::new();
        for (family, from) in DERIVED {
            if self.is_readable(family) {
                continue;
            }
            // Of a dictionary, one direction must be whole for the other to be made.
            if let Some(from) = from.filter(|from| !self.is_readable(*from)) {
                return Err(StoreError::Unreadable { families: [family.name, from.name] });
            }
            self.renew(family)?;
            dropped.push(family);
        }
        Ok(dropped)
    }

    fn is_readable(&self, family: Family) -> bool {
        self.scan(family, crate::bytes::Bytes::new()).all(|row| row.is_ok())
    }
}
