//! What the store holds: for `fundtrail db info`.

use fundtrail_types::{Chain, Coverage, Kind, TIMED_HEIGHT};
use serde::{Deserialize, Serialize};

use crate::{
    FORMAT, Store, StoreError,
    bytes::{Put, Row, Take},
    families::{META, MOVEMENTS, RELATIONS, TXS},
    rows,
    view::Completeness,
    writer::{CHECKPOINTS, parse_checkpoint},
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
    /// Whether a large load was not followed by its compaction: `fundtrail db compact` does it.
    pub compaction_due: bool,
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
    /// Of these, how many stand where their time puts them, because no source told their height.
    pub timed: u64,
    /// Movements that moved something.
    pub movements: u64,
    /// Of these, how many only a balance tells: native coin came or went, and nobody knows where from or where to.
    pub unexplained: u64,
    /// Zero-value events.
    pub zero_value_events: u64,
    /// Relations that transactions show of two accounts, each once for a transaction.
    #[serde(default)]
    pub relations: u64,
    /// What sources claim to cover.
    pub coverage: Vec<Coverage>,
}

/// How the keys of finished loads begin in `meta`.
pub(crate) const SOURCES: &str = "source/";

/// In a row of a source: heights that it may have filled were undone since.
const FLAG_UNDONE: u8 = 1;

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
    /// Whether heights were undone since, so that part of it may be gone: load it again to have all of it.
    pub undone: bool,
}

impl SourceInfo {
    /// The row that tells of it.
    pub(crate) fn row(&self) -> Row {
        let flags = if self.undone { FLAG_UNDONE } else { 0 };
        let value = Put::default().u64(self.records).u64(self.rejected).u8(flags).bytes(self.name.as_bytes());
        (&META, format!("{SOURCES}{}", self.digest).into_bytes().into(), value.0)
    }

    /// Reads its row.
    pub(crate) fn parse(key: &[u8], value: &[u8]) -> Result<Self, StoreError> {
        let damaged = |what| StoreError::damaged(META.name, key, what);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let digest =
            key.get(SOURCES.len()..).and_then(text).ok_or_else(|| damaged("a load whose digest is no text"))?;
        let mut take = Take(value);
        let numbers = take.u64().zip(take.u64()).zip(take.u8());
        let ((records, rejected), flags) = numbers.ok_or_else(|| damaged("a load of which a number is missing"))?;
        let name = text(take.rest()).ok_or_else(|| damaged("a load whose name is no text"))?;
        Ok(Self { digest, name, records, rejected, undone: flags & FLAG_UNDONE > 0 })
    }
}

impl Store {
    /// Counts what the store holds. Reads every transaction, movement and relation once.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn info(&self) -> Result<Info, StoreError> {
        let mut chains = Vec::new();
        for (chain, _) in self.chains()? {
            chains.push(self.chain_info(chain)?);
        }
        let bytes_on_disk = self.bytes_on_disk()?;
        let (sources, unfinished) = (self.sources()?, self.unfinished()?);
        let compaction_due = self.compaction_due()?;
        Ok(Info { format: FORMAT, chains, sources, unfinished, bytes_on_disk, compaction_due })
    }

    fn chain_info(&self, chain: Chain) -> Result<ChainInfo, StoreError> {
        let mut info = ChainInfo {
            chain,
            heights: None,
            transactions: 0,
            complete: 0,
            conflicts: 0,
            timed: 0,
            movements: 0,
            unexplained: 0,
            zero_value_events: 0,
            relations: 0,
            coverage: Vec::new(),
        };
        let Some(id) = self.chain_id(chain)? else { return Ok(info) };
        for row in self.scan(TXS, Put::default().u32(id.0).0) {
            let (key, value) = row?;
            let mut take = Take(&key);
            let height = take.u32().and_then(|_| take.u64());
            let parsed = height.zip(rows::parse_tx(&value));
            let (height, tx) = parsed.ok_or_else(|| StoreError::damaged(TXS.name, &key, "transaction"))?;
            if height < TIMED_HEIGHT {
                let (low, high) = info.heights.unwrap_or((height, height));
                info.heights = Some((low.min(height), high.max(height)));
            } else {
                info.timed += 1;
            }
            info.transactions += 1;
            info.complete += u64::from(tx.completeness == Completeness::Complete);
            info.conflicts += u64::from(tx.conflict);
        }
        for row in self.scan(MOVEMENTS, Put::default().u32(id.0).0) {
            let (key, value) = row?;
            let movement =
                rows::parse_movement(&value).ok_or_else(|| StoreError::damaged(MOVEMENTS.name, &key, "movement"))?;
            if movement.amount.is_zero() {
                info.zero_value_events += 1;
                continue;
            }
            info.movements += 1;
            info.unexplained += u64::from(movement.kind == Kind::Unexplained);
        }
        for row in self.scan(RELATIONS, Put::default().u32(id.0).0) {
            row?;
            info.relations += 1;
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
        for row in self.scan(META, SOURCES.as_bytes().to_vec()) {
            let (key, value) = row?;
            sources.push(SourceInfo::parse(&key, &value)?);
        }
        Ok(sources)
    }

    fn unfinished(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut loads = Vec::new();
        for row in self.scan(META, CHECKPOINTS.as_bytes().to_vec()) {
            let (key, value) = row?;
            loads.push(parse_checkpoint(&key, &value)?);
        }
        Ok(loads)
    }
}
