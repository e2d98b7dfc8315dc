//! Crossings as they stand in the ledger: which movement is which side, and what comes out of what was given.
//!
//! A bridge takes value on one chain and pays it out on another. Which payment belongs to which deposit is told by an id or asserted by
//! somebody; amounts alone join nothing. Each side is one movement of its transaction: that of the asset and amount told, with whose
//! receiver the asset stays (deposit) or of whose payer it did not come (release).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use fundtrail_store::{AccountId, AssetId, Leg};
use fundtrail_types::{
    Account, Amount, Chain, Crossing, CrossingEnd, CrossingSide, Fate, Kind, Method, Position, Question, Through,
    Unjoined, apportion,
};

use crate::{
    Ledger, TraceError,
    ledger::TxAt,
    lot::{Lot, Parcel, convert, take},
    seeds::{TxPlace, tx_of},
};

/// Where value is with a bridge: a transaction, the bridge's account ([`AccountId::NONE`] if it burns and mints), an asset.
pub(crate) type Gate = (TxPlace, AccountId, AssetId);

/// A side, found in the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) chain: Chain,
    pub(crate) at: TxAt,
    pub(crate) leg: Leg,
}

impl Located {
    /// Where the bridge takes it.
    fn taken(&self) -> Gate {
        (tx_of(self.at.position), self.leg.to, self.leg.asset)
    }

    /// Where the bridge pays it.
    fn paid(&self) -> Gate {
        (tx_of(self.at.position), self.leg.from, self.leg.asset)
    }
}

/// A crossing of which both sides were found.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) crossing: Crossing,
    pub(crate) deposit: Located,
    pub(crate) releases: Vec<Located>,
}

/// What arrives on a chain by a crossing, per method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) crossing: usize,
    /// Which of its releases.
    pub(crate) release: usize,
    pub(crate) parcels: Vec<Parcel>,
}

/// What arrives, per chain.
pub(crate) type Arrivals = BTreeMap<Chain, Vec<Arrival>>;

/// What was given to bridges, per method.
pub(crate) type Given = BTreeMap<Gate, Vec<Parcel>>;

/// What did not come out: (method, lots, where it is, fate).
pub(crate) type Lost = (usize, Parcel, (AccountId, AssetId), Fate);

#[derive(Debug, Default)]
pub(crate) struct Crossings {
    pub(crate) joined: Vec<Joined>,
    deposits: HashMap<Gate, Vec<usize>>,
    releases: HashMap<Gate, Vec<(usize, usize)>>,
    /// Deposits that lead nowhere, and why.
    unjoined: HashMap<Gate, (Crossing, Unjoined)>,
    /// With whom value stays, or from whom it comes.
    ends: HashSet<(TxPlace, AccountId)>,
}

impl Crossings {
    pub(crate) fn find(ledger: &impl Ledger, sides: &[CrossingSide], question: &Question) -> Result<Self, TraceError> {
        let mut of: BTreeMap<(&str, &str), BTreeSet<&CrossingSide>> = BTreeMap::new();
        for side in sides {
            of.entry((&side.crossing.bridge, &side.crossing.id)).or_default().insert(side);
        }
        let mut crossings = Self::default();
        for sides in of.into_values() {
            let (deposits, releases): (Vec<_>, Vec<_>) =
                sides.into_iter().partition(|side| side.side == CrossingEnd::Deposit);
            for deposit in &deposits {
                let Ok(found) = locate(ledger, deposit)? else { continue };
                crossings.ends.insert((tx_of(found.at.position), found.leg.to));
                let is_one = deposits.len() == 1;
                match join(ledger, &deposit.crossing, is_one, &releases, question)? {
                    Ok(releases) => crossings.add(deposit.crossing.clone(), found, releases),
                    Err(why) => {
                        crossings.unjoined.insert(found.taken(), (deposit.crossing.clone(), why));
                    }
                }
            }
        }
        Ok(crossings)
    }

