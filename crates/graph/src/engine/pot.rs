//! What somebody gave in a transaction that is taken as a whole, before it is known which part of it went where.
//!
//! Parts of it may be of several seeds, or of none. What a move takes of it, it takes of every part in proportion.

use fundtrail_types::{Amount, Method, SeedAmount};

use crate::lot::{Lot, Origin, Parcel, by_origin, take};

/// The lots that were given and not yet taken: per method, and once more to tell what was taken.
#[derive(Clone, Debug)]
pub(super) struct Pot {
    methods: Vec<Parcel>,
    told: Parcel,
}

impl Pot {
    pub(super) fn new(methods: usize) -> Self {
        Self { methods: vec![Parcel::new(); methods], told: Parcel::new() }
    }

    /// Puts the same in under every method.
    pub(super) fn put(&mut self, lot: Lot) {
        self.methods.iter_mut().chain([&mut self.told]).for_each(|parcel| parcel.push(lot));
    }

    /// Puts in what is carried under each method.
    pub(super) fn put_each(&mut self, parcels: &[Parcel]) {
        self.methods.iter_mut().zip(parcels).for_each(|(pot, parcel)| pot.extend(parcel.iter().copied()));
    }

    /// Fills up to so much with what is clean.
    pub(super) fn fill_up(&mut self, amount: Amount, methods: &[Method]) {
        let conserving = self.methods.iter_mut().zip(methods).filter(|(_, method)| method.conserves());
        for pot in conserving.map(|(pot, _)| pot).chain([&mut self.told]) {
            let there = pot.iter().fold(Amount::ZERO, |sum, lot| sum.saturating_add(lot.amount));
            pot.push(Lot::clean(amount.saturating_sub(there)));
        }
    }

    /// Takes so much out, under every method, and tells how much of which seed. None if a sum does not fit 256 bits, or so much is not in it.
    pub(super) fn take(
        &mut self,
        amount: Amount,
        methods: &[Method],
        parcels: &mut [Parcel],
    ) -> Option<Vec<(usize, Amount)>> {
        for ((pot, method), parcel) in self.methods.iter_mut().zip(methods).zip(parcels) {
            parcel.clear();
            if method.conserves() {
                take(pot, amount, parcel)?;
            } else {
                reach(pot, amount, parcel);
            }
        }
        let mut taken = Parcel::new();
        take(&mut self.told, amount, &mut taken)?;
        let of_seed = |(origin, _, sum): (Origin, u32, SeedAmount)| match origin {
            Origin::Seed(seed) if !sum.held_raw.is_zero() => Some((seed, sum.held_raw)),
            _ => None,
        };
        Some(by_origin(&taken).into_iter().filter_map(of_seed).collect())
    }
}

/// What does not conserve is the whole of the movement for every origin.
fn reach(pot: &Parcel, amount: Amount, parcel: &mut Parcel) {
    for lot in pot {
        let is_new = parcel.iter().all(|one| one.taint.map(|one| one.origin) != lot.taint.map(|one| one.origin));
        if lot.taint.is_some() && is_new {
            parcel.push(Lot { amount, ..*lot });
        }
    }
}
