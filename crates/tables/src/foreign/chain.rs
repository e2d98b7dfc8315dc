//! Whose chain a table of another program is of.

use fundtrail_types::{Chain, Family};

use crate::{
    foreign::Schema,
    record::{Record, shorten},
};

/// Where the chain of a table is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ChainRule {
    /// Nowhere in the file: whoever loads it names it, and it is of this family. The text is an example for a message.
    Named(Family, &'static str),
    /// By the program: it knows one chain only.
    Implied(Chain),
    /// By this column of each row, as the number of an EVM chain; where that is not filled, whoever loads it names it.
    Rows(&'static str),
}

/// Tells the chain of each record.
pub(crate) struct ChainOf {
    chain: Chain,
    /// The column that tells it, and whether the user named the chain besides.
    rows: Option<(&'static str, bool)>,
    title: &'static str,
}

impl ChainOf {
    /// From what the program, its header and the user say of a file.
    pub(crate) fn new(schema: &Schema, named: Option<Chain>, ticker: Option<&str>) -> Result<Self, String> {
        let rows = match schema.chain {
            ChainRule::Rows(column) => Some((column, named.is_some())),
            _ => None,
        };
        Ok(Self { chain: chain(schema, named, ticker)?, rows, title: schema.title })
    }

    /// The chain of the file, before any record was read. Where the rows tell it, the first one may change it.
    pub(crate) fn first(&self) -> Chain {
        self.chain
    }

    /// The chain of a record.
    pub(crate) fn of(&self, record: &Record) -> Result<Chain, String> {
        let Some((column, named)) = self.rows else { return Ok(self.chain) };
        let (title, chain) = (self.title, self.chain);
        match record.integer::<u64>(column)? {
            None if named => Ok(chain),
            None => Err(format!(
                "this is {title}, and `{column}` does not say which chain the row is of: name it with --chain, as in \
                 --chain eip155:1"
            )),
            Some(number) => match format!("eip155:{number}").parse() {
                Ok(told) if !named || told == chain => Ok(told),
                Ok(told) => Err(format!("`{column}`: the row is of {told}, not of {chain}: leave `--chain` out")),
                Err(_) => Err(format!("`{column}`: `{number}` is the number of no chain: extract it again")),
            },
        }
    }
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
        (ChainRule::Rows(_), Some(named)) if named.family() != Family::Evm => {
            Err(format!("this is {title}, but {named} is no EVM chain: leave `--chain` out"))
        }
        // Each record tells it, or is refused.
        (ChainRule::Rows(_), named) => Ok(named.unwrap_or(Chain::ETHEREUM)),
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
