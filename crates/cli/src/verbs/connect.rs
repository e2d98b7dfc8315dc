//! `fundtrail connect ACCOUNT ACCOUNT`: how two accounts are connected.

use clap::Args;
use fundtrail::types::Account;

use crate::{
    Outcome,
    args::{self},
    output::{self, Output},
    verbs::trace::Ask,
};

/// Tell how two accounts are connected: what one sent to the other, either way, path by path; where what both sent meets; and which sources
/// they share.
#[derive(Debug, Args)]
pub(crate) struct Connect {
    /// One account.
    #[arg(value_parser = args::account)]
    one: Account,
    /// The other.
    #[arg(value_parser = args::account)]
    other: Account,
    #[command(flatten)]
    ask: Ask,
    #[command(flatten)]
    output: Output,
}

impl Connect {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        anyhow::ensure!(self.one != self.other, "the two accounts are the same: name two");
        let (answer, lists_rejected) = self.ask.connect(&self.one, &self.other)?;
        output::give(&self.output, |format, options| fundtrail_report::connect(&answer, format, options))?;
        Ok(args::outcome(false, lists_rejected))
    }
}
