//! `fundtrail ingest ethereum`: blocks from a node, or an account's history from an explorer, or recorded replies of
//! either, into the database.

mod text;

use std::{num::NonZeroU32, path::PathBuf};

use anyhow::Context;
use clap::{ArgGroup, Args, ValueEnum};
use fundtrail::{
    Budget, ChainReport, Chains, Endpoint, Error, ExplorerReport, ExplorerSetting, ExplorerWay, Listener, NodeSetting,
    Progress, Reconcile, RecordedSetting, RpcSettings, Stage, Store, Until,
    types::{Account, Chain, Problem},
};

use super::rejects;
use crate::{
    Outcome,
    args::{self, Database},
    output,
    progress::{self, Stop},
};

/// Load blocks of Ethereum, or of a chain like it, from a node; an account's history from an explorer; or recorded replies.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("way").required(true).args(["rpc", "explorer", "recorded"])))]
pub(crate) struct IngestEthereum {
    /// The node's JSON-RPC endpoint. It is never printed whole: it may hold a key.
    #[arg(long, value_name = "URL", requires = "from")]
    rpc: Option<String>,
    /// An explorer's API in the form of Etherscan's, which Blockscout serves too: `https://HOST/api`, or `https://HOST/v2/api`
    /// for one that serves many chains.
    #[arg(long, value_name = "URL", requires = "address")]
    explorer: Option<String>,
    /// The environment variable that holds the explorer's key.
    #[arg(long, value_name = "NAME", requires = "explorer")]
    key_env: Option<String>,
    /// The account whose history an explorer is asked for. With --recorded, recorded answers of an explorer are loaded.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "rpc")]
    address: Option<String>,
    /// A folder, or a file, of recorded replies: what --record wrote, or replies that other programs kept, as JSON or JSONL; plain,
    /// gzip or zstd.
    #[arg(long, value_name = "DIR")]
    recorded: Option<PathBuf>,
    /// The first block. From explorers and recorded replies, all that there is if it is not given.
    #[arg(long, value_name = "HEIGHT")]
    from: Option<u64>,
    /// The last block: a height; `finalized`, which no reorganisation takes back; or `latest`, the head of the chain. Blocks
    /// that the chain gives up are undone by the next run. From explorers and recorded replies a height, or all that there is.
    #[arg(long, value_name = "HEIGHT", default_value = "finalized", value_parser = until)]
    to: Until,
    /// The chain, by its CAIP-2 name such as `eip155:1`. A node of another one is refused; recorded replies need it if they do not
    /// tell their own; of explorers, Ethereum if it is not given.
    #[arg(long, value_name = "CHAIN")]
    chain: Option<Chain>,
    #[command(flatten)]
    db: Database,
    /// Record the node's replies as they come, each with its SHA-256, into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "recorded")]
    record: Option<PathBuf>,
    /// How balances are held against movements.
    #[arg(long, value_enum, default_value_t = ReconcileArg::Auto)]
    reconcile: ReconcileArg,
    /// Ask for blocks again that are stored whole: what is told now stands in place of what was told before, of recorded replies
    /// too.
    #[arg(long)]
    again: bool,
    /// Blocks, and messages to the node, that are under way at once.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// Requests in one message. A node that refuses so many gets fewer.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    batch: u16,
    /// Requests a second, at most.
    #[arg(long, value_name = "N")]
    rate: Option<NonZeroU32>,
    /// Another table of what differs between chains, as data/chains.toml; may be given several times.
    #[arg(long, value_name = "FILE")]
    chains: Vec<PathBuf>,
    /// Write every rejected transaction or block to this CSV file, with the reason.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

/// How balances are held against movements.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReconcileArg {
    /// Where the node tells by how much each transaction changed them.
    Auto,
    /// Where it does not, by asking for the balance of every account that a block touched, before and after it.
    Balances,
    /// Not at all.
    Off,
}

impl IngestEthereum {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        if let Some(address) = self.address.clone() {
            return self.history(&address);
        }

