//! Dictionaries: every name has its number, every number its name, and no number is given twice.

use std::collections::HashSet;

use super::{Check, hex, owned};
use crate::{
    Family, StoreError,
    bytes::{Bytes, Put, Take},
    families::{ACCOUNT_IDS, ACCOUNTS, ASSET_IDS, ASSETS, META},
};

/// A dictionary: names to numbers, numbers to names, and the row that counts on.
const DICTIONARIES: [(Family, Family, &str); 2] =
    [(ACCOUNTS, ACCOUNT_IDS, "next_account"), (ASSETS, ASSET_IDS, "next_asset")];

impl Check<'_> {
    pub(super) fn dictionaries(&mut self) -> Result<(), StoreError> {
        for (names, numbers, counter) in DICTIONARIES {
            let (mut largest, mut claimed) = (0, HashSet::new());
            self.reverse(names, numbers, |(_, value)| Take(value).u64(), &mut largest, &mut claimed)?;
            self.reverse(numbers, names, |(key, _)| Take(key).u64(), &mut largest, &mut claimed)?;
            let next = self.store.get(META, counter.as_bytes())?.and_then(|value| Take(&value).u64());
            if largest > 0 && next.is_none_or(|next| next <= largest) {
                self.broken("the next number is one that no name has", counter);
                self.put(META, counter.as_bytes(), &Put::default().u64(largest + 1).0)?;
            }
        }
        self.write_mends(0)
    }

    /// Every row of one direction has its twin in the other.
    fn reverse(
        &mut self,
        one: Family,
        other: Family,
        number: impl Fn((&[u8], &[u8])) -> Option<u64>,
        largest: &mut u64,
        claimed: &mut HashSet<u64>,
    ) -> Result<(), StoreError> {
        for row in self.store.scan(one, Bytes::new()) {
            let (key, value) = owned(row?);
            self.read()?;
            let Some(number) = number((&key, &value)).filter(|number| *number > 0) else {
                self.broken("a row of a dictionary can be read", format!("{} {}", one.name, hex(&key)));
                self.delete(one, &key)?;
                continue;
            };
            *largest = number.max(*largest);
            if self.store.get(other, &value)?.as_deref() == Some(key.as_slice()) {
                continue;
            }
            let invariant = format!("family `{}` holds the way back of `{}`", other.name, one.name);
            self.broken(&invariant, hex(&key));
            // Where two disagree, which one is right cannot be known from here. Only what is missing is put, and only if no
            // other row lays claim to the number: a stranger must not be given somebody's history.
            let is_missing = self.store.get(other, &value)?.is_none();
            if is_missing && claimed.insert(number) {
                self.put(other, &value, &key)?;
            } else {
                claimed.insert(number);
                self.report.unresolved += 1;
            }
        }
        Ok(())
    }
}