    fn add(&mut self, crossing: Crossing, deposit: Located, releases: Vec<Located>) {
        let index = self.joined.len();
        self.deposits.entry(deposit.taken()).or_default().push(index);
        for (place, release) in releases.iter().enumerate() {
            self.ends.insert((tx_of(release.at.position), release.leg.from));
            self.releases.entry(release.paid()).or_default().push((index, place));
        }
        self.joined.push(Joined { crossing, deposit, releases });
    }

    /// The crossings that begin with what a bridge takes.
    pub(crate) fn taken_at(&self, gate: &Gate) -> &[usize] {
        self.deposits.get(gate).map_or(&[], Vec::as_slice)
    }

    /// The crossings that end with what a bridge pays, with the number of the release.
    pub(crate) fn paid_at(&self, gate: &Gate) -> &[(usize, usize)] {
        self.releases.get(gate).map_or(&[], Vec::as_slice)
    }

    /// A deposit that leads nowhere.
    pub(crate) fn unjoined_at(&self, gate: &Gate) -> Option<&(Crossing, Unjoined)> {
        self.unjoined.get(gate)
    }

    /// Whether value stays with an account in a transaction, or comes from it, because it is a bridge's.
    pub(crate) fn is_end(&self, at: TxPlace, account: AccountId) -> bool {
        self.ends.contains(&(at, account))
    }

    /// What arrives on all chains by what was given, and what does not. None if a sum does not fit 256 bits.
    pub(crate) fn arrivals(&self, given: &Given, methods: &[Method]) -> Option<(Arrivals, Vec<Lost>)> {
        let (mut arrivals, mut lost) = (Arrivals::new(), Vec::new());
        for (gate, parcels) in given {
            let mut left = parcels.clone();
            let crossings = self.taken_at(gate);
            let mut all = crossings.iter().map(|index| self.joined[*index].deposit.leg.amount);
            let all = all.try_fold(Amount::ZERO, Amount::checked_add)?;
            for (pot, _) in left.iter_mut().zip(methods).filter(|(_, method)| method.conserves()) {
                let there = pot.iter().map(|lot| lot.amount).try_fold(Amount::ZERO, Amount::checked_add)?;
                pot.push(Lot::clean(all.saturating_sub(there)));
            }
            for index in crossings {
                for (release, parts) in self.split(*index, &mut left, methods)?.into_iter().enumerate() {
                    let to = &self.joined[*index].releases[release];
                    let mut arrived = Vec::with_capacity(methods.len());
                    for (at, (part, method)) in parts.into_iter().zip(methods).enumerate() {
                        let (got, gone) = convert(&part, to.leg.amount, method.conserves())?;
                        arrived.push(got);
                        lost.push((at, gone, (to.leg.to, to.leg.asset), Fate::ConversionLoss));
                    }
                    let arrival = Arrival { crossing: *index, release, parcels: arrived };
                    arrivals.entry(to.chain).or_default().push(arrival);
                }
            }
            let entity = crossings.first().map(|index| self.joined[*index].crossing.bridge.clone()).unwrap_or_default();
            // What reaches is not used up.
            let conserving = left.into_iter().zip(methods).enumerate().filter(|(_, (_, method))| method.conserves());
            for (at, (pot, _)) in conserving {
                lost.push((at, pot, (gate.1, gate.2), Fate::Bridge { entity: entity.clone() }));
            }
        }
        Some((arrivals, lost))
    }

    /// Takes one crossing's part out of what was given at its gate: per release and method.
    fn split(&self, index: usize, left: &mut [Parcel], methods: &[Method]) -> Option<Vec<Vec<Parcel>>> {
        let joined = &self.joined[index];
        let asset = joined.releases.first().map(|release| release.leg.asset);
        let is_one_asset = joined.releases.iter().all(|release| Some(release.leg.asset) == asset);
        let weight = |release: &Located| if is_one_asset { release.leg.amount } else { Amount::from(1u64) };
        let weights: Vec<Amount> = joined.releases.iter().map(weight).collect();
        let amounts = apportion(joined.deposit.leg.amount, &weights)?;
        let mut parts = vec![Vec::with_capacity(methods.len()); amounts.len()];
        for (pot, method) in left.iter_mut().zip(methods) {
            for (part, amount) in parts.iter_mut().zip(&amounts) {
                let mut taken = Parcel::new();
                if method.conserves() {
                    take(pot, *amount, &mut taken)?;
                } else {
                    taken.clone_from(pot);
                }
                part.push(taken);
            }
        }
        Some(parts)
    }

