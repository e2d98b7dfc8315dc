//! What the store holds: for `fundtrail db info`.

use fundtrail_types::{Chain, Coverage};
use serde::{Deserialize, Serialize};

use crate::{
    FORMAT, Store, StoreError,
    bytes::{Put, Take},
    families::{META, MOVEMENTS, TXS},
    rows,
    view::Completeness,
};

/// What the store holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// The format of the database.
    pub format: u32,
    /// One entry a chain, by name.
    pub chains: Vec<ChainInfo>,
    /// The loads that finished, by digest.
    pub sources: Vec<SourceInfo>,
    /// Ids of loads that did not finish, and how many of their records are stored: run them again to go on.
    pub unfinished: Vec<(String, u64)>,
    /// Bytes of the database's files, logs included.
    pub bytes_on_disk: u64,
}

/// What the store holds of one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainInfo {
    /// The chain.
    pub chain: Chain,
    /// Lowest and highest height.
    pub heights: Option<(u64, u64)>,
    /// Transactions.
    pub transactions: u64,
    /// Of these, how many are known in full.
    pub complete: u64,
    /// Of these, how many have sources that contradict each other.
    pub conflicts: u64,
    /// Movements that moved something.
    pub movements: u64,
    /// Zero-value events.
    pub zero_value_events: u64,
    /// What sources claim to cover.
    pub coverage: Vec<Coverage>,
}

/// A load that finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// SHA-256 of the input.
    pub digest: String,
    /// How the input was called.
    pub name: String,
    /// Its records.
    pub records: u64,
    /// How many of them were rejected.
    pub rejected: u64,
}

impl Store {
    /// Counts what the store holds. Reads every transaction and movement once.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn info(&self) -> Result<Info, StoreError> {
        let mut chains = Vec::new();
        for (chain, _) in self.chains()? {
            chains.push(self.chain_info(chain)?);
        }
        let files =
            std::fs::read_dir(self.path()).map_err(|cause| StoreError::Io { path: self.path().to_owned(), cause })?;
        let bytes_on_disk = files.filter_map(|file| file.ok()?.metadata().ok()).map(|meta| meta.len()).sum();
        let (sources, unfinished) = (self.sources()?, self.unfinished()?);
        Ok(Info { format: FORMAT, chains, sources, unfinished, bytes_on_disk })
    }

    fn chain_info(&self, chain: Chain) -> Result<ChainInfo, StoreError> {
        let mut info = ChainInfo {
            chain,
            heights: None,
            transactions: 0,
            complete: 0,
            conflicts: 0,
            movements: 0,
            zero_value_events: 0,
            coverage: Vec::new(),
        };
        let Some(id) = self.chain_id(chain)? else { return Ok(info) };
        for row in self.scan(TXS, Put::default().u32(id.0).0) {
            let (key, value) = row?;
            let mut take = Take(&key);
            let height = take.u32().and_then(|_| take.u64());
            let parsed = height.zip(rows::parse_tx(&value));
            let (height, tx) = parsed.ok_or_else(|| StoreError::damaged(TXS.name, &key, "transaction"))?;
            info.heights =
                info.heights.map_or(Some((height, height)), |(low, high)| Some((low.min(height), high.max(height))));
            info.transactions += 1;
            info.complete += u64::from(tx.completeness == Completeness::Complete);
            info.conflicts += u64::from(tx.conflict);
        }
        for row in self.scan(MOVEMENTS, Put::default().u32(id.0).0) {
            let (key, value) = row?;
            let movement =
                rows::parse_movement(&value).ok_or_else(|| StoreError::damaged(MOVEMENTS.name, &key, "movement"))?;
            if movement.amount.is_zero() { info.zero_value_events += 1 } else { info.movements += 1 }
        }
        info.coverage = self.coverage(id)?;
        Ok(info)
    }

    /// The loads that finished, by digest.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn sources(&self) -> Result<Vec<SourceInfo>, StoreError> {
        let mut sources = Vec::new();
        for row in self.scan(META, b"source/".to_vec()) {
            let (key, value) = row?;
            let damaged = || StoreError::damaged(META.name, &key, "source");
            let mut take = Take(&value);
            let (records, rejected) = take.u64().zip(take.u64()).ok_or_else(damaged)?;
            let name = String::from_utf8(take.rest().to_vec()).map_err(|_| damaged())?;
            let digest = String::from_utf8(key[b"source/".len()..].to_vec()).map_err(|_| damaged())?;
            sources.push(SourceInfo { digest, name, records, rejected });
        }
        Ok(sources)
    }

    fn unfinished(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut loads = Vec::new();
        for row in self.scan(META, b"checkpoint/".to_vec()) {
            let (key, value) = row?;
            let damaged = || StoreError::damaged(META.name, &key, "checkpoint");
            let load = String::from_utf8(key[b"checkpoint/".len()..].to_vec()).map_err(|_| damaged())?;
            loads.push((load, Take(&value).u64().ok_or_else(damaged)?));
        }
        Ok(loads)
    }
}
