//! Files that cannot be read: families that are derived from others are emptied, and filled again by the check.
//!
//! Between the two, histories are not whole. A note says so, and nobody reads or writes until mending has come to its
//! end.

use crate::{
    FAMILIES, Family, Store, StoreError,
    bytes::Bytes,
    families::{ACCOUNT_IDS, ACCOUNTS, ASSET_IDS, ASSETS, HISTORY, META, RELATIONS_OF, TXIDS},
};

/// Families that can be made anew, with those from which they are made.
const DERIVED: [(Family, Option<Family>); 7] = [
    (HISTORY, None),
    (TXIDS, None),
    (RELATIONS_OF, None),
    (ACCOUNTS, Some(ACCOUNT_IDS)),
    (ACCOUNT_IDS, Some(ACCOUNTS)),
    (ASSETS, Some(ASSET_IDS)),
    (ASSET_IDS, Some(ASSETS)),
];

/// The row that tells that families were emptied and are not filled yet.
const MENDING: &[u8] = b"mending";

/// Whether the rows of a family follow from those of others.
pub(crate) fn is_derived(family: Family) -> bool {
    DERIVED.iter().any(|(derived, _)| *derived == family)
}

impl Store {
    /// Empties families whose files cannot be read, if they can be made anew. Gives which.
    pub(super) fn drop_unreadable(&mut self) -> Result<Vec<Family>, StoreError> {
        let mut unreadable = Vec::new();
        for family in FAMILIES {
            match self.damage(family)? {
                Some(damage) if !is_derived(family) => return Err(damage),
                Some(_) => unreadable.push(family),
                None => {}
            }
        }
        // Of a dictionary, one direction must be whole for the other to be made.
        let lost = DERIVED.iter().find_map(|(family, from)| {
            let from = from.filter(|from| unreadable.contains(family) && unreadable.contains(from))?;
            Some([family.name, from.name])
        });
        if let Some(families) = lost {
            return Err(StoreError::Unreadable { families });
        }
        // From the first change to the last, nobody reads: half of a mend looks whole.
        self.put_synced(META, MENDING, &[])?;
        for family in &unreadable {
            self.renew(*family)?;
        }
        Ok(unreadable)
    }

    /// What keeps a family from being read to its end.
    fn damage(&self, family: Family) -> Result<Option<StoreError>, StoreError> {
        for row in self.scan(family, Bytes::new()) {
            match row {
                Err(damage @ StoreError::DamagedFile { .. }) => return Ok(Some(damage)),
                row => row?,
            };
        }
        Ok(None)
    }

    /// Mending has come to its end.
    pub(super) fn mended(&self) -> Result<(), StoreError> {
        self.delete(META, MENDING)
    }

    /// Whether mending has not come to its end.
    pub(crate) fn is_being_mended(&self) -> Result<bool, StoreError> {
        Ok(self.get(META, MENDING)?.is_some())
    }
}
