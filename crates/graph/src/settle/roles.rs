//! Who held something before or holds something after, and through whom value only passes.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_store::{AccountId, AssetId, Leg};
use fundtrail_types::{Amount, Kind};

use super::Known;

/// What came in and what went out.
type Sums = BTreeMap<(AccountId, AssetId), (Amount, Amount)>;

#[derive(Debug, Default)]
pub(super) struct Roles {
    /// What came in and went out, per account and asset.
    pub(super) sums: Sums,
    /// Accounts through which value passes: those that end as before, and those that converted.
    pub(super) transit: BTreeSet<AccountId>,
    /// Of them, those that converted.
    pub(super) converters: BTreeSet<AccountId>,
}

impl Roles {
    /// Reads the legs. What is newly made is given by the token's contract if that takes part beyond it, and what is destroyed
    /// is taken by it: a pool gives its shares for what is put in, and a wrapped coin stands for the coin. None if a sum does not
    /// fit 256 bits.
    pub(super) fn of(legs: &mut [Leg], known: &Known<'_>) -> Option<Self> {
        let made: Vec<bool> = legs.iter_mut().map(|leg| give_contract(leg, known)).collect();
        let roles = Self::read(legs, known)?;
        let mut is_changed = false;
        for (leg, made) in legs.iter_mut().zip(made).filter(|(_, made)| *made) {
            debug_assert!(made, "only what was made or destroyed");
            let contract = if is_made(leg.kind) { &mut leg.from } else { &mut leg.to };
            if !roles.is_transit(*contract) {
                *contract = AccountId::NONE;
                is_changed = true;
            }
        }
        if is_changed { Self::read(legs, known) } else { Some(roles) }
    }

    fn read(legs: &[Leg], known: &Known<'_>) -> Option<Self> {
        let mut roles = Self::default();
        for leg in legs {
            let came = &mut roles.sums.entry((leg.to, leg.asset)).or_default().0;
            *came = came.checked_add(leg.amount)?;
            let went = &mut roles.sums.entry((leg.from, leg.asset)).or_default().1;
            *went = went.checked_add(leg.amount)?;
        }
        // What an account took in and what it paid out, what it has more of and what less.
        let mut of: BTreeMap<AccountId, [bool; 4]> = BTreeMap::new();
        for ((account, _), (came, went)) in &roles.sums {
            let sides = of.entry(*account).or_default();
            let has = [!came.is_zero(), !went.is_zero(), came > went, came < went];
            sides.iter_mut().zip(has).for_each(|(side, has)| *side |= has);
        }
        of.remove(&AccountId::NONE);
        for (account, [came, went, more, less]) in of {
            if came && went && more == less && !(known.is_end)(account) {
                roles.transit.insert(account);
                roles.converters.extend(more.then_some(account));
            }
        }
        Some(roles)
    }

    pub(super) fn is_transit(&self, account: AccountId) -> bool {
        self.transit.contains(&account)
    }

    pub(super) fn came_and_went(&self, account: AccountId, asset: AssetId) -> (Amount, Amount) {
        self.sums.get(&(account, asset)).copied().unwrap_or_default()
    }

    /// What an account ends with more of, with how much.
    pub(super) fn ups(&self, account: AccountId) -> Vec<(AssetId, Amount)> {
        let more = |(asset, came, went): (AssetId, Amount, Amount)| Some((asset, came.checked_sub(went)?));
        self.assets(account).filter_map(more).filter(|(_, more)| !more.is_zero()).collect()
    }

    /// What an account ends with less of, with how much.
    pub(super) fn downs(&self, account: AccountId) -> Vec<(AssetId, Amount)> {
        let less = |(asset, came, went): (AssetId, Amount, Amount)| Some((asset, went.checked_sub(came)?));
        self.assets(account).filter_map(less).filter(|(_, less)| !less.is_zero()).collect()
    }

    fn assets(&self, account: AccountId) -> impl Iterator<Item = (AssetId, Amount, Amount)> + '_ {
        let range = (account, AssetId(0))..=(account, AssetId(u64::MAX));
        self.sums.range(range).map(|((_, asset), (came, went))| (*asset, *came, *went))
    }
}

/// Whether a movement of this kind brings something newly made, as against destroyed.
fn is_made(kind: Kind) -> bool {
    matches!(kind, Kind::Mint | Kind::Wrap)
}

/// Puts the contract in the place of nobody. Says whether it did.
fn give_contract(leg: &mut Leg, known: &Known<'_>) -> bool {
    let side = match leg.kind {
        Kind::Mint | Kind::Wrap => &mut leg.from,
        Kind::Burn | Kind::Unwrap => &mut leg.to,
        _ => return false,
    };
    if *side != AccountId::NONE {
        return false;
    }
    let contract = (known.contract_of)(leg.asset);
    *side = contract.unwrap_or(AccountId::NONE);
    contract.is_some()
}
