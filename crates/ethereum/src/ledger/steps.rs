//! Calls and events in one order: that of execution.
//!
//! Receipts have the events and traces the calls. Where the trace tells how many of a call's own calls came before each of
//! its events, the order is exact. Else each event stands at the first place where its contract was at work: that keeps the
//! order of the events among themselves and of the calls, and an event may stand before a call of its own contract that in
//! truth came first.

use alloy::primitives::Address;

use crate::{calls::Call, wire::Log};

/// A call that begins, or an event; by place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Call(usize),
    Log(usize),
}

/// The steps of a transaction. Every call and every event stands in them once.
pub(super) fn steps(calls: &[Call], standing: &[bool], contexts: &[Option<Address>], logs: &[Log]) -> Vec<Step> {
    let told: Option<usize> = calls
        .iter()
        .zip(standing)
        .filter(|(_, stands)| **stands)
        .map(|(call, _)| call.logs.as_ref().map_or(Some(0), |logs| Some(logs.len())))
        .sum();
    let exact = told == Some(logs.len());
    let mut walk = Walk { calls, standing, contexts, logs, exact, next: 0, open: Vec::new(), steps: Vec::new() };
    for (at, call) in calls.iter().enumerate() {
        walk.leave_to(call.parent);
        walk.enter(at);
    }
    walk.leave_to(None);
    // Whatever found no place comes last.
    walk.steps.extend((walk.next..logs.len()).map(Step::Log));
    walk.steps
}

struct Walk<'a> {
    calls: &'a [Call],
    standing: &'a [bool],
    contexts: &'a [Option<Address>],
    logs: &'a [Log],
    exact: bool,
    /// The event that comes next.
    next: usize,
    /// The calls that are at work, each below the one before.
    open: Vec<Open>,
    steps: Vec<Step>,
}

/// A call that has begun and not ended.
struct Open {
    at: usize,
    /// How many of its own calls began.
    began: u32,
    /// How many of its own events have their place.
    placed: usize,
}

impl Walk<'_> {
    fn enter(&mut self, at: usize) {
        self.events(false);
        if let Some(parent) = self.open.last_mut() {
            parent.began = parent.began.saturating_add(1);
        }
        self.steps.push(Step::Call(at));
        self.open.push(Open { at, began: 0, placed: 0 });
        self.events(false);
    }

    /// Ends all calls below the one that goes on.
    fn leave_to(&mut self, parent: Option<usize>) {
        while let Some(open) = self.open.last()
            && Some(open.at) != parent
        {
            self.events(true);
            self.open.pop();
        }
        self.events(false);
    }

    /// Places the events that the call at work emitted up to now.
    fn events(&mut self, ends: bool) {
        let Some(open) = self.open.last_mut() else { return };
        if !self.standing.get(open.at).copied().unwrap_or_default() {
            return;
        }
        if self.exact {
            let told = self.calls.get(open.at).and_then(|call| call.logs.as_deref()).unwrap_or_default();
            let due = told.iter().filter(|position| ends || **position <= open.began).count();
            for _ in open.placed..due {
                self.steps.push(Step::Log(self.next));
                self.next += 1;
            }
            open.placed = due.max(open.placed);
            return;
        }
        let context = self.contexts.get(open.at).copied().flatten();
        while let Some(log) = self.logs.get(self.next)
            && context == Some(log.address)
        {
            self.steps.push(Step::Log(self.next));
            self.next += 1;
        }
    }
}
