//! `fundtrail protocols`: what is recognised, and how sure that is.

use clap::Args;
use fundtrail_report::Options;

use crate::{Outcome, output};

/// List the protocols that are recognised in transactions, each with how well its decoder is tested, its contracts, and its sources.
#[derive(Debug, Args)]
pub(crate) struct Protocols {
    /// Print them as JSON, with every contract.
    #[arg(long)]
    json: bool,
}

impl Protocols {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        let options = Options { width: output::width(), ..Options::WHOLE };
        output::give_plain(self.json, &fundtrail::protocols(), |all| fundtrail_report::protocols(all, &options))?;
        Ok(Outcome::Done)
    }
}
