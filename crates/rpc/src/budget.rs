//! A number of calls that may be spent, shared by all who spend them.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crate::Fault;

/// How many calls may still be made, each request of a batch and each further try counted. [`Budget::default`] has no end. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Budget(Option<Arc<Calls>>);

#[derive(Debug)]
struct Calls {
    max: u64,
    made: AtomicU64,
}

impl Budget {
    /// So many calls.
    #[must_use]
    pub fn of(calls: u64) -> Self {
        Self(Some(Arc::new(Calls { max: calls, made: AtomicU64::new(0) })))
    }

    /// Whether no call may be made any more.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.0.as_ref().is_some_and(|calls| calls.made.load(Ordering::Relaxed) >= calls.max)
    }

    /// How many calls were made; none are counted without an end.
    #[must_use]
    pub fn made(&self) -> u64 {
        self.0.as_ref().map_or(0, |calls| calls.made.load(Ordering::Relaxed))
    }

    /// Spends some calls, all of them or none.
    pub(crate) fn take(&self, number: usize) -> Result<(), Fault> {
        let Some(calls) = &self.0 else { return Ok(()) };
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        let spend = |made: u64| made.checked_add(number).filter(|made| *made <= calls.max);
        match calls.made.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend) {
            Ok(_) => Ok(()),
            Err(_) => {
                // What is left is too little, and nobody else shall have it.
                calls.made.fetch_max(calls.max, Ordering::Relaxed);
                Err(Fault::Spent)
            }
        }
    }
}

/// Two are the same if they allow the same.
impl PartialEq for Budget {
    fn eq(&self, other: &Self) -> bool {
        let max = |budget: &Self| budget.0.as_ref().map(|calls| calls.max);
        max(self) == max(other)
    }
}

impl Eq for Budget {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_spend_together_and_what_is_left_over_is_not_spent_by_halves() {
        let budget = Budget::of(5);
        let clone = budget.clone();
        assert!(budget.take(3).is_ok() && clone.take(1).is_ok());
        assert_eq!((budget.made(), budget.is_spent()), (4, false));
        assert!(matches!(clone.take(2), Err(Fault::Spent)));
        assert!(budget.is_spent() && matches!(budget.take(1), Err(Fault::Spent)));
        assert!(Budget::default().take(usize::MAX).is_ok() && !Budget::default().is_spent());
    }
}
