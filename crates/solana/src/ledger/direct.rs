//! Lamports that programs moved without an instruction, by changing their own accounts.
//!
//! The runtime lets no instruction create or destroy lamports, so what an account lost went to accounts of one and the same
//! instruction. Losers and gainers are grouped by the instructions that name them; in a group with one loser, or with one
//! gainer, it is forced who paid whom. Nothing else is paired.

use fundtrail_types::Kind;

use super::{END, Gap, Ledger, legs::Leg, place};
use crate::{decode::Why, instruction::Meaning, wire::Key};

/// An owner whose lamports are more, or less, than movements say.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) holder: Key,
    pub(super) amount: i128,
    /// The accounts it is about.
    pub(super) accounts: Vec<usize>,
}

/// An instruction of the message that may have changed accounts directly, and the accounts that it names.
struct Group {
    top: usize,
    accounts: [bool; 256],
}

impl Group {
    fn names(&self, entry: &Entry) -> bool {
        entry.accounts.iter().any(|at| self.accounts.get(*at).copied().unwrap_or_default())
    }
}

impl Ledger<'_> {
    /// Books who paid whom, where it is forced, and the rest as unexplained.
    pub(super) fn pair(&mut self, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        let groups = self.groups();
        let sets = join(&entries, &groups);
        let mut amounts: Vec<i128> = entries.iter().map(|entry| entry.amount).collect();
        for root in 0..entries.len() {
            let of = |more: bool| {
                let members = (0..entries.len()).filter(|n| sets.get(*n) == Some(&root));
                members.filter(|n| amounts.get(*n).is_some_and(|amount| (*amount > 0) == more)).collect::<Vec<_>>()
            };
            let (losers, gainers) = (of(false), of(true));
            for (loser, gainer) in forced(&losers, &gainers, &amounts) {
                self.pay(&entries, &groups, &mut amounts, loser, gainer);
            }
        }
        for (entry, amount) in entries.iter().zip(amounts) {
            self.at = END;
            self.unexplained(Gap { holder: entry.holder, mint: None, amount, why: self.why_lamports() });
        }
    }

    /// The message's own instructions that are of programs which are not known, with everything they call.
    fn groups(&self) -> Vec<Group> {
        let message = self.input.message;
        let mut of: Vec<Option<usize>> = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        for step in self.input.steps {
            let calls = matches!(step.meaning, Meaning::Associated { .. }) && !message.inner_known;
            if !(calls || matches!(step.meaning, Meaning::Foreign | Meaning::Odd)) {
                continue;
            }
            of.resize(of.len().max(step.top.saturating_add(1)), None);
            if let Some(place @ None) = of.get_mut(step.top) {
                *place = Some(groups.len());
                groups.push(Group { top: step.top, accounts: [false; 256] });
            }
        }
        for instruction in &message.instructions {
            let group = of.get(instruction.top).copied().flatten().and_then(|place| groups.get_mut(place));
            let Some(group) = group else { continue };
            for account in &instruction.accounts {
                if let Some(named) = group.accounts.get_mut(usize::from(*account)) {
                    *named = true;
                }
            }
        }
        groups
    }

    fn pay(&mut self, entries: &[Entry], groups: &[Group], amounts: &mut [i128], loser: usize, gainer: usize) {
        let (Some(from), Some(to)) = (entries.get(loser), entries.get(gainer)) else { return };
        let (Some(lost), Some(gained)) = (amounts.get(loser).copied(), amounts.get(gainer).copied()) else { return };
        let amount = lost.saturating_neg().min(gained);
        // In the instruction that names both, if it is one; else after all, because nobody tells in which.
        let mut both = groups.iter().filter(|group| group.names(from) && group.names(to));
        let at = match (both.next(), both.next()) {
            (Some(group), None) => place(group.top),
            _ => END,
        };
        if from.holder != to.holder
            && let Ok(amount) = u128::try_from(amount)
        {
            let (from, to) = (Some(from.holder), Some(to.holder));
            self.legs.push(Leg { at, kind: Kind::Internal, mint: None, from, to, amount });
        }
        for (place, change) in [(loser, amount), (gainer, amount.saturating_neg())] {
            if let Some(left) = amounts.get_mut(place) {
                *left = left.saturating_add(change);
            }
        }
    }

    fn why_lamports(&self) -> Why {
        if self.input.message.inner_known { Why::Direct } else { Why::CallsUnknown }
    }
}

/// Who must have paid whom.
fn forced(losers: &[usize], gainers: &[usize], amounts: &[i128]) -> Vec<(usize, usize)> {
    let sum = |all: &[usize]| {
        all.iter()
            .filter_map(|n| amounts.get(*n))
            .fold(0_i128, |sum, amount| sum.saturating_add(*amount))
            .saturating_abs()
    };
    let (lost, gained) = (sum(losers), sum(gainers));
    match (losers, gainers) {
        ([loser], [gainer]) => vec![(*loser, *gainer)],
        ([loser], _) if gained <= lost => gainers.iter().map(|gainer| (*loser, *gainer)).collect(),
        (_, [gainer]) if lost <= gained => losers.iter().map(|loser| (*loser, *gainer)).collect(),
        _ => Vec::new(),
    }
}

/// For each entry the first one of its set: entries that one instruction names are of one set.
fn join(entries: &[Entry], groups: &[Group]) -> Vec<usize> {
    let mut sets: Vec<usize> = (0..entries.len()).collect();
    for group in groups {
        let named: Vec<usize> =
            (0..entries.len()).filter(|n| entries.get(*n).is_some_and(|one| group.names(one))).collect();
        let of: Vec<usize> = named.iter().filter_map(|n| sets.get(*n).copied()).collect();
        let Some(first) = of.iter().min().copied() else { continue };
        if of.iter().all(|set| *set == first) {
            continue;
        }
        for set in &mut sets {
            if of.contains(set) {
                *set = first;
            }
        }
    }
    sets
}
