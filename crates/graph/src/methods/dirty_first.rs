//! Dirty first: an outflow takes tainted value before clean value, `T_out = min(q, T)`. Of several seeds each gives in
//! proportion. What may be the seed's, because nobody knows where it came from, leaves after what is and before what is clean: so
//! what is possible is what this method would say if it were.

use fundtrail_types::Amount;

use super::{Pool, parts::Parts};
use crate::lot::{Lot, Parcel};

#[derive(Debug, Default)]
pub(crate) struct DirtyFirst(Parts);

impl Pool for DirtyFirst {
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
        self.0.pay_in(lots)
    }

    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        let (seeds, unknown) = self.0.seeds_and_unknown();
        let left = self.0.take_of(seeds, amount, parcel)?;
        let left = self.0.take_of(unknown, left, parcel)?;
        let left = self.0.take_of_clean(left, parcel)?;
        self.0.tidy();
        left.is_zero().then_some(())
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
