//! Haircut (pro rata): an outflow takes from every part of the balance in proportion, by largest remainder, so that
//! the parts add up to it exactly. Moeser, Boehme, Breuker (FC 2014 workshops); pari passu in equity.

use std::collections::BTreeMap;

use fundtrail_types::{Amount, apportion};

use super::Pool;
use crate::lot::{Lot, Origin, Parcel, Taint, push};

#[derive(Debug, Default)]
pub(crate) struct Haircut {
    clean: Amount,
    tainted: BTreeMap<(Origin, u32), Lot>,
}

impl Pool for Haircut {
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
        for &lot in lots {
            match lot.taint {
                None => self.clean = self.clean.checked_add(lot.amount)?,
                Some(Taint { origin, hops, .. }) => match self.tainted.entry((origin, hops)) {
                    std::collections::btree_map::Entry::Vacant(entry) => {
                        entry.insert(lot);
                    }
                    std::collections::btree_map::Entry::Occupied(mut entry) => entry.get_mut().join(lot)?,
                },
            }
        }
        Some(())
    }

    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        // Ties go to the smaller seed, and to clean value last.
        let weights: Vec<Amount> = self.tainted.values().map(|lot| lot.amount).chain([self.clean]).collect();
        let shares = apportion(amount, &weights)?;
        for (lot, share) in self.tainted.values_mut().zip(&shares) {
            let (front, rest) = lot.split(*share);
            *lot = rest;
            push(parcel, front)?;
        }
        let clean = *shares.last()?;
        self.clean = self.clean.checked_sub(clean)?;
        self.tainted.retain(|_, lot| !lot.amount.is_zero());
        push(parcel, Lot::clean(clean))
    }

    fn before_traced(&self) -> Option<Amount> {
        (!self.tainted.is_empty()).then_some(Amount::ZERO)
    }

    fn rest(&self) -> Parcel {
        self.tainted.values().copied().chain([Lot::clean(self.clean)]).filter(|lot| !lot.amount.is_zero()).collect()
    }
}
