//! Haircut (pro rata): an outflow takes from every part of the balance in proportion, by largest remainder, so that
//! the parts add up to it exactly. Moeser, Boehme, Breuker (FC 2014 workshops); pari passu in equity.

use fundtrail_types::{Amount, apportion};

use super::Pool;
use crate::lot::{Lot, Origin, Parcel, push};

#[derive(Debug, Default)]
pub(crate) struct Haircut {
    clean: Amount,
    /// One lot of each kind, in their order: they are few.
    tainted: Vec<Lot>,
}

/// What sets apart lots of one account and asset.
fn kind(lot: &Lot) -> Option<(Origin, u32)> {
    lot.taint.map(|taint| (taint.origin, taint.hops))
}

impl Pool for Haircut {
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
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

    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        if self.tainted.is_empty() {
            self.clean = self.clean.checked_sub(amount)?;
            return push(parcel, Lot::clean(amount));
        }
        // Ties go to the smaller seed, and to clean value last.
        let weights: Vec<Amount> = self.tainted.iter().map(|lot| lot.amount).chain([self.clean]).collect();
        let shares = apportion(amount, &weights)?;
        for (lot, share) in self.tainted.iter_mut().zip(&shares) {
            let (front, rest) = lot.split(*share);
            *lot = rest;
            push(parcel, front)?;
        }
        let clean = *shares.last()?;
        self.clean = self.clean.checked_sub(clean)?;
        self.tainted.retain(|lot| !lot.amount.is_zero());
        push(parcel, Lot::clean(clean))
    }

    fn before_traced(&self) -> Option<Amount> {
        (!self.tainted.is_empty()).then_some(Amount::ZERO)
    }

    fn rest(&self) -> Parcel {
        self.tainted.iter().copied().chain([Lot::clean(self.clean)]).filter(|lot| !lot.amount.is_zero()).collect()
    }
}
