//! `fundtrail tx ID`: what is stored of one transaction, what it means, and what of it is not known.

use clap::Args;
use fundtrail::types::Chain;

use crate::{
    Outcome,
    args::{self, Database, Lists},
    output::{self, Output},
};

/// Explain one stored transaction: what it moved, what that means together, and what of it is not known.
#[derive(Debug, Args)]
pub(crate) struct Tx {
    /// The transaction's id: a hash, or a signature.
    #[arg(value_name = "ID")]
    id: String,
    /// The chain, by its CAIP-2 name such as `eip155:1`. Without it, every chain of the database is looked through.
    #[arg(long, value_name = "CHAIN")]
    chain: Option<Chain>,
    #[command(flatten)]
    db: Database,
    #[command(flatten)]
    lists: Lists,
    #[command(flatten)]
    output: Output,
}

impl Tx {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let (reference, as_of) = (self.lists.reference()?, self.lists.as_of()?);
        let store = self.db.read()?;
        let answer = fundtrail::explain(&store, &reference, self.chain, &self.id, as_of)?;
        output::give(&self.output, |format, options| fundtrail_report::tx(&answer, format, options))?;
        Ok(args::outcome(false, !reference.problems().is_empty()))
    }
}
