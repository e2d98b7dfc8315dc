//! Names to numbers and back: chains, accounts and assets by exact dictionaries.
//!
//! A number is given once and never changes. Numbers depend on which load came first, so they never decide an order
//! that people see: sorting is by names.

use std::collections::HashMap;

use fundtrail_types::{Account, Address, Asset, Chain, Token};

use crate::{
    Store, StoreError,
    bytes::{Bytes, Put, Row, Take},
    families::{ACCOUNT_IDS, ACCOUNTS, ASSET_IDS, ASSETS, META},
};

/// Number of a chain in this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChainId(pub u32);

/// Number of an account in this store. 0 is no account: the outside from which mints come and to which fees go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub u64);

/// Number of an asset in this store. 0 is no asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetId(pub u64);

impl AccountId {
    /// No account.
    pub const NONE: Self = Self(0);
}

impl AssetId {
    /// No asset: a relation that is not about one.
    pub const NONE: Self = Self(0);
}

const TOKEN_NATIVE: u8 = 0;
const TOKEN_CONTRACT: u8 = 1;

/// Names in a writer's cache; beyond it the cache is emptied. 2^22 accounts take about 350 MB.
const CACHE_MAX: usize = 1 << 22;

impl Store {
    /// The number of a chain, if the store has seen it.
    ///
    /// # Errors
    /// If the database fails or the row is damaged.
    pub fn chain_id(&self, chain: Chain) -> Result<Option<ChainId>, StoreError> {
        let key = chain_key(chain);
        let Some(value) = self.get(META, key.as_bytes())? else { return Ok(None) };
        let number =
            Take(&value).u32().ok_or_else(|| StoreError::damaged(META.name, key.as_bytes(), "chain number"))?;
        Ok(Some(ChainId(number)))
    }

    /// As [`chain_id`](Self::chain_id), for those who ask often: chains are few, so they are read once and kept.
    ///
    /// # Errors
    /// If the database fails or the row is damaged.
    pub fn chain_number(&self, chain: Chain) -> Result<Option<ChainId>, StoreError> {
        let kept = |kept: &HashMap<ChainId, Chain>| kept.iter().find(|(_, one)| **one == chain).map(|(id, _)| *id);
        if let Some(id) = self.chain_cache.read().ok().and_then(|cache| kept(&cache)) {
            return Ok(Some(id));
        }
        let id = self.chain_id(chain)?;
        if let (Some(id), Ok(mut cache)) = (id, self.chain_cache.write()) {
            cache.insert(id, chain);
        }
        Ok(id)
    }

    /// The chains that the store has seen, by name.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn chains(&self) -> Result<Vec<(Chain, ChainId)>, StoreError> {
        let mut chains = Vec::new();
        for row in self.scan(META, b"chain/".to_vec()) {
            let (key, value) = row?;
            let damaged = || StoreError::damaged(META.name, &key, "chain");
            let name = std::str::from_utf8(&key[b"chain/".len()..]).map_err(|_| damaged())?;
            chains.push((name.parse().map_err(|_| damaged())?, ChainId(Take(&value).u32().ok_or_else(damaged)?)));
        }
        Ok(chains)
    }

    /// The number of an account, if the store has seen it.
    ///
    /// # Errors
    /// If the database fails or the row is damaged.
    pub fn account_id(&self, account: &Account) -> Result<Option<AccountId>, StoreError> {
        let Some(chain) = self.chain_id(account.chain)? else { return Ok(None) };
        self.number(ACCOUNTS.name, ACCOUNTS, &account_key(chain, &account.address)).map(|id| id.map(AccountId))
    }

    /// The number of an asset, if the store has seen it.
    ///
    /// # Errors
    /// If the database fails or the row is damaged.
    pub fn asset_id(&self, asset: &Asset) -> Result<Option<AssetId>, StoreError> {
        let Some(chain) = self.chain_id(asset.chain)? else { return Ok(None) };
        self.number(ASSETS.name, ASSETS, &asset_key(chain, asset)).map(|id| id.map(AssetId))
    }

    fn number(&self, name: &'static str, family: crate::Family, key: &[u8]) -> Result<Option<u64>, StoreError> {
        let Some(value) = self.get(family, key)? else { return Ok(None) };
        Take(&value).u64().map(Some).ok_or_else(|| StoreError::damaged(name, key, "number"))
    }

    /// The account of a number that this store gave.
    ///
    /// # Errors
    /// If the database fails, or no such number was given: the store is damaged.
    pub fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        let key = id.0.to_be_bytes();
        let read = |value: &[u8]| {
            let mut take = Take(value);
            let chain = self.chain_of(ChainId(take.u32()?))?;
            Some(Account { chain, address: Address::from_bytes(chain, take.rest())? })
        };
        let value = self.get(ACCOUNT_IDS, &key)?;
        value.as_deref().and_then(read).ok_or_else(|| StoreError::damaged(ACCOUNT_IDS.name, &key, "account"))
    }

    /// The asset of a number that this store gave.
    ///
    /// # Errors
    /// If the database fails, or no such number was given: the store is damaged.
    pub fn asset(&self, id: AssetId) -> Result<Asset, StoreError> {
        let key = id.0.to_be_bytes();
        let read = |value: &[u8]| {
            let mut take = Take(value);
            let chain = self.chain_of(ChainId(take.u32()?))?;
            let token = match take.u8()? {
                TOKEN_NATIVE => Token::Native,
                TOKEN_CONTRACT => Token::Contract(Address::from_bytes(chain, take.rest())?),
                _ => return None,
            };
            Some(Asset { chain, token })
        };
        let value = self.get(ASSET_IDS, &key)?;
        value.as_deref().and_then(read).ok_or_else(|| StoreError::damaged(ASSET_IDS.name, &key, "asset"))
    }

    /// The chain of a number. Chains are few, so they are read once and kept.
    pub(crate) fn chain_of(&self, id: ChainId) -> Option<Chain> {
        if let Some(chain) = self.chain_cache.read().ok()?.get(&id) {
            return Some(*chain);
        }
        let chain = self.chains().ok()?.into_iter().find(|(_, number)| *number == id)?.0;
        self.chain_cache.write().ok()?.insert(id, chain);
        Some(chain)
    }
}

