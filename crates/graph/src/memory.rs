//! A ledger in memory: for questions about a handful of movements, for tests and for benches.
//!
//! Movements keep the order in which they are given. Neighbours of one transaction id are one transaction.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_store::{AccountId, AssetId, Entry, Leg, Side, StoreError, is_plain};
use fundtrail_types::{Account, Asset, Chain, Coverage, Movement, Position, Time, TxId, TxOrder};

use crate::{
    Ledger,
    ledger::{Claims, TxAt},
};

/// Movements in memory, in the order given.
#[derive(Clone, Debug, Default)]
pub struct MemoryLedger {
    accounts: Vec<Account>,
    account_ids: BTreeMap<Account, AccountId>,
    assets: Vec<Asset>,
    asset_ids: BTreeMap<Asset, AssetId>,
    histories: BTreeMap<AccountId, Vec<Entry>>,
    txs: BTreeMap<Position, TxId>,
    places: BTreeMap<(Chain, TxId), (Position, Option<Time>)>,
    legs: BTreeMap<(u64, u64), Vec<Leg>>,
    coverage: Vec<Coverage>,
}

impl MemoryLedger {
    /// A ledger of these movements. Zero-value ones are left out, as in a store.
    pub fn new(movements: &[Movement]) -> Self {
        let mut ledger = Self::default();
        let (mut tx, mut leg, mut last) = (0u32, 0u32, None);
        for movement in movements {
            let is_next_leg = last == Some((&movement.tx, movement.order.height));
            (tx, leg) = match last {
                None => (0, 0),
                Some(_) if is_next_leg => (tx, leg + 1),
                Some(_) => (tx + 1, 0),
            };
            last = Some((&movement.tx, movement.order.height));
            let position = Position { height: movement.order.height, timed: 0, tx: u64::from(tx), leg };
            ledger.txs.insert(position, movement.tx.clone());
            let start = Position { leg: 0, ..position };
            ledger.places.entry((movement.chain, movement.tx.clone())).or_insert((start, movement.time));
            if movement.amount.is_zero() {
                continue;
            }
            let from = movement.from_account().map_or(AccountId::NONE, |account| ledger.add_account(account));
            let to = movement.to_account().map_or(AccountId::NONE, |account| ledger.add_account(account));
            let asset = ledger.add_asset(&movement.asset);
            let (kind, amount) = (movement.kind, movement.amount);
            let legs = ledger.legs.entry((position.height, position.tx)).or_default();
            legs.push(Leg { leg, kind, from, to, asset, amount });
            for (account, counterparty, side) in [(from, to, Side::Out), (to, from, Side::In)] {
                if account != AccountId::NONE {
                    let entry = Entry {
                        position,
                        order: TxOrder::Index(tx),
                        leg_told: true,
                        // Told below, when all legs are known.
                        plain: false,
                        side,
                        counterparty,
                        asset,
                        kind,
                        amount,
                        time: movement.time,
                    };
                    ledger.histories.entry(account).or_default().push(entry);
                }
            }
        }
        for entry in ledger.histories.values_mut().flatten() {
            let legs = ledger.legs.get(&(entry.position.height, entry.position.tx)).into_iter().flatten();
            entry.plain = is_plain(legs.map(|leg| (leg.kind, leg.from, leg.to, leg.amount)));
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

    fn tx(&self, chain: Chain, id: &TxId) -> Result<Option<TxAt>, StoreError> {
        let found = self.places.get(&(chain, id.clone()));
        // Their order is the one in which they were given.
        let at = |(position, time): &(Position, _)| TxAt {
            position: *position,
            order: TxOrder::Index(u32::try_from(position.tx).unwrap_or(u32::MAX)),
            time: *time,
        };
        Ok(found.map(at))
    }

    fn legs(&self, _chain: Chain, at: Position) -> Result<Vec<Leg>, StoreError> {
        Ok(self.legs.get(&(at.height, at.tx)).cloned().unwrap_or_default())
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

    fn coverage_among(&self, chain: Chain, wanted: &dyn Fn(AccountId) -> bool) -> Result<Claims, StoreError> {
        let mut claims = Claims::default();
        for claim in self.coverage.iter().filter(|claim| claim.chain == chain) {
            let Some(account) = &claim.account else {
                claims.of_chain.push(claim.clone());
                continue;
            };
            if let Some(id) = self.account_id(account)?.filter(|id| wanted(*id)) {
                claims.of_account.entry(id).or_default().push(claim.clone());
            }
        }
        Ok(claims)
    }
}
