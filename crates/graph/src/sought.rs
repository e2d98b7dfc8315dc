//! What a backward trace has to replay: what was asked about, and its ancestors.
//!
//! The sources of a movement are what it is made of if the histories of all accounts that its value may have come through are replayed
//! forward, from their first movement on. Collecting them goes back in time, hop by hop; the replay goes forward, so that a method
//! says of a movement the same from both ends.

mod collect;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use fundtrail_store::{AccountId, AssetId};
use fundtrail_types::{Account, Amount, Asked, Asset, Chain, Kind, Position, Seed, Source};

pub(crate) use collect::collect;

use crate::{
    Ledger, TraceError,
    seeds::{Receipt, TxPlace, tx_of},
};

/// What was asked about. What an account received of an asset in one transaction is one thing, in however many movements.
#[derive(Debug, Default)]
pub(crate) struct AskedFor {
    pub(crate) list: Vec<Asked>,
    movements: HashMap<(AccountId, AssetId, TxPlace), usize>,
    txs: HashSet<(AccountId, TxPlace)>,
    /// Accounts of which all is asked. What they pay away may come back, and is a source of its own then.
    pub(crate) itself: BTreeSet<AccountId>,
}

impl AskedFor {
    pub(crate) fn new(
        ledger: &impl Ledger,
        receipts: Vec<Receipt>,
        itself: BTreeSet<AccountId>,
    ) -> Result<Self, TraceError> {
        let mut asked = Self { itself, ..Self::default() };
        let mut sums: BTreeMap<(usize, Account, Asset), (Amount, usize)> = BTreeMap::new();
        let mut named: HashMap<_, (usize, Account, Asset)> = HashMap::new();
        for Receipt { start, account, entry } in receipts {
            let (name, asset) = (ledger.account(account)?, ledger.asset(entry.asset)?);
            let at = entry.position;
            let key = (account, entry.asset, tx_of(at));
            asked.txs.insert((account, tx_of(at)));
            if named.contains_key(&key) {
                continue;
            }
            let (sum, movements) = sums.entry((start, name.clone(), asset.clone())).or_default();
            for leg in ledger.legs(name.chain, at)? {
                if (leg.to, leg.asset) == (account, entry.asset) && leg.from != account && leg.kind != Kind::Fee {
                    *sum = sum.checked_add(leg.amount).ok_or_else(|| TraceError::Overflow(name.clone()))?;
                    *movements += usize::from(!leg.amount.is_zero());
                }
            }
            named.insert(key, (start, name, asset));
        }
        let places: BTreeMap<_, usize> = sums.keys().cloned().zip(0..).collect();
        asked.movements = named.into_iter().filter_map(|(key, name)| Some((key, *places.get(&name)?))).collect();
        let one =
            |((start, account, asset), (amount_raw, movements))| Asked { start, account, asset, amount_raw, movements };
        asked.list = sums.into_iter().map(one).collect();
        Ok(asked)
    }

    /// Whether what an account got of an asset in a transaction was asked about.
    pub(crate) fn has(&self, account: AccountId, asset: AssetId, at: Position) -> bool {
        self.movements.contains_key(&(account, asset, tx_of(at)))
    }

    /// Whether value ends at an account in a transaction, because that is asked about.
    pub(crate) fn ends_at(&self, account: AccountId, at: Position) -> bool {
        self.itself.contains(&account) || self.txs.contains(&(account, tx_of(at)))
    }

    /// The accounts that received it.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.txs.iter().map(|(account, _)| *account)
    }

    /// The start that asked about what an account got of an asset in a transaction.
    pub(crate) fn start(&self, account: AccountId, asset: AssetId, at: Position) -> Option<usize> {
        let index = self.movements.get(&(account, asset, tx_of(at)))?;
        Some(self.list[*index].start)
    }

    pub(crate) fn movements(&self) -> impl Iterator<Item = (AccountId, AssetId, TxPlace)> + '_ {
        self.movements.keys().copied()
    }
}

/// How a source gave what it is the source of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Gave {
    /// It paid.
    Paid,
    /// It was made, for the account that got it.
    Made,
    /// Nobody knows who paid the account.
    Unknown,
}

/// What has to be replayed.
#[derive(Debug, Default)]
pub(crate) struct Sought {
    /// Accounts whose history is replayed: those that value may have come through, and those that were asked about.
    pub(crate) accounts: BTreeSet<AccountId>,
    /// Until where it matters what came to an account of an asset, exclusive.
    pub(crate) nodes: HashMap<(AccountId, AssetId), Position>,
    /// Sources by number, in the order of their names.
    numbers: HashMap<(AccountId, AssetId, Gave), usize>,
    pub(crate) seeds: Vec<Seed>,
    pub(crate) assets: Vec<AssetId>,
    /// Accounts that were not followed back.
    pub(crate) closed: HashMap<AccountId, Source>,
    /// Crossings that were followed back.
    pub(crate) crossed: BTreeSet<usize>,
    /// After everything that matters, per chain.
    pub(crate) last: BTreeMap<Chain, Position>,
}

impl Sought {
    /// Whether what came to an account matters.
    pub(crate) fn matters(&self, account: AccountId, asset: AssetId, at: Position) -> bool {
        self.nodes.get(&(account, asset)).is_some_and(|until| at < *until)
    }

    pub(crate) fn number(&self, account: AccountId, asset: AssetId, gave: Gave) -> Option<usize> {
        self.numbers.get(&(account, asset, gave)).copied()
    }

    /// The source of what an account got from another of which no history is replayed, or from nobody.
    pub(crate) fn source(&self, to: AccountId, from: AccountId, asset: AssetId, kind: Kind) -> Option<usize> {
        if from != AccountId::NONE {
            return self.number(from, asset, Gave::Paid);
        }
        self.number(to, asset, from_nobody(kind))
    }
}

/// How what came from nobody came.
pub(crate) fn from_nobody(kind: Kind) -> Gave {
    if matches!(kind, Kind::Mint | Kind::Reward | Kind::Withdrawal | Kind::Wrap) { Gave::Made } else { Gave::Unknown }
}
