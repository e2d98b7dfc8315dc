//! Writing: views of transactions gathered into batches, each written whole together with the checkpoint of its load.
//!
//! A batch that is interrupted never happened; a load that is run again goes on after its last checkpoint and gives
//! the same store as one that was never interrupted.

mod crowded;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fundtrail_types::{Asset, Chain, Coverage, Movement, TxId};
use rocksdb::WriteBatch;

pub(crate) use crowded::rows_of;

use crate::{
    AssetId, ChainId, SourceInfo, Store, StoreError, TxView,
    bytes::{Put, Take},
    coverage,
    families::{META, SYMBOLS, TXIDS, TXS},
    keys,
    names::{Namer, NewNames},
    rows::{self, MovementRow, Row},
};

/// How far a load has come. Written in the same batch as the rows it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Identifies the load: its input, and everything else that decides what is taken from it.
    pub load: String,
    /// How many records of the input are in the store.
    pub records: u64,
    /// Set when the load is complete: what is told of it from then on.
    pub finished: Option<SourceInfo>,
}

/// A place within a height that transactions can share: chain, height, first slot.
type Place = (Chain, u64, u64);

/// A transaction that the batch touches.
#[derive(Debug)]
struct Pending {
    /// Its place in the store before the batch.
    stored: Option<Stored>,
    /// What it shall be after the batch.
    view: TxView,
}

#[derive(Clone, Debug)]
struct Stored {
    slot: u64,
    view: TxView,
}

/// Gathers changes and writes them in batches. One at a time.
#[derive(Debug)]
pub struct Writer<'s> {
    store: &'s Store,
    namer: Namer,
    pending: BTreeMap<(Chain, TxId), Pending>,
    symbols: BTreeSet<(Asset, Option<u8>, String)>,
    coverage: BTreeSet<Coverage>,
}

impl Store {
    /// Begins to write.
    ///
    /// # Errors
    /// If the database is open for reading only.
    pub fn writer(&self) -> Result<Writer<'_>, StoreError> {
        self.writable()?;
        let (namer, pending) = (Namer::default(), BTreeMap::new());
        Ok(Writer { store: self, namer, pending, symbols: BTreeSet::new(), coverage: BTreeSet::new() })
    }

    /// The decimals that sources gave for tokens, where they agree. Loads hold their rows against them.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn told_decimals(&self) -> Result<HashMap<Asset, u8>, StoreError> {
        let mut told: HashMap<AssetId, Option<u8>> = HashMap::new();
        for row in self.scan(SYMBOLS, Vec::new()) {
            let (key, _) = row?;
            let mut take = Take(&key);
            let fields = take.u64().zip(take.u8());
            let (asset, given) = fields.ok_or_else(|| StoreError::damaged(SYMBOLS.name, &key, "symbol"))?;
            if given != NO_DECIMALS {
                let known = told.entry(AssetId(asset)).or_insert(Some(given));
                *known = known.filter(|known| *known == given);
            }
        }
        let agreed = told.into_iter().filter_map(|(asset, decimals)| decimals.map(|decimals| (asset, decimals)));
        agreed.map(|(asset, decimals)| Ok((self.asset(asset)?, decimals))).collect()
    }

    /// How many records of an unfinished load are in the store.
    ///
    /// # Errors
    /// If the database fails or the row is damaged.
    pub fn checkpoint(&self, load: &str) -> Result<Option<u64>, StoreError> {
        let key = checkpoint_key(load);
        let Some(value) = self.get(META, &key)? else { return Ok(None) };
        Take(&value).u64().map(Some).ok_or_else(|| StoreError::damaged(META.name, &key, "checkpoint"))
    }
}

