//! Where the value of several starts meets: shared descendants, and on the way back shared ancestors.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use fundtrail_store::{AccountId, AssetId};
use fundtrail_types::{Account, Method, SeedAmount, Shared, SharedPart};

use crate::{Ledger, TraceError, engine::Carried, lot::Origin, run::Run, sought::AskedFor};

/// At whose account something counts, and of which start; none if it does not.
type Place = Result<Option<(Account, usize)>, TraceError>;

/// The accounts at which value of several starts arrived.
pub(crate) fn descendants<L: Ledger>(run: Run<'_, L>, carried: &[Carried]) -> Result<Vec<Shared>, TraceError> {
    meeting(run, carried, &|one, seed| {
        let start = run.seeds.seeds[seed].start.filter(|_| one.to != AccountId::NONE && one.to != one.from);
        start.map(|start| Ok((run.ledger.account(one.to)?, start))).transpose()
    })
}

/// The sources of what several starts asked about.
pub(crate) fn ancestors<L: Ledger>(
    run: Run<'_, L>,
    carried: &[Carried],
    asked: &AskedFor,
) -> Result<Vec<Shared>, TraceError> {
    meeting(run, carried, &|one, seed| {
        let start = asked.start(one.to, one.entry.asset, one.entry.position).filter(|_| one.asked);
        Ok(start.map(|start| (run.seeds.seeds[seed].account.clone(), start)))
    })
}

/// Sums what movements carried by account and start. `place` says at whose account what was carried of a seed counts, and of
/// which start.
fn meeting<L: Ledger>(
    run: Run<'_, L>,
    carried: &[Carried],
    place: &dyn Fn(&Carried, usize) -> Place,
) -> Result<Vec<Shared>, TraceError> {
    if run.question.starts.len() < 2 {
        return Ok(Vec::new());
    }
    let mut sums: BTreeMap<Account, BTreeMap<(usize, Method, AssetId), SeedAmount>> = BTreeMap::new();
    for one in carried {
        let methods = run.question.methods.iter().zip(&one.shares);
        for (method, shares) in methods.filter(|(method, _)| method.conserves()) {
            for (origin, _, amount) in shares.iter().filter(|(.., amount)| !amount.held_raw.is_zero()) {
                let Origin::Seed(seed) = origin else { continue };
                let Some((account, start)) = place(one, *seed)? else { continue };
                let sum = sums.entry(account).or_default().entry((start, *method, one.entry.asset)).or_default();
                sum.held_raw = sum.held_raw.saturating_add(amount.held_raw);
                sum.seed_raw = sum.seed_raw.saturating_add(amount.seed_raw);
            }
        }
    }
    let mut shared = Vec::new();
    for (account, sums) in sums {
        let starts: BTreeSet<usize> = sums.keys().map(|(start, ..)| *start).collect();
        if starts.len() < 2 {
            continue;
        }
        let part = |((start, method, asset), amount)| {
            Ok::<_, TraceError>(SharedPart { start, method, asset: run.ledger.asset(asset)?, amount })
        };
        let mut parts = sums.into_iter().map(part).collect::<Result<Vec<_>, _>>()?;
        // Numbers of the store must not show in the order.
        parts.sort_by(|a, b| (a.start, a.method, &a.asset).cmp(&(b.start, b.method, &b.asset)));
        shared.push((Reverse(starts.len()), Shared { account, parts }));
    }
    shared.sort_by(|(a, one), (b, other)| (a, &one.account).cmp(&(b, &other.account)));
    Ok(shared.into_iter().map(|(_, one)| one).collect())
}
