//! Tables of other programs: the list of them, and what their rows become.
//!
//! Each has a file of its own that says what its columns mean. Here is what they share: whose chain it is, the decimals
//! of tokens, the count of equal movements, and what a finished file lists.

use std::collections::HashMap;

use fundtrail_types::{Address, Asset, Chain, Direction, Family, Problem, What};
use serde::{Deserialize, Serialize};

use crate::{
    Rows, TableFile, TableKind, TokenTable, amounts, etherscan,
    listing::Listing,
    movements::{self, MovementRow},
    record::{Record, shorten},
    schema::{self, Column},
    seen::Seen,
    solscan,
    source::whole,
};

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

/// Where the chain of a table is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ChainRule {
    /// Nowhere in the file: whoever loads it names it, and it is of this family. The text is an example for a message.
    Named(Family, &'static str),
    /// By the program: it knows one chain only.
    Implied(Chain),
}

impl Foreign {
    /// Every table of another program.
    pub const ALL: [Self; 5] = [
        Self::EtherscanTransactions,
        Self::EtherscanInternal,
        Self::EtherscanTokens,
        Self::SolscanTransfers,
        Self::SolscanTransactions,
    ];

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

/// Why something that a record speaks of is no movement. Such records are good, and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// It failed, so it moved nothing but its fee.
    Failed,
    /// Only one side of it is told. As a movement it would be a mint or a burn, which it is not.
    OneSided,
    /// It is something else than a movement, such as the opening of an account.
    NoMovement,
}

impl LeftOut {
    /// What a report says of it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Failed => "failed, so that nothing but a fee moved",
            Self::OneSided => "only one side is told",
            Self::NoMovement => "no movement",
        }
    }
}

/// What the reader must know beside the file.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The chain, for tables that do not tell it.
    pub chain: Option<Chain>,
    /// Decimals of tokens.
    pub tokens: &'a TokenTable,
    /// Decimals that rows of earlier files gave. The token table's word is not overruled by them.
    pub told: HashMap<Asset, u8>,
}

impl<'a> Setting<'a> {
    /// Tokens, and nothing else.
    pub fn new(tokens: &'a TokenTable) -> Self {
        Self { chain: None, tokens, told: HashMap::new() }
    }
}

/// What the meaning of a record may ask for.
pub(crate) struct Context<'a> {
    /// The chain of every record.
    pub(crate) chain: Chain,
    tokens: &'a TokenTable,
    told: HashMap<Asset, u8>,
}

impl Context<'_> {
    /// The decimals of the chain's own coin.
    pub(crate) fn native_decimals(&self) -> Result<u8, String> {
        self.chain.native_decimals().ok_or_else(|| format!("the decimals of the coin of {} are not known", self.chain))
    }

    /// The decimals of an asset: by its chain or the token table, else by rows of earlier files or of this one.
    pub(crate) fn decimals(&self, asset: &Asset) -> Option<u8> {
        self.tokens.decimals(asset).or_else(|| self.told.get(asset).copied())
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
    let chain = chain(schema, setting.chain, file.wild()).map_err(|reason| whole(file.name(), reason))?;
    let mut context = Context { chain, tokens: setting.tokens, told: setting.told };
    let mut seen = Seen::default();
    Ok(Rows::listing(file, Listing::new(chain, schema.lists), move |record, listing| {
        let mut told = (schema.read)(record, &context)?;
        for row in &told.movements {
            amounts::agree(&row.movement.asset, row.decimals, context.tokens)?;
            movements::agree(&mut context.told, context.tokens, row)?;
        }
        for row in &mut told.movements {
            row.movement.n = seen.count(&row.movement)?;
        }
        listing.note(&told);
        Ok(told)
    }))
}

/// The chain of a file, from what its program, its header and the user say of it.
fn chain(schema: &Schema, named: Option<Chain>, ticker: Option<&str>) -> Result<Chain, String> {
    let title = schema.title;
    match (schema.chain, named) {
        (ChainRule::Implied(chain), None) => Ok(chain),
        (ChainRule::Implied(chain), Some(named)) if named == chain => Ok(chain),
        (ChainRule::Implied(chain), Some(named)) => {
            Err(format!("this is {title}, which is of {chain}, not of {named}: leave `--chain` out"))
        }
        (ChainRule::Named(_, example), None) => Err(format!(
            "this is {title} and does not say which chain it is of: name it with --chain, as in --chain {example}"
        )),
        (ChainRule::Named(family, example), Some(named)) if named.family() != family => {
            Err(format!("this is {title}, but {named} is no chain of that kind: name its own, as in --chain {example}"))
        }
        (ChainRule::Named(..), Some(named)) => match ticker {
            // Chains whose ticker we do not know call it `native`.
            Some(ticker)
                if named.native_symbol() != "native" && !named.native_symbol().eq_ignore_ascii_case(ticker) =>
            {
                Err(format!(
                    "this is {title} in {}, but the coin of {named} is {}: name the chain that the file is of",
                    shorten(ticker, 20),
                    named.native_symbol(),
                ))
            }
            _ => Ok(named),
        },
    }
}

#[cfg(test)]
mod tests;
