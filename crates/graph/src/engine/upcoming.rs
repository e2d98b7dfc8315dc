//! What is still to come of an open account's history.

use fundtrail_store::{Entry, StoreError};

use super::Key;

/// Entries read ahead at once. Most histories are shorter: they are read in one go and their scan is closed, because an
/// open scan of a store takes more memory than the entries do. Longer ones keep their scan.
pub(super) const ENTRIES_AHEAD: usize = 512;

/// About what an open scan of a store takes.
const SCAN_BYTES: usize = 40_000;

pub(super) type Scan<'a> = Box<dyn Iterator<Item = Result<Entry, StoreError>> + 'a>;

#[derive(Default)]
pub(crate) struct Upcoming<'a> {
    /// Empty only at the end of the history.
    ahead: std::vec::IntoIter<Entry>,
    scan: Option<Scan<'a>>,
}

impl<'a> Upcoming<'a> {
    /// What is still to come of a scan, from an entry on that has just been taken from it.
    pub(crate) fn new(first: Entry, scan: Scan<'a>) -> Result<Self, StoreError> {
        let mut upcoming = Self { ahead: Vec::new().into_iter(), scan: Some(scan) };
        upcoming.read(vec![first])?;
        Ok(upcoming)
    }

    /// What has been read already; not empty before the end.
    pub(crate) fn ahead(&self) -> &[Entry] {
        self.ahead.as_slice()
    }

    /// Whether nothing comes behind what has been read.
    pub(crate) fn is_last(&self) -> bool {
        self.scan.is_none()
    }

    /// How many bytes it holds.
    pub(super) fn bytes(&self) -> usize {
        let scan = if self.scan.is_some() { SCAN_BYTES } else { 0 };
        scan + size_of_val(self.ahead())
    }

    pub(crate) fn peek(&self) -> Option<&Entry> {
        self.ahead().first()
    }

    /// The next entry, if it stands before a key.
    pub(crate) fn pop_before(&mut self, until: Option<Key>) -> Result<Option<Entry>, StoreError> {
        let is_before = |entry: &Entry| until.is_none_or(|until| (entry.position, entry.side) < until);
        if self.peek().is_some_and(is_before) { self.pop() } else { Ok(None) }
    }

    pub(crate) fn pop(&mut self) -> Result<Option<Entry>, StoreError> {
        let entry = self.ahead.next();
        if self.ahead().is_empty() {
            self.read(Vec::new())?;
        }
        Ok(entry)
    }

    fn read(&mut self, mut ahead: Vec<Entry>) -> Result<(), StoreError> {
        let Some(scan) = &mut self.scan else {
            self.ahead = ahead.into_iter();
            return Ok(());
        };
        for entry in scan.take(ENTRIES_AHEAD - ahead.len()) {
            ahead.push(entry?);
        }
        if ahead.len() < ENTRIES_AHEAD {
            self.scan = None;
            ahead.shrink_to_fit();
        }
        self.ahead = ahead.into_iter();
        Ok(())
    }
}
