//! Where histories come from: a store on disk, or movements in memory.

use std::collections::HashMap;

use fundtrail_store::{AccountId, AssetId, Entry, Leg, Side, Store, StoreError};
use fundtrail_types::{Account, Asset, Chain, Coverage, Position, Time, TxId, TxOrder};

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxAt {
    /// The place before all of its legs.
    pub position: Position,
    /// What is known of it.
    pub order: TxOrder,
    /// Time of the block, if the source told it.
    pub time: Option<Time>,
}

impl TxAt {
    /// A leg of the transaction as a line of a history.
    pub(crate) fn entry(&self, leg: &Leg, side: Side) -> Entry {
        Entry {
            position: Position { leg: leg.leg, ..self.position },
            order: self.order,
            leg_told: true,
            plain: false,
            side,
            counterparty: if side == Side::Out { leg.to } else { leg.from },
            asset: leg.asset,
            kind: leg.kind,
            amount: leg.amount,
            time: self.time,
        }
    }
}

/// Every account's history in order of time, with names for its numbers.
pub trait Ledger {
    /// The number of an account, if the ledger has it.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    fn account_id(&self, account: &Account) -> Result<Option<AccountId>, StoreError>;

    /// The account of a number.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    fn account(&self, id: AccountId) -> Result<Account, StoreError>;

    /// The asset of a number.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    fn asset(&self, id: AssetId) -> Result<Asset, StoreError>;

    /// An account's history in order, in- and outflows together.
    fn history(&self, account: AccountId) -> Box<dyn Iterator<Item = Result<Entry, StoreError>> + '_>;

    /// The transactions at places of a chain, as many as there are places. The places are in order.
    ///
    /// # Errors
    /// If the ledger cannot be read, or has no transaction at one of them.
    fn txs(&self, chain: Chain, places: &[Position]) -> Result<Vec<TxId>, StoreError>;

    /// The transaction of an id, if the ledger has it.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    fn tx(&self, chain: Chain, id: &TxId) -> Result<Option<TxAt>, StoreError>;

    /// The legs of the transaction at a place of a chain, in its order. The place may be that of any of its legs.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    fn legs(&self, chain: Chain, at: Position) -> Result<Vec<Leg>, StoreError>;

    /// The chains that the ledger holds, by name.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    fn chains(&self) -> Result<Vec<Chain>, StoreError>;

    /// What sources claim to cover of an account.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    fn coverage_of(&self, account: &Account) -> Result<Vec<Coverage>, StoreError>;

    /// The same of many accounts of a chain, by account; what is claimed of the whole chain stands under none of them. Reads all claims
    /// about the chain once, and keeps those that are wanted.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    fn coverage_among(&self, chain: Chain, wanted: &dyn Fn(AccountId) -> bool) -> Result<Claims, StoreError>;
}

/// What sources claim to cover of accounts, and of their chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Of the whole chain.
    pub of_chain: Vec<Coverage>,
    /// Of accounts; who is not in it, nobody claims to cover.
    pub of_account: HashMap<AccountId, Vec<Coverage>>,
}

impl Claims {
    /// Of an account, the claims about its whole chain included, in order.
    pub fn of(&self, id: AccountId) -> Vec<Coverage> {
        let own = self.of_account.get(&id).into_iter().flatten();
        let mut all: Vec<Coverage> = self.of_chain.iter().chain(own).cloned().collect();
        all.sort();
        all
    }
}

impl Ledger for Store {
    fn account_id(&self, account: &Account) -> Result<Option<AccountId>, StoreError> {
        Self::account_id(self, account)
    }

    fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        Self::account(self, id)
    }

    fn asset(&self, id: AssetId) -> Result<Asset, StoreError> {
        Self::asset(self, id)
    }

    fn history(&self, account: AccountId) -> Box<dyn Iterator<Item = Result<Entry, StoreError>> + '_> {
        Box::new(Self::history(self, account))
    }

    fn txs(&self, chain: Chain, places: &[Position]) -> Result<Vec<TxId>, StoreError> {
        let Some(first) = places.first() else { return Ok(Vec::new()) };
        let missing = |at: &Position| StoreError::Damaged {
            family: "txs",
            key: format!("{at:?}"),
            what: "the transaction is missing",
        };
        let chain = self.chain_number(chain)?.ok_or_else(|| missing(first))?;
        let id = |at: &Position| {
            let height = if at.timed > 0 { at.timed } else { at.height };
            Ok(self.tx_at(chain, height, at.tx)?.ok_or_else(|| missing(at))?.id)
        };
        places.iter().map(id).collect()
    }

    fn tx(&self, chain: Chain, id: &TxId) -> Result<Option<TxAt>, StoreError> {
        let Some(tx) = self.tx_by_id(chain, id)? else { return Ok(None) };
        Ok(Some(TxAt { position: self.position_of(&tx)?, order: tx.order, time: tx.time }))
    }

    fn legs(&self, chain: Chain, at: Position) -> Result<Vec<Leg>, StoreError> {
        let Some(chain) = self.chain_number(chain)? else { return Ok(Vec::new()) };
        self.legs_at(chain, if at.timed > 0 { at.timed } else { at.height }, at.tx)
    }

    fn chains(&self) -> Result<Vec<Chain>, StoreError> {
        Ok(Self::chains(self)?.into_iter().map(|(chain, _)| chain).collect())
    }

    fn coverage_of(&self, account: &Account) -> Result<Vec<Coverage>, StoreError> {
        Self::coverage_of(self, account)
    }

    fn coverage_among(&self, chain: Chain, wanted: &dyn Fn(AccountId) -> bool) -> Result<Claims, StoreError> {
        let mut claims = Claims::default();
        let Some(chain) = self.chain_number(chain)? else { return Ok(claims) };
        for claim in self.coverage_among(chain, wanted)? {
            match claim {
                (AccountId::NONE, claim) => claims.of_chain.push(claim),
                (id, claim) => claims.of_account.entry(id).or_default().push(claim),
            }
        }
        Ok(claims)
    }
}
