//! `fundtrail ingest solana`: transactions of accounts or of slots from a node, or recorded replies of one, into the database.

mod text;

use std::{num::NonZeroU32, path::PathBuf};

use anyhow::Context;
use clap::{ArgGroup, Args};
use fundtrail::{
    Endpoint, Error, Listener, Progress, RpcSettings, SolanaReport, SolanaSetting, SolanaWay, SolanaWhat, Stage, Store,
    Until,
    types::{Account, Chain, Date, Problem},
};

use super::{ethereum::until, rejects};
use crate::{
    Outcome,
    args::{self, Database},
    output,
    progress::{self, Stop},
};

/// Load transactions of Solana: histories of accounts, or whole slots, from a node; or recorded replies.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("way").required(true).args(["rpc", "recorded"])))]
#[command(group(ArgGroup::new("what").args(["address", "from_slot"])))]
pub(crate) struct IngestSolana {
    /// The node's JSON-RPC endpoint. It is never printed whole: it may hold a key.
    #[arg(long, value_name = "URL", requires = "what")]
    rpc: Option<String>,
    /// A folder, or a file, of recorded replies: what --record wrote, or replies that other programs kept, as JSON or JSONL; plain,
    /// gzip or zstd. All that is there is loaded if neither accounts nor slots are named.
    #[arg(long, value_name = "DIR")]
    recorded: Option<PathBuf>,
    /// An account whose history is loaded, with those of its token accounts; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    address: Vec<String>,
    /// Leave out what happened before this day (UTC). A later run without it loads that, too.
    #[arg(long, value_name = "DATE", requires = "address")]
    since: Option<Date>,
    /// Ask for the account's failed transactions, too: they moved nothing but their fee.
    #[arg(long, requires = "address")]
    failed: bool,
    /// The first slot.
    #[arg(long, value_name = "SLOT")]
    from_slot: Option<u64>,
    /// The last slot: a number, or `finalized`. Only finalized slots are loaded.
    #[arg(long, value_name = "SLOT", default_value = "finalized", requires = "from_slot", value_parser = until)]
    to_slot: Until,
    /// The chain, by its CAIP-2 name. A node of another one is refused; recorded replies need it if they do not tell their own.
    #[arg(long, value_name = "CHAIN")]
    chain: Option<Chain>,
    #[command(flatten)]
    db: Database,
    /// Record the node's replies as they come, each with its SHA-256, into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "recorded")]
    record: Option<PathBuf>,
    /// Ask again for what is stored: what is told now stands in place of what was told before.
    #[arg(long)]
    again: bool,
    /// Messages to the node that are under way at once.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// Requests in one message. A node that refuses so many gets fewer.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    batch: u16,
    /// Requests a second, at most.
    #[arg(long, value_name = "N")]
    rate: Option<NonZeroU32>,
    /// Write every rejected transaction or block to this CSV file, with the reason.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

impl IngestSolana {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let (setting, stop) = (self.setting()?, Stop::listen()?);
        let report = self.db.load(|store| self.load(store, &setting, &stop))?;
        output::give_plain(self.json, &report, text::of_transactions)?;
        for problem in &report.problems {
            output::complain(&format!("rejected: {problem}"));
        }
        for missing in &report.missing {
            output::complain(&format!("missing: {missing}"));
        }
        Ok(args::outcome(false, report.rejected > 0))
    }

    fn setting(&self) -> anyhow::Result<SolanaSetting<'_>> {
        let way = match (&self.rpc, &self.recorded) {
            (Some(url), _) => SolanaWay::Node {
                endpoint: Endpoint::parse(url).context("--rpc")?,
                rpc: RpcSettings {
                    concurrency: self.concurrency.into(),
                    batch: self.batch.into(),
                    rate: self.rate,
                    ..RpcSettings::default()
                },
                record: self.record.as_deref(),
            },
            (None, Some(path)) => SolanaWay::Recorded(path),
            (None, None) => anyhow::bail!("name a node with --rpc, or recorded replies with --recorded"),
        };
        let what = match self.from_slot {
            Some(from) => SolanaWhat::Slots { from, to: self.to_slot },
            None if self.address.is_empty() => SolanaWhat::Recorded,
            None => {
                let chain = self.chain.unwrap_or(Chain::SOLANA);
                let parse = |text: &String| Account::parse(chain, text).map(|account| account.address);
                let addresses = self.address.iter().map(parse).collect::<Result<_, _>>().context("--address")?;
                SolanaWhat::Accounts { addresses, since: self.since.map(|date| date.start()) }
            }
        };
        Ok(SolanaSetting { way, what, chain: self.chain, failed: self.failed, again: self.again })
    }

    fn load(&self, store: &Store, setting: &SolanaSetting<'_>, stop: &Stop) -> anyhow::Result<SolanaReport> {
        let mut rejects = rejects(self.rejects.as_deref())?;
        let bar = progress::count(Some(0), "transactions or slots");
        let mut progress = |progress: Progress<'_>| {
            match progress.stage {
                Stage::Blocks(done, of) | Stage::Transactions(done, of) => {
                    bar.set_length(of);
                    bar.set_position(done);
                }
                Stage::Compaction(done, of) => bar.set_message(format!("compacting: {done} of {of} families")),
                Stage::Beside | Stage::Rows | Stage::Waiting => {}
            }
            stop.go_on()
        };
        let mut rejected = |problem: &Problem| match rejects.as_mut() {
            Some(rejects) => rejects.write(problem).map_err(|error| Error::Rejects(error.to_string())),
            None => Ok(()),
        };
        let mut listener = Listener { progress: &mut progress, rejected: &mut rejected };
        let loaded = fundtrail::ingest_solana(store, setting, &mut listener);
        bar.finish_and_clear();
        if let Some(rejects) = rejects {
            rejects.finish().context("cannot write the list of rejected transactions")?;
        }
        Ok(loaded?)
    }
}
