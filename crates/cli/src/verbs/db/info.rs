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

/// Nothing on chains whose transactions show none.
fn relations(relations: u64) -> String {
    if relations == 0 { String::new() } else { format!("; {relations} relations between accounts") }
}

fn text(info: &fundtrail::Info) -> String {
    let mut text = format!("format {}, {} bytes in files on disk\n", info.format, info.bytes_on_disk);
    for chain in &info.chains {
        let heights = chain.heights.map_or("none".to_owned(), |(low, high)| format!("{low} to {high}"));
        text += &format!(
            "{}: heights {heights}; {} transactions ({} known in full, {} with contradicting sources, {} placed by time); {} movements ({} of them unexplained, told by a balance alone), {} zero-value events{}\n",
            chain.chain,
            chain.transactions,
            chain.complete,
            chain.conflicts,
            chain.timed,
            chain.movements,
            chain.unexplained,
            chain.zero_value_events,
            relations(chain.relations)
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
        text += match info.unfinished.is_empty() {
            true => {
                "not compacted since the last large load: what is stored is whole and every answer is right; only to make the database smaller and quicker, run `fundtrail db compact`, or the load again\n"
            }
            // Each of them compacts at its end.
            false => {
                "not compacted yet: a load that goes on to its end does that, and `fundtrail db compact` at any time\n"
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_of_which_only_the_compaction_is_left_reads_as_finished() {
        let mut info = fundtrail::Info {
            format: 2,
            chains: Vec::new(),
            sources: Vec::new(),
            unfinished: Vec::new(),
            bytes_on_disk: 0,
            compaction_due: true,
        };
        let told = text(&info);
        assert!(told.contains("what is stored is whole and every answer is right"), "{told}");
        assert!(
            told.contains("run `fundtrail db compact`, or the load again") && !told.contains("unfinished"),
            "{told}"
        );
        info.unfinished.push(("d".to_owned(), 9));
        let told = text(&info);
        assert!(told.contains("unfinished: 9 records of load d") && !told.contains("is whole"), "{told}");
    }
}
