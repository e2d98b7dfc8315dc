//! Where what one account gave went within a transaction: it is coloured, and followed along the legs.
//!
//! A place is an account and an asset. What comes to a place where value passes through leaves it in proportion; what an account
//! that converts has more of afterwards is gone on with in what it has less of. Places are taken in the order in which value
//! comes to them, whatever the order of the legs: some pools pay out before they take in.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use fundtrail_store::{AccountId, AssetId, Leg};
use fundtrail_types::{Amount, Kind, apportion};

use super::{Move, roles::Roles};

/// An account and an asset.
type Place = (AccountId, AssetId);

/// Where a part of what an account gave ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) from: AccountId,
    pub(super) given: AssetId,
    pub(super) gave: Amount,
    pub(super) to: AccountId,
    pub(super) asset: AssetId,
    pub(super) got: Amount,
    /// The first leg with which it left, and with which it arrived, by place in the list of legs.
    pub(super) legs: (usize, usize),
    pub(super) through: Vec<AccountId>,
}

impl End {
    pub(super) fn as_move(&self, legs: &[Leg]) -> Move {
        let (left, arrived) = (&legs[self.legs.0], &legs[self.legs.1]);
        Move {
            left: left.leg,
            arrived: arrived.leg,
            from: self.from,
            gave: (self.given, self.gave),
            to: self.to,
            got: (self.asset, self.got),
            kind: arrived.kind,
            through: self.through.clone(),
        }
    }
}

/// The legs of a transaction that touch accounts through which value passes.
pub(super) struct Flow<'a> {
    legs: &'a [Leg],
    pub(super) roles: &'a Roles,
    /// Legs out of and into places, by place in the list.
    leaving: BTreeMap<Place, Vec<usize>>,
    arriving: BTreeMap<Place, Vec<usize>>,
    /// Whether equal shares stood in for the values of several assets.
    shares_stand_in: Cell<bool>,
}

/// What is coloured: how much of the asset at hand, and how much of what was given it stands for.
#[derive(Clone, Copy, Debug, Default)]
struct Coloured {
    held: Amount,
    gave: Amount,
}

