//! Tables of other programs: the list of them, and what their rows become.
//!
//! Each has a file of its own that says what its columns mean. Here is what they share: whose chain it is, the decimals
//! of tokens, the count of equal movements, and what a finished file lists.

use std::collections::HashMap;

use fundtrail_types::{Address, Asset, Chain, Direction, Problem, What};
use serde::{Deserialize, Serialize};

use crate::{
    Rows, SideTables, TableFile, TableKind, TokenTable, amounts, etherscan,
    extracted::{Extracted, Role},
    listing::Listing,
    movements::{self, MovementRow},
    record::Record,
    schema::{self, Column},
    side::Side,
    solscan,
    source::whole,
};

mod chain;
mod left_out;
mod repeats;

pub(crate) use chain::{ChainOf, ChainRule};
pub use left_out::LeftOut;
use repeats::Repeats;

/// Which table of which other program a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Foreign {
    /// An account's transactions, from Etherscan or an explorer of its family.
    EtherscanTransactions,
    /// An account's internal transactions, from the same.
    EtherscanInternal,
    /// An account's ERC-20 transfers, from the same.
    EtherscanTokens,
    /// An account's transfers, from Solscan.
    SolscanTransfers,
    /// An account's transactions, as Solscan exported them formerly.
    SolscanTransactions,
    /// A table of an extractor.
    #[serde(untagged)]
    Extracted(Extracted),
}

/// What one of these tables is.
#[derive(Debug)]
pub(crate) struct Schema {
    /// What reports call it: `Etherscan transactions`.
    pub(crate) name: &'static str,
    /// What messages call it: `an Etherscan export of transactions`.
    pub(crate) title: &'static str,
    /// Every column that is read.
    pub(crate) columns: &'static [Column],
    /// Their names.
    pub(crate) names: &'static [&'static str],
    /// Where its chain is told.
    pub(crate) chain: ChainRule,
    /// What a finished file lists of its account, where one can tell whose it is.
    pub(crate) lists: &'static [(What, Direction)],
    /// What a record means. The `n` of its movements is left 0.
    pub(crate) read: fn(&Record, &Context<'_>) -> Result<Told, String>,
}

impl Foreign {
    /// Every table of another program.
    pub const ALL: [Self; 17] = [
        Self::EtherscanTransactions,
        Self::EtherscanInternal,
        Self::EtherscanTokens,
        Self::SolscanTransfers,
        Self::SolscanTransactions,
        Self::Extracted(Extracted::EthereumEtlBlocks),
        Self::Extracted(Extracted::EthereumEtlTransactions),
        Self::Extracted(Extracted::EthereumEtlReceipts),
        Self::Extracted(Extracted::EthereumEtlLogs),
        Self::Extracted(Extracted::EthereumEtlTokenTransfers),
        Self::Extracted(Extracted::EthereumEtlTraces),
        Self::Extracted(Extracted::CryoBlocks),
        Self::Extracted(Extracted::CryoTransactions),
        Self::Extracted(Extracted::CryoLogs),
        Self::Extracted(Extracted::CryoErc20Transfers),
        Self::Extracted(Extracted::CryoTraces),
        Self::Extracted(Extracted::CryoNativeTransfers),
    ];

    /// What a file of this table is read for.
    pub fn role(self) -> Role {
        match self {
            Self::Extracted(table) => table.role(),
            _ => Role::Movements,
        }
    }

    /// The name used in reports.
    pub fn name(self) -> &'static str {
        self.schema().name
    }

    /// What a header that is nearly one of these tables lacks.
    pub(crate) fn nearly(names: &[String]) -> Option<String> {
        let near = Self::ALL.into_iter().filter_map(|one| Some((one, schema::lacking(one.schema().columns, names)?)));
        let (one, lacking) = near.min_by_key(|(_, lacking)| lacking.len())?;
        Some(schema::lacks(one.schema().title, &lacking))
    }

    pub(crate) fn schema(self) -> &'static Schema {
        match self {
            Self::EtherscanTransactions => &etherscan::transactions::SCHEMA,
            Self::EtherscanInternal => &etherscan::internal::SCHEMA,
            Self::EtherscanTokens => &etherscan::tokens::SCHEMA,
            Self::SolscanTransfers => &solscan::transfers::SCHEMA,
            Self::SolscanTransactions => &solscan::transactions::SCHEMA,
            Self::Extracted(table) => table.schema(),
        }
    }
}

