//! A ledger in memory: for questions about a handful of movements, for tests and for benches.
//!
//! Movements keep the order in which they are given; each is a transaction of its own at its own height.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_store::{AccountId, AssetId, Entry, Side, StoreError};
use fundtrail_types::{Account, Asset, Chain, Coverage, Movement, Position, TxId, TxOrder};

use crate::Ledger;

/// Movements in memory, in the order given.
#[derive(Clone, Debug, Default)]
pub struct MemoryLedger {
    accounts: Vec<Account>,
    account_ids: BTreeMap<Account, AccountId>,
    assets: Vec<Asset>,
    asset_ids: BTreeMap<Asset, AssetId>,
    histories: BTreeMap<AccountId, Vec<Entry>>,
    txs: BTreeMap<Position, TxId>,
    coverage: Vec<Coverage>,
}

impl MemoryLedger {
    /// A ledger of these movements. Zero-value ones are left out, as in a store.
    pub fn new(movements: &[Movement]) -> Self {
        let mut ledger = Self::default();
        for (leg, movement) in (0u32..).zip(movements) {
            let position = Position { height: movement.order.height, timed: 0, tx: u64::from(leg), leg };
            ledger.txs.insert(position, movement.tx.clone());
            if movement.amount.is_zero() {
                continue;
            }
            let from = movement.from_account().map_or(AccountId::NONE, |account| ledger.add_account(account));
            let to = movement.to_account().map_or(AccountId::NONE, |account| ledger.add_account(account));
            let asset = ledger.add_asset(&movement.asset);
            for (account, counterparty, side) in [(from, to, Side::Out), (to, from, Side::In)] {
                if account != AccountId::NONE {
                    let (kind, amount, time) = (movement.kind, movement.amount, movement.time);
                    let entry = Entry {
                        position,
                        order: TxOrder::Index(leg),
                        leg_told: true,
                        side,
                        counterparty,
                        asset,
                        kind,
                        amount,
                        time,
                    };
                    ledger.histories.entry(account).or_default().push(entry);
                }
            }
        }
        ledger
    }

    /// The same ledger with claims of coverage.
    #[must_use]
    pub fn with_coverage(self, coverage: Vec<Coverage>) -> Self {
        Self { coverage, ..self }
    }

    fn add_account(&mut self, account: Account) -> AccountId {
        let next = AccountId(self.accounts.len() as u64 + 1);
        let id = *self.account_ids.entry(account.clone()).or_insert(next);
        if id == next {
            self.accounts.push(account);
        }
        id
    }

    fn add_asset(&mut self, asset: &Asset) -> AssetId {
        let next = AssetId(self.assets.len() as u64 + 1);
        let id = *self.asset_ids.entry(asset.clone()).or_insert(next);
        if id == next {
            self.assets.push(asset.clone());
        }
        id
    }
}

/// The name with this number, counted from 1.
fn named<T: Clone>(names: &[T], number: u64) -> Result<T, StoreError> {
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let missing = || StoreError::Damaged { family: "memory", key: number.to_string(), what: "no such number" };
    index.and_then(|index| names.get(index)).cloned().ok_or_else(missing)
}

impl Ledger for MemoryLedger {
    fn account_id(&self, account: &Account) -> Result<Option<AccountId>, StoreError> {
        Ok(self.account_ids.get(account).copied())
    }

    fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        named(&self.accounts, id.0)
    }

    fn asset(&self, id: AssetId) -> Result<Asset, StoreError> {
        named(&self.assets, id.0)
    }

    fn history(&self, account: AccountId) -> Box<dyn Iterator<Item = Result<Entry, StoreError>> + '_> {
        Box::new(self.histories.get(&account).into_iter().flatten().cloned().map(Ok))
    }

    fn txs(&self, _chain: Chain, places: &[Position]) -> Result<Vec<TxId>, StoreError> {
        let missing = |at: &Position| StoreError::Damaged {
            family: "memory",
            key: format!("{at:?}"),
            what: "no such transaction",
        };
        places.iter().map(|at| self.txs.get(at).cloned().ok_or_else(|| missing(at))).collect()
    }

    fn chains(&self) -> Result<Vec<Chain>, StoreError> {
        let chains: BTreeSet<Chain> = self.accounts.iter().map(|account| account.chain).collect();
        Ok(chains.into_iter().collect())
    }

    fn coverage_of(&self, account: &Account) -> Result<Vec<Coverage>, StoreError> {
        let about =
            |claim: &&Coverage| claim.account.as_ref().is_none_or(|one| one == account) && claim.chain == account.chain;
        Ok(self.coverage.iter().filter(about).cloned().collect())
    }
}
