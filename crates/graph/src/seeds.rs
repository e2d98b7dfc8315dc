//! Seeds: the value whose way is followed.

use std::collections::{BTreeMap, HashSet};

use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Asset, Kind, Position, Question, Seed};

use crate::{Ledger, TraceError};

/// Whether a question follows what an account paid out, or what it received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    PaidOut,
    Received,
}

/// A movement with which a seed begins, on its receiver's side.
#[derive(Debug)]
pub(crate) struct SeedMovement {
    pub(crate) seed: usize,
    pub(crate) entry: Entry,
}

#[derive(Debug)]
pub(crate) struct Seeds {
    pub(crate) account: AccountId,
    pub(crate) start: Start,
    pub(crate) seeds: Vec<Seed>,
    pub(crate) assets: Vec<AssetId>,
    /// Only for received value.
    pub(crate) movements: Vec<SeedMovement>,
    /// Tokens that nobody vouches for and that were not asked for by name, with the number of movements.
    pub(crate) unverified: BTreeMap<Asset, usize>,
}

impl Seeds {
    /// Reads the account's history once, and sums what it paid out or received per asset. Fees are no seeds: they pay
    /// for the movement, not for the payee.
    pub(crate) fn find(
        ledger: &impl Ledger,
        question: &Question,
        is_verified: &dyn Fn(&Asset) -> bool,
    ) -> Result<Self, TraceError> {
        let from = &question.from;
        if from.chain.is_foreign() {
            return Err(TraceError::Foreign(from.chain));
        }
        let account = ledger.account_id(from)?.ok_or_else(|| TraceError::UnknownAccount(from.clone()))?;
        let start = if question.received_in.is_empty() { Start::PaidOut } else { Start::Received };
        let mut found: BTreeMap<Asset, (AssetId, Amount, Vec<Entry>)> = BTreeMap::new();
        let mut unverified = BTreeMap::new();
        for entry in candidates(ledger, question, account, start)? {
            let asset = ledger.asset(entry.asset)?;
            if !question.assets.is_empty() && !question.assets.contains(&asset) {
                continue;
            }
            if question.assets.is_empty() && !is_verified(&asset) {
                *unverified.entry(asset).or_default() += 1;
                continue;
            }
            let (_, sum, entries) = found.entry(asset).or_insert((entry.asset, Amount::ZERO, Vec::new()));
            *sum = sum.checked_add(entry.amount).ok_or_else(|| TraceError::Overflow(from.clone()))?;
            entries.push(entry);
        }
        if found.is_empty() {
            return Err(TraceError::NothingToFollow(from.clone(), why(question, &unverified)));
        }
        Ok(Self::from_found(account, start, question, found, unverified))
    }

    fn from_found(
        account: AccountId,
        start: Start,
        question: &Question,
        found: BTreeMap<Asset, (AssetId, Amount, Vec<Entry>)>,
        unverified: BTreeMap<Asset, usize>,
    ) -> Self {
        let (mut seeds, mut assets, mut movements) = (Vec::new(), Vec::new(), Vec::new());
        for (seed, (asset, (id, amount_raw, entries))) in found.into_iter().enumerate() {
            seeds.push(Seed { account: question.from.clone(), asset, amount_raw, movements: entries.len() });
            assets.push(id);
            if start == Start::Received {
                movements.extend(entries.into_iter().map(|entry| SeedMovement { seed, entry }));
            }
        }
        movements.sort_by_key(|movement| movement.entry.position);
        Self { account, start, seeds, assets, movements, unverified }
    }

    /// Seeds that begin with nothing but what is handed over: the account of the question pays nothing by itself.
    pub(crate) fn alone(&self) -> Self {
        let account = if self.start == Start::PaidOut { self.account } else { AccountId::NONE };
        let (seeds, assets) = (self.seeds.clone(), self.assets.clone());
        Self { account, start: Start::PaidOut, seeds, assets, movements: Vec::new(), unverified: BTreeMap::new() }
    }

    /// The seed that begins with a movement that an account received.
    pub(crate) fn beginning_at(&self, account: AccountId, at: Position) -> Option<usize> {
        if account != self.account {
            return None;
        }
        let place = self.movements.binary_search_by_key(&at, |movement| movement.entry.position).ok()?;
        Some(self.movements[place].seed)
    }

    /// The seed of an asset, if it is one.
    pub(crate) fn of_asset(&self, asset: AssetId) -> Option<usize> {
        self.assets.iter().position(|one| *one == asset)
    }
}

/// What an account paid out, or received in the transactions that the question names.
fn candidates(
    ledger: &impl Ledger,
    question: &Question,
    account: AccountId,
    start: Start,
) -> Result<Vec<Entry>, TraceError> {
    let side = if start == Start::PaidOut { Side::Out } else { Side::In };
    let mut entries = Vec::new();
    for entry in ledger.history(account) {
        let entry = entry?;
        if entry.side == side && entry.kind != Kind::Fee && entry.counterparty != account {
            entries.push(entry);
        }
    }
    if start == Start::Received {
        let places: Vec<Position> = entries.iter().map(|entry| entry.position).collect();
        let mut txs = ledger.txs(question.from.chain, &places)?.into_iter();
        let wanted: HashSet<_> = question.received_in.iter().collect();
        entries.retain(|_| txs.next().is_some_and(|tx| wanted.contains(&tx)));
    }
    Ok(entries)
}

fn why(question: &Question, unverified: &BTreeMap<Asset, usize>) -> String {
    if !unverified.is_empty() {
        let names: Vec<_> = unverified.keys().map(ToString::to_string).collect();
        return format!(
            "only tokens that no token table knows ({}); name one with --asset to follow it",
            names.join(", ")
        );
    }
    if !question.received_in.is_empty() {
        return "it received nothing in the transactions named; check them, or load data that holds them".to_owned();
    }
    if !question.assets.is_empty() {
        return "it paid out none of the assets named with --asset; leave --asset away to follow all".to_owned();
    }
    "the database holds no outgoing movement of it; load data that lists what it paid out".to_owned()
}
