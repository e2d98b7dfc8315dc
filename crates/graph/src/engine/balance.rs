//! What an account holds of one asset, under every method.
//!
//! Until traced value arrives, every method holds the same: a clean sum. Most of what a trace reads is that, so it costs
//! one addition, and methods get pools of their own only when there is something to tell apart.

use fundtrail_types::{Amount, Method};

use crate::{
    lot::{Lot, Origin, Parcel, Taint},
    methods::{Pool, pool},
};

#[derive(Default)]
pub(crate) struct Balance {
    /// The same under every method.
    pub(crate) total: Amount,
    /// Paid out beyond what was known to be held, after value had reached the account.
    pub(crate) unknown: Amount,
    /// Per method; empty while all is clean.
    pub(crate) held: Vec<Held>,
}

/// What one method says of a balance.
pub(crate) struct Held {
    pub(crate) pool: Box<dyn Pool>,
    /// Heights of the first and the last inflow that carried a seed's value; none if there was none.
    pub(crate) arrivals: Option<(u64, u64)>,
}

/// What is said of what an account pays beyond what it is known to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It could be a seed's, if value has reached the account.
    Possible,
    /// It is of this source.
    Of(usize),
    /// It does not matter.
    Clean,
}

impl Missing {
    /// What is missing, as a lot that comes in just before it is paid. Value has come to the account by so many hops, if it has.
    fn lot(self, amount: Amount, reached: Option<u32>) -> Lot {
        let taint = match self {
            Self::Possible => reached.map(|hops| Taint { origin: Origin::Unknown, hops, seed: amount }),
            Self::Of(source) => Some(Taint { origin: Origin::Seed(source), hops: 0, seed: amount }),
            Self::Clean => None,
        };
        Lot { amount, taint }
    }
}

/// What can leave a balance before traced value does.
#[derive(Clone, Copy, Default)]
pub(crate) struct Room {
    left: Amount,
    /// Whether traced value is held behind it, so that clean inflows add nothing.
    is_closed: bool,
}

impl Room {
    /// Whether traced value is held.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Something clean arrives. None if a sum does not fit 256 bits.
    pub(super) fn pay_in(&mut self, amount: Amount) -> Option<()> {
        if !self.is_closed {
            self.left = self.left.checked_add(amount)?;
        }
        Some(())
    }

    /// Something leaves. None if that may be traced.
    pub(super) fn pay_out(&mut self, amount: Amount) -> Option<()> {
        self.left = self.left.checked_sub(amount)?;
        Some(())
    }
}

impl Balance {
    /// What can leave before traced value does. Beyond the total, unknown value does.
    pub(super) fn room(&self) -> Room {
        let before_traced = self.held.iter().filter_map(|held| held.pool.before_traced()).min();
        Room { left: before_traced.unwrap_or(self.total), is_closed: before_traced.is_some() }
    }

    /// A clean inflow. None if a sum does not fit 256 bits, here and below.
    pub(super) fn pay_in(&mut self, amount: Amount) -> Option<()> {
        self.total = self.total.checked_add(amount)?;
        self.held.iter_mut().try_for_each(|held| held.pool.pay_in(&[Lot::clean(amount)]))
    }

    /// An inflow with what it carries per method, between two heights, which differ where only its time is known.
    pub(super) fn pay_in_traced(
        &mut self,
        amount: Amount,
        methods: &[Method],
        parcels: &[Parcel],
        heights: (u64, u64),
    ) -> Option<()> {
        self.tell_apart(methods)?;
        self.total = self.total.checked_add(amount)?;
        for (held, parcel) in self.held.iter_mut().zip(parcels) {
            if parcel.iter().any(|lot| lot.taint.is_some_and(|taint| taint.origin != Origin::Unknown)) {
                held.arrivals = Some(held.arrivals.map_or(heights, |(first, last)| (first, last.max(heights.1))));
            }
            held.pool.pay_in(parcel)?;
        }
        Some(())
    }

    /// An outflow: puts into the parcels what it takes along per method, and says whether any of it is traced. What the
    /// account is not known to hold comes in first: possible value if value has reached the account under the method,
    /// clean otherwise, unless it is known whose it is.
    pub(super) fn pay_out(
        &mut self,
        amount: Amount,
        methods: &[Method],
        (reached, kind): (&[Option<u32>], Missing),
        parcels: &mut [Parcel],
    ) -> Option<bool> {
        let missing = amount.saturating_sub(self.total);
        let matters = match kind {
            Missing::Possible => reached.iter().any(Option::is_some),
            Missing::Of(_) => true,
            Missing::Clean => false,
        };
        if !missing.is_zero() && matters {
            self.tell_apart(methods)?;
            self.unknown = self.unknown.checked_add(missing)?;
        }
        self.total = self.total.saturating_sub(amount);
        let mut traced = false;
        for (place, (held, parcel)) in self.held.iter_mut().zip(parcels).enumerate() {
            if !missing.is_zero() {
                held.pool.pay_in(&[kind.lot(missing, reached.get(place).copied().flatten())])?;
            }
            parcel.clear();
            held.pool.pay_out(amount, parcel)?;
            traced |= parcel.iter().any(|lot| lot.taint.is_some());
        }
        Some(traced)
    }

    /// Gives every method a pool of its own, with the clean sum in it.
    fn tell_apart(&mut self, methods: &[Method]) -> Option<()> {
        if self.held.is_empty() {
            self.held = methods.iter().map(|method| Held { pool: pool(*method), arrivals: None }).collect();
            if !self.total.is_zero() {
                self.held.iter_mut().try_for_each(|held| held.pool.pay_in(&[Lot::clean(self.total)]))?;
            }
        }
        Some(())
    }
}
