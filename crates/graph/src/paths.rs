//! Paths in order of time from where value began to a target, the most valuable first.
//!
//! A path's width is the smallest traced amount on it. One pass in the order of time gives, for every movement, the
//! widest path that ends with it; a best-first search backward from the target then finds the k widest paths without
//! looking at the others. What came along one path and no other the engine tells, with that path alone coloured.

use std::{
    collections::{BinaryHeap, HashMap},
    rc::Rc,
};

use fundtrail_store::{AccountId, AssetId};
use fundtrail_types::{Amount, Method};

use crate::{
    flow::Flow,
    lot::{Origin, Parts},
};

/// Steps of one search, so that a question about a dense graph ends. The answer says that there are more paths.
const STEPS_MAX: usize = 200_000;

/// For one origin: the width of the widest path that ends with each movement.
pub(crate) struct Reachable {
    origin: Origin,
    width: Vec<Amount>,
}

/// A path: movements by index, in the order of time.
pub(crate) struct Found {
    pub(crate) origin: Origin,
    pub(crate) movements: Vec<usize>,
}

impl Reachable {
    /// One pass over the movements in the order of time. `begins` says whether a path may begin with a movement; no path
    /// goes through the account `end`, if there is one.
    pub(crate) fn new(
        flow: &Flow<'_>,
        methods: &[Method],
        origin: Origin,
        begins: &dyn Fn(usize) -> bool,
        end: Option<AccountId>,
    ) -> Self {
        let mut best: HashMap<(AccountId, AssetId), Amount> = HashMap::new();
        let mut over: HashMap<usize, Amount> = HashMap::new();
        let mut width = Vec::with_capacity(flow.carried.len());
        for (index, movement) in flow.carried.iter().enumerate() {
            let share = share(&movement.shares, methods, origin);
            // What a seed begins with never came from elsewhere: value that returns to where the trace began ends there.
            let before = match movement.out_of_crossing {
                Some(crossing) => over.get(&crossing),
                None => best.get(&(movement.from, movement.given())),
            };
            let prefix = before.filter(|_| !movement.start);
            let wide = match prefix {
                _ if end == Some(movement.from) && !movement.start => Amount::ZERO,
                _ if begins(index) => share,
                Some(prefix) => share.min(*prefix),
                None => Amount::ZERO,
            };
            for crossing in movement.into_crossings.iter().filter(|_| !movement.ended) {
                let widest = over.entry(*crossing).or_default();
                *widest = wide.max(*widest);
            }
            if !wide.is_zero() && !movement.ended && movement.into_crossings.is_empty() {
                let widest = best.entry((movement.to, movement.entry.asset)).or_default();
                *widest = wide.max(*widest);
            }
            width.push(wide);
        }
        Self { origin, width }
    }

    /// Whether a path ends with a movement.
    pub(crate) fn reaches(&self, movement: usize) -> bool {
        self.width.get(movement).is_some_and(|width| !width.is_zero())
    }

    /// The `k` widest paths of at most so many movements that end at an account, widest first; ties by the movements'
    /// order. Beside them, whether these are all.
    pub(crate) fn widest(
        &self,
        flow: &Flow<'_>,
        target: AccountId,
        (k, movements_max): (usize, usize),
        begins: &dyn Fn(usize) -> bool,
    ) -> (Vec<Found>, bool) {
        let mut queue = BinaryHeap::new();
        for index in flow.arriving_at(target) {
            self.offer(&mut queue, None, index, Amount::MAX);
        }
        let mut found = Vec::new();
        for _ in 0..STEPS_MAX {
            if found.len() >= k {
                break;
            }
            let Some(step) = queue.pop() else { return (found, true) };
            if step.whole {
                found.push(Found { origin: self.origin, movements: step.suffix.movements() });
                continue;
            }
            let first = &flow.carried[step.suffix.first];
            if begins(step.suffix.first) {
                queue.push(Step { whole: true, ..step.clone() });
            }
            if first.start || step.suffix.len >= movements_max {
                continue;
            }
            for index in flow.before(first) {
                let earlier = &flow.carried[index];
                let is_same = first.out_of_crossing.is_some() || earlier.entry.asset == first.given();
                let before = index < step.suffix.first && is_same && !earlier.ended;
                if before {
                    self.offer(&mut queue, Some(step.suffix.clone()), index, step.width);
                }
            }
        }
        (found, queue.is_empty())
    }

    fn offer(&self, queue: &mut BinaryHeap<Step>, rest: Option<Rc<Suffix>>, first: usize, width: Amount) {
        if !self.width[first].is_zero() {
            let width = width.min(self.width[first]);
            let len = rest.as_ref().map_or(1, |rest| rest.len + 1);
            queue.push(Step { width, whole: false, suffix: Rc::new(Suffix { first, len, rest }) });
        }
    }
}

/// The traced amount that a movement carried of one origin: the most that any method says.
pub(crate) fn share(shares: &[Parts], methods: &[Method], origin: Origin) -> Amount {
    let conserving = methods.iter().any(|method| method.conserves());
    let asked = shares.iter().zip(methods).filter(|(_, method)| method.conserves() == conserving);
    let amounts = asked.flat_map(|(shares, _)| shares).filter(|(one, ..)| *one == origin).map(|(.., sum)| sum.held_raw);
    amounts.max().unwrap_or_default()
}

/// The end of a path, from some movement to the target.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Suffix {
    first: usize,
    /// Its movements.
    len: usize,
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
