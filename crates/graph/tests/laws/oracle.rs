//! A brute-force oracle for small ledgers: FIFO and LIFO unit by unit, haircut by plain rational arithmetic, the seniorities by their
//! formulas. Written apart from the engine, so that an error would have to be made twice.

use std::collections::{BTreeMap, VecDeque};

/// (from, to, amount), in the order of time. Account 0 is where the trace begins; all it pays out is the seed. What is from or
/// to [`NOBODY`] only a balance tells.
pub(crate) type Payment = (usize, usize, u64);

/// No account: nobody knows where it came from or went.
pub(crate) const NOBODY: usize = usize::MAX;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Seed,
    Unknown,
    Clean,
}

/// What the oracle says: per payment the seed and unknown units it carried, per account the seed units left at the end, and the
/// seed units that went nobody knows where.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) carried: Vec<(u64, u64)>,
    pub(crate) left: Vec<u64>,
    pub(crate) unexplained: u64,
}

/// First in, first out, unit by unit.
pub(crate) fn fifo(payments: &[Payment], accounts: usize) -> Told {
    in_line(payments, accounts, |queue, amount| queue.drain(..amount).collect())
}

/// Last in, first out, unit by unit.
pub(crate) fn lifo(payments: &[Payment], accounts: usize) -> Told {
    in_line(payments, accounts, |stack, amount| stack.drain(stack.len() - amount..).rev().collect())
}

/// What leaves in the order of a list of kinds: `min(q, T)` of the first, and so on.
pub(crate) fn senior(payments: &[Payment], accounts: usize, order: [Unit; 3]) -> Told {
    in_line(payments, accounts, |held, amount| {
        let mut units = Vec::new();
        for unit in order {
            let of_it = held.iter().filter(|one| **one == unit).count().min(amount - units.len());
            let at: Vec<usize> = (0..held.len()).filter(|at| held[*at] == unit).take(of_it).collect();
            for at in at.into_iter().rev() {
                units.extend(held.remove(at));
            }
        }
        units
    })
}

fn in_line(payments: &[Payment], accounts: usize, take: impl Fn(&mut VecDeque<Unit>, usize) -> Vec<Unit>) -> Told {
    let mut queues = vec![VecDeque::new(); accounts];
    let mut reached = vec![false; accounts];
    let mut told = Told::default();
    for &(from, to, amount) in payments {
        let mut units = Vec::new();
        if from == NOBODY {
            // It is not taken for clean, and shows when it leaves.
            told.carried.push((0, 0));
            continue;
        }
        if from != to && from == 0 {
            units = vec![Unit::Seed; amount as usize];
        } else if from != to {
            while (queues[from].len() as u64) < amount {
                queues[from].push_back(if reached[from] { Unit::Unknown } else { Unit::Clean });
            }
            units = take(&mut queues[from], amount as usize);
        }
        let count = |wanted| units.iter().filter(|unit| **unit == wanted).count() as u64;
        told.carried.push((count(Unit::Seed), count(Unit::Unknown)));
        if to == NOBODY {
            told.unexplained += count(Unit::Seed);
        } else if to != 0 {
            reached[to] |= units.iter().any(|unit| *unit != Unit::Clean);
            queues[to].extend(units);
        } else {
            // Returned to the seed account.
            queues[0].extend(units.into_iter().filter(|unit| *unit == Unit::Seed));
        }
    }
    told.left = queues.iter().map(|queue| queue.iter().filter(|unit| **unit == Unit::Seed).count() as u64).collect();
    told
}

