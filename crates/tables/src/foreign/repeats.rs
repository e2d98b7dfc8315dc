//! Rows that a file repeats, where its rows have a key.
//!
//! A file that was put together from overlapping ranges tells some rows twice. Where a row has a key (a transaction its
//! hash, an event its index, a call its place) the same key again is the same movement, so it gets the same `n`, and a
//! store keeps it once. A key that is told again and differently is a contradiction, and such a row is refused. Where
//! rows have none, equal rows are movements of their own (see `seen`).
//!
//! Of a key 16 bytes are remembered, of what it told 8, and with the map's spare room that takes at most 70 bytes. Two
//! keys do not agree in 16 bytes by chance; making such a pair takes 2^64 hashes and would cost a row that is refused.

use std::collections::{HashMap, hash_map::Entry};

use fundtrail_types::Chain;
use sha2::{Digest, Sha256};

use crate::{
    extracted::Extracted,
    foreign::{Foreign, Told},
    record::Record,
    seen::{Seen, identity},
};

/// The key of a table's rows.
#[derive(Clone, Copy)]
pub(super) struct Key {
    /// Without the first there is no key.
    columns: &'static [&'static str],
    /// What a row is, in a message.
    noun: &'static str,
    /// Whether one row tells all movements that the table has of its transaction.
    whole: bool,
}

impl Key {
    /// The key of a table; none if equal rows may be different movements.
    pub(super) fn of(foreign: Foreign) -> Option<Self> {
        const EVENT: Key = Key { columns: &["transaction_hash", "log_index"], noun: "event", whole: false };
        const CALL: Key = Key { columns: &["transaction_hash", "trace_address"], noun: "call", whole: false };
        let whole = |columns, noun| Some(Self { columns, noun, whole: true });
        match foreign {
            Foreign::EtherscanTransactions => whole(&["Txhash"], "transaction"),
            Foreign::Extracted(table) => match table {
                Extracted::EthereumEtlTransactions => whole(&["hash"], "transaction"),
                Extracted::CryoTransactions => whole(&["transaction_hash"], "transaction"),
                Extracted::EthereumEtlBlocks => whole(&["hash"], "block"),
                Extracted::EthereumEtlLogs
                | Extracted::EthereumEtlTokenTransfers
                | Extracted::CryoLogs
                | Extracted::CryoErc20Transfers => Some(EVENT),
                Extracted::EthereumEtlTraces | Extracted::CryoTraces => Some(CALL),
                Extracted::EthereumEtlReceipts | Extracted::CryoBlocks | Extracted::CryoNativeTransfers => None,
            },
            _ => None,
        }
    }

    /// The key of a row, in 16 bytes.
    fn read(self, record: &Record, chain: Chain) -> Option<[u8; 16]> {
        let hash = record.get(self.columns.first()?)?.to_ascii_lowercase();
        let mut digest = Sha256::new();
        let rest = self.columns.iter().skip(1).map(|column| record.get(column).unwrap_or_default());
        for part in [chain.name(), hash.trim_start_matches("0x")].into_iter().chain(rest) {
            digest.update(part);
            digest.update([0]);
        }
        Some(first(digest))
    }
}

/// Gives the movements of each row their `n`.
pub(super) struct Repeats {
    key: Option<Key>,
    seen: Seen,
    told: HashMap<[u8; 16], Before>,
}

/// What a key told before.
#[derive(Clone, Copy)]
struct Before {
    content: [u8; 8],
    /// Of its only movement, unless a row tells its transaction whole.
    n: u32,
}

impl Repeats {
    pub(super) fn new(foreign: Foreign) -> Self {
        Self { key: Key::of(foreign), seen: Seen::default(), told: HashMap::new() }
    }

    /// Counts the movements of a row, or refuses it if its key told something else before.
    pub(super) fn count(&mut self, record: &Record, chain: Chain, told: &mut Told) -> Result<(), String> {
        // What moved nothing need not be known again, but for a transaction, which may be told otherwise later.
        let key = self.key.filter(|key| key.whole || !told.movements.is_empty());
        let Some((key, id)) = key.and_then(|key| Some((key, key.read(record, chain)?))) else {
            return number(&mut self.seen, told);
        };
        let content = content(told);
        match self.told.entry(id) {
            Entry::Occupied(before) if before.get().content != content => Err(format!(
                "the file tells this {} twice, differently: remove the row that is wrong, or get the file again",
                key.noun
            )),
            Entry::Occupied(_) if key.whole => number(&mut Seen::default(), told),
            Entry::Occupied(before) => {
                told.movements.iter_mut().for_each(|row| row.movement.n = before.get().n);
                Ok(())
            }
            Entry::Vacant(place) => {
                if key.whole {
                    number(&mut Seen::default(), told)?;
                } else {
                    number(&mut self.seen, told)?;
                }
                let n = told.movements.first().map_or(0, |row| row.movement.n);
                place.insert(Before { content, n });
                Ok(())
            }
        }
    }
}

fn number(seen: &mut Seen, told: &mut Told) -> Result<(), String> {
    for row in &mut told.movements {
        row.movement.n = seen.count(&row.movement)?;
    }
    Ok(())
}

/// What a row tells, in 8 bytes. Whose file it is does not count: two accounts tell one transaction from two sides.
fn content(told: &Told) -> [u8; 8] {
    let mut digest = Sha256::new();
    for row in &told.movements {
        digest.update(identity(&row.movement));
        digest.update(format!("{:?} {:?};", row.movement.order, row.movement.time));
    }
    digest.update(format!("{:?} {:?}", told.left_out, told.height));
    first(digest)
}

fn first<const N: usize>(digest: Sha256) -> [u8; N] {
    let whole: [u8; 32] = digest.finalize().into();
    let mut short = [0; N];
    short.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    short
}

#[cfg(test)]
mod tests {
    use std::mem::size_of;

    use super::*;

    #[test]
    fn entries_take_no_more_than_the_essay_says() {
        assert!((size_of::<([u8; 16], Before)>() + 1) * 16 / 7 <= 70);
    }
}
