//! Whether what moved explains what accounts have. For each owner, lamports and tokens of each mint must add up to the
//! difference between the balances before and after, to the unit. This looks at balances and movements alone, and at nothing
//! that the replay believes, so that a fault there shows.

use std::collections::BTreeMap;

use crate::{
    decode::Why,
    ledger::{Gap, Ledger, Leg, Told},
    programs::is_native,
    wire::Key,
};

/// How far movements and balances agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Balances that were held against the movements: lamports of each account, and tokens of each token account.
    pub checked: u64,
    /// Those that only unexplained movements bring right.
    pub unexplained: u64,
}

impl Reconciled {
    /// Counts balances that were held against movements.
    pub fn add(&mut self, other: Self) {
        self.checked = self.checked.saturating_add(other.checked);
        self.unexplained = self.unexplained.saturating_add(other.unexplained);
    }
}

type Sums = BTreeMap<(Key, Option<Key>), i128>;

fn add(sums: &mut Sums, holder: Key, mint: Option<Key>, amount: i128) {
    if amount != 0 {
        let sum = sums.entry((holder, mint)).or_default();
        *sum = sum.saturating_add(amount);
    }
}

/// What each owner must have more, or less, after the transaction.
fn expected(ledger: &Ledger<'_>) -> Sums {
    let mut sums = Sums::new();
    for (at, slot) in ledger.slots.iter().enumerate() {
        let tokens = slot.told_before.is_some() || slot.told_after.is_some() || slot.untold != 0;
        // Most accounts are only read.
        if slot.before == slot.after && !tokens && slot.holder_before == ledger.holder_after(at) {
            continue;
        }
        side(&mut sums, slot.holder_before, slot.before, slot.told_before, -1);
        side(&mut sums, ledger.holder_after(at), slot.after, slot.told_after, 1);
        if let Some(mint) = ledger.untold_native(at) {
            add(&mut sums, mint, None, slot.untold);
            add(&mut sums, ledger.untold_holder(at), None, slot.untold.saturating_neg());
        }
    }
    for ((owner, mint), amount) in &ledger.untold {
        add(&mut sums, *owner, Some(*mint), *amount);
    }
    for (mint, amount) in &ledger.withheld {
        add(&mut sums, *mint, Some(*mint), *amount);
    }
    sums
}

fn side(sums: &mut Sums, holder: Key, lamports: i128, told: Option<Told>, sign: i128) {
    let mut own = lamports;
    if let Some(told) = told {
        add(sums, holder, Some(told.mint), told.amount.saturating_mul(sign));
        if is_native(told.mint) {
            own = own.saturating_sub(told.amount);
            add(sums, told.mint, None, told.amount.saturating_mul(sign));
        }
    }
    add(sums, holder, None, own.saturating_mul(sign));
}

fn moved(legs: &[Leg]) -> Sums {
    let mut sums = Sums::new();
    for leg in legs {
        let amount = i128::try_from(leg.amount).unwrap_or(i128::MAX);
        for (who, sign) in [(leg.from, -1), (leg.to, 1)] {
            if let Some(who) = who {
                add(&mut sums, who, leg.mint, amount.saturating_mul(sign));
            }
        }
    }
    sums
}

/// Books whatever movements and balances still differ by.
pub(crate) fn close(ledger: &mut Ledger<'_>) {
    let mut left = expected(ledger);
    for ((holder, mint), amount) in moved(&ledger.legs) {
        add(&mut left, holder, mint, amount.saturating_neg());
    }
    for ((holder, mint), amount) in left {
        ledger.unexplained(Gap { holder, mint, amount, why: Why::BalancesDiffer });
    }
}

/// How many balances are told of, and how many of them no movement explains.
pub(crate) fn count(ledger: &Ledger<'_>) -> Reconciled {
    let tokens = ledger.slots.iter().filter(|slot| slot.told_before.is_some() || slot.told_after.is_some()).count();
    let checked = ledger.slots.len().saturating_add(tokens);
    let unexplained = ledger.gaps.iter().filter(|gap| gap.why != Why::Hidden).count();
    let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
    Reconciled { checked: number(checked), unexplained: number(unexplained) }
}
