//! A balance without an order in time: one part for each (origin, hops), and the clean part.

use std::ops::Range;

use fundtrail_types::{Amount, apportion};

use crate::lot::{Lot, Origin, Parcel, push};

#[derive(Debug, Default)]
pub(super) struct Parts {
    clean: Amount,
    /// One lot of each kind, in their order, seeds before unknown inflow: they are few.
    tainted: Vec<Lot>,
}

/// What sets apart lots of one account and asset.
fn kind(lot: &Lot) -> Option<(Origin, u32)> {
    lot.taint.map(|taint| (taint.origin, taint.hops))
}

impl Parts {
    pub(super) fn is_clean(&self) -> bool {
        self.tainted.is_empty()
    }

    pub(super) fn clean(&self) -> Amount {
        self.clean
    }

    /// Adds lots to the parts of their kind. None if a sum does not fit, here and below.
    pub(super) fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
        for lot in lots {
            if lot.taint.is_none() {
                self.clean = self.clean.checked_add(lot.amount)?;
                continue;
            }
            match self.tainted.binary_search_by_key(&kind(lot), kind) {
                Ok(place) => self.tainted[place].join(*lot)?,
                Err(place) => self.tainted.insert(place, *lot),
            }
        }
        Some(())
    }

    /// Where the parts of the seeds are, and where those of unknown inflow.
    pub(super) fn seeds_and_unknown(&self) -> (Range<usize>, Range<usize>) {
        let is_seed = |lot: &Lot| lot.taint.is_some_and(|taint| taint.origin != Origin::Unknown);
        let seeds = self.tainted.partition_point(is_seed);
        (0..seeds, seeds..self.tainted.len())
    }

    /// Takes from every part in proportion.
    pub(super) fn take_of_all(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        // Ties go to the smaller seed, and to clean value last.
        let weights: Vec<Amount> = self.tainted.iter().map(|lot| lot.amount).chain([self.clean]).collect();
        let shares = apportion(amount, &weights)?;
        self.take(0..self.tainted.len(), &shares, parcel)?;
        self.take_clean(*shares.last()?, parcel)?;
        self.tidy();
        Some(())
    }

    /// Takes from some parts in proportion, all that they hold if that is less. Gives what is still to be taken.
    pub(super) fn take_of(&mut self, parts: Range<usize>, amount: Amount, parcel: &mut Parcel) -> Option<Amount> {
        let weights: Vec<Amount> = self.tainted.get(parts.clone())?.iter().map(|lot| lot.amount).collect();
        let held = weights.iter().try_fold(Amount::ZERO, |sum, weight| sum.checked_add(*weight))?;
        let taken = held.min(amount);
        if !taken.is_zero() {
            self.take(parts, &apportion(taken, &weights)?, parcel)?;
        }
        amount.checked_sub(taken)
    }

    /// Takes clean value, all that is held if that is less. Gives what is still to be taken.
    pub(super) fn take_of_clean(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<Amount> {
        let taken = self.clean.min(amount);
        self.take_clean(taken, parcel)?;
        amount.checked_sub(taken)
    }

    fn take_clean(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        self.clean = self.clean.checked_sub(amount)?;
        push(parcel, Lot::clean(amount))
    }

    fn take(&mut self, parts: Range<usize>, shares: &[Amount], parcel: &mut Parcel) -> Option<()> {
        for (lot, share) in self.tainted.get_mut(parts)?.iter_mut().zip(shares) {
            let (front, rest) = lot.split(*share);
            *lot = rest;
            push(parcel, front)?;
        }
        Some(())
    }

    /// Forgets parts that hold nothing any more. Places of parts change.
    pub(super) fn tidy(&mut self) {
        self.tainted.retain(|lot| !lot.amount.is_zero());
    }

    pub(super) fn lots(&self) -> usize {
        self.tainted.len()
    }

    pub(super) fn rest(&self) -> Parcel {
        self.tainted.iter().copied().chain([Lot::clean(self.clean)]).filter(|lot| !lot.amount.is_zero()).collect()
    }
}
