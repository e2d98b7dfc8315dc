//! Paths in order of time from where value began to a target, the most valuable first.
//!
//! A path's width is the smallest traced amount on it. One pass in the order of time gives, for every movement, the
//! widest path that ends with it and the number of paths that do; a best-first search backward from the target then
//! finds the k widest paths without looking at the others. What came along one path and no other is found by
//! colouring the value of that path alone and replaying the accounts on it ([`along`](mod@along)).

mod along;

use std::{
    collections::{BinaryHeap, HashMap},
    rc::Rc,
};

use fundtrail_store::{AccountId, AssetId};
use fundtrail_types::{Amount, Method};

pub(crate) use along::along;

use crate::{flow::Flow, lot::Origin};

/// Steps of one search, so that a question about a dense graph ends. The answer says how many paths there are.
const STEPS_MAX: usize = 200_000;

/// For one origin: the widest path that ends with each movement, and how many paths do.
pub(crate) struct Reachable {
    origin: Origin,
    width: Vec<Amount>,
    count: Vec<Option<u64>>,
}

/// A path: movements by index, in the order of time.
pub(crate) struct Found {
    pub(crate) origin: Origin,
    pub(crate) movements: Vec<usize>,
}

impl Reachable {
    /// One pass over the movements in the order of time. `begins` says whether a path may begin with a movement.
    pub(crate) fn new(flow: &Flow<'_>, methods: &[Method], origin: Origin, begins: &dyn Fn(usize) -> bool) -> Self {
        let mut best: HashMap<(AccountId, AssetId), (Amount, Option<u64>)> = HashMap::new();
        let (mut width, mut count) = (Vec::new(), Vec::new());
        for (index, movement) in flow.carried.iter().enumerate() {
            let share = share(&movement.shares, methods, origin);
            let (mut wide, mut many) = (Amount::ZERO, Some(0));
            if !share.is_zero() {
                // What a seed begins with never came from elsewhere: value that returns to where the trace began ends there.
                let before = best.get(&(movement.from, movement.entry.asset)).filter(|_| !movement.start);
                if let Some((prefix, paths)) = before {
                    (wide, many) = (share.min(*prefix), *paths);
                }
                if begins(index) {
                    (wide, many) = (share, many.and_then(|many| many.checked_add(1)));
                }
            }
            if !wide.is_zero() {
                let entry = best.entry((movement.to, movement.entry.asset)).or_insert((Amount::ZERO, Some(0)));
                entry.0 = entry.0.max(wide);
                entry.1 = entry.1.zip(many).and_then(|(a, b)| a.checked_add(b));
            }
            width.push(wide);
            count.push(if wide.is_zero() { Some(0) } else { many });
        }
        Self { origin, width, count }
    }

    /// How many paths end at an account; none if they are too many for 64 bits.
    pub(crate) fn count(&self, flow: &Flow<'_>, target: AccountId) -> Option<u64> {
        flow.arriving_at(target).into_iter().try_fold(0u64, |sum, index| sum.checked_add(self.count[index]?))
    }

    /// The `k` widest paths that end at an account, widest first; ties by the movements' order.
    pub(crate) fn widest(
        &self,
        flow: &Flow<'_>,
        target: AccountId,
        k: usize,
        begins: &dyn Fn(usize) -> bool,
    ) -> Vec<Found> {
        let mut queue = BinaryHeap::new();
        for index in flow.arriving_at(target) {
            self.offer(&mut queue, None, index, Amount::MAX);
        }
        let mut found = Vec::new();
        for _ in 0..STEPS_MAX {
            let Some(step) = queue.pop().filter(|_| found.len() < k) else { break };
            if step.whole {
                found.push(Found { origin: self.origin, movements: step.suffix.movements() });
                continue;
            }
            let first = &flow.carried[step.suffix.first];
            if begins(step.suffix.first) {
                queue.push(Step { whole: true, ..step.clone() });
            }
            if first.start {
                continue;
            }
            for index in flow.arriving_at(first.from) {
                let before = index < step.suffix.first && flow.carried[index].entry.asset == first.entry.asset;
                if before {
                    self.offer(&mut queue, Some(step.suffix.clone()), index, step.width);
                }
            }
        }
        found
    }

    fn offer(&self, queue: &mut BinaryHeap<Step>, rest: Option<Rc<Suffix>>, first: usize, width: Amount) {
        if !self.width[first].is_zero() {
            let width = width.min(self.width[first]);
            queue.push(Step { width, whole: false, suffix: Rc::new(Suffix { first, rest }) });
        }
    }
}

/// The traced amount that a movement carried of one origin: the most that any method says.
fn share(shares: &[Vec<(Origin, u32, fundtrail_types::SeedAmount)>], methods: &[Method], origin: Origin) -> Amount {
    let conserving = methods.iter().any(|method| method.conserves());
    let asked = shares.iter().zip(methods).filter(|(_, method)| method.conserves() == conserving);
    let amounts = asked.flat_map(|(shares, _)| shares).filter(|(one, ..)| *one == origin).map(|(.., sum)| sum.held_raw);
    amounts.max().unwrap_or_default()
}

/// The end of a path, from some movement to the target.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Suffix {
    first: usize,
    rest: Option<Rc<Suffix>>,
}

impl Suffix {
    fn movements(&self) -> Vec<usize> {
        let mut movements = vec![self.first];
        let mut rest = self.rest.as_ref();
        while let Some(suffix) = rest {
            movements.push(suffix.first);
            rest = suffix.rest.as_ref();
        }
        movements
    }
}

/// A suffix waiting to be continued. The queue gives the widest first, and of equal ones the earliest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    /// No path with this suffix is wider.
    width: Amount,
    whole: bool,
    suffix: Rc<Suffix>,
}

impl Ord for Step {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.width, self.whole).cmp(&(other.width, other.whole)).then_with(|| other.suffix.cmp(&self.suffix))
    }
}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