    /// Whether an arrival is what a bridge paid at a place; of a transaction that is taken as a whole, at any place in it.
    pub(crate) fn is_paid_at(&self, arrival: &Arrival, at: Position, whole: bool) -> bool {
        let release = &self.joined[arrival.crossing].releases[arrival.release];
        tx_of(release.at.position) == tx_of(at) && (whole || release.leg.leg == at.leg)
    }

    /// Whether several things are told of one crossing or gate whose values are not known.
    pub(crate) fn is_shared(&self, arrival: &Arrival) -> bool {
        let joined = &self.joined[arrival.crossing];
        let assets: BTreeSet<AssetId> = joined.releases.iter().map(|release| release.leg.asset).collect();
        assets.len() > 1
    }
}

/// The releases of a deposit, or why it leads nowhere.
fn join(
    ledger: &impl Ledger,
    crossing: &Crossing,
    is_one: bool,
    releases: &[&CrossingSide],
    question: &Question,
) -> Result<Result<Vec<Located>, Unjoined>, TraceError> {
    if crossing.through == Through::Mixer && !question.through_mixers {
        return Ok(Err(Unjoined::Mixer));
    }
    if !is_one {
        return Ok(Err(Unjoined::Ambiguous));
    }
    if releases.is_empty() {
        return Ok(Err(Unjoined::OtherSideNotTold));
    }
    let mut found = Vec::new();
    for release in releases {
        match locate(ledger, release)? {
            Ok(one) => found.push(one),
            Err(why) => return Ok(Err(why)),
        }
    }
    Ok(Ok(found))
}

/// The movement that is a side, or why there is none.
fn locate(ledger: &impl Ledger, side: &CrossingSide) -> Result<Result<Located, Unjoined>, TraceError> {
    let chain = side.chain();
    let not_stored = || Ok(Err(Unjoined::NotStored { chain, tx: side.tx.clone() }));
    if chain.is_foreign() {
        return not_stored();
    }
    let Some(at) = ledger.tx(chain, &side.tx)? else { return not_stored() };
    let legs = ledger.legs(chain, at.position)?;
    let is_deposit = side.side == CrossingEnd::Deposit;
    let mut told = Vec::new();
    for leg in &legs {
        let is_it = leg.amount == side.amount_raw && leg.kind != Kind::Fee && leg.from != leg.to;
        if is_it && ledger.asset(leg.asset)? == side.asset {
            told.push(leg);
        }
    }
    let stays = |leg: &&&Leg| {
        let goes_on = |one: &Leg| one.asset == leg.asset && one.from == leg.to && leg.to != AccountId::NONE;
        let came = |one: &Leg| one.asset == leg.asset && one.to == leg.from && leg.from != AccountId::NONE;
        !legs.iter().any(|one| if is_deposit { goes_on(one) } else { came(one) })
    };
    let at_ends: Vec<&Leg> = told.iter().filter(stays).copied().collect();
    let account_of = |leg: &Leg| if is_deposit { leg.from } else { leg.to };
    let named = side.account.as_ref().map(|account: &Account| ledger.account_id(account)).transpose()?.flatten();
    let found: Vec<&Leg> = match (at_ends.len(), named) {
        (0 | 1, _) | (_, None) => at_ends,
        (_, Some(named)) => at_ends.into_iter().filter(|leg| account_of(leg) == named).collect(),
    };
    Ok(match found.as_slice() {
        [] => Err(Unjoined::NoSuchMovement { chain, tx: side.tx.clone() }),
        [leg] => Ok(Located { chain, at, leg: (*leg).clone() }),
        _ => Err(Unjoined::Ambiguous),
    })
}