/// Gives numbers to names within one batch, and remembers names seen lately.
#[derive(Debug, Default)]
pub(crate) struct Namer {
    /// By their keys.
    accounts: HashMap<ShortKey, AccountId>,
    assets: HashMap<Asset, AssetId>,
    chains: HashMap<Chain, ChainId>,
    counters: HashMap<&'static str, u64>,
}

/// The rows by which new names enter the store.
pub(crate) type NewNames = Vec<Row>;

impl Namer {
    pub(crate) fn chain(&mut self, store: &Store, new: &mut NewNames, chain: Chain) -> Result<ChainId, StoreError> {
        if let Some(id) = self.chains.get(&chain) {
            return Ok(*id);
        }
        let id = match store.chain_id(chain)? {
            Some(id) => id,
            None => {
                let id = ChainId(u32::try_from(self.next(store, "next_chain")?).unwrap_or(u32::MAX));
                new.push((&META, chain_key(chain).into_bytes().into(), Put::default().u32(id.0).0));
                id
            }
        };
        self.chains.insert(chain, id);
        Ok(id)
    }

    pub(crate) fn account(
        &mut self,
        store: &Store,
        new: &mut NewNames,
        chain: Chain,
        address: &Address,
    ) -> Result<AccountId, StoreError> {
        let chain = self.chain(store, new, chain)?;
        let short = ShortKey::new(chain, address);
        if let Some(id) = self.accounts.get(&short) {
            return Ok(*id);
        }
        let key = account_key(chain, address);
        let id = match store.number(ACCOUNTS.name, ACCOUNTS, &key)? {
            Some(id) => AccountId(id),
            None => {
                let id = AccountId(self.next(store, "next_account")?);
                new.push((&ACCOUNT_IDS, Put::default().u64(id.0).0, key.clone()));
                new.push((&ACCOUNTS, key, Put::default().u64(id.0).0));
                id
            }
        };
        self.accounts.insert(short, id);
        Ok(id)
    }

    pub(crate) fn asset(&mut self, store: &Store, new: &mut NewNames, asset: &Asset) -> Result<AssetId, StoreError> {
        if let Some(id) = self.assets.get(asset) {
            return Ok(*id);
        }
        let key = asset_key(self.chain(store, new, asset.chain)?, asset);
        let id = match store.asset_id(asset)? {
            Some(id) => id,
            None => {
                let id = AssetId(self.next(store, "next_asset")?);
                new.push((&ASSET_IDS, Put::default().u64(id.0).0, key.clone()));
                new.push((&ASSETS, key, Put::default().u64(id.0).0));
                id
            }
        };
        self.assets.insert(asset.clone(), id);
        Ok(id)
    }

    /// The next free number of a counter in `meta`. Numbers start at 1.
    fn next(&mut self, store: &Store, counter: &'static str) -> Result<u64, StoreError> {
        let number = match self.counters.get(counter) {
            Some(next) => *next,
            None => match store.get(META, counter.as_bytes())? {
                None => 1,
                Some(value) => {
                    Take(&value).u64().ok_or_else(|| StoreError::damaged(META.name, counter.as_bytes(), "counter"))?
                }
            },
        };
        self.counters.insert(counter, number + 1);
        Ok(number)
    }

    /// The rows that count on. They belong into the same batch as the names.
    pub(crate) fn counter_rows(&self) -> NewNames {
        let row = |(name, next): (&&str, &u64)| -> Row { (&META, name.as_bytes().into(), Put::default().u64(*next).0) };
        self.counters.iter().map(row).collect()
    }

    /// Forgets names if there are too many; they are in the database.
    pub(crate) fn trim(&mut self) {
        if self.accounts.len() > CACHE_MAX {
            self.accounts.clear();
        }
    }
}

/// The key of an account in a cache of millions: EVM addresses, which are most, without an allocation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum ShortKey {
    Evm(ChainId, [u8; 20]),
    Other(Bytes),
}

impl ShortKey {
    fn new(chain: ChainId, address: &Address) -> Self {
        match address {
            Address::Evm(bytes) => Self::Evm(chain, *bytes),
            _ => Self::Other(account_key(chain, address)),
        }
    }
}

fn chain_key(chain: Chain) -> String {
    format!("chain/{chain}")
}

fn account_key(chain: ChainId, address: &Address) -> Bytes {
    Put::default().u32(chain.0).bytes(address.as_bytes()).0
}

fn asset_key(chain: ChainId, asset: &Asset) -> Bytes {
    let put = Put::default().u32(chain.0);
    match &asset.token {
        Token::Native => put.u8(TOKEN_NATIVE).0,
        Token::Contract(address) => put.u8(TOKEN_CONTRACT).bytes(address.as_bytes()).0,
    }
}
