//! The note of an undo that is under way: while it stands, heights are half gone.

use fundtrail_types::{Chain, TIMED_HEIGHT};

use crate::{
    Store, StoreError,
    bytes::{Put, Row, Take},
    families::META,
};

/// The row that tells of it.
pub(crate) const UNDO: &[u8] = b"undo";

/// An undo that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnderWay {
    pub(super) chain: Chain,
    /// First and last height.
    pub(super) heights: (u64, u64),
    /// Heights of which partial views stay, in order and apart.
    pub(super) exports_stay: Vec<(u64, u64)>,
}

impl UnderWay {
    /// The heights that are some, without those that stand for a time.
    pub(super) fn below_timed(&self) -> (u64, u64) {
        (self.heights.0, self.heights.1.min(TIMED_HEIGHT - 1))
    }

    pub(super) fn exports_stay_at(&self, height: u64) -> bool {
        self.exports_stay.iter().any(|(from, to)| (*from..=*to).contains(&height))
    }

    pub(super) fn row(&self) -> Row {
        let ranges = u32::try_from(self.exports_stay.len()).unwrap_or(u32::MAX);
        let mut put = Put::default().u64(self.heights.0).u64(self.heights.1).u32(ranges);
        for (from, to) in &self.exports_stay {
            put = put.u64(*from).u64(*to);
        }
        (&META, UNDO.into(), put.bytes(self.chain.to_string().as_bytes()).0)
    }

    pub(super) fn parse(value: &[u8]) -> Result<Self, StoreError> {
        let read = || {
            let mut take = Take(value);
            let (heights, ranges) = ((take.u64()?, take.u64()?), take.u32()?);
            let exports_stay = (0..ranges).map(|_| take.u64().zip(take.u64())).collect::<Option<Vec<_>>>()?;
            let chain = std::str::from_utf8(take.rest()).ok()?.parse().ok()?;
            Some(Self { chain, heights, exports_stay })
        };
        read().ok_or_else(|| StoreError::damaged(META.name, UNDO, "an undo that does not tell its chain and heights"))
    }
}

/// Whether the row of an undo is one.
pub(crate) fn check(value: &[u8]) -> Result<(), StoreError> {
    UnderWay::parse(value).map(drop)
}

impl Store {
    /// The chain, the first and the last height of an undo that is under way or was cut half-way: what is stored of them is
    /// not all that was, and not yet none of it. Opening the database for writing brings it to its end.
    ///
    /// # Errors
    /// If the database fails or the row is damaged.
    pub fn undo_under_way(&self) -> Result<Option<(Chain, u64, u64)>, StoreError> {
        Ok(self.undo_noted()?.map(|undo| (undo.chain, undo.heights.0, undo.heights.1)))
    }

    pub(super) fn undo_noted(&self) -> Result<Option<UnderWay>, StoreError> {
        self.get(META, UNDO)?.map(|value| UnderWay::parse(&value)).transpose()
    }

    /// Brings an undo to its end that was cut.
    pub(crate) fn recover_undo(&self) -> Result<(), StoreError> {
        if let Some(undo) = self.undo_noted()? {
            self.end_undo(&undo, &mut |_| true)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_pinned() {
        let undo = UnderWay { chain: Chain::ETHEREUM, heights: (1, u64::MAX), exports_stay: vec![(2, 3)] };
        let (_, _, value) = undo.row();
        let mut expected = vec![0, 0, 0, 0, 0, 0, 0, 1];
        expected.extend([u8::MAX; 8]);
        expected.extend([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3]);
        expected.extend(b"eip155:1");
        assert_eq!(value.as_slice(), expected);
        assert_eq!(UnderWay::parse(&value).unwrap(), undo);
        assert!((0..value.len()).all(|len| UnderWay::parse(&value[..len]).is_err() || len > 36));
    }
}