impl Writer<'_> {
    /// Adds a movement that an export lists: a partial view of its transaction.
    ///
    /// # Errors
    /// If the database fails.
    pub fn movement(&mut self, movement: &Movement) -> Result<(), StoreError> {
        self.view(TxView::of_movement(movement))
    }

    /// Adds a view of a transaction to what is known of it.
    ///
    /// # Errors
    /// If the database fails.
    pub fn view(&mut self, view: TxView) -> Result<(), StoreError> {
        let key = (view.chain, view.id.clone());
        let pending = match self.pending.remove(&key) {
            Some(Pending { stored, view: before }) => Pending { stored, view: before.merge(view) },
            None => match self.stored(view.chain, &view.id)? {
                Some(stored) => Pending { view: stored.view.clone().merge(view), stored: Some(stored) },
                None => Pending { stored: None, view },
            },
        };
        self.pending.insert(key, pending);
        Ok(())
    }

    /// Adds what a source called an asset. Never identity, but people want to read it.
    pub fn symbol(&mut self, asset: &Asset, decimals: Option<u8>, symbol: &str) {
        self.symbols.insert((asset.clone(), decimals, symbol.to_owned()));
    }

    /// Adds a claim of coverage.
    pub fn coverage(&mut self, claim: &Coverage) {
        self.coverage.insert(claim.clone());
    }

    /// How many transactions wait to be written.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Writes everything that waits, and the checkpoint, as one batch.
    ///
    /// # Errors
    /// If the database fails; then nothing of the batch is stored.
    pub fn commit(&mut self, checkpoint: Option<&Checkpoint>) -> Result<(), StoreError> {
        let written = self.batch(checkpoint).and_then(|batch| self.store.write(batch));
        // After a failure, numbers that the batch would have given are not taken.
        if written.is_err() {
            self.namer.clear();
        }
        self.namer.trim();
        written
    }

    fn batch(&mut self, checkpoint: Option<&Checkpoint>) -> Result<WriteBatch, StoreError> {
        let mut new = NewNames::new();
        let (mut deletes, mut puts): (Vec<Row>, Vec<Row>) = (Vec::new(), Vec::new());
        let mut changed = self.load_neighbours()?;
        if self.demote() {
            changed.extend(self.load_neighbours()?);
        }
        self.mark_crowded(&changed);
        let slots = self.assign_slots(&changed)?;
        for (key, pending) in std::mem::take(&mut self.pending) {
            let slot = slots.get(&key).copied().unwrap_or_default();
            if let Some(stored) = &pending.stored {
                if stored.slot == slot && stored.view == pending.view {
                    continue;
                }
                deletes.extend(self.rows(&mut new, stored.slot, &stored.view)?);
            }
            puts.extend(self.rows(&mut new, slot, &pending.view)?);
        }
        for (asset, decimals, symbol) in std::mem::take(&mut self.symbols) {
            let asset = self.namer.asset(self.store, &mut new, &asset)?;
            let key = Put::default().u64(asset.0).u8(decimals.unwrap_or(NO_DECIMALS)).bytes(symbol.as_bytes());
            puts.push((SYMBOLS, key.0, Vec::new()));
        }
        for claim in std::mem::take(&mut self.coverage) {
            puts.push(coverage::row(&mut self.namer, self.store, &mut new, &claim)?);
        }
        if let Some(checkpoint) = checkpoint {
            let (gone, row) = checkpoint_rows(checkpoint);
            deletes.extend(gone);
            puts.push(row);
        }
        new.extend(self.namer.counter_rows());
        self.assemble(deletes, new.into_iter().chain(puts))
    }

    fn assemble(&self, deletes: Vec<Row>, puts: impl Iterator<Item = Row>) -> Result<WriteBatch, StoreError> {
        let mut batch = WriteBatch::default();
        for (family, key, _) in deletes {
            batch.delete_cf(self.store.family(family)?, key);
        }
        for (family, key, value) in puts {
            batch.put_cf(self.store.family(family)?, key, value);
        }
        Ok(batch)
    }

    /// Brings into the batch every stored transaction that shares a place with one that comes, goes or moves, so that
    /// places stay filled without gaps and in the order of ids. Gives the places that change.
    fn load_neighbours(&mut self) -> Result<BTreeSet<Place>, StoreError> {
        let mut places = BTreeSet::new();
        for ((chain, id), pending) in &self.pending {
            let base = keys::slot_base(pending.view.order, id);
            let moved = pending
                .stored
                .as_ref()
                .filter(|stored| (stored.view.height, keys::base_of(stored.slot)) != (pending.view.height, base));
            if let Some(stored) = moved {
                places.insert((*chain, stored.view.height, keys::base_of(stored.slot)));
            }
            if pending.stored.is_none() || moved.is_some() {
                places.insert((*chain, pending.view.height, base));
            }
        }
        for &(chain, height, base) in &places {
            let Some(chain_id) = self.store.chain_id(chain)? else { continue };
            // Places are filled without gaps, so an empty first slot is an empty place.
            for slot in base..base + keys::TIES as u64 {
                let Some(value) = self.store.get(TXS, &keys::tx(chain_id, height, slot))? else { break };
                let Some(id) = rows::parse_tx(&value).and_then(|row| rows::tx_id(chain, &row)) else { break };
                if !self.pending.contains_key(&(chain, id.clone()))
                    && let Some(stored) = self.stored(chain, &id)?
                {
                    self.pending.insert((chain, id), Pending { view: stored.view.clone(), stored: Some(stored) });
                }
            }
        }
        Ok(places)
    }

    /// The slot of every transaction of the batch: in places that change, by the order of their ids; elsewhere as it was.
    fn assign_slots(&self, changed: &BTreeSet<Place>) -> Result<HashMap<(Chain, TxId), u64>, StoreError> {
        let mut used: HashMap<Place, u64> = HashMap::new();
        let mut slots = HashMap::with_capacity(self.pending.len());
        // `pending` is in the order of (chain, id).
        for ((chain, id), pending) in &self.pending {
            let base = keys::slot_base(pending.view.order, id);
            let place = (*chain, pending.view.height, base);
            let slot = match &pending.stored {
                Some(stored) if !changed.contains(&place) => stored.slot,
                _ => {
                    let next = used.entry(place).or_insert(0);
                    *next += 1;
                    if *next > keys::TIES as u64 {
                        return Err(StoreError::Crowded(pending.view.height));
                    }
                    base + *next - 1
                }
            };
            slots.insert((*chain, id.clone()), slot);
        }
        Ok(slots)
    }

    fn stored(&self, chain: Chain, id: &TxId) -> Result<Option<Stored>, StoreError> {
        let Some(chain_id) = self.store.chain_id(chain)? else { return Ok(None) };
        let key = keys::txid(chain_id, id);
        let Some(place) = self.store.get(TXIDS, &key)? else { return Ok(None) };
        let mut take = Take(&place);
        let (height, slot) =
            take.u64().zip(take.u64()).ok_or_else(|| StoreError::damaged(TXIDS.name, &key, "place"))?;
        let view = self.store.view_at(chain_id, height, slot)?;
        Ok(view.map(|view| Stored { slot, view }))
    }

    fn rows(&mut self, new: &mut NewNames, slot: u64, view: &TxView) -> Result<Vec<Row>, StoreError> {
        let chain = self.namer.chain(self.store, new, view.chain)?;
        let (namer, store) = (&mut self.namer, self.store);
        rows_of(chain, slot, view, |movement| number(namer, store, new, movement))
    }
}

