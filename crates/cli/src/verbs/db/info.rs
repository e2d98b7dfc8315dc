//! `fundtrail db info`: what the database holds.

use clap::Args;
use fundtrail::types::Covered;
use fundtrail_report::clean;

use crate::{Outcome, args::Database, output, verbs::coverage};

/// What the database holds.
#[derive(Debug, Args)]
pub(crate) struct Info {
    #[command(flatten)]
    db: Database,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Info {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let info = self.db.read()?.info()?;
        output::give_plain(self.json, &info, text)?;
        Ok(Outcome::Done)
    }
}

fn text(info: &fundtrail::Info) -> String {
    let mut text = format!("format {}, {} bytes in files on disk\n", info.format, info.bytes_on_disk);
    for chain in &info.chains {
        let heights = chain.heights.map_or("none".to_owned(), |(low, high)| format!("{low} to {high}"));
        text += &format!(
            "{}: heights {heights}; {} transactions ({} known in full, {} with contradicting sources, {} placed by time); {} movements ({} of them unexplained, told by a balance alone), {} zero-value events\n",
            chain.chain,
            chain.transactions,
            chain.complete,
            chain.conflicts,
            chain.timed,
            chain.movements,
            chain.unexplained,
            chain.zero_value_events
        );
        text += &coverage::lines(&Covered::join(&chain.coverage));
    }
    for source in &info.sources {
        let undone =
            if source.undone { "; part of it was taken away since: load it again to have all of it" } else { "" };
        text += &format!(
            "loaded {} ({} records, {} rejected, sha256 {}){undone}\n",
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
    if info.compaction_due {
        text += "not compacted since the last large load: `fundtrail db compact` makes it smaller and quicker\n";
    }
    text
}