/// One colouring under way.
struct Run<'f> {
    flow: &'f Flow<'f>,
    from: AccountId,
    given: AssetId,
    at: BTreeMap<Place, Coloured>,
    /// How many ways to each place are still to be gone.
    waits: BTreeMap<Place, usize>,
    done: BTreeSet<Place>,
    ends: Vec<(Place, Coloured)>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(legs: &'a [Leg], roles: &'a Roles) -> Self {
        let (mut leaving, mut arriving) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
        for (index, leg) in legs.iter().enumerate() {
            if roles.is_transit(leg.from) || roles.is_transit(leg.to) {
                leaving.entry((leg.from, leg.asset)).or_default().push(index);
                arriving.entry((leg.to, leg.asset)).or_default().push(index);
            }
        }
        Self { legs, roles, leaving, arriving, shares_stand_in: Cell::new(false) }
    }

    /// What accounts gave into passing through, other than what only passed through them: (account, asset, how much).
    pub(super) fn given(&self) -> Vec<(AccountId, AssetId, Amount)> {
        let given = |(account, asset): &Place| {
            let (came, went) = self.roles.came_and_went(*account, *asset);
            let amount = if self.roles.is_transit(*account) {
                went.saturating_sub(came)
            } else {
                self.sum(self.leaving_of((*account, *asset)))
            };
            (*account, *asset, amount)
        };
        let all = self.leaving.keys().filter(|(account, _)| *account != AccountId::NONE).map(given);
        all.filter(|(.., amount)| !amount.is_zero()).collect()
    }

    /// Where accounts end with something that passed through others.
    pub(super) fn keepers(&self) -> impl Iterator<Item = Place> + '_ {
        let places = self.arriving.keys().copied();
        places.filter(|(account, asset)| !self.kept(*account, *asset).is_zero())
    }

    /// How much of an asset an account keeps of what came to it by way of others.
    pub(super) fn kept(&self, account: AccountId, asset: AssetId) -> Amount {
        if self.roles.is_transit(account) {
            let (came, went) = self.roles.came_and_went(account, asset);
            return came.saturating_sub(went);
        }
        self.sum(self.arriving_of((account, asset)))
    }

    pub(super) fn first_arrival(&self, account: AccountId, asset: AssetId) -> Option<&Leg> {
        self.arriving_of((account, asset)).first().map(|index| &self.legs[*index])
    }

    /// Whether an account got something newly made, and not by the contract that took what it gave.
    pub(super) fn got_new(&self, account: AccountId) -> bool {
        let is_made = |index: &usize| {
            let leg = &self.legs[*index];
            leg.from == AccountId::NONE && matches!(leg.kind, Kind::Mint | Kind::Wrap)
        };
        self.roles.ups(account).iter().any(|(asset, _)| self.arriving_of((account, *asset)).iter().any(is_made))
    }

    /// An account's first leg out in an asset, and its first leg in in another, by place in the list.
    pub(super) fn first_legs(&self, account: AccountId, given: AssetId, got: AssetId) -> Option<(usize, usize)> {
        self.leaving_of((account, given)).first().copied().zip(self.arriving_of((account, got)).first().copied())
    }

    /// How an amount is shared between several assets that were given or got together: equally, because their values are not
    /// known. None if a sum does not fit 256 bits.
    pub(super) fn shares(&self, amount: Amount, assets: usize) -> Option<Vec<Amount>> {
        if assets > 1 {
            self.shares_stand_in.set(true);
        }
        apportion(amount, &vec![Amount::from(1u64); assets])
    }

    /// Whether equal shares stood in for values.
    pub(super) fn shares_stand_in(&self) -> bool {
        self.shares_stand_in.get()
    }

    /// Where what an account gave of an asset ended: with others, and with itself in what it got for it. None inside if value
    /// goes round. None if a sum does not fit 256 bits.
    pub(super) fn follow(&self, from: AccountId, given: AssetId, amount: Amount) -> Option<Option<Vec<End>>> {
        let mut run = Run {
            flow: self,
            from,
            given,
            at: BTreeMap::new(),
            waits: BTreeMap::new(),
            done: BTreeSet::new(),
            ends: Vec::new(),
        };
        run.count_ways();
        run.start(amount)?;
        while let Some(place) = run.next() {
            run.pass(place)?;
        }
        Some(run.is_finished().then(|| run.told()))
    }

    fn leaving_of(&self, place: Place) -> &[usize] {
        self.leaving.get(&place).map_or(&[], Vec::as_slice)
    }

    fn arriving_of(&self, place: Place) -> &[usize] {
        self.arriving.get(&place).map_or(&[], Vec::as_slice)
    }

    fn sum(&self, legs: &[usize]) -> Amount {
        legs.iter().fold(Amount::ZERO, |sum, index| sum.saturating_add(self.legs[*index].amount))
    }
}

