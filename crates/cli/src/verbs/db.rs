//! `fundtrail db info|check`: look into the database.

use clap::{Args, Subcommand};
use fundtrail::{CheckReport, Info};
use fundtrail_report::clean;

use crate::{Outcome, args::Database, output};

/// Look into the database.
#[derive(Debug, Subcommand)]
pub(crate) enum Db {
    /// What the database holds: chains, heights, sources, coverage.
    Info(Look),
    /// Read everything and check that it fits together. Exit code 2 if it does not.
    Check(Look),
}

/// Which database, and how to answer.
#[derive(Debug, Args)]
pub(crate) struct Look {
    #[command(flatten)]
    db: Database,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Db {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::Info(look) => {
                let info = look.db.read()?.info()?;
                output::give_plain(look.json, &info, info_text)?;
            }
            Self::Check(look) => {
                let report = look.db.read()?.check()?;
                output::give_plain(look.json, &report, check_text)?;
                if report.broken_total > 0 {
                    anyhow::bail!("{} rows do not fit: load your files again into a new folder", report.broken_total);
                }
            }
        }
        Ok(Outcome::Done)
    }
}

fn info_text(info: &Info) -> String {
    let mut text = format!("format {}, {} bytes in files on disk\n", info.format, info.bytes_on_disk);
    for chain in &info.chains {
        let heights = chain.heights.map_or("none".to_owned(), |(low, high)| format!("{low} to {high}"));
        text += &format!(
            "{}: heights {heights}; {} transactions ({} known in full, {} with contradicting sources); {} movements, {} zero-value events\n",
            chain.chain, chain.transactions, chain.complete, chain.conflicts, chain.movements, chain.zero_value_events
        );
        for claim in &chain.coverage {
            let account =
                claim.account.as_ref().map_or("the whole chain".to_owned(), |account| account.address.to_string());
            let asset = claim.asset.as_ref().map_or(String::new(), |asset| format!(" of {}", asset.name_on_chain()));
            let note = claim.note.as_ref().map_or(String::new(), |note| format!(": {}", clean(note)));
            text += &format!(
                "  {account}: {} movements{asset}, direction {}, {} to {}, {}, says {}{note}\n",
                claim.what,
                claim.direction,
                claim.from_height,
                claim.to_height,
                claim.claim,
                clean(&claim.source)
            );
        }
    }
    for source in &info.sources {
        text += &format!(
            "loaded {} ({} records, {} rejected, sha256 {})\n",
            clean(&source.name),
            source.records,
            source.rejected,
            source.digest
        );
    }
    for (digest, records) in &info.unfinished {
        text += &format!(
            "unfinished: {records} records of load {digest}; load the same file with the same tokens again to go on\n"
        );
    }
    text
}

fn check_text(report: &CheckReport) -> String {
    let mut text = format!(
        "read {} transactions, {} movements, {} lines of histories; {} transactions have contradicting sources\n",
        report.transactions, report.movements, report.history_rows, report.conflicts
    );
    for broken in &report.broken {
        text += &format!("broken: {} ({})\n", broken.invariant, broken.at);
    }
    text += &match report.broken_total {
        0 => "everything fits together\n".to_owned(),
        total => format!("{total} rows do not fit\n"),
    };
    text
}
