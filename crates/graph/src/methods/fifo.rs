//! First in, first out: the balance is a queue of lots; an outflow pops from the front and splits the last lot it
//! takes. Clayton's case (1816); Anderson, Shumailov, Ahmed, "Bitcoin Redux" (WEIS 2018).

use std::collections::VecDeque;

use fundtrail_types::Amount;

use super::Pool;
use crate::lot::{Lot, Parcel, push};

#[derive(Debug, Default)]
pub(crate) struct Fifo(VecDeque<Lot>);

impl Pool for Fifo {
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()> {
        for lot in lots {
            match self.0.back_mut() {
                Some(last) if last.same_kind(lot) => last.join(*lot)?,
                _ => {
                    // Most balances hold one lot, and there are as many as accounts.
                    if self.0.is_empty() {
                        self.0.reserve_exact(1);
                    }
                    self.0.push_back(*lot);
                }
            }
        }
        Some(())
    }

    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()> {
        let mut left = amount;
        while !left.is_zero() {
            let lot = self.0.pop_front()?;
            if lot.amount > left {
                let (front, rest) = lot.split(left);
                self.0.push_front(rest);
                push(parcel, front)?;
                break;
            }
            left = left.saturating_sub(lot.amount);
            push(parcel, lot)?;
        }
        Some(())
    }

    fn before_traced(&self) -> Option<Amount> {
        // Neighbours of one kind are one lot, so what is clean in front of a traced lot is one.
        let clean = self.0.front().filter(|lot| lot.taint.is_none());
        let traced = self.0.get(usize::from(clean.is_some()))?;
        traced.taint.map(|_| clean.map_or(Amount::ZERO, |lot| lot.amount))
    }

    fn lots(&self) -> usize {
        self.0.len()
    }

    fn rest(&self) -> Parcel {
        self.0.iter().copied().collect()
    }
}
