//! Loading what a question lacks before it is answered.

use std::{num::NonZeroU32, path::PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use fundtrail::{
    Access, Budget, Chains, Endpoint, ExplorerAccess, Fetched, Listener, NodeAccess, Progress, Reference, RpcSettings,
    Store,
    types::{Problem, Question},
};

use crate::{
    output,
    progress::{self, Stop},
};

/// Who is asked for history that is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Who {
    /// An explorer, for accounts of Ethereum and chains like it.
    Explorer,
    /// A node, for accounts of Solana.
    Rpc,
}

/// What may be loaded before the question is answered.
#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// Load the histories that the answer lacks into the database, the most valuable first, and ask again: from an explorer (--explorer) for
    /// accounts of Ethereum and chains like it, from a node (--rpc) for accounts of Solana; may be given twice.
    #[arg(long, value_enum, value_name = "WHO")]
    fetch: Vec<Who>,
    /// The explorer's API: `https://HOST/api`, or `https://HOST/v2/api` for one that serves many chains.
    #[arg(long, value_name = "URL", requires = "fetch", required_if_eq("fetch", "explorer"))]
    explorer: Option<String>,
    /// The environment variable that holds the explorer's key.
    #[arg(long, value_name = "NAME", requires = "explorer")]
    key_env: Option<String>,
    /// The node's JSON-RPC endpoint. It is never printed whole: it may hold a key.
    #[arg(long, value_name = "URL", requires = "fetch", required_if_eq("fetch", "rpc"))]
    rpc: Option<String>,
    /// Make at most so many calls to fetch, further tries and each request of a batch counted.
    #[arg(long, value_name = "CALLS", default_value_t = 300, requires = "fetch", value_parser = clap::value_parser!(u64).range(1..))]
    budget: u64,
    /// Calls a second, at most.
    #[arg(long, value_name = "N", requires = "fetch")]
    rate: Option<NonZeroU32>,
    /// Record what was answered as it comes, each with its SHA-256, into this folder.
    #[arg(long, value_name = "DIR", requires = "fetch")]
    record: Option<PathBuf>,
}

impl Fetch {
    pub(crate) fn is_asked(&self) -> bool {
        !self.fetch.is_empty()
    }

    /// Loads what the questions lack, one after the other, and has every certificate say what that was.
    pub(crate) fn run(&self, store: &Store, reference: &mut Reference, questions: &[Question]) -> anyhow::Result<()> {
        let (chains, budget, stop) = (Chains::bundled()?, Budget::of(self.budget), Stop::listen()?);
        let access = self.access(&chains, budget)?;
        let bar = progress::count(None, "movements fetched or read");
        let mut progress = |progress: Progress<'_>| {
            bar.set_position(progress.records);
            stop.go_on()
        };
        let mut rejected = |problem: &Problem| {
            output::complain(&format!("rejected: {problem}"));
            Ok(())
        };
        let mut whole = Fetched::default();
        for question in questions {
            let mut listener = Listener { progress: &mut progress, rejected: &mut rejected };
            let fetched = fundtrail::fetch(store, reference, question, &access, &mut listener)?;
            whole.calls = fetched.calls;
            whole.accounts.extend(fetched.accounts);
            whole.missing.extend(fetched.missing);
            whole.left.extend(fetched.left);
        }
        bar.finish_and_clear();
        whole.missing.sort();
        whole.missing.dedup();
        whole.missing.iter().for_each(|line| output::complain(&format!("missing: {line}")));
        whole.left.sort();
        whole.left.dedup();
        whole.accounts.sort();
        whole.accounts.dedup_by(|a, b| a.0 == b.0);
        whole.statements().into_iter().for_each(|statement| reference.note(statement));
        Ok(())
    }

    fn access<'a>(&'a self, chains: &'a Chains, budget: Budget) -> anyhow::Result<Access<'a>> {
        let key = self.key_env.as_ref().map(|name| {
            std::env::var(name).with_context(|| {
                format!("the environment variable {name} holds no key: set it, or leave out --key-env")
            })
        });
        let key = key.transpose()?;
        let wants = |who| self.fetch.contains(&who);
        let explorer = self.explorer.as_deref().filter(|_| wants(Who::Explorer));
        let node = self.rpc.as_ref().filter(|_| wants(Who::Rpc)).map(|url| {
            let settings = RpcSettings { rate: self.rate, ..RpcSettings::default() };
            Ok::<_, anyhow::Error>(NodeAccess { endpoint: Endpoint::parse(url).context("--rpc")?, settings })
        });
        Ok(Access {
            explorer: explorer.map(|url| ExplorerAccess { url, key, rate: self.rate }),
            node: node.transpose()?,
            record: self.record.as_deref(),
            budget,
            chains,
        })
    }
}
