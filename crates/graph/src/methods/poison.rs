//! Poison: after the first tainted inflow every later outflow is wholly tainted. It says what was reached, not how
//! much: amounts are not conserved and have no seed units. Moeser, Boehme, Breuker (FC 2014 workshops).

use std::collections::BTreeMap;

use fundtrail_types::Amount;

use super::Pool;
use crate::lot::{Lot, Origin, Parcel, Taint};

#[derive(Debug, Default)]
pub(crate) struct Poison(BTreeMap<Origin, u32>);

impl Pool for Poison {
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
        for taint in lots.iter().filter_map(|lot| lot.taint) {
            let hops = self.0.entry(taint.origin).or_insert(taint.hops);
            *hops = taint.hops.min(*hops);
        }
        Some(())
    }

    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        let whole = |(origin, hops): (&Origin, &u32)| {
            let taint = Taint { origin: *origin, hops: *hops, seed: Amount::ZERO };
            Lot { amount, taint: Some(taint) }
        };
        parcel.extend(self.0.iter().map(whole));
        Some(())
    }

    fn before_traced(&self) -> Option<Amount> {
        (!self.0.is_empty()).then_some(Amount::ZERO)
    }

    fn lots(&self) -> usize {
        self.0.len()
    }

    fn rest(&self) -> Parcel {
        Parcel::new()
    }
}
