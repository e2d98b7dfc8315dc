//! The calls of a transaction: which failed, and in what order value moved.
//!
//! A call stands in a tree, and its path says where: nothing for the transaction's own call, `0,2` for the third call
//! of its first call. A call that failed voids all calls below it, although their own rows may show no error. The
//! order of paths is the order of execution.
//!
//! One transaction can have hundreds of thousands of calls, in any order. So they are gathered as they come, put in
//! order once when the first of them is asked for, and looked up by halves from then on.

use std::sync::OnceLock;

/// Where a call stands among the calls of its transaction.
pub(crate) type CallPath = Vec<u32>;

/// A call nests at most 1,024 deep; a path that is longer is none.
const DEPTH_MAX: usize = 1024;

/// What is known of the calls of a transaction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    /// The transaction's own call, once it was seen.
    pub(crate) root: Option<RootCall>,
    /// Calls that failed, and inner calls that may have moved value, as they came.
    seen: Vec<Seen>,
    /// The same in order; made anew after more were seen.
    ordered: OnceLock<Box<Ordered>>,
}

/// The transaction's own call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RootCall {
    pub(crate) failed: bool,
    /// The contract that it created.
    pub(crate) created: Option<[u8; 20]>,
}

#[derive(Clone, Debug)]
struct Seen {
    path: Box<[u32]>,
    /// Else it may have moved value.
    failed: bool,
}

/// Calls in the order of their paths, each by its place in `seen`.
#[derive(Clone, Debug)]
struct Ordered {
    /// Calls that failed, without those below another that failed.
    failed: Vec<u32>,
    moved: Vec<Moved>,
}

#[derive(Clone, Copy, Debug)]
struct Moved {
    at: u32,
    leg: u32,
}

impl Calls {
    pub(crate) fn add_failed(&mut self, path: CallPath) {
        self.add(path, true);
    }

    pub(crate) fn add_moved(&mut self, path: CallPath) {
        self.add(path, false);
    }

    fn add(&mut self, path: CallPath, failed: bool) {
        self.seen.push(Seen { path: path.into_boxed_slice(), failed });
        self.ordered.take();
    }

    /// Whether a call, or one that it is part of, failed.
    pub(crate) fn is_void(&self, path: &[u32]) -> bool {
        self.is_below(&self.ordered().failed, path)
    }

    /// The place of a call among those that moved value. The transaction's own call is the first.
    pub(crate) fn leg(&self, path: &[u32]) -> Option<u32> {
        if path.is_empty() {
            return Some(0);
        }
        let moved = &self.ordered().moved;
        let place = moved.binary_search_by(|one| self.path(one.at).cmp(path)).ok()?;
        Some(moved.get(place)?.leg)
    }

    fn path(&self, at: u32) -> &[u32] {
        self.seen.get(at as usize).map(|one| &*one.path).unwrap_or_default()
    }

    /// Whether one of `failed` is a call or stands around it. None of them stands around another, so only the last one that
    /// is not behind the call can: whatever lies between a call and what is around it is below that as well.
    fn is_below(&self, failed: &[u32], path: &[u32]) -> bool {
        let behind = failed.partition_point(|one| self.path(*one) <= path);
        behind.checked_sub(1).and_then(|last| failed.get(last)).is_some_and(|last| path.starts_with(self.path(*last)))
    }

    fn ordered(&self) -> &Ordered {
        self.ordered.get_or_init(|| {
            let (mut failed, mut moved): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
            for (at, one) in (0..).zip(&self.seen) {
                if one.failed { failed.push(at) } else { moved.push(at) }
            }
            for paths in [&mut failed, &mut moved] {
                paths.sort_unstable_by(|a, b| self.path(*a).cmp(self.path(*b)));
                paths.dedup_by(|a, b| self.path(*a) == self.path(*b));
            }
            // What is below a call comes right behind it, so the last one that was kept is the only one to look at.
            failed.dedup_by(|below, kept| self.path(*below).starts_with(self.path(*kept)));
            let mut leg = 0_u32;
            let leg_of = |at: u32| {
                leg = leg.saturating_add(1);
                let mine = Moved { at, leg };
                // Void calls are not counted, because some extracts do not have them.
                leg -= u32::from(self.is_below(&failed, self.path(at)));
                mine
            };
            let moved = moved.into_iter().map(leg_of).collect();
            Box::new(Ordered { failed, moved })
        })
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
        // Known from now on, although it was asked for before.
        calls.add_moved(vec![3]);
        assert_eq!(calls.leg(&[3]), Some(4));
        calls.add_failed(vec![]);
        assert!(calls.is_void(&[]) && calls.is_void(&[2, 0]));
    }

    #[test]
    fn what_lies_between_a_failed_call_and_one_below_it_does_not_hide_it() {
        let mut calls = Calls::default();
        for path in [&[1, 5][..], &[1], &[1, 2, 3], &[4, 0]] {
            calls.add_failed(path.to_vec());
        }
        for (path, void) in [(&[1, 9][..], true), (&[1, 5, 7], true), (&[4], false), (&[4, 1], false), (&[4, 0], true)]
        {
            assert_eq!(calls.is_void(path), void, "{path:?}");
        }
    }

    /// Calls of one transaction: more than any block can hold, and few for a file that somebody made.
    const MANY: u32 = 200_000;

    /// It would not end while anyone waits if each row cost a look at all others.
    #[test]
    fn very_many_calls_of_one_transaction_are_put_in_order_once() {
        let mut calls = Calls::default();
        // Backwards, so that each comes before all others; every fourth failed.
        for call in (0..MANY).rev() {
            if call % 4 == 3 {
                calls.add_failed(vec![call]);
            }
            calls.add_moved(vec![call, 0]);
        }
        let mut leg = 1;
        for call in 0..MANY {
            assert_eq!(calls.is_void(&[call, 0]), call % 4 == 3);
            assert_eq!(calls.leg(&[call, 0]), Some(leg));
            leg += u32::from(call % 4 != 3);
        }
    }
}
