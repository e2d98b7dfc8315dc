//! Opening an account: what it held before traced value reached it.

use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Kind, TxOrder};

use super::{AccountState, Engine, Key, upcoming::Upcoming};
use crate::{
    Ledger, TraceError,
    seeds::{TxPlace, tx_of},
    settle::{Move, Taken},
    unexplained::is_left_out,
};

/// What an account gave and got so far within the transaction at hand.
#[derive(Default)]
struct Done {
    at: Option<TxPlace>,
    entries: Vec<(AssetId, Side, Amount)>,
    /// Whether the transaction was replayed as a whole, so that the rest of its entries is done.
    whole: bool,
}

impl<L: Ledger> Engine<'_, L> {
    /// Opens an account and replays its history up to a place in the order, exclusive; not at all if there is none.
    pub(super) fn open(&mut self, id: AccountId, until: Option<Key>) -> Result<(), TraceError> {
        let mut state = AccountState::new(id, self.ledger.account(id)?, until.map_or(0, |(until, _)| until.height));
        let mut history = self.history_of(id);
        let mut next = history.next().transpose()?;
        let mut done = Done::default();
        while let (Some(entry), Some(until)) = (&next, until) {
            if (entry.position, entry.side) >= until {
                break;
            }
            self.record.read(entry.position.height);
            if entry.counterparty != id && self.follows(entry.asset)? {
                self.replay(&mut state, &mut done, entry, until)?;
            }
            next = history.next().transpose()?;
        }
        if let Some(entry) = next {
            state.upcoming = Upcoming::new(entry, history)?;
        }
        self.note_open(id, self.accounts.len());
        self.accounts.push(state);
        Ok(())
    }

    /// An entry from before the first arrival: no seed begins with it, and all that it moves is clean.
    fn replay(
        &mut self,
        state: &mut AccountState<'_>,
        done: &mut Done,
        entry: &Entry,
        until: Key,
    ) -> Result<(), TraceError> {
        state.placed_by_time += u64::from(entry.order == TxOrder::Timed);
        self.record.note_unexplained(state.id, entry);
        if is_left_out(entry) {
            return Ok(());
        }
        // What left at the height at which value arrives may have left after it.
        let noted = state.note_order(entry).filter(|_| until.0.height == entry.position.height);
        self.record.unknown_order.extend(noted.map(|height| (state.id, height)));
        let tx = tx_of(entry.position);
        if done.at != Some(tx) {
            *done = Done { at: Some(tx), ..Done::default() };
        }
        let is_short = entry.side == Side::Out && entry.kind != Kind::Fee && entry.amount > state.held(entry.asset);
        if is_short
            && !entry.plain
            && !done.whole
            && tx != tx_of(until.0)
            && !self.seeds.begins_in(self.chain, entry.position)
        {
            // It may only seem to have paid out what it did not hold: some pay out before they take in.
            if let Taken::Whole(settled) = &self.look_at(entry.position)?.taken {
                // The last first, so that no sum seems to fall below nothing.
                for (asset, side, amount) in done.entries.drain(..).rev() {
                    state.change(asset, if side == Side::In { Side::Out } else { Side::In }, amount);
                }
                change_as_whole(state, &settled.moves);
                done.whole = true;
            }
        }
        if entry.kind == Kind::Fee {
            return state.replay(entry).ok_or_else(|| TraceError::Overflow(state.account.clone()));
        }
        if done.whole {
            return Ok(());
        }
        done.entries.push((entry.asset, entry.side, entry.amount));
        state.replay(entry).ok_or_else(|| TraceError::Overflow(state.account.clone()))
    }
}

/// Changes an account's clean balances by what moves of a transaction gave and took.
pub(super) fn change_as_whole(state: &mut AccountState<'_>, moves: &[Move]) {
    for one in moves {
        if one.from == one.to && one.gave.0 == one.got.0 {
            // Only the difference came or went.
            let (gave, got) = (one.gave.1, one.got.1);
            let (side, by) =
                if got >= gave { (Side::In, got.saturating_sub(gave)) } else { (Side::Out, gave.saturating_sub(got)) };
            if one.from == state.id {
                state.change(one.gave.0, side, by);
            }
            continue;
        }
        if one.from == state.id {
            state.change(one.gave.0, Side::Out, one.gave.1);
        }
        if one.to == state.id {
            state.change(one.got.0, Side::In, one.got.1);
        }
    }
}
