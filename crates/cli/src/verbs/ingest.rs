//! `fundtrail ingest file FILE...`: tables of movements and of coverage into the database.

mod ethereum;
mod solana;

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Args, Subcommand};
use fundtrail::{
    Error, IngestReport, IngestSetting, Listener, Progress, Stage, Store,
    types::{Chain, Problem},
};
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
    /// Load tables of movements or of coverage (see docs/data.md): our own CSV or JSONL, exports of Etherscan and Solscan,
    /// tables of ethereum-etl and cryo; plain, gzip or zstd.
    File(Box<IngestFile>),
    /// Load blocks of Ethereum, or of a chain like it, from a node.
    Ethereum(Box<ethereum::IngestEthereum>),
    /// Load transactions of Solana, from a node or from recorded replies.
    Solana(Box<solana::IngestSolana>),
}

/// Load tables of movements or of coverage: our own, or those of other programs.
#[derive(Debug, Args)]
pub(crate) struct IngestFile {
    /// The tables. Those of one extraction belong into one command: blocks give times to transfers, receipts say what
    /// failed.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    db: Database,
    #[command(flatten)]
    lists: Lists,
    /// The chain, by its CAIP-2 name such as `eip155:1`, for tables that do not tell it.
    #[arg(long, value_name = "CHAIN")]
    chain: Option<Chain>,
    /// State that the files together list everything that happened between two heights of that chain, both included. Explorers'
    /// exports say themselves what they list; extractors' tables do not.
    #[arg(long, value_name = "FROM..TO", value_parser = heights, requires = "chain")]
    covers: Option<(u64, u64)>,
    /// Write every rejected row to this CSV file, with its place and the reason.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

impl Ingest {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::File(file) => file.run(),
            Self::Ethereum(ethereum) => ethereum.run(),
            Self::Solana(solana) => solana.run(),
        }
    }
}

impl IngestFile {
    fn run(self) -> anyhow::Result<Outcome> {
        let reference = self.lists.reference()?;
        let stop = Stop::listen()?;
        let setting = IngestSetting { tokens: reference.tokens(), chain: self.chain, covers: self.covers };
        let rows_rejected = self.db.load(|store| self.load(store, &setting, &stop))?;
        let rejected = rows_rejected || !reference.problems().is_empty();
        Ok(args::outcome(false, rejected))
    }

    /// Gives whether a row was rejected.
    fn load(&self, store: &Store, setting: &IngestSetting<'_>, stop: &Stop) -> anyhow::Result<bool> {
        let mut rejects = rejects(self.rejects.as_deref())?;
        let loaded = load(store, &self.files, setting, stop, rejects.as_mut());
        if let Some(rejects) = rejects {
            rejects.finish().context("cannot write the list of rejected rows")?;
        }
        let (mut reports, mut failed) = (Vec::new(), 0);
        for one in loaded? {
            match one {
                Ok(report) => reports.push(report),
                Err(error) => {
                    output::complain(&format!("error: {error}"));
                    failed += 1;
                }
            }
        }
        output::give_plain(self.json, &reports, |reports| reports.iter().map(line).collect())?;
        for problem in reports.iter().flat_map(|report| &report.problems) {
            output::complain(&format!("rejected: {problem}"));
        }
        if failed > 0 {
            anyhow::bail!("{failed} of {} files could not be loaded; what is wrong stands above", self.files.len());
        }
        let rows_rejected = reports.iter().any(|report| report.rejected > 0);
        if rows_rejected && self.covers.is_some() {
            output::complain(
                "rejected: --covers is not recorded, because rows were rejected: load them, then state it again",
            );
        }
        Ok(rows_rejected)
    }
}

fn load(
    store: &Store,
    files: &[PathBuf],
    setting: &IngestSetting<'_>,
    stop: &Stop,
    mut rejects: Option<&mut RejectsWriter<File>>,
) -> Result<Vec<Result<IngestReport, Error>>, Error> {
    let bar = progress::bytes(None);
    let mut on_progress = |progress: Progress<'_>| {
        let message = match progress.stage {
            Stage::Beside => format!("{} rows beside, {}", progress.records, fundtrail_report::clean(progress.file)),
            Stage::Rows => format!("{} rows, {}", progress.records, fundtrail_report::clean(progress.file)),
            Stage::Blocks(done, of) => format!("{done} of {of} blocks"),
            Stage::Transactions(done, of) => format!("{done} of {of} transactions"),
            Stage::Compaction(done, of) => format!("compacting: {done} of {of} families"),
            Stage::Waiting => return stop.go_on(),
        };
        if let Some(total) = progress.bytes_total {
            bar.set_length(total);
        }
        bar.set_position(progress.bytes_read);
        bar.set_message(message);
        stop.go_on()
    };
    let mut on_reject = |problem: &Problem| match rejects.as_mut() {
        Some(rejects) => rejects.write(problem).map_err(|error| Error::Rejects(error.to_string())),
        None => Ok(()),
    };
    let mut listener = Listener { progress: &mut on_progress, rejected: &mut on_reject };
    let loaded = fundtrail::ingest_files(store, files, setting, &mut listener);
    bar.finish_and_clear();
    loaded
}

/// The file that rejected input goes to.
fn rejects(path: Option<&Path>) -> anyhow::Result<Option<RejectsWriter<File>>> {
    let open = |path: &Path| {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        RejectsWriter::new(file).with_context(|| format!("cannot write {}", path.display()))
    };
    path.map(open).transpose()
}

/// Two heights with two points between them.
fn heights(text: &str) -> Result<(u64, u64), String> {
    let (from, to) = text.split_once("..").ok_or("write two heights as in 18000000..18000999")?;
    let height = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is no height: write digits only"));
    match (height(from)?, height(to)?) {
        (from, to) if from <= to => Ok((from, to)),
        (from, to) => Err(format!("{from} is over {to}: swap or correct them")),
    }
}

/// One line about one load.
pub(crate) fn line(report: &IngestReport) -> String {
    let mut parts = vec![format!("{} {} rows taken", report.taken, report.kind)];
    if report.movements > 0 && report.movements != report.taken {
        parts.push(format!("{} movements", report.movements));
    }
    if report.zero_value_events > 0 {
        parts.push(format!("{} of them zero-value events that moved nothing", report.zero_value_events));
    }
    parts.extend(report.left_out.iter().map(|(reason, number)| format!("{number} no movements ({reason})")));
    if report.rejected > 0 {
        parts.push(format!("{} rejected", report.rejected));
    }
    if report.resumed_after > 0 {
        parts.push(format!("went on after {} rows of an interrupted run", report.resumed_after));
    }
    format!("loaded {}: {}\n", fundtrail_report::clean(&report.file), parts.join(", "))
}
