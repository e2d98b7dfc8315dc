//! Value that a bridge takes or pays out in this chain.

use std::{cmp::Reverse, collections::BTreeMap};

use fundtrail_store::{AccountId, AssetId, Entry, Leg, Side};
use fundtrail_types::{Amount, Fate, Kind, Position, Through};

use super::{Due, Engine, Left, pot::Pot, whole::start_of};
use crate::{
    Ledger, TraceError,
    crossings::{Arrival, Gate},
    lot::Parcel,
    seeds::tx_of,
    settle::Taken,
    sought::Sought,
};

impl<'a, L: Ledger> Engine<'a, L> {
    /// With what arrives here by crossings.
    pub(crate) fn with_arrivals(self, arrivals: &'a [Arrival]) -> Self {
        Self { arrivals, ..self }
    }

    /// Puts what arrives by crossings into its place in the order.
    pub(super) fn begin_arrivals(&mut self) {
        for (index, arrival) in self.arrivals.iter().enumerate() {
            let release = &self.crossings.joined[arrival.crossing].releases[arrival.release];
            let at = Position { leg: release.leg.leg, ..release.at.position };
            self.queue.push(Reverse(((at, Side::Out), Due::Arrive(index))));
        }
    }

    /// Puts what bridges take on the way back into its place in the order: those who gave it may not be replayed.
    pub(super) fn begin_deposits(&mut self, sought: &Sought) {
        for index in &sought.crossed {
            let deposit = &self.crossings.joined[*index].deposit;
            if deposit.chain == self.chain {
                let at = Position { leg: deposit.leg.leg, ..deposit.at.position };
                self.queue.push(Reverse(((at, Side::Out), Due::Take(*index))));
            }
        }
    }

    /// A bridge takes something on the way back. Whoever is replayed gives it himself.
    pub(super) fn take_over(&mut self, index: usize) -> Result<(), TraceError> {
        let deposit = &self.crossings.joined[index].deposit;
        let looked = self.look_at(deposit.at.position)?;
        let given = deposit.at.entry(&deposit.leg, Side::Out);
        if let Taken::Whole(settled) = &looked.taken {
            if self.wholes.contains(&tx_of(given.position)) {
                return Ok(());
            }
            let like = Entry { position: start_of(given.position), ..given };
            return self.whole(&looked.legs, settled, &like);
        }
        let from = deposit.leg.from;
        if self.opened(from).is_some() || from == AccountId::NONE {
            return Ok(());
        }
        self.pay_closed(from, &given)
    }

    /// A bridge pays out.
    pub(super) fn arrive_over(&mut self, index: usize) -> Result<(), TraceError> {
        let arrival = &self.arrivals[index];
        let release = &self.crossings.joined[arrival.crossing].releases[arrival.release];
        let looked = self.look_at(release.at.position)?;
        let paid = release.at.entry(&release.leg, Side::Out);
        if let Taken::Whole(settled) = &looked.taken {
            // An account may have woken for it before.
            if self.wholes.contains(&tx_of(release.at.position)) {
                return Ok(());
            }
            let like = Entry { position: start_of(paid.position), ..paid };
            return self.whole(&looked.legs, settled, &like);
        }
        for (parcel, arrived) in self.parcels.iter_mut().zip(&arrival.parcels) {
            parcel.clone_from(arrived);
        }
        self.deliver(release.leg.from, &paid, Left::Crossed(arrival.crossing))
    }

    /// What bridges pay out in a transaction that is taken as a whole, by payer and asset.
    pub(super) fn paid_over(&self, legs: &[Leg], at: Position) -> BTreeMap<(AccountId, AssetId), (usize, Pot)> {
        let mut pots: BTreeMap<(AccountId, AssetId), (usize, Pot)> = BTreeMap::new();
        let here = |arrival: &&Arrival| {
            let release = &self.crossings.joined[arrival.crossing].releases[arrival.release];
            tx_of(release.at.position) == tx_of(at)
        };
        for arrival in self.arrivals.iter().filter(here) {
            let leg = &self.crossings.joined[arrival.crossing].releases[arrival.release].leg;
            let (_, pot) = pots
                .entry((leg.from, leg.asset))
                .or_insert_with(|| (arrival.crossing, Pot::new(self.question.methods.len())));
            pot.put_each(&arrival.parcels);
        }
        for ((from, asset), (_, pot)) in &mut pots {
            let given = legs.iter().filter(|leg| (leg.from, leg.asset) == (*from, *asset) && leg.kind != Kind::Fee);
            let sum = given.fold(Amount::ZERO, |sum, leg| sum.saturating_add(leg.amount));
            pot.fill_up(sum, &self.question.methods);
        }
        pots
    }

    /// What a bridge takes with a movement: its gate, if that leads to another place.
    pub(super) fn gate(&self, to: AccountId, asset: AssetId, at: Position) -> Option<Gate> {
        let gate = (tx_of(at), to, asset);
        let crossings = self.crossings.taken_at(&gate);
        let is_sought = |index: &usize| self.sought.is_none_or(|sought| sought.crossed.contains(index));
        crossings.iter().any(is_sought).then_some(gate)
    }

    /// Gives what the parcels carry to a bridge.
    pub(super) fn cross(&mut self, gate: Gate) {
        let methods = self.question.methods.len();
        let given = self.record.given_over.entry(gate).or_insert_with(|| vec![Parcel::new(); methods]);
        let mut is_any = false;
        for (given, parcel) in given.iter_mut().zip(&mut self.parcels) {
            is_any |= parcel.iter().any(|lot| lot.taint.is_some());
            // With what is clean among it, because methods look at the order.
            given.append(parcel);
        }
        if let Some(carried) = self.record.carried.last_mut() {
            carried.ended = !is_any;
            carried.into_crossings = self.crossings.taken_at(&gate).to_vec();
        }
    }

    /// The fate of what a bridge takes that is not joined to another place.
    pub(super) fn unjoined(&mut self, to: AccountId, entry: &Entry) -> Option<Fate> {
        let gate = (tx_of(entry.position), to, entry.asset);
        let (crossing, _) = self.crossings.unjoined_at(&gate)?;
        let entity = crossing.bridge.clone();
        let through = crossing.through;
        self.record.unjoined.insert(gate);
        Some(match through {
            Through::Bridge => Fate::Bridge { entity },
            Through::Mixer => Fate::Mixer { entity },
        })
    }

    /// Whether what an account paid in a transaction comes by a crossing that is followed back.
    pub(super) fn is_over(&self, from: AccountId, asset: AssetId, at: Position) -> bool {
        let Some(sought) = self.sought else { return false };
        let paid = self.crossings.paid_at(&(tx_of(at), from, asset));
        paid.iter().any(|(index, _)| sought.crossed.contains(index))
    }
}