        let (chains, stop) = (self.known_chains()?, Stop::listen()?);
        let report = self.db.load(|store| self.blocks(store, &chains, &stop))?;
        output::give_plain(self.json, &report, text::of_blocks)?;
        for problem in &report.problems {
            output::complain(&format!("rejected: {problem}"));
        }
        for note in &report.notes {
            output::complain(&format!("not told: {note}"));
        }
        Ok(args::outcome(false, report.rejected > 0))
    }

    fn blocks(&self, store: &Store, chains: &Chains, stop: &Stop) -> anyhow::Result<ChainReport> {
        let mut rejects = rejects(self.rejects.as_deref())?;
        let mut on_reject = |problem: &Problem| match rejects.as_mut() {
            Some(rejects) => rejects.write(problem).map_err(|error| Error::Rejects(error.to_string())),
            None => Ok(()),
        };
        let loaded = self.load(store, chains, stop, &mut on_reject);
        if let Some(rejects) = rejects {
            rejects.finish().context("cannot write the list of rejected blocks and transactions")?;
        }
        loaded
    }

    fn load(
        &self,
        store: &Store,
        chains: &Chains,
        stop: &Stop,
        rejected: &mut dyn FnMut(&Problem) -> Result<(), Error>,
    ) -> anyhow::Result<ChainReport> {
        let bar = progress::count(Some(0), "blocks");
        let mut progress = |progress: Progress<'_>| {
            match progress.stage {
                Stage::Blocks(done, of) => {
                    bar.set_length(of);
                    bar.set_position(done);
                }
                Stage::Compaction(done, of) => bar.set_message(format!("compacting: {done} of {of} families")),
                Stage::Beside | Stage::Rows | Stage::Transactions(..) | Stage::Waiting => {}
            }
            stop.go_on()
        };
        let mut listener = Listener { progress: &mut progress, rejected };
        let loaded = match (&self.rpc, &self.recorded) {
            (Some(url), _) => {
                let setting = self.node(Endpoint::parse(url).context("--rpc")?, chains);
                fundtrail::ingest_node(store, &setting, &mut listener)
            }
            (None, Some(path)) => {
                let to = if let Until::Height(to) = self.to { Some(to) } else { None };
                let setting =
                    RecordedSetting { path, chain: self.chain, heights: (self.from, to), again: self.again, chains };
                fundtrail::ingest_recorded(store, &setting, &mut listener)
            }
            (None, None) => anyhow::bail!("name a node with --rpc, or recorded replies with --recorded"),
        };
        bar.finish_and_clear();
        Ok(loaded?)
    }

    /// An account's history from an explorer.
    fn history(&self, address: &str) -> anyhow::Result<Outcome> {
        let chains = self.known_chains()?;
        let account = Account::parse(self.chain.unwrap_or(Chain::ETHEREUM), address).context("--address")?;
        let key = self.key_env.as_ref().map(|name| {
            std::env::var(name).with_context(|| {
                format!("the environment variable {name} holds no key: set it, or leave out --key-env")
            })
        });
        let key = key.transpose()?;
        let way = match (&self.explorer, &self.recorded) {
            (Some(url), _) => {
                let (budget, record) = (Budget::default(), self.record.as_deref());
                ExplorerWay::Api { url, key, rate: self.rate, budget, record }
            }
            (None, Some(path)) => ExplorerWay::Recorded(path),
            (None, None) => anyhow::bail!("name an explorer with --explorer, or recorded answers with --recorded"),
        };
        let to = if let Until::Height(to) = self.to { Some(to) } else { None };
        let setting = ExplorerSetting { account, way, from: self.from.unwrap_or_default(), to, chains: &chains };
        let stop = Stop::listen()?;
        let report = self.db.load(|store| self.rows(store, setting, &stop))?;
        output::give_plain(self.json, &report, text::of_history)?;
        for problem in &report.problems {
            output::complain(&format!("rejected: {problem}"));
        }
        for missing in &report.missing {
            output::complain(&format!("missing: {missing}"));
        }
        Ok(args::outcome(false, report.rejected > 0 || !report.missing.is_empty()))
    }

    fn rows(&self, store: &Store, setting: ExplorerSetting<'_>, stop: &Stop) -> anyhow::Result<ExplorerReport> {
        let mut rejects = rejects(self.rejects.as_deref())?;
        let bar = progress::count(None, "movements");
        let mut progress = |progress: Progress<'_>| {
            if progress.stage != Stage::Waiting {
                bar.set_position(progress.records);
            }
            stop.go_on()
        };
        let mut rejected = |problem: &Problem| match rejects.as_mut() {
            Some(rejects) => rejects.write(problem).map_err(|error| Error::Rejects(error.to_string())),
            None => Ok(()),
        };
        let mut listener = Listener { progress: &mut progress, rejected: &mut rejected };
        let loaded = fundtrail::ingest_explorer(store, setting, &mut listener);
        bar.finish_and_clear();
        if let Some(rejects) = rejects {
            rejects.finish().context("cannot write the list of rejected rows")?;
        }
        Ok(loaded?)
    }

    fn known_chains(&self) -> anyhow::Result<Chains> {
        let mut chains = Chains::bundled()?;
        for file in &self.chains {
            chains.add(file)?;
        }
        Ok(chains)
    }

    fn node<'a>(&'a self, endpoint: Endpoint, chains: &'a Chains) -> NodeSetting<'a> {
        NodeSetting {
            endpoint,
            rpc: RpcSettings {
                concurrency: self.concurrency.into(),
                batch: self.batch.into(),
                rate: self.rate,
                ..RpcSettings::default()
            },
            chain: self.chain,
            from: self.from.unwrap_or_default(),
            to: self.to,
            reconcile: match self.reconcile {
                ReconcileArg::Auto => Reconcile::Auto,
                ReconcileArg::Balances => Reconcile::Balances,
                ReconcileArg::Off => Reconcile::Off,
            },
            again: self.again,
            record: self.record.as_deref(),
            chains,
        }
    }
}

pub(super) fn until(text: &str) -> Result<Until, String> {
    match text {
        "finalized" => Ok(Until::Finalized),
        "latest" => Ok(Until::Latest),
        _ => text
            .parse()
            .map(Until::Height)
            .map_err(|_| format!("`{text}` is no height: write digits, `finalized` or `latest`")),
    }
}
