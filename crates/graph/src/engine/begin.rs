//! What a trace begins with, each thing in its place in the order.

use std::cmp::Reverse;

use fundtrail_store::{Entry, Side};
use fundtrail_types::Fate;

use super::{Carried, Engine};
use crate::{Ledger, TraceError};

/// What is to be done at a place in the order. Seeds begin before accounts wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// A bridge pays out, by index of the arrival.
    Arrive(usize),
    /// On the way back, a bridge takes something, by index of the crossing.
    Take(usize),
    /// A seed begins with what was received, by index.
    Begin(usize),
    /// An account wakes, by its place in `accounts`.
    Wake(usize),
}

impl<L: Ledger> Engine<'_, L> {
    /// Opens the accounts whose payments are followed, and puts what was received into its place in the order.
    pub(super) fn begin(&mut self) -> Result<(), TraceError> {
        self.begin_arrivals();
        if let Some(sought) = self.sought {
            return self.begin_back(sought);
        }
        for id in self.seeds.payers.keys().copied() {
            if self.ledger.account(id)?.chain == self.chain {
                self.open(id, None)?;
                self.sleep(self.accounts.len() - 1);
            }
        }
        for (index, movement) in self.seeds.received.iter().enumerate() {
            if self.ledger.account(movement.account)?.chain == self.chain {
                self.queue.push(Reverse(((movement.entry.position, Side::In), Due::Begin(index))));
            }
        }
        Ok(())
    }

    /// Opens the account that received what a seed begins with, if it is not open, and goes on with it to that movement.
    pub(super) fn begin_with(&mut self, index: usize) -> Result<(), TraceError> {
        let movement = &self.seeds.received[index];
        let key = (movement.entry.position, Side::In);
        let place = match self.opened(movement.account) {
            Some(place) => place,
            None => {
                self.open(movement.account, Some(key))?;
                self.accounts.len() - 1
            }
        };
        self.pass(place, Some(key))?;
        if self.accounts[place].upcoming.peek().is_some_and(|entry| entry.position == key.0)
            && let Some(entry) = self.accounts[place].upcoming.pop()?
        {
            self.record.read(entry.position.height);
            self.step(place, &entry)?;
        }
        self.sleep(place);
        Ok(())
    }

    /// A movement that an account received, with which a seed begins.
    pub(super) fn receive_seed(&mut self, place: usize, entry: &Entry, seed: usize) -> Result<(), TraceError> {
        self.fill(seed, entry.amount);
        let (id, met) = (self.accounts[place].id, self.accounts[place].held(entry.asset));
        let carried = Carried::new(self.chain, entry.counterparty, id, entry, &self.parcels, true);
        self.record.carried.push(Carried { met: Some(met), ..carried }.beginning(vec![(seed, entry.amount)]));
        if !self.is_source(place) {
            return self.pay_in(place, entry, true);
        }
        // What it pays is followed whatever it holds, so what it received ends with it.
        for (method, parcel) in self.parcels.iter().enumerate() {
            self.record.dispose(method, parcel.iter(), Some(id), entry.asset, &Fate::ReturnedToSeed);
        }
        Ok(())
    }
}
