//! The generic reading of a transaction: what its movements mean together, without knowing any protocol.
//!
//! What counts is the net change of each account and asset. Who ends with less of one asset and more of another has
//! converted; who took in and paid out and ends as before is a passage and holds nothing; who ends with less has paid, whoever
//! sent the transaction. Fees are apart: they say who sent it and nothing of what it was for.
//!
//! Two things that look like payments are none. Wrapping the native coin is an identity: the contract keeps what it wraps, so
//! it is no payee. And a sender that pays nothing itself, as a relayer or a bundler, gets its gas back: that is compensation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Address, Amount, Asset, Kind, Movement, Token};

/// What the movements of one transaction mean together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Who sent the transaction and pays its fee; none if no movement tells.
    pub sender: Option<Address>,
    /// What each account ends with, more or less, in order of account and asset. What is as before is not listed.
    pub changes: Vec<Change>,
    /// Who ends with less of something and with more of nothing.
    pub payers: Vec<Address>,
    /// Who ends with more of something and with less of nothing.
    pub payees: Vec<Address>,
    /// Who ends with less of one asset and more of another: who swapped, and the pool that it swapped with.
    pub converters: Vec<Address>,
    /// Who took in and paid out, and ends as before.
    pub passages: Vec<Address>,
    /// What a sender got back that paid nothing itself.
    pub compensation: Vec<Change>,
}

/// What an account ends with, more or less, of one asset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The account.
    pub address: Address,
    /// The asset.
    pub asset: Asset,
    /// More or less.
    pub side: Side,
    /// By how much, in base units.
    pub amount: Amount,
}

/// More or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// More came in.
    In,
    /// More went out.
    Out,
}

/// What came in and what went out. Sums that leave 256 bits stay at the largest amount, which no real asset reaches.
type Sums<'a> = BTreeMap<(&'a Address, Asset), (Amount, Amount)>;

impl Reading {
    /// Reads the movements of one transaction, in any order.
    pub fn of(movements: &[Movement]) -> Self {
        let fee = movements.iter().find(|one| one.kind == Kind::Fee);
        let sender = fee.and_then(|fee| fee.from.as_ref());
        let moving: Vec<&Movement> =
            movements.iter().filter(|one| one.kind != Kind::Fee && !one.amount.is_zero()).collect();
        let pays = sender.is_some_and(|sender| moving.iter().any(|one| one.from.as_ref() == Some(sender)));
        // Gas is paid back in native coin, beside what the transaction was for. A sender that gets all there is was paid.
        let is_gas = |one: &&Movement| !pays && one.asset.is_native() && sender.is_some() && one.to.as_ref() == sender;
        let others = moving.iter().any(|one| !is_gas(one) && one.to != one.from);
        let (gas_back, moving): (Vec<&Movement>, Vec<&Movement>) =
            moving.into_iter().partition(|one| others && is_gas(one));
        let (compensation, _) = net(&gas_back);
        let (changes, passages) = net(&moving);
        let mut reading = Self {
            sender: sender.cloned(),
            compensation: compensation.into_iter().filter(|change| Some(&change.address) == sender).collect(),
            passages,
            ..Self::default()
        };
        for group in changes.chunk_by(|a, b| a.address == b.address) {
            let has = |side| group.iter().any(|change| change.side == side);
            let role = match (has(Side::In), has(Side::Out)) {
                (true, true) => &mut reading.converters,
                (true, false) => &mut reading.payees,
                _ => &mut reading.payers,
            };
            role.extend(group.first().map(|change| change.address.clone()));
        }
        reading.changes = changes;
        reading
    }

    /// The account whose value moved: the sender if it paid or converted, else the only one who did; none if there are
    /// several, between whom only knowledge of the protocol could choose.
    pub fn actor(&self) -> Option<&Address> {
        let sender = self.payers.iter().chain(&self.converters).find(|one| Some(*one) == self.sender.as_ref());
        sender.or(match self.payers.as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }
}

/// Net changes, and who ends as before although value went through.
fn net(movements: &[&Movement]) -> (Vec<Change>, Vec<Address>) {
    let mut sums = Sums::new();
    let mut wraps: Vec<&Address> = Vec::new();
    for movement in movements {
        for (address, side) in [(&movement.to, Side::In), (&movement.from, Side::Out)] {
            if let Some(address) = address {
                add(&mut sums, (address, movement.asset.clone()), side, movement.amount);
            }
        }
        // The contract keeps the native coin for as long as its token lasts: neither is its own.
        if let (Kind::Wrap | Kind::Unwrap, Token::Contract(contract)) = (movement.kind, &movement.asset.token) {
            let side = if movement.kind == Kind::Wrap { Side::Out } else { Side::In };
            add(&mut sums, (contract, Asset::native(movement.chain)), side, movement.amount);
            wraps.push(contract);
        }
    }
    let mut changes = Vec::new();
    let mut as_before: BTreeMap<&Address, bool> = BTreeMap::new();
    for ((address, asset), (came, went)) in sums {
        *as_before.entry(address).or_insert(true) &= came == went;
        let (side, amount) =
            if came > went { (Side::In, came.saturating_sub(went)) } else { (Side::Out, went.saturating_sub(came)) };
        if !amount.is_zero() {
            changes.push(Change { address: address.clone(), asset, side, amount });
        }
    }
    let passage =
        |(address, as_before): (&Address, bool)| (as_before && !wraps.contains(&address)).then(|| address.clone());
    (changes, as_before.into_iter().filter_map(passage).collect())
}

fn add<'a>(sums: &mut Sums<'a>, key: (&'a Address, Asset), side: Side, amount: Amount) {
    let (came, went) = sums.entry(key).or_default();
    let sum = if side == Side::In { came } else { went };
    *sum = sum.saturating_add(amount);
}

#[cfg(test)]
mod tests;
