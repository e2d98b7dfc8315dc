//! Accounting methods: how an outflow takes taint along. One file each; [`pool`] is the list.

mod clean_first;
mod dirty_first;
mod fifo;
mod haircut;
mod lifo;
mod parts;
mod poison;

use fundtrail_types::{Amount, Method};

use crate::lot::{Lot, Parcel};

/// The balance of one account in one asset, replayed under one method.
///
/// The engine sees to it that nothing is paid out beyond the balance: what an account is not known to hold comes in
/// first, as a lot of its own. None means that a sum does not fit 256 bits.
pub(crate) trait Pool {
    /// A movement arrives.
    fn pay_in(&mut self, lots: &[Lot]) -> Option<()>;

    /// A movement leaves: puts the lots that go with it into an empty parcel.
    fn pay_out(&mut self, amount: Amount, parcel: &mut Parcel) -> Option<()>;

    /// How much leaves before anything traced does; none if there is nothing traced.
    fn before_traced(&self) -> Option<Amount>;

    /// How many lots it holds in memory.
    fn lots(&self) -> usize;

    /// What is there at the end.
    fn rest(&self) -> Parcel;
}

/// An empty balance under a method.
pub(crate) fn pool(method: Method) -> Box<dyn Pool> {
    match method {
        Method::Haircut => Box::new(haircut::Haircut::default()),
        Method::Fifo => Box::new(fifo::Fifo::default()),
        Method::Lifo => Box::new(lifo::Lifo::default()),
        Method::DirtyFirst => Box::new(dirty_first::DirtyFirst::default()),
        Method::CleanFirst => Box::new(clean_first::CleanFirst::default()),
        Method::Poison => Box::new(poison::Poison::default()),
    }
}