/// Pro rata by largest remainder; parts are kept by (what, hops) as the method's definition has it.
pub(crate) fn haircut(payments: &[Payment], accounts: usize) -> Told {
    let mut balances: Vec<BTreeMap<(Unit, u32), u64>> = vec![BTreeMap::new(); accounts];
    let mut reached = vec![None::<u32>; accounts];
    let mut told = Told::default();
    for &(from, to, amount) in payments {
        if from == to || from == NOBODY {
            told.carried.push((0, 0));
            continue;
        }
        let mut parts = BTreeMap::new();
        if from == 0 {
            parts.insert((Unit::Seed, 0), amount);
        } else {
            let balance = &mut balances[from];
            let held: u64 = balance.values().sum();
            if held < amount {
                let key = reached[from].map_or((Unit::Clean, 0), |hops| (Unit::Unknown, hops));
                *balance.entry(key).or_default() += amount - held;
            }
            let held: u64 = balance.values().sum();
            let mut given = 0;
            let mut remainders = Vec::new();
            for (place, (key, part)) in balance.iter().enumerate() {
                let product = u128::from(*part) * u128::from(amount);
                parts.insert(*key, (product / u128::from(held)) as u64);
                given += (product / u128::from(held)) as u64;
                remainders.push((std::cmp::Reverse(product % u128::from(held)), place, *key));
            }
            remainders.sort();
            for (_, _, key) in remainders.into_iter().take((amount - given) as usize) {
                *parts.get_mut(&key).unwrap() += 1;
            }
            for (key, part) in &parts {
                *balance.get_mut(key).unwrap() -= part;
            }
        }
        let count = |wanted| parts.iter().filter(|((unit, _), _)| *unit == wanted).map(|(_, part)| part).sum();
        told.carried.push((count(Unit::Seed), count(Unit::Unknown)));
        for ((unit, hops), part) in parts.into_iter().filter(|(_, part)| *part > 0) {
            if to == NOBODY {
                told.unexplained += if unit == Unit::Seed { part } else { 0 };
                continue;
            }
            let hops = if unit == Unit::Clean { 0 } else { hops + 1 };
            if unit != Unit::Clean {
                reached[to] = Some(reached[to].map_or(hops, |before: u32| before.min(hops)));
            }
            if to != 0 || unit == Unit::Seed {
                *balances[to].entry((unit, hops)).or_default() += part;
            }
        }
    }
    let seed = |balance: &BTreeMap<(Unit, u32), u64>| {
        balance.iter().filter(|((unit, _), _)| *unit == Unit::Seed).map(|(_, part)| part).sum()
    };
    told.left = balances.iter().map(seed).collect();
    told
}

/// The least and the most that any rule brings to some accounts, which keep it: every rule is tried.
pub(crate) fn bounds(payments: &[Payment], accounts: usize, targets: &[usize]) -> (u64, u64) {
    let (mut least, mut most) = (u64::MAX, 0);
    let mut held = vec![(0, 0); accounts];
    every_rule(payments, &mut held, targets, 0, &mut |arrived| {
        least = least.min(arrived);
        most = most.max(arrived);
    });
    (least, most)
}

/// What accounts hold is (tainted, clean).
fn every_rule(
    payments: &[Payment],
    held: &mut [(u64, u64)],
    targets: &[usize],
    arrived: u64,
    tell: &mut dyn FnMut(u64),
) {
    let Some((&(from, to, amount), later)) = payments.split_first() else { return tell(arrived) };
    if from == to || from == NOBODY {
        return every_rule(later, held, targets, arrived, tell);
    }
    let choices = if from == 0 {
        amount..=amount
    } else {
        let (tainted, clean) = held[from];
        let clean = clean.max(amount.saturating_sub(tainted));
        held[from].1 = clean;
        amount.saturating_sub(clean)..=amount.min(tainted)
    };
    for taken in choices {
        let mut held = held.to_vec();
        if from != 0 {
            held[from] = (held[from].0 - taken, held[from].1 - (amount - taken));
        }
        let mut arrived = arrived;
        if targets.contains(&to) {
            arrived += taken;
            held[to].1 += amount;
        } else if to != NOBODY && to != 0 {
            held[to] = (held[to].0 + taken, held[to].1 + amount - taken);
        }
        every_rule(later, &mut held, targets, arrived, tell);
    }
}
