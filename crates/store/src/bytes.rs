//! Reading and writing fixed-width big-endian fields. A short row is `None`, never a panic.

use fundtrail_types::Amount;
use smallvec::SmallVec;

use crate::Family;

/// Takes fields off the front of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Take<'a>(pub(crate) &'a [u8]);

impl<'a> Take<'a> {
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// Everything that is left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The rest as an amount.
    pub(crate) fn amount(self) -> Option<Amount> {
        Amount::from_be_bytes(self.0)
    }
}

/// A key or a value. Most are short, and a load makes ten of them for a movement, so they are made without allocation.
pub(crate) type Bytes = SmallVec<[u8; 64]>;

/// A row ready to be put or deleted: family, key, value.
pub(crate) type Row = (&'static Family, Bytes, Bytes);

/// Puts fields one after the other.
#[derive(Debug, Default)]
pub(crate) struct Put(pub(crate) Bytes);

impl Put {
    #[inline]
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    #[inline]
    pub(crate) fn u8(self, value: u8) -> Self {
        self.bytes(&[value])
    }

    #[inline]
    pub(crate) fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    #[inline]
    pub(crate) fn u64(self, value: u64) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    #[inline]
    pub(crate) fn i64(self, value: i64) -> Self {
        self.bytes(&value.to_be_bytes())
    }
}
