//! Hashes of the last blocks that were loaded from a node, so that the next run notices if the chain went another way since.

use fundtrail_types::Chain;

use crate::{
    Store, StoreError,
    bytes::{Bytes, Put, Row},
    families::META,
};

/// How the keys of heads begin in `meta`.
pub(crate) const HEADS: &str = "head/";

/// How many a chain has. No chain of this family took back more blocks than that without people deciding it.
pub(crate) const HEADS_MAX: u64 = 256;

/// A block's height and its hash.
pub type Head = (u64, [u8; 32]);

/// The row of a head.
pub(crate) fn row(chain: Chain, (height, hash): Head) -> Row {
    (&META, key(chain, height), Put::default().bytes(&hash).0)
}

fn prefix(chain: Chain) -> String {
    format!("{HEADS}{chain}/")
}

fn key(chain: Chain, height: u64) -> Bytes {
    // Twenty digits hold every height, and so the keys are in its order.
    format!("{}{height:020}", prefix(chain)).into_bytes().into()
}

/// Reads the row of a head, whose height stands at the end of its key.
fn parse(key: &[u8], prefix_len: usize, value: &[u8]) -> Result<Head, StoreError> {
    let height = key.get(prefix_len..).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    let head = height.zip(value.try_into().ok());
    head.ok_or_else(|| StoreError::damaged(META.name, key, "a block without its height or its hash"))
}

/// Whether the row of a head, of whichever chain, is one.
pub(crate) fn check(key: &[u8], value: &[u8]) -> Result<(), StoreError> {
    let prefix_len = key.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let chain = key.get(HEADS.len()..prefix_len.saturating_sub(1)).and_then(|name| std::str::from_utf8(name).ok());
    if chain.is_none_or(|name| name.parse::<Chain>().is_err()) {
        return Err(StoreError::damaged(META.name, key, "a block of a chain that there is not"));
    }
    parse(key, prefix_len, value).map(drop)
}

impl Store {
    /// The last blocks of a chain that were loaded from a node, in order of height.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn heads(&self, chain: Chain) -> Result<Vec<Head>, StoreError> {
        let (prefix, mut heads) = (prefix(chain), Vec::new());
        for row in self.scan(META, prefix.as_bytes().to_vec()) {
            let (key, value) = row?;
            heads.push(parse(&key, prefix.len(), &value)?);
        }
        Ok(heads)
    }

    /// Rows of heads that fall behind once a chain is known up to a height, or that `from` and what follows it take away.
    pub(crate) fn heads_out(&self, chain: Chain, out: impl Fn(u64) -> bool) -> Result<Vec<Row>, StoreError> {
        let heads = self.heads(chain)?;
        Ok(heads.into_iter().filter(|(height, _)| out(*height)).map(|head| row(chain, head)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_heads_are_kept_and_undo_takes_them_away() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (chain, other) = (Chain::ETHEREUM, Chain::SOLANA);
        let hash = |height: u64| [u8::try_from(height % 251).unwrap(); 32];
        let load = |chain, heights: std::ops::RangeInclusive<u64>| {
            let mut writer = store.writer().unwrap();
            heights.for_each(|height| writer.head(chain, (height, hash(height))));
            writer.commit(None).unwrap();
        };
        load(chain, 1..=300);
        load(other, 7..=7);
        load(chain, 301..=310);
        let heads = store.heads(chain).unwrap();
        assert_eq!((heads.len(), heads[0], heads[255]), (256, (55, hash(55)), (310, hash(310))));
        assert_eq!(store.heads(other).unwrap(), [(7, hash(7))]);
        store.undo(chain, (306, u64::MAX), &mut |_| true).unwrap();
        assert_eq!(store.heads(chain).unwrap().last(), Some(&(305, hash(305))));
    }
}
