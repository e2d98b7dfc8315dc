//! The end of the replay: every account is held against what is told after the transaction, and what the replay does not
//! explain is booked all the same, so that balances are right and the hole shows.

use std::collections::BTreeMap;

use fundtrail_types::Kind;

use super::{END, Gap, Ledger, direct::Entry, legs::Leg, slots::Held};
use crate::{decode::Why, programs::is_native, wire::Key};

impl Ledger<'_> {
    /// Holds the replay against balances, and books the rest.
    pub(super) fn settle(&mut self) {
        self.at = END;
        let mut beyond: Vec<(usize, Key, Key, i128)> = std::mem::take(&mut self.leftovers);
        if self.input.has_tokens() {
            for at in 0..self.slots.len() {
                self.settle_account(at, &mut beyond);
            }
        }
        let why = self.why_tokens();
        // Wrapped tokens that came or went stand for lamports on their mint.
        let mut wrapped: BTreeMap<usize, i128> = BTreeMap::new();
        let mut of_mints: BTreeMap<Key, (i128, Vec<usize>)> = BTreeMap::new();
        for (at, holder, mint, amount) in beyond {
            self.unexplained(Gap { holder, mint: Some(mint), amount, why });
            if is_native(mint) {
                let sum = wrapped.entry(at).or_default();
                *sum = sum.saturating_add(amount);
                let (sum, accounts) = of_mints.entry(mint).or_default();
                *sum = sum.saturating_add(amount);
                accounts.push(at);
            }
        }
        let mut entries = Vec::new();
        for (at, slot) in self.slots.iter().enumerate() {
            let wrapped = wrapped.get(&at).copied().unwrap_or_default();
            let amount = slot.after.saturating_sub(slot.lamports).saturating_sub(wrapped);
            if amount != 0 {
                entries.push(Entry { holder: self.holder(at), amount, accounts: vec![at] });
            }
        }
        for (mint, (amount, accounts)) in of_mints {
            if amount != 0 {
                entries.push(Entry { holder: mint, amount, accounts });
            }
        }
        self.pair(entries);
    }

    /// Brings a token account to what is told after the transaction, and notes tokens that no movement explains.
    fn settle_account(&mut self, at: usize, beyond: &mut Vec<(usize, Key, Key, i128)>) {
        let Some(slot) = self.slots.get(at) else { return };
        let (told, lamports) = (slot.told_after, slot.after);
        let mut note = |holder, mint, amount: i128| {
            if amount != 0 {
                beyond.push((at, holder, mint, amount));
            }
        };
        if let Some(held) = self.token(at).filter(|held| held.told)
            && told.is_none_or(|told| told.mint != held.mint)
        {
            note(self.holder(at), held.mint, held.amount.saturating_neg());
            // An account that is gone has nothing left that could go over to anybody.
            if told.is_some() || lamports != 0 {
                self.drop_tokens(at);
                self.seat(at, None);
            }
        }
        let Some(told) = told else { return };
        match self.token(at) {
            None => self.seat(at, Some(Held { mint: told.mint, owner: told.owner, amount: 0, told: true })),
            Some(held) if told.owner.is_some() && held.owner != told.owner => {
                self.seat(at, Some(Held { owner: told.owner, ..held }));
            }
            Some(_) => {}
        }
        let now = self.token(at).map_or(0, |held| held.amount);
        note(self.holder(at), told.mint, told.amount.saturating_sub(now));
    }

    fn drop_tokens(&mut self, at: usize) {
        if let Some(held) = self.slots.get_mut(at).and_then(|slot| slot.token.as_mut()) {
            held.amount = 0;
        }
    }

    /// Why tokens may be unexplained.
    fn why_tokens(&self) -> Why {
        if !self.input.message.inner_known {
            Why::CallsUnknown
        } else if self.left_out.odd_instructions > 0 {
            Why::Odd
        } else if self.left_out.hidden > 0 {
            Why::Hidden
        } else {
            Why::BalancesDiffer
        }
    }

    /// Books a gap, from or to nobody.
    pub(crate) fn unexplained(&mut self, gap: Gap) {
        let amount = gap.amount.unsigned_abs();
        if amount == 0 {
            return;
        }
        let holder = Some(gap.holder);
        let (from, to) = if gap.amount > 0 { (None, holder) } else { (holder, None) };
        self.legs.push(Leg { at: self.at, kind: Kind::Unexplained, mint: gap.mint, from, to, amount });
        self.gaps.push(gap);
    }

    /// On whom the lamports of an account are booked after the transaction, but for what is wrapped.
    pub(crate) fn holder_after(&self, at: usize) -> Key {
        let Some(slot) = self.slots.get(at) else { return Key([0; 32]) };
        if let Some(told) = slot.told_after {
            return told.owner.or(slot.token.and_then(|held| held.owner)).unwrap_or(slot.key);
        }
        slot.token.filter(|held| !held.told).and_then(|held| held.owner).unwrap_or(slot.key)
    }
    /// On whom lamports of an account are booked of which no balance is told.
    pub(crate) fn untold_holder(&self, at: usize) -> Key {
        match self.slots.get(at) {
            Some(slot) if slot.token.is_none() => slot.holder_before,
            _ => self.holder_after(at),
        }
    }
}
