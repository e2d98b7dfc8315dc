//! `fundtrail paths FROM TO`: the paths by which value went from one account to another.

use clap::Args;
use fundtrail::types::Account;

use crate::{
    Outcome,
    args::{self},
    output::{self, Output},
    verbs::trace::{Answered, Ask},
};

/// Show the paths by which value went from one account to another, the most valuable first, with what came along each.
#[derive(Debug, Args)]
pub(crate) struct Paths {
    /// Where the value began.
    #[arg(value_parser = args::account)]
    from: Account,
    /// Where it may have arrived; any account, labelled or not.
    #[arg(value_parser = args::account)]
    to: Account,
    #[command(flatten)]
    ask: Ask,
    #[command(flatten)]
    output: Output,
}

impl Paths {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let Answered { answer, lists_rejected } = self.ask.answer_about(self.from, &self.to)?;
        output::give(&self.output, |format, options| fundtrail_report::paths(&answer, &self.to, format, options))?;
        Ok(args::outcome(false, lists_rejected))
    }
}
