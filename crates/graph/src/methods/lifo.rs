//! Last in, first out: the balance is a stack of lots; an outflow pops from the top and splits the last lot it takes.

use fundtrail_types::Amount;

use super::Pool;
use crate::lot::{Lot, Parcel, push};

/// The newest lot is last.
#[derive(Debug, Default)]
pub(crate) struct Lifo(Vec<Lot>);

impl Pool for Lifo {
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
        lots.iter().try_for_each(|lot| push(&mut self.0, *lot))
    }

    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        let mut left = amount;
        while !left.is_zero() {
            let lot = self.0.pop()?;
            if lot.amount > left {
                let (front, rest) = lot.split(left);
                self.0.push(rest);
                push(parcel, front)?;
                break;
            }
            left = left.saturating_sub(lot.amount);
            push(parcel, lot)?;
        }
        Some(())
    }

    fn before_traced(&self) -> Option<Amount> {
        // Neighbours of one kind are one lot, so what is clean on top is one.
        let clean = self.0.last().filter(|lot| lot.taint.is_none());
        let below = self.0.len().checked_sub(1 + usize::from(clean.is_some()))?;
        self.0.get(below)?;
        Some(clean.map_or(Amount::ZERO, |lot| lot.amount))
    }

    fn lots(&self) -> usize {
        self.0.len()
    }

    fn rest(&self) -> Parcel {
        self.0.clone()
    }
}
