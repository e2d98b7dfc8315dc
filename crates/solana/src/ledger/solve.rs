//! Amounts that instructions do not tell: what a mint withheld as fee, withheld fees that were paid out, lamports beyond the
//! rent. Balances tell them, where one instruction alone can be meant; then the transaction is replayed with them.

use std::collections::HashMap;

use super::Ledger;
use crate::instruction::Meaning;

/// Amounts by the number of their step.
#[derive(Clone, Debug, Default)]
pub(super) struct Solved {
    amounts: HashMap<usize, i128>,
    /// The fee of a transfer, and what is withheld for all transfers to its destination together.
    fees: HashMap<usize, (i128, i128)>,
}

impl Solved {
    pub(super) fn amount(&self, step: usize) -> i128 {
        self.amounts.get(&step).copied().unwrap_or_default()
    }

    pub(super) fn fee(&self, step: usize) -> Option<(i128, i128)> {
        self.fees.get(&step).copied()
    }
}

/// Steps whose amount is not told, by the account whose balance tells it.
#[derive(Default)]
struct Open {
    /// Transfers to it that may have been charged.
    charged: Vec<(usize, i128)>,
    withheld: Vec<usize>,
    excess: Vec<usize>,
}

/// What balances tell after a first replay; none if nothing was open.
pub(super) fn solve(ledger: &Ledger<'_>) -> Option<Solved> {
    let mut open: HashMap<usize, Open> = HashMap::new();
    for (number, step) in ledger.input.steps.iter().enumerate() {
        match step.meaning {
            Meaning::Move { to, amount, may_withhold: true, .. } => {
                open.entry(to).or_default().charged.push((number, i128::from(amount)));
            }
            Meaning::Withheld { to, .. } => open.entry(to).or_default().withheld.push(number),
            Meaning::Excess { account, .. } => open.entry(account).or_default().excess.push(number),
            _ => {}
        }
    }
    let mut solved = Solved::default();
    for (at, open) in open {
        let tokens = tokens_beyond(ledger, at);
        match (open.charged.as_slice(), open.withheld.as_slice()) {
            ([(only, amount)], []) if tokens < 0 && tokens.saturating_neg() <= *amount => {
                solved.fees.insert(*only, (tokens.saturating_neg(), 0));
            }
            // Which transfer was charged how much, nobody tells: the fee of all is told once.
            ([_, .., (last, _)], []) if tokens < 0 => {
                solved.fees.insert(*last, (0, tokens.saturating_neg()));
            }
            (_, [only]) if tokens > 0 => {
                solved.amounts.insert(*only, tokens);
            }
            _ => {}
        }
        let lamports = ledger.slots.get(at).map_or(0, |slot| slot.after.saturating_sub(slot.lamports));
        if let ([only], true) = (open.excess.as_slice(), lamports < 0 && ledger.input.has_lamports()) {
            solved.amounts.insert(*only, lamports.saturating_neg());
        }
    }
    (!solved.amounts.is_empty() || !solved.fees.is_empty()).then_some(solved)
}

/// By how many tokens an account has more than the replay says.
fn tokens_beyond(ledger: &Ledger<'_>, at: usize) -> i128 {
    let left: i128 = ledger.leftovers.iter().filter(|one| one.0 == at).map(|one| one.3).sum();
    let Some(slot) = ledger.slots.get(at).filter(|_| ledger.input.has_tokens()) else { return left };
    let Some(held) = slot.token.filter(|held| held.told) else { return left };
    let after = slot.told_after.filter(|told| told.mint == held.mint).map_or(0, |told| told.amount);
    left.saturating_add(after.saturating_sub(held.amount))
}
