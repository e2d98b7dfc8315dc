//! How long an open account may sleep: until a movement of it may carry traced value.

use std::cmp::Reverse;

use fundtrail_store::{AssetId, Entry, Side};
use fundtrail_types::Kind;

use super::{Due, Engine, Key, balance::Room};
use crate::{
    Ledger,
    seeds::{TxPlace, tx_of},
    unexplained::is_left_out,
};

/// Entries looked at before an account goes to sleep. If all of them are quiet, it wakes for nothing at the last: that
/// costs less than to look through a long history each time that value arrives.
const ENTRIES_LOOKED_AT: usize = 64;

/// What an account gives and gets within the transaction at hand.
#[derive(Default)]
struct InTx {
    at: Option<(TxPlace, Key)>,
    sides: Vec<(AssetId, Side)>,
}

impl InTx {
    /// Where the transaction of an entry begins, if the account has given and got of the asset in it.
    fn both_sides(&mut self, entry: &Entry) -> Option<Key> {
        let tx = tx_of(entry.position);
        let begin = match self.at {
            Some((at, begin)) if at == tx => begin,
            _ => {
                self.sides.clear();
                (entry.position, entry.side)
            }
        };
        self.at = Some((tx, begin));
        if entry.kind == Kind::Fee {
            return None;
        }
        self.sides.push((entry.asset, entry.side));
        let other = |(asset, side): &(AssetId, Side)| *asset == entry.asset && *side != entry.side;
        self.sides.iter().any(other).then_some(begin)
    }
}

/// What can still leave an account, per asset, before traced value does; none if the asset is not looked at.
pub(super) type Rooms = Vec<(AssetId, Option<Room>)>;

impl<L: Ledger> Engine<'_, L> {
    /// Puts an account to sleep until a movement of it may carry traced value, if any does.
    pub(super) fn sleep(&mut self, place: usize) {
        let next = self.next_waking(place);
        let account = &mut self.accounts[place];
        let first = account.upcoming.peek().map(|entry| (entry.position, entry.side));
        // To wake too early is no mistake, so what the queue says already may stay.
        let stays = account.wakes.is_some() && account.wakes >= first && next.is_some() && account.wakes <= next;
        if !stays {
            account.wakes = next;
            self.queue.extend(next.map(|key| Reverse((key, Due::Wake(place)))));
        }
        self.count_account(place);
    }

    /// The first entry that may carry something, as far as is known before anything else arrives.
    fn next_waking(&mut self, place: usize) -> Option<Key> {
        let account = &self.accounts[place];
        let ahead = account.upcoming.ahead();
        if self.sought.is_some() || self.seeds.payers.contains_key(&account.id) {
            return ahead.first().map(|entry| (entry.position, entry.side));
        }
        self.rooms.clear();
        let mut tx = InTx::default();
        for entry in ahead.iter().take(ENTRIES_LOOKED_AT) {
            if entry.side == Side::In && self.seeds.beginning_at(account.id, entry.position).is_some() {
                return Some((entry.position, entry.side));
            }
            // What is left out of the balance makes no room in it.
            if entry.counterparty == account.id || is_left_out(entry) {
                continue;
            }
            let known = self.rooms.iter().position(|(asset, _)| *asset == entry.asset);
            let place = known.unwrap_or_else(|| {
                let is_followed = self.followed.get(&entry.asset) != Some(&false);
                self.rooms.push((entry.asset, is_followed.then(|| account.room(entry.asset))));
                self.rooms.len() - 1
            });
            let Some(room) = &mut self.rooms[place].1 else { continue };
            // If that passes through it, it changes nothing; but that shows only if the transaction is taken as a whole.
            if let Some(begin) = tx.both_sides(entry).filter(|_| room.is_closed()) {
                return Some(begin);
            }
            let quiet = match entry.side {
                Side::In => room.pay_in(entry.amount),
                Side::Out => room.pay_out(entry.amount),
            };
            if quiet.is_none() {
                return Some((entry.position, entry.side));
            }
        }
        let looked_at = ahead.get(..ENTRIES_LOOKED_AT).unwrap_or(ahead);
        let is_all = looked_at.len() == ahead.len() && account.upcoming.is_last();
        looked_at.last().filter(|_| !is_all).map(|entry| (entry.position, entry.side))
    }
}