/// What a record of another program's table tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What moved: none, one, or a value and its fee.
    pub movements: Vec<MovementRow>,
    /// Why not all that the record speaks of is a movement.
    pub left_out: Option<LeftOut>,
    /// Its height, if it tells one.
    pub(crate) height: Option<u64>,
    /// The accounts of which one must be the one that the file is about; none if it is about no account.
    pub(crate) about: Vec<Address>,
}

/// What the reader must know beside the file.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The chain, for tables that do not tell it.
    pub chain: Option<Chain>,
    /// Decimals of tokens.
    pub tokens: &'a TokenTable,
    /// Decimals that rows of earlier files gave. Rows are held against them, and no amount is scaled by them.
    pub told: HashMap<Asset, u8>,
    /// What other tables of the same command say about the rows of extractors' tables.
    pub side: Option<&'a SideTables>,
}

impl<'a> Setting<'a> {
    /// Tokens, and nothing else.
    pub fn new(tokens: &'a TokenTable) -> Self {
        Self { chain: None, tokens, told: HashMap::new(), side: None }
    }
}

/// What the meaning of a record may ask for.
pub(crate) struct Context<'a> {
    /// The chain of the record.
    pub(crate) chain: Chain,
    side: Option<&'a SideTables>,
    tokens: &'a TokenTable,
    told: HashMap<Asset, u8>,
}

impl Context<'_> {
    /// The decimals of the chain's own coin.
    pub(crate) fn native_decimals(&self) -> Result<u8, String> {
        self.chain.native_decimals().ok_or_else(|| format!("the decimals of the coin of {} are not known", self.chain))
    }

    /// The decimals of an asset: by its chain or the token table. What rows told is not asked, because then the order of
    /// loads would show in amounts, and a load that was undone would still scale them.
    pub(crate) fn decimals(&self, asset: &Asset) -> Option<u8> {
        self.tokens.decimals(asset)
    }

    /// What other tables say of the record's chain.
    pub(crate) fn side(&self) -> Option<&Side> {
        self.side?.of(self.chain)
    }
}

/// Reads a table of another program.
///
/// # Errors
/// If the file is one of our own tables, or its chain is not known or contradicts the file.
pub fn read<'a>(file: TableFile, setting: Setting<'a>) -> Result<Rows<'a, Told>, Problem> {
    let TableKind::Foreign(foreign) = file.kind() else {
        let reason = format!("this is {}: it is read without a chain or other settings", file.kind().title());
        return Err(whole(file.name(), reason));
    };
    let schema = foreign.schema();
    let chain = ChainOf::new(schema, setting.chain, file.wild()).map_err(|reason| whole(file.name(), reason))?;
    let (side, tokens, told) = (setting.side, setting.tokens, setting.told);
    let mut context = Context { chain: chain.first(), side, tokens, told };
    let mut repeats = Repeats::new(foreign);
    Ok(Rows::listing(file, Listing::new(chain.first(), schema.lists), move |record, listing| {
        context.chain = chain.of(record)?;
        let mut told = (schema.read)(record, &context)?;
        for row in &told.movements {
            amounts::agree(&row.movement.asset, row.decimals, context.tokens)?;
            movements::agree(&mut context.told, context.tokens, row)?;
        }
        repeats.count(record, context.chain, &mut told)?;
        listing.note(&told);
        Ok(told)
    }))
}

#[cfg(test)]
mod tests;
