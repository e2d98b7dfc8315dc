//! One path alone: the engine with only the first movement's value coloured, and only the path's movements carrying it on.
//!
//! Haircut, FIFO and LIFO do not look at colours, so this is exactly the part of the whole trace that took this way (under haircut
//! up to a base unit a hop, because each hop rounds).

use fundtrail_store::{AccountId, AssetId, Side};
use fundtrail_types::{Amount, SeedAmount};

use super::{Carried, Engine, whole::start_of};
use crate::{
    Ledger, TraceError,
    crossings::Given,
    lot::{Lot, Origin, Parcel, Parts, by_origin, convert},
};

/// What tells one movement of the flow from the others: place in the order, ends and assets.
pub(crate) type Step = ((u64, u64, u64, u32), AccountId, AccountId, AssetId, AssetId);

pub(crate) fn step_of(one: &Carried) -> Step {
    (one.order(), one.from, one.to, one.given(), one.entry.asset)
}

impl<L: Ledger> Engine<'_, L> {
    /// What arrives at the end of a path, per method, and what a bridge took there. Of the first movement all is coloured, or what it brings
    /// out of a bridge.
    pub(crate) fn alone(
        mut self,
        path: &[&Carried],
        begin: Option<Vec<Parcel>>,
    ) -> Result<(Vec<SeedAmount>, Given), TraceError> {
        let nothing = (vec![SeedAmount::default(); self.question.methods.len()], Given::new());
        let Some((first, rest)) = path.split_first() else { return Ok(nothing) };
        self.only = Some((1..).zip(rest).map(|(hops, one)| (step_of(one), hops)).collect());
        self.begin_path(first, begin)?;
        let Some(last) = path.last().map(|last| step_of(last)) else { return Ok(nothing) };
        // Nothing but the path's own movements is recorded.
        let told = |engine: &Self| engine.record.carried.iter().position(|one| step_of(one) == last);
        while told(&self).is_none() {
            if !self.next()? {
                return Ok(nothing);
            }
        }
        let Some(arrived) = told(&self).map(|index| &self.record.carried[index]) else { return Ok(nothing) };
        let sum = |shares: &Parts| shares.first().map(|(.., sum)| *sum).unwrap_or_default();
        let shares = arrived.shares.iter().map(sum).collect();
        Ok((shares, std::mem::take(&mut self.record.given_over)))
    }

    /// Hands over the whole of one movement, or what it brings out of a bridge.
    fn begin_path(&mut self, first: &Carried, begin: Option<Vec<Parcel>>) -> Result<(), TraceError> {
        self.fill(0, first.gave.map_or(first.entry.amount, |(_, amount)| amount));
        for (parcel, mut begun) in self.parcels.iter_mut().zip(begin.unwrap_or_default()) {
            begun.iter_mut().filter_map(|lot| lot.taint.as_mut()).for_each(|taint| taint.hops = 0);
            let there = begun.iter().fold(Amount::ZERO, |sum, lot| sum.saturating_add(lot.amount));
            begun.push(Lot::clean(first.entry.amount.saturating_sub(there)));
            *parcel = begun;
        }
        if first.gave.is_some() {
            for (parcel, method) in self.parcels.iter_mut().zip(&self.question.methods) {
                if let Some((converted, _)) = convert(parcel, first.entry.amount, method.conserves()) {
                    *parcel = converted;
                }
            }
        }
        let entry = &first.entry;
        let carried = Carried::new(self.chain, first.from, first.to, entry, &self.parcels, true);
        self.record.carried.push(Carried { gave: first.gave, rank: first.rank, ..carried });
        if let Some(gate) = self.gate(first.to, entry.asset, entry.position) {
            self.cross(gate);
            return Ok(());
        }
        if !first.whole {
            self.open(first.to, Some((entry.position, Side::In)))?;
            self.accounts[0].upcoming.pop()?;
        } else {
            self.open(first.to, Some((start_of(entry.position), Side::Out)))?;
            self.skip(0, entry.position)?;
        }
        self.pay_in(0, entry, true)?;
        self.sleep(0);
        Ok(())
    }

    /// Takes the colour off what did not come along the path, if only one is followed. Says whether none is left.
    pub(super) fn fades(&mut self, carried: &mut Carried) -> bool {
        let Some(only) = &self.only else { return false };
        // What took a short cut has gone fewer hops.
        let hops = only.get(&step_of(carried)).copied();
        for lot in self.parcels.iter_mut().flatten() {
            lot.taint = lot.taint.filter(|taint| Some(taint.hops) == hops && taint.origin != Origin::Unknown);
        }
        carried.shares = self.parcels.iter().map(|parcel| by_origin(parcel)).collect();
        carried.shares.iter().all(|parts| parts.is_empty())
    }
}
