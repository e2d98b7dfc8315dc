//! `fundtrail demo`: the bundled case from its files to its findings.

use std::path::PathBuf;

use clap::Args;
use fundtrail::{DemoAnswer, Reference, Store};
use fundtrail_report::{Format, Options};

use crate::{
    Outcome,
    args::{FailOn, Flagged},
    output::{self, Output},
};

/// Run the bundled Bybit case from its files to its findings.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Folder of the demo's database, kept so that you can ask further questions of it.
    #[arg(long, value_name = "DIR", default_value = "fundtrail-demo.db")]
    db: PathBuf,
    #[command(flatten)]
    output: Output,
    /// Exit with 1 if there is a finding.
    #[arg(long, value_name = "WHAT")]
    fail_on: Option<FailOn>,
}

impl Demo {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let reference = Reference::bundled()?;
        let store = Store::open(&self.db)?;
        let answer = fundtrail::demo(&store, &reference)?;
        output::give(&self.output, |format, options| self.render(&answer, format, options))?;
        let flagged = answer.trace.is_flagged() || answer.audit.is_flagged();
        Ok(if self.fail_on.is_some() && flagged { Outcome::Flagged } else { Outcome::Done })
    }

    /// JSON holds all of the demo; graphs and tables hold its trace; text tells the story.
    fn render(
        &self,
        answer: &DemoAnswer,
        format: Format,
        options: &Options,
    ) -> Result<Vec<u8>, fundtrail_report::ReportError> {
        match format {
            Format::Json => fundtrail_report::json(answer),
            Format::Text => {
                let mut text = format!("{}\n{}\n\n", answer.case.title, answer.case.summary);
                for load in &answer.loaded {
                    text += &super::ingest::line(load);
                }
                let mut bytes = (text + "\n").into_bytes();
                bytes.extend(fundtrail_report::trace(&answer.trace, format, options)?);
                for target in &answer.case.show {
                    bytes.extend(b"\n\n");
                    bytes.extend(fundtrail_report::paths(&answer.trace, target, format, options)?);
                }
                bytes.extend(b"\n\nThe payroll below is made up; the movements it names are real.\n\n");
                bytes.extend(fundtrail_report::audit(&answer.audit, format, options)?);
                let next = format!("\nThe database is in {}: ask it more with --db {0}\n", self.db.display());
                bytes.extend(next.into_bytes());
                Ok(bytes)
            }
            _ => fundtrail_report::trace(&answer.trace, format, options),
        }
    }
}