/// Stands for "nobody told the decimals".
pub(crate) const NO_DECIMALS: u8 = u8::MAX;

fn number(
    namer: &mut Namer,
    store: &Store,
    new: &mut NewNames,
    movement: &Movement,
) -> Result<MovementRow, StoreError> {
    let mut account = |account: Option<_>| match account {
        Some(account) => namer.account(store, new, &account),
        None => Ok(crate::AccountId::NONE),
    };
    let (from, to) = (account(movement.from_account())?, account(movement.to_account())?);
    let asset = namer.asset(store, new, &movement.asset)?;
    let told_leg = movement.order.leg;
    Ok(MovementRow { kind: movement.kind, from, to, asset, n: movement.n, told_leg, amount: movement.amount })
}

fn checkpoint_key(load: &str) -> Vec<u8> {
    format!("checkpoint/{load}").into_bytes()
}

/// An unfinished load has a checkpoint; a finished one has a row among the sources instead.
fn checkpoint_rows(checkpoint: &Checkpoint) -> (Option<Row>, Row) {
    let key = checkpoint_key(&checkpoint.load);
    match &checkpoint.finished {
        None => (None, (META, key, checkpoint.records.to_be_bytes().to_vec())),
        Some(source) => {
            let value = Put::default().u64(source.records).u64(source.rejected).bytes(source.name.as_bytes());
            (Some((META, key, Vec::new())), (META, format!("source/{}", source.digest).into_bytes(), value.0))
        }
    }
}

impl Store {
    /// The view of the transaction in a slot, read back from its rows.
    pub(crate) fn view_at(&self, chain_id: ChainId, height: u64, slot: u64) -> Result<Option<TxView>, StoreError> {
        let Some(tx) = self.tx_at(chain_id, height, slot)? else { return Ok(None) };
        let movements = self.movements_at(&tx)?;
        let view = TxView::of_transaction(tx.completeness, &movements);
        let crowded = self.is_only_crowded(chain_id, height, slot)?;
        Ok(view.map(|view| TxView { conflict: tx.conflict && !crowded, crowded, ..view }))
    }
}
