//! Seeds: the value whose way is followed.
//!
//! What is kept apart is one account's value of one asset, of one start. It begins with what the account paid out, on the
//! payer's side, or with what it received, on the receiver's.

mod find;

use std::collections::{BTreeMap, HashMap, HashSet};

use fundtrail_store::{AccountId, AssetId, Entry};
use fundtrail_types::{Account, Asset, Chain, Position, Seed};

pub(crate) use find::{Receipt, receipts};

/// An account whose payments begin seeds, whatever it holds. Value that comes back to it ends there.
#[derive(Debug, Default)]
pub(crate) struct Payer {
    /// All that it pays of an asset.
    all: BTreeMap<AssetId, usize>,
    /// Some payments.
    some: HashMap<Position, usize>,
}

impl Payer {
    /// The seed that begins with a payment.
    pub(crate) fn seed_of(&self, asset: AssetId, at: Position) -> Option<usize> {
        self.some.get(&at).or_else(|| self.all.get(&asset)).copied()
    }
}

/// A movement with which a seed begins, on its receiver's side.
#[derive(Debug)]
pub(crate) struct SeedMovement {
    pub(crate) account: AccountId,
    pub(crate) entry: Entry,
}

#[derive(Debug, Default)]
pub(crate) struct Seeds {
    pub(crate) seeds: Vec<Seed>,
    pub(crate) assets: Vec<AssetId>,
    pub(crate) payers: BTreeMap<AccountId, Payer>,
    /// What was received, in order.
    pub(crate) received: Vec<SeedMovement>,
    beginning: HashMap<(AccountId, Position), usize>,
    /// Transactions in which something was received with which a seed begins.
    begun: HashSet<(Chain, TxPlace)>,
    /// Tokens that nobody vouches for and that were not asked for by name, with the number of movements.
    pub(crate) unverified: BTreeMap<Asset, usize>,
    /// Movements without a time, where only those of some time are followed.
    pub(crate) timeless: BTreeMap<Account, usize>,
}

/// The place of a transaction: (height, stand-in, slot).
pub(crate) type TxPlace = (u64, u64, u64);

pub(crate) fn tx_of(at: Position) -> TxPlace {
    (at.height, at.timed, at.tx)
}

impl Seeds {
    /// Seeds that begin with nothing but what is handed over: nobody pays or receives anything by himself, and nothing ends with
    /// those who paid.
    pub(crate) fn alone(&self) -> Self {
        let payers = self.payers.keys().map(|id| (*id, Payer::default())).collect();
        Self { seeds: self.seeds.clone(), assets: self.assets.clone(), payers, ..Self::default() }
    }

    /// The same, with sources in the place of seeds.
    pub(crate) fn with(self, seeds: Vec<Seed>, assets: Vec<AssetId>) -> Self {
        Self { seeds, assets, ..self }
    }

    /// The seed that begins with a movement that an account received.
    pub(crate) fn beginning_at(&self, account: AccountId, at: Position) -> Option<usize> {
        self.beginning.get(&(account, at)).copied()
    }

    /// Whether a seed begins with something that was received in a transaction.
    pub(crate) fn begins_in(&self, chain: Chain, at: Position) -> bool {
        self.begun.contains(&(chain, tx_of(at)))
    }

    /// The chains on which seeds begin.
    pub(crate) fn chains(&self) -> impl Iterator<Item = Chain> + '_ {
        self.seeds.iter().map(|seed| seed.account.chain)
    }

    /// Whether paths may begin with what was received: the first movement of them is then no hop.
    pub(crate) fn has_received(&self) -> bool {
        !self.received.is_empty()
    }

    fn receive(&mut self, seed: usize, chain: Chain, account: AccountId, entry: Entry) {
        self.beginning.insert((account, entry.position), seed);
        self.begun.insert((chain, tx_of(entry.position)));
        self.received.push(SeedMovement { account, entry });
    }
}
