//! `fundtrail audit PAYOUTS`: what the pay of a company's payees reached.

use std::path::PathBuf;

use clap::Args;
use fundtrail::AuditOptions;
use fundtrail_tables::payouts;

use crate::{
    Outcome,
    args::{self, Database, FailOn, Flagged, Limits, Lists},
    output::{self, Output},
    progress::{self, Stop},
};

/// Follow what payees were paid, and say what it reached. The table of payouts is described in docs/data.md.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// The table of payouts.
    #[arg(value_name = "FILE")]
    payouts: PathBuf,
    #[command(flatten)]
    db: Database,
    #[command(flatten)]
    lists: Lists,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    output: Output,
    /// Exit with 1 if there is a finding.
    #[arg(long, value_name = "WHAT")]
    fail_on: Option<FailOn>,
}

impl Audit {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let reference = self.lists.reference()?;
        let file = fundtrail_tables::open(&self.payouts).map_err(|problem| anyhow::anyhow!("{problem}"))?;
        if file.kind() != fundtrail_tables::TableKind::Payouts {
            anyhow::bail!(
                "{} is a table of {}: an audit needs a table of payouts, see docs/data.md",
                self.payouts.display(),
                file.kind().name()
            );
        }
        let (mut good, mut rejected) = (Vec::new(), Vec::new());
        for row in payouts::read(file, reference.tokens()) {
            match row {
                Ok(payout) => good.push(payout),
                Err(problem) => {
                    output::complain(&format!("rejected: {problem}"));
                    rejected.push(problem);
                }
            }
        }
        let store = self.db.read()?;
        let stop = Stop::listen()?;
        let bar = progress::count(None, "payees");
        let options = AuditOptions { as_of: self.lists.as_of()?, hops_max: self.limits.hops, statements: Vec::new() };
        let answer = fundtrail::audit(&store, &reference, &good, rejected, &options, &mut |done| {
            bar.set_position(done as u64);
            stop.go_on()
        });
        bar.finish_and_clear();
        let answer = answer?;
        output::give(&self.output, |format, options| fundtrail_report::audit(&answer, format, options))?;
        let rejected = !answer.rejected.is_empty() || !reference.problems().is_empty();
        Ok(args::outcome(self.fail_on.is_some() && answer.is_flagged(), rejected))
    }
}
