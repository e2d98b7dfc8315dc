//! Tokens that instructions move, and token accounts that change hands.

use fundtrail_types::{Kind, RelationKind};

use super::{Gap, Ledger, slots::Held};
use crate::{decode::Why, programs::is_native, wire::Key};

impl Ledger<'_> {
    /// An account becomes a token account. Of wrapped SOL it then holds what it has beyond its rent.
    pub(super) fn open(&mut self, account: usize, mint: Key, owner: Key) {
        let told = self.input.has_tokens();
        let Some(slot) = self.slots.get_mut(account) else { return };
        let is_first = slot.opened == 0 && slot.told_before.is_none();
        slot.opened += 1;
        // An account that is one already cannot become one: the instruction would have failed.
        if slot.token.is_some() {
            return;
        }
        slot.token = Some(Held { mint, owner: Some(owner), amount: 0, told });
        let (key, had, known, lamports) = (slot.key, slot.before, slot.known, slot.lamports);
        if is_first {
            // What it had before anybody opened it was its own, and is its owner's now.
            self.native(Kind::Rent, key, owner, had);
        }
        if is_native(mint) && known {
            let reserve = self.reserve(account);
            self.enter(account, lamports.saturating_sub(reserve));
        }
        self.link(RelationKind::TokenAccount, owner, key, Some(mint));
    }

    /// A transfer. A fee that is withheld is still in the destination and not its owner's: it is booked on the mint.
    pub(super) fn transfer_tokens(
        &mut self,
        number: usize,
        from: usize,
        to: usize,
        mint: Option<Key>,
        amount: u64,
        fee: u64,
    ) {
        let (source, destination) = (self.ensure(from), self.ensure(to));
        let mint = mint.or(source.map(|held| held.mint)).or(destination.map(|held| held.mint));
        let Some(mint) = mint else {
            self.left_out.unknown_mints += 1;
            return;
        };
        let (giver, taker) = (self.party(from), self.party(to));
        let amount = i128::from(amount);
        let (fee, later) = self.solved.fee(number).unwrap_or((i128::from(fee), 0));
        let fee = fee.clamp(0, amount);
        let received = amount.saturating_sub(fee);
        // Nothing, or to another account of the same owner: still what somebody sent.
        self.event(Kind::Token, Some(mint), Some(giver), Some(taker), received);
        self.leg(Kind::Token, Some(mint), Some(giver), Some(mint), fee);
        self.add_tokens(from, amount.saturating_neg());
        self.add_tokens(to, received);
        self.withhold(mint, fee);
        if later > 0 {
            self.leg(Kind::Token, Some(mint), Some(taker), Some(mint), later);
            self.add_tokens(to, later.saturating_neg());
            self.withhold(mint, later);
        }
        if is_native(mint) {
            self.shift(from, to, amount);
        }
    }

    fn withhold(&mut self, mint: Key, amount: i128) {
        let sum = self.withheld.entry(mint).or_default();
        *sum = sum.saturating_add(amount);
    }

    /// Fees that were withheld go to an account; how much, only balances tell.
    pub(super) fn pay_withheld(&mut self, number: usize, mint: Key, to: usize) {
        let (amount, told) = (self.solved.amount(number), self.ensure(to).is_some_and(|held| held.told));
        if !told {
            self.left_out.unknown_amounts += 1;
            return;
        }
        let taker = self.party(to);
        self.leg(Kind::Token, Some(mint), Some(mint), Some(taker), amount);
        self.add_tokens(to, amount);
        self.withhold(mint, amount.saturating_neg());
    }

    /// Tokens are created (positive) or destroyed.
    pub(super) fn supply(&mut self, account: usize, mint: Key, amount: i128) {
        self.ensure(account);
        let owner = self.party(account);
        if amount >= 0 {
            self.leg(Kind::Mint, Some(mint), None, Some(owner), amount);
        } else {
            self.leg(Kind::Burn, Some(mint), Some(owner), None, amount.saturating_neg());
        }
        self.add_tokens(account, amount);
    }

    /// A token account gets another owner, with all that is in it.
    pub(super) fn hand(&mut self, account: usize, owner: Key) {
        let Some(held) = self.ensure(account) else {
            self.left_out.unknown_mints += 1;
            return;
        };
        if !(held.told || self.slots.get(account).is_some_and(|slot| slot.opened > 0)) {
            self.left_out.unknown_amounts += 1;
        }
        let from = self.party(account);
        self.seat(account, Some(Held { owner: Some(owner), ..held }));
        self.link(RelationKind::Authority, from, owner, Some(held.mint));
    }

    /// Tokens go into the hidden part of a balance, or come out of it. What is hidden cannot be followed.
    pub(super) fn reveal(&mut self, account: usize, amount: i128) {
        self.left_out.hidden += 1;
        let Some(held) = self.ensure(account) else { return };
        let owner = self.party(account);
        self.unexplained(Gap { holder: owner, mint: Some(held.mint), amount, why: Why::Hidden });
        self.add_tokens(account, amount);
    }

    /// Makes an account another token account, or none: what it holds goes from whom it was booked on to whom it is booked on
    /// then. The lamports behind wrapped SOL stay on the mint. A failed transaction hands nothing over: if balances say that it
    /// did, they contradict it, and the difference is booked as that.
    pub(super) fn seat(&mut self, account: usize, then: Option<Held>) {
        let now = self.token(account);
        let from = self.party(account);
        if let Some(slot) = self.slots.get_mut(account) {
            slot.token = then;
        }
        if !self.input.meta.succeeded() {
            return;
        }
        let to = self.party(account);
        let lamports = self.slots.get(account).filter(|slot| slot.known).map_or(0, |slot| slot.lamports);
        let wrapped = now.or(then).filter(|held| is_native(held.mint)).map_or(0, |held| held.amount);
        if let (Some(held), Some(_)) = (now, then) {
            self.leg(Kind::Token, Some(held.mint), Some(from), Some(to), held.amount);
            if !held.told {
                self.hand_untold(from, to, held);
            }
        }
        self.native(Kind::Rent, from, to, lamports.saturating_sub(wrapped));
    }

    /// What came to an account of which no balance is told goes over to its new owner.
    fn hand_untold(&mut self, from: Key, to: Key, held: Held) {
        if from == to || held.amount <= 0 {
            return;
        }
        for (who, amount) in [(from, held.amount.saturating_neg()), (to, held.amount)] {
            let sum = self.untold.entry((who, held.mint)).or_default();
            *sum = sum.saturating_add(amount);
        }
    }
}
