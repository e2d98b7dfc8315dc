//! What a transaction did as a whole: who gave what, and who got what for it.
//!
//! Leg by leg, value seems to rest in routers and pools on its way. In truth an account that takes in and pays out within a
//! transaction and ends as before is a passage, and one that ends with less of one asset and more of another has converted: what
//! it got stands for what it gave, whatever the order of the legs. [`settle`] turns the legs of a transaction into [`Move`]s
//! between the accounts that held something before or hold something after: what a move took away at one end it brought to the
//! other, in the same asset or in another. It looks at amounts only and never at taint, so that every method, and a path alone,
//! is told the same.
//!
//! How value went is found by colouring what one account gave and following it along the legs (`flow`). Where it reaches an
//! account that converts, it goes on in what that account gave. It ends with those who keep what they got, and with the
//! account that gave it, in what it got in return.

mod claims;
mod flow;
mod local;
mod roles;

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_store::{AccountId, AssetId, Leg};
use fundtrail_types::{Amount, Kind};

use flow::{End, Flow};
use local::Local;
use roles::Roles;

/// What one account gave and another got for it, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Move {
    /// The leg with which it left.
    pub(crate) left: u32,
    /// The leg with which it arrived.
    pub(crate) arrived: u32,
    /// Who gave; [`AccountId::NONE`] if what arrived is nothing that anybody gave in this transaction.
    pub(crate) from: AccountId,
    pub(crate) gave: (AssetId, Amount),
    /// Who got; the giver himself if he converted.
    pub(crate) to: AccountId,
    pub(crate) got: (AssetId, Amount),
    /// How it arrived.
    pub(crate) kind: Kind,
    /// The accounts that it may have passed through, in order of legs.
    pub(crate) through: Vec<AccountId>,
}

/// A transaction as moves: what an account got before what it gave, and beyond that in the order in which they left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) moves: Vec<Move>,
    /// Whether several assets were given for several, so that equal shares stand in for their values.
    pub(crate) shares_stand_in: bool,
}

/// How a transaction is to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Leg by leg: nothing in it passes through an account.
    Plain,
    /// Leg by leg, because value goes round in it and how much of it cannot be told.
    Tangled,
    /// As a whole.
    Whole(Settled),
}

/// What is known of the accounts and assets of a transaction.
pub(crate) struct Known<'a> {
    /// Who sent the transaction and pays for it, if that is told.
    pub(crate) sender: Option<AccountId>,
    /// The account of a token's contract or mint, if the ledger has it.
    pub(crate) contract_of: &'a dyn Fn(AssetId) -> Option<AccountId>,
    /// Whether value stops at an account, or is looked for there, so that nothing passes through it.
    pub(crate) is_end: &'a dyn Fn(AccountId) -> bool,
}

/// Takes a transaction as a whole. Fees, rent and what only balances tell are not looked at. None if a sum does not fit 256 bits.
pub(crate) fn settle(legs: &[Leg], known: &Known<'_>) -> Option<Taken> {
    let mut local = Local::default();
    let legs: Vec<Leg> = legs.iter().map(|leg| local.leg(leg)).collect();
    let sender = known.sender.map(|id| local.account(id));
    let mut contracts = Vec::new();
    for asset in legs.iter().map(|leg| leg.asset).collect::<BTreeSet<_>>() {
        let contract = (known.contract_of)(local.asset_of(asset));
        contracts.push((asset, contract.map(|id| local.account(id))));
    }
    let contract_of = |asset| contracts.iter().find(|(one, _)| *one == asset).and_then(|(_, account)| *account);
    let is_end = |id| (known.is_end)(local.account_of(id));
    let taken = settle_local(&legs, &Known { sender, contract_of: &contract_of, is_end: &is_end })?;
    let Taken::Whole(settled) = taken else { return Some(taken) };
    let moves = settled.moves.into_iter().map(|one| local.back(one)).collect();
    Some(Taken::Whole(Settled { moves, ..settled }))
}

fn settle_local(legs: &[Leg], known: &Known<'_>) -> Option<Taken> {
    let aside = legs.iter().filter(|leg| is_aside(leg)).map(plain);
    let mut legs: Vec<Leg> = legs.iter().filter(|leg| leg.is_part()).cloned().collect();
    let roles = Roles::of(&mut legs, known)?;
    if roles.transit.is_empty() {
        return Some(Taken::Plain);
    }
    let flow = Flow::new(&legs, &roles);
    let mut moves: Vec<Move> =
        legs.iter().filter(|leg| !roles.is_transit(leg.from) && !roles.is_transit(leg.to)).map(plain).collect();
    let Some(ends) = claims::all(&flow, known.sender)? else { return Some(Taken::Tangled) };
    moves.extend(ends.iter().map(|end| end.as_move(&legs)));
    moves.extend(unclaimed(&flow, &ends)?);
    moves.extend(aside);
    let Some(moves) = in_order(moves) else { return Some(Taken::Tangled) };
    Some(Taken::Whole(Settled { moves, shares_stand_in: flow.shares_stand_in() }))
}

/// Whether a leg changes a balance without being part of that.
fn is_aside(leg: &Leg) -> bool {
    let is_kind = matches!(leg.kind, Kind::Rent | Kind::Unexplained);
    is_kind && leg.from != AccountId::NONE && leg.from != leg.to && !leg.amount.is_zero()
}

fn plain(leg: &Leg) -> Move {
    let amount = (leg.asset, leg.amount);
    Move {
        left: leg.leg,
        arrived: leg.leg,
        from: leg.from,
        gave: amount,
        to: leg.to,
        got: amount,
        kind: leg.kind,
        through: Vec::new(),
    }
}

/// Puts what accounts got before what they gave, so that nobody seems to give what he does not hold yet. None if accounts give to each
/// other.
fn in_order(mut moves: Vec<Move>) -> Option<Vec<Move>> {
    moves.sort();
    let mut coming: BTreeMap<AccountId, usize> = BTreeMap::new();
    for one in moves.iter().filter(|one| one.from != one.to) {
        *coming.entry(one.to).or_default() += 1;
    }
    let mut ordered = Vec::with_capacity(moves.len());
    while !moves.is_empty() {
        let is_ready =
            |one: &Move| one.from == AccountId::NONE || coming.get(&one.from).is_none_or(|count| *count == 0);
        let one = moves.remove(moves.iter().position(is_ready)?);
        if let Some(count) = coming.get_mut(&one.to).filter(|_| one.from != one.to) {
            *count = count.saturating_sub(1);
        }
        ordered.push(one);
    }
    Some(ordered)
}

/// What accounts got beyond what anybody gave for it: out of what pools held before, or newly made.
fn unclaimed(flow: &Flow<'_>, ends: &[End]) -> Option<Vec<Move>> {
    let mut moves = Vec::new();
    let places: BTreeSet<(AccountId, AssetId)> = flow.keepers().collect();
    for (to, asset) in places.into_iter().filter(|(to, _)| *to != AccountId::NONE) {
        let claims = ends.iter().filter(|end| (end.to, end.asset) == (to, asset));
        let claimed = claims.map(|end| end.got).try_fold(Amount::ZERO, Amount::checked_add)?;
        let rest = flow.kept(to, asset).saturating_sub(claimed);
        if let Some(leg) = flow.first_arrival(to, asset).filter(|_| !rest.is_zero()) {
            let got = (asset, rest);
            moves.push(Move { from: AccountId::NONE, gave: got, to, got, ..plain(leg) });
        }
    }
    Some(moves)
}

#[cfg(test)]
mod tests;
