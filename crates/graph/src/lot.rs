//! Lots: pieces of value with what they stand for.
//!
//! Every tainted lot carries two integers: units of the asset it is held in, and units of the seed it stands for. A
//! split divides both by largest remainder, so that both are conserved to the last unit, also once a conversion has
//! made them differ.

use fundtrail_types::{Amount, SeedAmount, apportion};
use smallvec::SmallVec;

/// Where a piece of tainted value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A seed of the question, by index: proven.
    Seed(usize),
    /// What an account paid out beyond what it is known to hold, after value had reached it: possible, not proven.
    Unknown,
}

/// What a lot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taint {
    pub(crate) origin: Origin,
    /// Movements since the seed.
    pub(crate) hops: u32,
    /// Units of the seed.
    pub(crate) seed: Amount,
}

/// A piece of value of one asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lot {
    pub(crate) amount: Amount,
    /// None if the value is clean.
    pub(crate) taint: Option<Taint>,
}

/// The lots that one movement carries, in the order in which they left.
pub(crate) type Parcel = Vec<Lot>;

impl Lot {
    pub(crate) fn clean(amount: Amount) -> Self {
        Self { amount, taint: None }
    }

    /// Cuts the lot at `amount`: the front part and the rest. `amount` must not be over the lot's.
    pub(crate) fn split(self, amount: Amount) -> (Self, Self) {
        let rest = self.amount.saturating_sub(amount);
        let Some(taint) = self.taint else { return (Self::clean(amount), Self::clean(rest)) };
        if taint.seed == self.amount {
            // Still held in the seed's asset: the parts stand for themselves, and there is nothing to divide.
            let part = |amount| Self { amount, taint: Some(Taint { seed: amount, ..taint }) };
            return (part(amount), part(rest));
        }
        // Two parts of a whole that is not zero: the division cannot fail, and ties go to the part that leaves first.
        let seeds = apportion(taint.seed, &[amount, rest]).unwrap_or_else(|| vec![taint.seed, Amount::ZERO]);
        let part = |amount, seed| Self { amount, taint: Some(Taint { seed, ..taint }) };
        (part(amount, seeds[0]), part(rest, seeds[1]))
    }

    /// Whether two neighbouring lots are of one kind, so that they can be one.
    pub(crate) fn same_kind(&self, other: &Self) -> bool {
        match (&self.taint, &other.taint) {
            (None, None) => true,
            (Some(a), Some(b)) => (a.origin, a.hops) == (b.origin, b.hops),
            _ => false,
        }
    }

    /// Adds a lot of the same kind. None if the sum does not fit.
    pub(crate) fn join(&mut self, other: Self) -> Option<()> {
        self.amount = self.amount.checked_add(other.amount)?;
        if let (Some(mine), Some(theirs)) = (&mut self.taint, other.taint) {
            mine.seed = mine.seed.checked_add(theirs.seed)?;
        }
        Some(())
    }
}

/// Puts a lot behind others, as one with the last if it is of the same kind. None if a sum does not fit.
pub(crate) fn push(lots: &mut Parcel, lot: Lot) -> Option<()> {
    match lots.last_mut() {
        Some(last) if last.same_kind(&lot) => last.join(lot),
        _ if lot.amount.is_zero() => Some(()),
        _ => {
            lots.push(lot);
            Some(())
        }
    }
}

/// Takes so much out of lots, of each in proportion, and puts it behind others. None if a sum does not fit 256 bits, or so much is not
/// there.
pub(crate) fn take(pot: &mut Parcel, amount: Amount, parcel: &mut Parcel) -> Option<()> {
    if amount.is_zero() {
        return Some(());
    }
    let weights: Vec<Amount> = pot.iter().map(|lot| lot.amount).collect();
    for (lot, part) in pot.iter_mut().zip(apportion(amount, &weights)?) {
        lot.amount.checked_sub(part)?;
        let (front, rest) = lot.split(part);
        *lot = rest;
        push(parcel, front)?;
    }
    Some(())
}

/// What a parcel becomes that stands for something else: `got` in the place of `gave`. What is too little for a unit of it is lost, and
/// is given back apart, with the units of the seed that it stands for. None if a sum does not fit 256 bits.
pub(crate) fn convert(parcel: &Parcel, got: Amount, conserves: bool) -> Option<(Parcel, Parcel)> {
    if !conserves {
        return Some((parcel.iter().map(|lot| Lot { amount: got, ..*lot }).collect(), Parcel::new()));
    }
    let amounts: Vec<Amount> = parcel.iter().map(|lot| lot.amount).collect();
    // Nothing was given for it: it is clean.
    let Some(parts) = apportion(got, &amounts) else { return Some((vec![Lot::clean(got)], Parcel::new())) };
    let (mut converted, mut lost) = (Parcel::new(), Parcel::new());
    for (lot, amount) in parcel.iter().zip(parts) {
        let stands_for = Lot { amount, ..*lot };
        if amount.is_zero() { lost.push(stands_for) } else { push(&mut converted, stands_for)? }
    }
    Some((converted, lost))
}

/// What a movement carries of one origin, with the fewest hops.
pub(crate) type Part = (Origin, u32, SeedAmount);

/// What a movement carries under one method: per origin, in their order. Mostly there is one.
pub(crate) type Parts = SmallVec<[Part; 1]>;

/// What a movement carries, per method. Mostly one is asked.
pub(crate) type Shares = SmallVec<[Parts; 1]>;

/// What a parcel carries per origin, with the fewest hops, ordered by origin.
pub(crate) fn by_origin(parcel: &[Lot]) -> Parts {
    let mut sums = Parts::new();
    for (lot, taint) in parcel.iter().filter_map(|lot| Some((lot, lot.taint?))) {
        // Origins are few, so a sorted list is the quickest map.
        let place = sums.binary_search_by_key(&taint.origin, |(origin, ..)| *origin).unwrap_or_else(|place| {
            sums.insert(place, (taint.origin, taint.hops, SeedAmount::default()));
            place
        });
        let (_, hops, sum) = &mut sums[place];
        *hops = taint.hops.min(*hops);
        sum.held_raw = sum.held_raw.saturating_add(lot.amount);
        sum.seed_raw = sum.seed_raw.saturating_add(taint.seed);
    }
    sums
}
