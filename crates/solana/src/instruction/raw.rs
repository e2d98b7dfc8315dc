//! Reading data bytes and the accounts beside them. Whatever is too short is no instruction of its kind.

use crate::wire::Key;

/// The accounts of an instruction.
#[derive(Clone, Copy)]
pub(super) struct Accounts<'a> {
    pub(super) places: &'a [u8],
    pub(super) keys: &'a [Key],
}

impl<'a> Accounts<'a> {
    /// Every account must be one of the transaction's.
    pub(super) fn check(self) -> Result<(), String> {
        match self.places.iter().find(|place| usize::from(**place) >= self.keys.len()) {
            None => Ok(()),
            Some(place) => {
                let (place, keys) = (u32::from(*place) + 1, self.keys.len());
                Err(format!("an instruction names its account {place}, and it has {keys}: ask again"))
            }
        }
    }

    pub(super) fn at(self, n: usize) -> Option<usize> {
        self.places.get(n).map(|place| usize::from(*place))
    }

    pub(super) fn key(self, n: usize) -> Option<Key> {
        self.at(n).and_then(|place| self.keys.get(place).copied())
    }

    /// The first `n`, and the rest.
    pub(super) fn split(self, n: usize) -> Option<(Self, Self)> {
        let (places, rest) = self.places.split_at_checked(n)?;
        Some((Self { places, ..self }, Self { places: rest, ..self }))
    }
}

/// The number of 64 bits at a place.
pub(super) fn u64_at(data: &[u8], at: usize) -> Option<u64> {
    let bytes = data.get(at..at.checked_add(8)?)?;
    bytes.try_into().ok().map(u64::from_le_bytes)
}

/// The key at a place.
pub(super) fn key_at(data: &[u8], at: usize) -> Option<Key> {
    let bytes = data.get(at..at.checked_add(32)?)?;
    bytes.try_into().ok().map(Key)
}
