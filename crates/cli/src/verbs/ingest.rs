//! `fundtrail ingest file FILE...`: tables of movements and of coverage into the database.

use std::{fs::File, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use fundtrail::{Error, IngestReport, Progress, Store, types::Problem};
use fundtrail_tables::rejects::RejectsWriter;

use crate::{
    Outcome,
    args::{self, Database, Lists},
    output,
    progress::{self, Stop},
};

/// Load data into the database.
#[derive(Debug, Subcommand)]
pub(crate) enum Ingest {
    /// Load tables of movements or of coverage (see docs/data.md): CSV or JSONL, plain, gzip or zstd.
    File(IngestFile),
}

/// Load tables of movements or of coverage.
#[derive(Debug, Args)]
pub(crate) struct IngestFile {
    /// The tables.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    db: Database,
    #[command(flatten)]
    lists: Lists,
    /// Write every rejected row to this CSV file, with its place and the reason.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

impl Ingest {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let Self::File(file) = self;
        file.run()
    }
}

impl IngestFile {
    fn run(self) -> anyhow::Result<Outcome> {
        let reference = self.lists.reference()?;
        let store = self.db.write()?;
        let stop = Stop::listen()?;
        let mut rejects = self
            .rejects
            .as_ref()
            .map(|path| {
                let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
                RejectsWriter::new(file).with_context(|| format!("cannot write {}", path.display()))
            })
            .transpose()?;
        let mut reports = Vec::new();
        let mut failed = None;
        for file in &self.files {
            // A file that cannot be read at all does not keep the others out.
            match load(&store, file, &reference, &stop, rejects.as_mut()) {
                Ok(report) => reports.push(report),
                Err(error @ (Error::File(_) | Error::WrongTable { .. })) => {
                    output::complain(&format!("error: {error}"));
                    failed = Some(error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(rejects) = rejects {
            rejects.finish().context("cannot write the list of rejected rows")?;
        }
        output::give_plain(self.json, &reports, |reports| reports.iter().map(line).collect())?;
        for problem in reports.iter().flat_map(|report| &report.problems) {
            output::complain(&format!("rejected: {problem}"));
        }
        if let Some(error) = failed {
            anyhow::bail!("not every file could be loaded; the last error was: {error}");
        }
        let rejected = reports.iter().any(|report| report.rejected > 0) || !reference.problems().is_empty();
        Ok(args::outcome(false, rejected))
    }
}

fn load(
    store: &Store,
    file: &std::path::Path,
    reference: &fundtrail::Reference,
    stop: &Stop,
    mut rejects: Option<&mut RejectsWriter<File>>,
) -> Result<IngestReport, Error> {
    let bar = progress::bytes(std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len()));
    let mut on_progress = |progress: Progress| {
        bar.set_position(progress.bytes_read);
        bar.set_message(format!("{} rows", progress.records));
        stop.go_on()
    };
    let mut on_reject = |problem: &Problem| match rejects.as_mut() {
        Some(rejects) => rejects.write(problem).map_err(|error| Error::Rejects(error.to_string())),
        None => Ok(()),
    };
    let report = fundtrail::ingest(store, file, reference.tokens(), &mut on_progress, &mut on_reject);
    bar.finish_and_clear();
    report
}

/// One line about one load.
pub(crate) fn line(report: &IngestReport) -> String {
    let mut parts = vec![format!("{} {} rows taken", report.taken, report.kind)];
    if report.zero_value_events > 0 {
        parts.push(format!("{} of them zero-value events that moved nothing", report.zero_value_events));
    }
    if report.rejected > 0 {
        parts.push(format!("{} rejected", report.rejected));
    }
    if report.resumed_after > 0 {
        parts.push(format!("went on after {} rows of an interrupted run", report.resumed_after));
    }
    format!("loaded {}: {}\n", fundtrail_report::clean(&report.file), parts.join(", "))
}
