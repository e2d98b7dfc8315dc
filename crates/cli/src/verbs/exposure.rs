//! `fundtrail exposure START...`: which labelled parties are at the other end of what was sent and received.

use clap::Args;
use fundtrail::types::{Currency, Exposed};

use crate::{
    Outcome,
    args::{self, FailOn},
    output::{self, Output},
    start::Typed,
    verbs::trace::{Ask, Span},
};

/// Tell which labelled parties are at the other end of what accounts sent and received, directly and indirectly, with amount, share, worth
/// and hops under each method.
#[derive(Debug, Args)]
pub(crate) struct Exposure {
    /// Accounts (an address, or CAIP-10 such as eip155:137:0x…), transactions, or single movements as ID#2, as for `trace`.
    #[arg(value_name = "START", required = true)]
    starts: Vec<Typed>,
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    ask: Ask,
    /// In which money amounts are valued.
    #[arg(long, value_name = "CODE", default_value_t = Currency::USD)]
    currency: Currency,
    #[command(flatten)]
    output: Output,
    /// Exit with 1 if a flagged party is at the other end of anything.
    #[arg(long, value_name = "WHAT")]
    fail_on: Option<FailOn>,
}

impl Exposure {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let (answer, lists_rejected) = self.ask.exposure(&self.starts, self.span.chosen(), self.currency)?;
        output::give(&self.output, |format, options| fundtrail_report::exposure(&answer, format, options))?;
        let parts = answer.sent.parts.iter().chain(&answer.received.parts);
        let is_flagged = parts.map(|part| &part.to).any(Exposed::is_flagged);
        Ok(args::outcome(self.fail_on.is_some() && is_flagged, lists_rejected))
    }
}
