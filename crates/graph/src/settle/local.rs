//! Numbers of accounts and assets within one transaction, in the order in which its legs name them.
//!
//! The store numbers what it meets first, so its numbers depend on the order of loads. Where something is divided and a unit is
//! left over, or several are equal, the order decides: it must be the transaction's own.

use std::{collections::HashMap, hash::Hash};

use fundtrail_store::{AccountId, AssetId, Leg};

use super::Move;

/// Names of local numbers: 1 is the first of each list.
#[derive(Default)]
pub(super) struct Local {
    accounts: Vec<AccountId>,
    assets: Vec<AssetId>,
    account_numbers: HashMap<AccountId, u64>,
    asset_numbers: HashMap<AssetId, u64>,
}

/// The number of something in a list, from 1, which it is added to if need be.
fn number<T: Copy + Eq + Hash>(list: &mut Vec<T>, numbers: &mut HashMap<T, u64>, one: T) -> u64 {
    *numbers.entry(one).or_insert_with(|| {
        list.push(one);
        list.len() as u64
    })
}

/// What a number stands for.
fn named<T: Copy>(list: &[T], number: u64) -> Option<T> {
    list.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
}

impl Local {
    pub(super) fn account(&mut self, id: AccountId) -> AccountId {
        if id == AccountId::NONE { id } else { AccountId(number(&mut self.accounts, &mut self.account_numbers, id)) }
    }

    pub(super) fn leg(&mut self, leg: &Leg) -> Leg {
        let asset = AssetId(number(&mut self.assets, &mut self.asset_numbers, leg.asset));
        Leg { from: self.account(leg.from), to: self.account(leg.to), asset, ..leg.clone() }
    }

    pub(super) fn account_of(&self, local: AccountId) -> AccountId {
        named(&self.accounts, local.0).unwrap_or(AccountId::NONE)
    }

    pub(super) fn asset_of(&self, local: AssetId) -> AssetId {
        named(&self.assets, local.0).unwrap_or(local)
    }

    /// A move with the store's numbers.
    pub(super) fn back(&self, one: Move) -> Move {
        Move {
            from: self.account_of(one.from),
            gave: (self.asset_of(one.gave.0), one.gave.1),
            to: self.account_of(one.to),
            got: (self.asset_of(one.got.0), one.got.1),
            through: one.through.into_iter().map(|id| self.account_of(id)).collect(),
            ..one
        }
    }
}
