//! Wrapped SOL: tokens that stand for lamports in their own account, one for one.
//!
//! The lamports behind them are booked on the mint. So wrapping moves lamports from the owner to the mint and creates tokens,
//! unwrapping does the reverse, and a transfer moves tokens alone.

use fundtrail_types::Kind;

use super::Ledger;
use crate::{
    programs::{NATIVE, is_native},
    wire::Key,
};

/// Lamports a byte that an account holds to be exempt from rent: 3,480 a byte and year, for two years.
///
/// Source: solana-rent, `DEFAULT_LAMPORTS_PER_BYTE_YEAR` and `DEFAULT_EXEMPTION_THRESHOLD`, as on every cluster.
const LAMPORTS_PER_BYTE: i128 = 6_960;
/// Bytes that every account is charged beside its own. Source: solana-rent, `ACCOUNT_STORAGE_OVERHEAD`.
const OVERHEAD_BYTES: i128 = 128;
/// Bytes of a token account without extensions. Source: spl-token-interface, `Account::LEN`.
const ACCOUNT_BYTES: u64 = 165;

fn rent(space: u64) -> i128 {
    OVERHEAD_BYTES.saturating_add(i128::from(space)).saturating_mul(LAMPORTS_PER_BYTE)
}

impl Ledger<'_> {
    /// Lamports of an account of wrapped SOL that are its rent, and never wrapped. The program remembers them and nobody tells,
    /// but they are at most what balances show beyond the tokens.
    pub(super) fn reserve(&self, at: usize) -> i128 {
        let Some(slot) = self.slots.get(at) else { return 0 };
        let beyond = |lamports: i128, told: Option<super::Told>| {
            told.filter(|told| is_native(told.mint)).map(|told| lamports.saturating_sub(told.amount))
        };
        let told = [beyond(slot.before, slot.told_before), beyond(slot.after, slot.told_after)];
        let least = told.into_iter().flatten().min();
        let mint = slot.token.map(|held| held.mint).or(slot.openings.get(slot.opened).map(|(mint, _)| *mint));
        // All accounts of the first program are of one size.
        let by_size = rent(slot.space.filter(|_| mint != Some(NATIVE)).unwrap_or(ACCOUNT_BYTES));
        match least {
            Some(least) if mint == Some(NATIVE) => least.min(by_size),
            Some(least) => least,
            None => by_size,
        }
    }

    /// Lamports beyond what is wrapped, and beyond the rent, become wrapped.
    pub(super) fn sync(&mut self, account: usize) {
        let Some(held) = self.ensure(account).filter(|held| is_native(held.mint)) else { return };
        let known = self.slots.get(account).is_some_and(|slot| slot.known);
        if !known || !(held.told || self.opened_here(account)) {
            self.left_out.unknown_amounts += 1;
            return;
        }
        let lamports = self.slots.get(account).map_or(0, |slot| slot.lamports);
        let more = lamports.saturating_sub(self.reserve(account)).saturating_sub(held.amount);
        self.enter(account, more);
    }

    /// The mint of an account of wrapped SOL of which no balance is told.
    pub(crate) fn untold_native(&self, at: usize) -> Option<Key> {
        let slot = self.slots.get(at).filter(|slot| slot.untold != 0 && slot.told_after.is_none())?;
        slot.untold_mint.filter(|mint| is_native(*mint))
    }

    fn opened_here(&self, at: usize) -> bool {
        self.slots.get(at).is_some_and(|slot| slot.opened > 0)
    }

    /// Wraps lamports that are in the account.
    pub(super) fn enter(&mut self, account: usize, amount: i128) {
        let Some(held) = self.token(account).filter(|_| amount > 0) else { return };
        let owner = self.party(account);
        self.native(Kind::Internal, owner, held.mint, amount);
        self.leg(Kind::Wrap, Some(held.mint), None, Some(owner), amount);
        self.add_tokens(account, amount);
    }

    /// Unwraps, and sends what was wrapped.
    pub(super) fn leave(&mut self, account: usize, to: usize, amount: i128) {
        let Some(held) = self.token(account).filter(|_| amount > 0) else { return };
        let (owner, heir) = (self.party(account), self.party(to));
        self.leg(Kind::Unwrap, Some(held.mint), Some(owner), None, amount);
        self.native(Kind::Internal, held.mint, heir, amount);
        self.add_tokens(account, amount.saturating_neg());
        self.shift(account, to, amount);
    }

    pub(super) fn unwrap(&mut self, account: usize, to: usize, amount: Option<u64>) {
        let Some(held) = self.ensure(account).filter(|held| is_native(held.mint)) else { return };
        if amount.is_none() && !(held.told || self.opened_here(account)) {
            self.left_out.unknown_amounts += 1;
            return;
        }
        self.leave(account, to, amount.map_or(held.amount, i128::from));
    }
}
