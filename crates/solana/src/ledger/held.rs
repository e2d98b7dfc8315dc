//! Whose an account is at a point of the replay, and what is in it.

use super::{Ledger, slots::Held};
use crate::wire::Key;

impl Ledger<'_> {
    /// On whom lamports of an account are booked, but for what is wrapped: its owner if it is a token account or becomes one,
    /// else itself.
    pub(super) fn holder(&self, at: usize) -> Key {
        let Some(slot) = self.slots.get(at) else { return Key([0; 32]) };
        match (&slot.token, slot.openings.get(slot.opened)) {
            (Some(held), _) => held.owner.unwrap_or(slot.key),
            (None, Some((_, owner))) => *owner,
            (None, None) => slot.key,
        }
    }

    /// As `holder`, of an account that moves something: one whose owner nobody knows is noted.
    pub(super) fn party(&mut self, at: usize) -> Key {
        if self.token(at).is_some_and(|held| held.owner.is_none()) {
            self.unowned.insert(at);
        }
        self.holder(at)
    }

    pub(super) fn token(&self, at: usize) -> Option<Held> {
        self.slots.get(at).and_then(|slot| slot.token)
    }

    /// The token account that an account is. One that is told only after the transaction, and that nothing opened, is taken as
    /// it is told then; its lamports go over to its owner.
    pub(super) fn ensure(&mut self, at: usize) -> Option<Held> {
        let slot = self.slots.get(at)?;
        if slot.token.is_none()
            && slot.openings.is_empty()
            && let Some(told) = slot.told_after
        {
            self.seat(at, Some(Held { mint: told.mint, owner: told.owner, amount: 0, told: true }));
        }
        self.token(at)
    }

    /// Changes lamports of an account.
    pub(super) fn add_lamports(&mut self, at: usize, lamports: i128) {
        if let Some(slot) = self.slots.get_mut(at) {
            slot.lamports = slot.lamports.saturating_add(lamports);
            slot.funded |= lamports > 0;
        }
    }

    pub(super) fn shift(&mut self, from: usize, to: usize, lamports: i128) {
        self.add_lamports(from, lamports.saturating_neg());
        self.add_lamports(to, lamports);
    }

    /// Changes tokens of an account.
    pub(super) fn add_tokens(&mut self, at: usize, amount: i128) {
        let holder = self.holder(at);
        let Some(slot) = self.slots.get_mut(at) else { return };
        let Some(held) = &mut slot.token else { return };
        held.amount = held.amount.saturating_add(amount);
        if !held.told {
            slot.untold = slot.untold.saturating_add(amount);
            slot.untold_mint = Some(held.mint);
            let sum = self.untold.entry((holder, held.mint)).or_default();
            *sum = sum.saturating_add(amount);
        }
    }
}
