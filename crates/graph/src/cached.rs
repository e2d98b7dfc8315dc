//! A ledger that remembers names, and a label book that remembers what it was asked: one trace asks for the same
//! accounts and assets over and over.

use std::{cell::RefCell, collections::HashMap, hash::Hash, rc::Rc};

use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, AssetId, Entry, Leg, StoreError};
use fundtrail_types::{Account, Asset, Chain, Coverage, Date, Label, Position, Question, TxId};

use crate::{
    Ledger,
    ledger::{Claims, TxAt},
};

/// Labels looked up once per trace and account, however often the trace is run again for a target: a look-up prints the
/// address, which takes longer than to replay a short history.
pub(crate) struct Labelled<'a> {
    pub(crate) book: &'a LabelBook,
    pub(crate) as_of: Date,
    found: RefCell<HashMap<AccountId, Rc<[Label]>>>,
}

impl<'a> Labelled<'a> {
    pub(crate) fn new(book: &'a LabelBook, as_of: Date) -> Self {
        Self { book, as_of, found: RefCell::default() }
    }

    /// What is asserted about an account.
    pub(crate) fn of(&self, id: AccountId, account: &Account) -> Rc<[Label]> {
        let mut found = self.found.borrow_mut();
        let labels = || self.book.lookup(account, self.as_of).into_iter().cloned().collect();
        Rc::clone(found.entry(id).or_insert_with(labels))
    }

    /// Whether a question looks for an account: it is flagged, or asked for by name.
    pub(crate) fn is_looked_for(&self, id: AccountId, account: &Account, question: &Question) -> bool {
        question.also.contains(account) || self.of(id, account).iter().any(|label| label.class.is_flagged())
    }

    /// The label for which a trace stops at an account.
    pub(crate) fn stop_for(&self, id: AccountId, account: &Account) -> Option<&'a Label> {
        if self.of(id, account).is_empty() { None } else { self.book.stop_for(account, self.as_of) }
    }
}

/// Names read once per trace. Grows with the accounts that the trace touches, not with the ledger.
pub(crate) struct Cached<'a, L> {
    ledger: &'a L,
    accounts: RefCell<HashMap<AccountId, Account>>,
    assets: RefCell<HashMap<AssetId, Asset>>,
}

impl<'a, L> Cached<'a, L> {
    pub(crate) fn new(ledger: &'a L) -> Self {
        Self { ledger, accounts: RefCell::default(), assets: RefCell::default() }
    }
}

/// The value of a key, read at most once.
fn remember<K: Copy + Eq + Hash, V: Clone, E>(
    cache: &RefCell<HashMap<K, V>>,
    key: K,
    read: impl FnOnce() -> Result<V, E>,
) -> Result<V, E> {
    if let Some(value) = cache.borrow().get(&key) {
        return Ok(value.clone());
    }
    let value = read()?;
    cache.borrow_mut().insert(key, value.clone());
    Ok(value)
}

impl<L: Ledger> Ledger for Cached<'_, L> {
    fn account_id(&self, account: &Account) -> Result<Option<AccountId>, StoreError> {
        self.ledger.account_id(account)
    }

    fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        remember(&self.accounts, id, || self.ledger.account(id))
    }

    fn asset(&self, id: AssetId) -> Result<Asset, StoreError> {
        remember(&self.assets, id, || self.ledger.asset(id))
    }

    fn history(&self, account: AccountId) -> Box<dyn Iterator<Item = Result<Entry, StoreError>> + '_> {
        self.ledger.history(account)
    }

    fn txs(&self, chain: Chain, places: &[Position]) -> Result<Vec<TxId>, StoreError> {
        self.ledger.txs(chain, places)
    }

    fn tx(&self, chain: Chain, id: &TxId) -> Result<Option<TxAt>, StoreError> {
        self.ledger.tx(chain, id)
    }

    fn legs(&self, chain: Chain, at: Position) -> Result<Vec<Leg>, StoreError> {
        self.ledger.legs(chain, at)
    }

    fn chains(&self) -> Result<Vec<Chain>, StoreError> {
        self.ledger.chains()
    }

    fn coverage_of(&self, account: &Account) -> Result<Vec<Coverage>, StoreError> {
        self.ledger.coverage_of(account)
    }

    fn coverage_among(&self, chain: Chain, wanted: &dyn Fn(AccountId) -> bool) -> Result<Claims, StoreError> {
        self.ledger.coverage_among(chain, wanted)
    }
}
