//! Lamports that instructions move: transfers, accounts that are opened and closed, what lies beyond the rent.

use fundtrail_types::{Kind, RelationKind};

use super::Ledger;
use crate::{
    programs::{SYSTEM, is_native, is_token},
    wire::Key,
};

/// Lamports that are value in themselves: at top level, or moved by a call.
fn value(is_top: bool) -> Kind {
    if is_top { Kind::Native } else { Kind::Internal }
}

impl Ledger<'_> {
    pub(super) fn transfer(&mut self, is_top: bool, from: usize, to: usize, lamports: u64) {
        let lamports = i128::from(lamports);
        let (payer, payee) = (self.party(from), self.party(to));
        self.note_first_funder(to, payer, lamports);
        let opening = self.opening(to);
        self.shift(from, to, lamports);
        match opening {
            // For the rent of an account that is to be a token account.
            Some(mint) if !is_native(mint) => {
                self.native(Kind::Rent, payer, payee, lamports);
                self.link(RelationKind::RentPayer, payee, payer, None);
            }
            // Literally to itself, or nothing: an event. From an owner to his own token account: nothing moved.
            _ if from == to || payer != payee => self.event(value(is_top), None, Some(payer), Some(payee), lamports),
            _ => {}
        }
    }

    pub(super) fn create(
        &mut self,
        is_top: bool,
        from: Option<usize>,
        account: usize,
        lamports: u64,
        space: u64,
        program: Key,
    ) {
        let lamports = i128::from(lamports);
        if let Some(slot) = self.slots.get_mut(account) {
            slot.space = Some(space);
            // Only what had no lamports can be created, so they are known from here on.
            if !slot.known && from.is_some() {
                (slot.known, slot.lamports) = (true, 0);
            }
        }
        let Some(from) = from.filter(|_| lamports > 0) else { return };
        let (payer, owner) = (self.party(from), self.party(account));
        let opening = self.opening(account).filter(|_| is_token(program));
        if program == SYSTEM {
            self.note_first_funder(account, payer, lamports);
        }
        self.shift(from, account, lamports);
        self.authorise(from);
        let Some(mint) = opening else {
            self.native(value(is_top), payer, owner, lamports);
            return;
        };
        // What is beyond the rent of wrapped SOL is to be wrapped: value, not rent.
        let rent = if is_native(mint) { lamports.min(self.reserve(account)) } else { lamports };
        self.native(Kind::Rent, payer, owner, rent);
        self.native(value(is_top), payer, owner, lamports.saturating_sub(rent));
        self.link(RelationKind::RentPayer, owner, payer, Some(mint));
    }

    /// Closing moves all lamports, whatever the account was.
    pub(super) fn close(&mut self, account: usize, to: usize) {
        let Some(slot) = self.slots.get(account) else { return };
        let known = slot.known;
        let lamports = if known { slot.lamports.max(0) } else { 0 };
        let (owner, heir) = (self.party(account), self.party(to));
        let mut rest = lamports;
        if let Some(held) = self.token(account) {
            if is_native(held.mint) {
                let wrapped = held.amount.clamp(0, lamports);
                self.leave(account, to, wrapped);
                rest = rest.saturating_sub(wrapped);
            }
            let left = self.token(account).map_or(0, |held| held.amount);
            if held.told && left != 0 {
                self.leftovers.push((account, owner, held.mint, left.saturating_neg()));
            }
            self.link(RelationKind::CloseDestination, owner, heir, Some(held.mint));
        }
        if !known {
            self.left_out.unknown_amounts += 1;
        }
        self.native(Kind::Rent, owner, heir, rest);
        self.shift(account, to, rest);
        if let Some(slot) = self.slots.get_mut(account) {
            (slot.token, slot.known, slot.space) = (None, true, None);
        }
    }

    /// What lies beyond the rent goes out; how much, only balances tell.
    pub(super) fn excess(&mut self, number: usize, account: usize, to: usize) {
        let lamports = self.solved.amount(number);
        let (from, heir) = (self.party(account), self.party(to));
        self.native(Kind::Rent, from, heir, lamports);
        self.shift(account, to, lamports);
    }

    /// The mint of the token account that an account is about to become.
    fn opening(&self, at: usize) -> Option<Key> {
        let slot = self.slots.get(at).filter(|slot| slot.token.is_none())?;
        slot.openings.get(slot.opened).map(|(mint, _)| *mint)
    }

    fn note_first_funder(&mut self, to: usize, payer: Key, lamports: i128) {
        let Some(slot) = self.slots.get(to) else { return };
        let is_first = slot.known && slot.before == 0 && !slot.funded && lamports > 0;
        if is_first && slot.token.is_none() && slot.openings.is_empty() {
            self.link(RelationKind::FirstFunder, slot.key, payer, None);
        }
    }
}
