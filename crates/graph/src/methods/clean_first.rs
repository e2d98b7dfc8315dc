//! Clean first: an outflow takes clean value before tainted value, `T_out = max(0, q - C)`: the holder spends his own money
//! first (lowest intermediate balance rule of trust and forfeiture law). Of several seeds each gives in proportion. What may be
//! the seed's, because nobody knows where it came from, leaves after what is clean and before what is the seed's.

use fundtrail_types::Amount;

use super::{Pool, parts::Parts};
use crate::lot::{Lot, Parcel};

#[derive(Debug, Default)]
pub(crate) struct CleanFirst(Parts);

impl Pool for CleanFirst {
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
        self.0.pay_in(lots)
    }

    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        let (seeds, unknown) = self.0.seeds_and_unknown();
        let left = self.0.take_of_clean(amount, parcel)?;
        let left = self.0.take_of(unknown, left, parcel)?;
        let left = self.0.take_of(seeds, left, parcel)?;
        self.0.tidy();
        left.is_zero().then_some(())
    }

    fn before_traced(&self) -> Option<Amount> {
        (!self.0.is_clean()).then_some(self.0.clean())
    }

    fn lots(&self) -> usize {
        self.0.lots()
    }

    fn rest(&self) -> Parcel {
        self.0.rest()
    }
}
