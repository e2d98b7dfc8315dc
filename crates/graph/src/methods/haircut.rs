//! Haircut (pro rata): an outflow takes from every part of the balance in proportion, by largest remainder, so that
//! the parts add up to it exactly. Moeser, Boehme, Breuker (FC 2014 workshops); pari passu in equity.

use fundtrail_types::Amount;

use super::{Pool, parts::Parts};
use crate::lot::{Lot, Parcel};

#[derive(Debug, Default)]
pub(crate) struct Haircut(Parts);

impl Pool for Haircut {
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
        self.0.pay_in(lots)
    }

    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        if self.0.is_clean() {
            return self.0.take_of_clean(amount, parcel).filter(|left| left.is_zero()).map(|_| ());
        }
        self.0.take_of_all(amount, parcel)
    }

    fn before_traced(&self) -> Option<Amount> {
        (!self.0.is_clean()).then_some(Amount::ZERO)
    }

    fn lots(&self) -> usize {
        self.0.lots()
    }

    fn rest(&self) -> Parcel {
        self.0.rest()
    }
}