impl Run<'_> {
    /// Where value goes on from a place.
    fn ways(&self, place: Place) -> Vec<Place> {
        let (account, asset) = place;
        let roles = self.flow.roles;
        if !roles.is_transit(account) && place != (self.from, self.given) {
            return Vec::new();
        }
        let along = self.flow.leaving_of(place).iter().map(|index| (self.flow.legs[*index].to, asset));
        let mut ways: Vec<Place> = along.collect();
        if account != self.from && roles.ups(account).iter().any(|(up, _)| *up == asset) {
            ways.extend(roles.downs(account).iter().map(|(down, _)| (account, *down)));
        }
        ways
    }

    /// Counts the ways to every place that value can come to from the start.
    fn count_ways(&mut self) {
        let start = (self.from, self.given);
        let (mut seen, mut open) = (BTreeSet::from([start]), vec![start]);
        while let Some(place) = open.pop() {
            for way in self.ways(place) {
                *self.waits.entry(way).or_default() += 1;
                if seen.insert(way) {
                    open.push(way);
                }
            }
        }
        // What comes back to where it began is its change, and is not waited for.
        self.waits.remove(&start);
    }

    /// Colours what the account gave, on the legs with which it left.
    fn start(&mut self, amount: Amount) -> Option<()> {
        let start = (self.from, self.given);
        self.done.insert(start);
        self.leave(start, Coloured { held: amount, gave: amount }, Amount::ZERO)
    }

    /// A place to which all ways have been gone.
    fn next(&mut self) -> Option<Place> {
        let ready = self.waits.iter().find(|(_, waits)| **waits == 0).map(|(place, _)| *place)?;
        self.waits.remove(&ready);
        self.done.insert(ready);
        Some(ready)
    }

    /// Whether every place was come to. If not, value goes round.
    fn is_finished(&self) -> bool {
        self.waits.is_empty()
    }

    fn pass(&mut self, place: Place) -> Option<()> {
        let coloured = self.at.remove(&place).unwrap_or_default();
        if !self.flow.roles.is_transit(place.0) {
            self.ends.push((place, coloured));
            return Some(());
        }
        let (came, went) = self.flow.roles.came_and_went(place.0, place.1);
        self.leave(place, coloured, came.saturating_sub(went))
    }

    /// Sends what is coloured on along the legs in proportion, and what is kept of it into what was given for it.
    fn leave(&mut self, place: Place, coloured: Coloured, kept: Amount) -> Option<()> {
        let legs = self.flow.leaving_of(place);
        let amounts = legs.iter().map(|index| self.flow.legs[*index].amount).chain([kept]);
        let parts = divide(coloured, &amounts.collect::<Vec<_>>())?;
        for (index, part) in legs.iter().zip(&parts) {
            self.arrive((self.flow.legs[*index].to, place.1), *part)?;
        }
        let rest = parts.last().copied().unwrap_or_default();
        if place == (self.from, self.given) || kept.is_zero() {
            return Some(());
        }
        if place.0 == self.from {
            self.ends.push((place, rest));
            return Some(());
        }
        self.convert(place, rest, kept)
    }

    /// Goes on with what an account took and kept in what it gave for it. Of several assets each stands for an equal share.
    fn convert(&mut self, (account, up): Place, rest: Coloured, kept: Amount) -> Option<()> {
        let (ups, downs) = (self.flow.roles.ups(account), self.flow.roles.downs(account));
        let place = ups.iter().position(|(asset, _)| *asset == up)?;
        let gave = self.flow.shares(rest.gave, downs.len())?;
        for ((down, amount), gave) in downs.iter().zip(gave) {
            let bought = self.flow.shares(*amount, ups.len())?[place];
            let held = *apportion(bought, &[rest.held, kept.checked_sub(rest.held)?])?.first()?;
            self.arrive((account, *down), Coloured { held, gave })?;
        }
        Some(())
    }

    fn arrive(&mut self, place: Place, part: Coloured) -> Option<()> {
        if let Some(waits) = self.waits.get_mut(&place) {
            *waits = waits.saturating_sub(1);
        }
        if self.done.contains(&place) {
            // Only the start is done before all has come to it.
            self.ends.push((place, part));
            return Some(());
        }
        let there = self.at.entry(place).or_default();
        there.held = there.held.checked_add(part.held)?;
        there.gave = there.gave.checked_add(part.gave)?;
        Some(())
    }

    fn told(self) -> Vec<End> {
        let left = self.flow.leaving_of((self.from, self.given)).first().copied().unwrap_or_default();
        let is_between = |account: &AccountId| *account != self.from && self.flow.roles.is_transit(*account);
        let mut through: Vec<AccountId> = self.done.iter().map(|(account, _)| *account).filter(is_between).collect();
        through.dedup();
        let mut ends: BTreeMap<Place, Coloured> = BTreeMap::new();
        for (place, part) in self.ends {
            let sum = ends.entry(place).or_default();
            *sum = Coloured { held: sum.held.saturating_add(part.held), gave: sum.gave.saturating_add(part.gave) };
        }
        let end = |((to, asset), sum): (Place, Coloured)| End {
            from: self.from,
            given: self.given,
            gave: sum.gave,
            to,
            asset,
            got: sum.held,
            legs: (left, self.flow.arriving_of((to, asset)).first().copied().unwrap_or(left)),
            through: through.clone(),
        };
        ends.into_iter().map(end).filter(|end| !end.gave.is_zero() || !end.got.is_zero()).collect()
    }
}

/// Divides what is coloured in proportion. What is too little for a unit of the asset still stands for what was given.
fn divide(whole: Coloured, weights: &[Amount]) -> Option<Vec<Coloured>> {
    let held = apportion(whole.held, weights)?;
    let by = if whole.held.is_zero() { weights } else { &held };
    let gave = apportion(whole.gave, by)?;
    Some(held.into_iter().zip(gave).map(|(held, gave)| Coloured { held, gave }).collect())
}
