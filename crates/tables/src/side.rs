//! Side tables: what some files of a command say about the rows of the others.
//!
//! Extractors split a block into tables that need each other. A transaction row does not say whether it succeeded, a
//! token row has no time, and a call is void if a call around it failed. So every table that others need is read once
//! before, into maps by height and by transaction; then the tables are read for what moved, with the maps at hand.
//!
//! Memory, at most, with the maps' spare room: 260 bytes a block, 450 a receipt, 210 a traced transaction and some 70 more
//! for each inner call of it that failed or moved value, 50 a token event. Transactions are known by the first 16
//! bytes of their hash: two of them do not agree in these by chance, and making such a pair takes 2^64 hashes.

use std::collections::{HashMap, HashSet};

use fundtrail_types::{Amount, Chain, Problem, Time, TxId};

use crate::{
    Rows, TableFile, TableKind,
    foreign::{ChainOf, Foreign},
    listing::Listing,
    source::whole,
};

pub(crate) mod calls;

pub(crate) use calls::{CallPath, Calls, RootCall};

/// What the tables of one command say about each other's rows.
#[derive(Clone, Debug, Default)]
pub struct SideTables {
    chains: HashMap<Chain, Side>,
}

/// What they say of one chain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Side {
    blocks: HashMap<u64, Block>,
    receipts: HashMap<TxKey, Receipt>,
    calls: HashMap<TxKey, Calls>,
    events: HashSet<(TxKey, u32)>,
}

/// The first bytes of a transaction's hash.
type TxKey = [u8; 16];

/// A block, as movements need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) time: Option<Time>,
    /// Its hash, which stands for the transaction of what the block itself moved.
    pub(crate) id: Option<TxId>,
}

/// What a receipt adds to a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// Whether it succeeded. Before Byzantium (October 2017) receipts do not say so.
    pub(crate) succeeded: Option<bool>,
    /// It is from before Byzantium: it tells a state instead.
    pub(crate) before_byzantium: bool,
    pub(crate) gas_used: Option<u64>,
    /// The price that was paid, if the table has it.
    pub(crate) gas_price: Option<u128>,
    /// What was paid besides to the chain below; none if the table does not say.
    pub(crate) l1_fee: Option<Amount>,
    /// What was paid besides for blobs; none if the table does not say.
    pub(crate) blob_fee: Option<Amount>,
    /// The contract that was created.
    pub(crate) created: Option<[u8; 20]>,
}

impl SideTables {
    /// Reads a table for what it says about the rows of others. `named` is the chain, for tables that do not tell it.
    ///
    /// The good rows tell nothing by themselves. A table of [`Role::Both`](crate::Role::Both) is read again for what
    /// moved, and its problems come again then.
    ///
    /// # Errors
    /// If no table needs this one, or its chain is not known.
    pub fn read(&mut self, file: TableFile, named: Option<Chain>) -> Result<Rows<'_, ()>, Problem> {
        let add = match file.kind() {
            TableKind::Foreign(Foreign::Extracted(table)) => table.side().map(|add| (add, table.schema())),
            _ => None,
        };
        let Some((add, schema)) = add else {
            let title = file.kind().title();
            return Err(whole(file.name(), format!("this is {title}, which says nothing about the rows of others")));
        };
        let chain = ChainOf::new(schema, named, None).map_err(|reason| whole(file.name(), reason))?;
        Ok(Rows::listing(file, Listing::default(), move |record, _| {
            let chain = chain.of(record)?;
            add(record, chain, self.chains.entry(chain).or_default())
        }))
    }

    /// What is known of a chain.
    pub(crate) fn of(&self, chain: Chain) -> Option<&Side> {
        self.chains.get(&chain)
    }
}

impl Side {
    pub(crate) fn add_block(&mut self, height: u64, block: Block) {
        let known = self.blocks.entry(height).or_insert_with(|| block.clone());
        known.time = known.time.or(block.time);
        known.id = known.id.take().or(block.id);
    }

    pub(crate) fn add_receipt(&mut self, tx: &TxId, receipt: Receipt) {
        self.receipts.insert(key(tx), receipt);
    }

    pub(crate) fn add_event(&mut self, tx: &TxId, log_index: u32) {
        self.events.insert((key(tx), log_index));
    }

    pub(crate) fn calls_mut(&mut self, tx: &TxId) -> &mut Calls {
        self.calls.entry(key(tx)).or_default()
    }

    pub(crate) fn block(&self, height: u64) -> Option<&Block> {
        self.blocks.get(&height)
    }

    pub(crate) fn receipt(&self, tx: &TxId) -> Option<&Receipt> {
        self.receipts.get(&key(tx))
    }

    pub(crate) fn calls(&self, tx: &TxId) -> Option<&Calls> {
        self.calls.get(&key(tx))
    }

    pub(crate) fn has_event(&self, tx: &TxId, log_index: u32) -> bool {
        self.events.contains(&(key(tx), log_index))
    }
}

fn key(tx: &TxId) -> TxKey {
    let bytes = tx.as_bytes();
    let mut key = [0; 16];
    let len = bytes.len().min(key.len());
    key[..len].copy_from_slice(&bytes[..len]);
    key
}

#[cfg(test)]
mod tests {
    use std::mem::size_of;

    use super::*;

    #[test]
    fn entries_take_no_more_than_the_essay_says() {
        // A map is at least 7/16 full, and has a byte of its own for each place.
        let at_most = |entry: usize| (entry + 1) * 16 / 7;
        assert!(at_most(size_of::<(u64, Block)>()) <= 260);
        assert!(at_most(size_of::<(TxKey, Receipt)>()) <= 450);
        assert!(at_most(size_of::<(TxKey, Calls)>()) <= 210);
        assert!(at_most(size_of::<(TxKey, u32)>()) <= 50);
    }
}
