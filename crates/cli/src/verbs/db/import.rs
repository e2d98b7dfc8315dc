//! `fundtrail db import FILE`: what an export holds, added to the database.

use std::path::PathBuf;

use clap::Args;
use fundtrail::ImportReport;

use crate::{
    Outcome,
    args::{self, Database},
    output,
    progress::{self, Stop},
};

/// Add what an export holds to the database.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A file that `fundtrail db export` wrote. Nothing of it is stored before all of it was looked at.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    db: Database,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let stop = Stop::listen()?;
        let report = self.db.load(|store| {
            // Each line is read twice: to see that the export is whole, and to store it.
            let bar = progress::count(None, "lines");
            let report = fundtrail::import(store, &self.file, &mut |lines| {
                bar.set_position(lines);
                stop.go_on()
            });
            bar.finish_and_clear();
            Ok(report?)
        })?;
        output::give_plain(self.json, &report, text)?;
        report.problems.iter().for_each(|problem| output::complain(&format!("rejected: {problem}")));
        Ok(args::outcome(false, report.rejected > 0))
    }
}

fn text(report: &ImportReport) -> String {
    let mut parts = vec![format!("imported {} transactions from {} lines", report.transactions, report.lines)];
    if report.rejected > 0 {
        parts.push(format!("{} rejected", report.rejected));
    }
    if report.resumed_after > 0 {
        parts.push(format!("went on after {} lines of an interrupted run", report.resumed_after));
    }
    format!("{}\n", parts.join(", "))
}
