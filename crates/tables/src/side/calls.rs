//! The calls of a transaction: which failed, and in what order value moved.
//!
//! A call stands in a tree, and its path says where: nothing for the transaction's own call, `0,2` for the third call
//! of its first call. A call that failed voids all calls below it, although their own rows may show no error. The
//! order of paths is the order of execution.

/// Where a call stands among the calls of its transaction.
pub(crate) type CallPath = Vec<u32>;

/// A call nests at most 1,024 deep; a path that is longer is none.
const DEPTH_MAX: usize = 1024;

/// What is known of the calls of a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    /// The transaction's own call, once it was seen.
    pub(crate) root: Option<RootCall>,
    /// Calls that failed, in order.
    failed: Vec<CallPath>,
    /// Inner calls that may have moved value, in order.
    moved: Vec<CallPath>,
}

/// The transaction's own call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RootCall {
    pub(crate) failed: bool,
    /// The contract that it created.
    pub(crate) created: Option<[u8; 20]>,
}

impl Calls {
    pub(crate) fn add_failed(&mut self, path: CallPath) {
        add(&mut self.failed, path);
    }

    pub(crate) fn add_moved(&mut self, path: CallPath) {
        add(&mut self.moved, path);
    }

    /// Whether a call, or one that it is part of, failed.
    pub(crate) fn is_void(&self, path: &[u32]) -> bool {
        let failed = |len: usize| {
            path.get(..len).is_some_and(|around| self.failed.binary_search_by(|one| one.as_slice().cmp(around)).is_ok())
        };
        !self.failed.is_empty() && (0..=path.len()).any(failed)
    }

    /// The place of a call among those that moved value. The transaction's own call is the first.
    pub(crate) fn leg(&self, path: &[u32]) -> Option<u32> {
        if path.is_empty() {
            return Some(0);
        }
        let place = self.moved.binary_search_by(|one| one.as_slice().cmp(path)).ok()?;
        let before = &self.moved[..place];
        // Void calls are not counted, because some extracts do not have them.
        let count =
            if self.failed.is_empty() { before.len() } else { before.iter().filter(|one| !self.is_void(one)).count() };
        u32::try_from(count).ok()?.checked_add(1)
    }
}

/// Puts a path in its place. Rows mostly come in order, so that it is the last.
fn add(paths: &mut Vec<CallPath>, path: CallPath) {
    if let Err(place) = paths.binary_search(&path) {
        paths.insert(place, path);
    }
}

/// Reads a path: numbers between commas or underscores, in brackets or not.
pub(crate) fn read(text: &str) -> Result<CallPath, String> {
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text).trim();
    if inside.is_empty() {
        return Ok(CallPath::new());
    }
    let number = |part: &str| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| digits)
    };
    let path: Option<CallPath> = inside.split([',', '_']).map(|part| number(part.trim())).collect();
    path.filter(|path| path.len() <= DEPTH_MAX).ok_or_else(|| {
        let shown = crate::record::shorten(text, 40);
        format!(
            "`trace_address`: `{shown}` is no path of a call: write numbers separated by commas, or extract it again"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_each_program_writes_them() {
        for (text, path) in
            [("", &[][..]), ("[]", &[]), ("0", &[0]), ("0,2", &[0, 2]), ("0_12", &[0, 12]), ("[3, 1]", &[3, 1])]
        {
            assert_eq!(read(text).as_deref(), Ok(path), "{text}");
        }
        for text in ["-1", "0,", "a", "0 1", "4294967296", &"0,".repeat(2000)] {
            assert!(read(text).unwrap_err().contains("is no path of a call"), "{text}");
        }
    }

    #[test]
    fn a_failed_call_voids_what_is_below_it_and_nothing_else() {
        let mut calls = Calls::default();
        for path in [&[2, 0][..], &[0], &[1, 0], &[1], &[2]] {
            calls.add_moved(path.to_vec());
        }
        calls.add_failed(vec![1]);
        assert!(calls.is_void(&[1]) && calls.is_void(&[1, 0]) && calls.is_void(&[1, 0, 5]));
        assert!(!calls.is_void(&[]) && !calls.is_void(&[0]) && !calls.is_void(&[10]) && !calls.is_void(&[2, 1]));
        let legs: Vec<_> = [&[][..], &[0], &[2], &[2, 0]].map(|path| calls.leg(path)).to_vec();
        assert_eq!(legs, [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!(calls.leg(&[7]), None);
        calls.add_failed(vec![]);
        assert!(calls.is_void(&[]) && calls.is_void(&[2, 0]));
    }
}
