//! What is said of loads, of coverage and of assets: rows that follow from no other row.
//!
//! A damaged symbol, head or checkpoint is taken out: loading says it again. A damaged claim of coverage or note of a
//! finished load is taken out as well, because it keeps every question from its answer, but then something is not claimed
//! any more that was loaded, and only loading again claims it. So that is told, and before a claim goes all loads are
//! marked: which of them made it cannot be known.

use fundtrail_types::Chain;
use rocksdb::WriteBatch;

use super::{Check, NAMED_MAX, hex, owned};
use crate::{
    ChainId, Family, SourceInfo, Store, StoreError,
    bytes::{Bytes, Put, Take},
    families::{COVERAGE, META, SYMBOLS},
    heads::{self, HEADS},
    info::SOURCES,
    undo::{self, UNDO},
    writer::{CHECKPOINTS, parse_checkpoint},
};

/// The row that counts chains.
const NEXT_CHAIN: &[u8] = b"next_chain";

impl Store {
    /// The number of the next chain as its row tells it, and as it must be. All other rows are read by the numbers of chains,
    /// so it is an error if one is missing: everything of that chain would look damaged.
    pub(super) fn next_chain(&self) -> Result<(Option<u64>, u64), StoreError> {
        let mut numbers: Vec<u32> = self.chains()?.into_iter().map(|(_, number)| number.0).collect();
        numbers.sort_unstable();
        let told = self.get(META, NEXT_CHAIN)?.and_then(|value| Take(&value).u64());
        let last = numbers.last().copied().unwrap_or_default();
        let next = u64::from(last) + 1;
        if !numbers.iter().copied().eq(1..=last) || told.is_some_and(|told| told > next) {
            let what = "chains have the numbers below it, and one of them is missing or there twice";
            return Err(StoreError::damaged(META.name, NEXT_CHAIN, what));
        }
        Ok((told, next))
    }
}

impl Check<'_> {
    pub(super) fn chains(&mut self) -> Result<(), StoreError> {
        let (told, next) = self.store.next_chain()?;
        if next > 1 && told != Some(next) {
            self.broken("the next number is one that no name has", "next_chain");
            self.put(META, NEXT_CHAIN, &Put::default().u64(next).0)?;
        }
        Ok(())
    }

    pub(super) fn notes(&mut self) -> Result<(), StoreError> {
        for family in [META, SYMBOLS, COVERAGE] {
            for row in self.store.scan(family, Bytes::new()) {
                let (key, value) = owned(row?);
                self.read()?;
                let read: Result<(), StoreError> = match family {
                    COVERAGE => self.store.parse_claim(&key).map(drop),
                    SYMBOLS => self.store.check_symbol(&key),
                    _ => note(&key, &value),
                };
                match read {
                    Err(StoreError::Damaged { what, .. }) => self.damaged_note(family, (&key, &value), what)?,
                    read => read?,
                }
            }
            // Of what sources claim, and of what loads are there, later families and mends ask.
            self.write_mends(0)?;
        }
        Ok(())
    }

    fn damaged_note(
        &mut self,
        family: Family,
        (key, value): (&Bytes, &Bytes),
        what: &'static str,
    ) -> Result<(), StoreError> {
        self.broken(&format!("a row of family `{}` can be read", family.name), format!("{} ({what})", hex(key)));
        if family == COVERAGE {
            self.load_again(self.claimed(key));
        } else if let Some(digest) = key.strip_prefix(SOURCES.as_bytes()) {
            // The name stands behind two numbers and a byte.
            let name = value.get(17..).unwrap_or_default();
            self.load_again(format!("the file {} (sha256 {})", shown(name), shown(digest)));
        }
        if family == COVERAGE && self.mends.is_some() {
            let mut batch = WriteBatch::default();
            batch.delete_cf(self.store.family(family)?, key);
            self.store.unsettle_loads(&mut batch)?;
            return self.store.write(batch);
        }
        self.delete(family, key)
    }

    fn load_again(&mut self, what: String) {
        let list = &mut self.report.load_again;
        if list.len() < NAMED_MAX && !list.contains(&what) {
            list.push(what);
        }
    }

    /// What can still be read of a damaged claim.
    fn claimed(&self, key: &[u8]) -> String {
        /// The fields of a claim before the name of its source.
        const BEFORE_SOURCE: usize = 39;
        let chain: Option<Chain> = Take(key).u32().and_then(|number| self.store.chain_of(ChainId(number)));
        let of = chain.map_or_else(|| "a chain that cannot be told".to_owned(), |chain| chain.to_string());
        let source = key.get(BEFORE_SOURCE..).unwrap_or_default().split(|byte| *byte == 0).next().unwrap_or_default();
        format!("what covers {of} by the word of {}", shown(source))
    }
}

/// Text of a row that is damaged.
fn shown(bytes: &[u8]) -> String {
    if bytes.is_empty() { "?".to_owned() } else { format!("`{}`", String::from_utf8_lossy(bytes).escape_debug()) }
}

/// Reads a row of `meta` that speaks of a load.
fn note(key: &[u8], value: &[u8]) -> Result<(), StoreError> {
    if key.starts_with(SOURCES.as_bytes()) {
        SourceInfo::parse(key, value).map(drop)
    } else if key.starts_with(CHECKPOINTS.as_bytes()) {
        parse_checkpoint(key, value).map(drop)
    } else if key.starts_with(HEADS.as_bytes()) {
        heads::check(key, value)
    } else if key == UNDO {
        undo::check(value)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
