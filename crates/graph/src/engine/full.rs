//! The limit on memory. What a trace holds is counted and not measured, so that the same question has the same answer on every machine.
//!
//! When it is reached, the trace stops at that place in the order: everything before it has been followed, and nothing after it.

use std::{cmp::Reverse, collections::BTreeMap, mem::size_of};

use fundtrail_types::{Amount, Chain, Fate};

use super::{AccountState, Carried, Due, Engine, Key};
use crate::{
    Ledger, TraceError,
    lot::{Lot, Origin, Taint},
    seeds::tx_of,
};

/// What an account takes beside its own state: its places in maps, its names, and its lines in the answer.
const ACCOUNT_BYTES: usize = 800;

/// What an account takes for what one method says of its balance of an asset, beside its lots: its pool, and its end in the answer.
const HELD_BYTES: usize = 1_000;

/// What a movement takes beside the record of it: its line in the answer, with names and transaction, and once more when that is written.
const MOVEMENT_BYTES: usize = 1_500;

/// What a movement takes for what it carries of one seed under one method, in the record and in the answer.
const PART_BYTES: usize = 330;

/// How far a trace may go on a chain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Space<'a> {
    /// It opens at most so many accounts.
    pub(crate) accounts: usize,
    /// It holds at most so many bytes.
    pub(crate) bytes: u64,
    /// The height at which it stops in any case, per chain.
    pub(crate) until: Option<&'a BTreeMap<Chain, u64>>,
}

impl Space<'_> {
    /// How many bytes so many accounts and movements are expected to take, before they are looked at.
    pub(crate) fn held(accounts: usize, movements: usize, methods: usize) -> u64 {
        let (account, movement) =
            (size_of::<AccountState<'_>>() + ACCOUNT_BYTES, size_of::<Carried>() + MOVEMENT_BYTES);
        (accounts * account + movements * (movement + methods * PART_BYTES)) as u64
    }
}

impl AccountState<'_> {
    /// How many bytes it holds, with what the answer says of it.
    fn bytes(&self) -> u64 {
        let lots = self.balances.iter().flat_map(|(_, balance)| &balance.held).map(|held| held.pool.lots());
        let known = size_of_val(self.balances.as_slice());
        let held = lots.map(|lots| HELD_BYTES + lots * size_of::<Lot>()).sum::<usize>();
        (size_of::<Self>() + ACCOUNT_BYTES + known + held + self.upcoming.bytes()) as u64
    }
}

impl<'a, L: Ledger> Engine<'a, L> {
    /// Goes no further than that.
    pub(crate) fn within(self, space: Space<'a>) -> Self {
        Self { space, ..self }
    }

    /// Counts anew what an account holds.
    pub(super) fn count_account(&mut self, place: usize) {
        let account = &mut self.accounts[place];
        let bytes = account.bytes();
        self.held = (self.held + bytes).saturating_sub(account.counted);
        account.counted = bytes;
    }

    /// Counts the movements that were recorded since the last time. Where an account keeps what reaches it, nothing else is of interest.
    pub(super) fn count_movements(&mut self) {
        if let Some(id) = self.absorbing {
            let fresh = self.record.carried.split_off(self.counted);
            self.record.carried.extend(fresh.into_iter().filter(|one| one.to == id));
        }
        for one in &self.record.carried[self.counted..] {
            self.held += bytes_of(one);
        }
        self.counted = self.record.carried.len();
    }

    /// Whether the trace goes no further than to a place in the order. It stops only between heights, so that everybody can say up to
    /// where it went. On the way back it never does: what is looked at there has been counted before.
    pub(super) fn stops_at(&mut self, key: Key) -> bool {
        let until = self.space.until.and_then(|until| until.get(&self.chain));
        let is_full = self.held > self.space.bytes && self.sought.is_none() && self.height != Some(key.0.height);
        let stops = is_full || until.is_some_and(|height| key.0.height >= *height);
        if stops {
            self.record.stopped.insert(self.chain, key.0.height);
        }
        stops
    }

    /// Says of which chain all that was read is, and what the record of it and the answer hold.
    pub(super) fn close(&mut self, accounts: usize) {
        self.count_movements();
        self.record.close(self.chain);
        self.record.accounts_opened = accounts;
        let movements: u64 = self.record.carried.iter().map(bytes_of).sum();
        self.record.held = movements + (accounts * ACCOUNT_BYTES) as u64;
    }

    /// Ends what was on its way, and what had not begun, when the trace stopped.
    pub(super) fn end_the_rest(&mut self) -> Result<(), TraceError> {
        let arrivals = std::mem::take(&mut self.queue).into_iter().filter_map(|Reverse((_, due))| match due {
            Due::Arrive(index) => Some(index),
            _ => None,
        });
        for index in arrivals {
            let arrival = &self.arrivals[index];
            let release = &self.crossings.joined[arrival.crossing].releases[arrival.release];
            if self.wholes.contains(&tx_of(release.at.position)) {
                continue;
            }
            for (method, parcel) in arrival.parcels.iter().enumerate() {
                self.record.dispose(method, parcel.iter(), Some(release.leg.to), release.leg.asset, &Fate::SizeLimit);
            }
        }
        let mut begun: BTreeMap<usize, Amount> = BTreeMap::new();
        for (seed, amount) in self.record.carried.iter().chain(&self.record.returned).flat_map(|one| &one.begun) {
            let sum = begun.entry(*seed).or_default();
            *sum = sum.saturating_add(*amount);
        }
        for (index, seed) in self.seeds.seeds.iter().enumerate().filter(|(_, seed)| seed.account.chain == self.chain) {
            let amount = seed.amount_raw.saturating_sub(begun.get(&index).copied().unwrap_or_default());
            if amount.is_zero() {
                continue;
            }
            let taint = Some(Taint { origin: Origin::Seed(index), hops: 0, seed: amount });
            let (account, asset) = (self.ledger.account_id(&seed.account)?, self.seeds.assets[index]);
            for method in (0..self.question.methods.len()).filter(|at| self.question.methods[*at].conserves()) {
                self.record.dispose(method, [Lot { amount, taint }].iter(), account, asset, &Fate::SizeLimit);
            }
        }
        Ok(())
    }
}

/// How many bytes the record of a movement holds, with what the answer says of it.
fn bytes_of(one: &Carried) -> u64 {
    let parts: usize = one.shares.iter().map(|parts| parts.len()).sum();
    (size_of::<Carried>() + MOVEMENT_BYTES + parts * PART_BYTES) as u64
}
