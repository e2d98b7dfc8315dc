//! What a file has told already: gives each movement its `n`, the count of equal movements of its transaction before it
//! in the file, so that two equal transfers stay two (see [`Movement`]).
//!
//! For that every identity is remembered. Whole identities would take some 300 bytes each, 3 GB at ten million rows;
//! the first 16 bytes of their SHA-256 take 20 with the count, and at most 50 with the map's spare room. Two different
//! movements with the same 16 bytes do not happen by chance, and making a pair on purpose takes 2^64 hashes; it would
//! cost a count that is one too high and never a movement.

use std::collections::HashMap;

use fundtrail_types::{Address, Movement, Token};
use sha2::{Digest, Sha256};

/// Counts equal movements.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashMap<[u8; 16], u32>);

impl Seen {
    /// How many movements equal to this one came before it; from now on it is one of them.
    pub(crate) fn count(&mut self, movement: &Movement) -> Result<u32, String> {
        let count = self.0.entry(identity(movement)).or_default();
        let n = *count;
        *count = count.checked_add(1).ok_or_else(|| {
            "the transaction has more than 4 billion equal movements: check that the file is not a loop".to_owned()
        })?;
        Ok(n)
    }
}

/// What names a movement among others, `n` aside. Each part is preceded by its length, so that no two movements give
/// the same bytes by moving a boundary.
pub(crate) fn identity(movement: &Movement) -> [u8; 16] {
    let mut hash = Sha256::new();
    let mut part = |present: bool, bytes: &[u8]| {
        hash.update([u8::from(present)]);
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    let token = match &movement.asset.token {
        Token::Native => None,
        Token::Contract(address) => Some(address),
    };
    part(true, movement.chain.name().as_bytes());
    part(true, movement.tx.as_bytes());
    // The class and not the kind: sources name one movement by several kinds of a class.
    part(true, &[movement.kind.class() as u8]);
    let (_, from, to) = movement.canonical();
    for address in [token, from, to] {
        part(address.is_some(), address.map_or(&[], Address::as_bytes));
    }
    part(true, &movement.amount.to_be_bytes_trimmed());
    let digest: [u8; 32] = hash.finalize().into();
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    short
}
