//! Transactions of Solana into the store: by account, by slot, or all that was recorded.
//!
//! What is stored is told by coverage: slots that came whole are covered, of an account or of the chain, and a run that is
//! interrupted goes on with those that are not. Only what is finalized is loaded, so nothing is ever undone.

mod accounts;
mod intake;
mod listing;
mod recorded;
mod slots;

use std::{collections::BTreeMap, path::Path};

use fundtrail_rpc::{Client, Recorder};
use fundtrail_solana::ways::{Gone, Replay, Source};
use fundtrail_store::Store;
use fundtrail_types::{Account, Address, Chain, Problem, Time};
use serde::{Deserialize, Serialize};

use super::{Listener, compact, unless_stopped};
use crate::{
    Error,
    ingest::chain::{Endpoint, RpcSettings, Until},
};
use intake::Intake;

/// Where transactions come from.
#[derive(Clone, Debug)]
pub enum SolanaWay<'a> {
    /// A node.
    Node {
        /// Where.
        endpoint: Endpoint,
        /// How hard it is asked.
        rpc: RpcSettings,
        /// Where replies are recorded as they come.
        record: Option<&'a Path>,
    },
    /// Recorded replies: a folder, or one file.
    Recorded(&'a Path),
}

/// Which transactions.
#[derive(Clone, Debug)]
pub enum SolanaWhat {
    /// Those that name one of these accounts, or a token account that belongs to one.
    Accounts {
        /// The owners. A token account may be named too.
        addresses: Vec<Address>,
        /// Only those of this time and later.
        since: Option<Time>,
    },
    /// All of some slots.
    Slots {
        /// The first.
        from: u64,
        /// The last.
        to: Until,
    },
    /// All that is recorded. A node is not asked for everything.
    Recorded,
}

/// What is asked for, and how.
#[derive(Clone, Debug)]
pub struct SolanaSetting<'a> {
    /// Where it comes from.
    pub way: SolanaWay<'a>,
    /// What.
    pub what: SolanaWhat,
    /// The chain that it must be of; none to take the one that it is of.
    pub chain: Option<Chain>,
    /// Whether failed transactions of accounts are asked for, too: they moved nothing but their fee.
    pub failed: bool,
    /// Whether what is stored is asked for again, and replaced.
    pub again: bool,
}

/// What a load did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SolanaReport {
    /// The chain.
    pub chain: Chain,
    /// Where it came from. Never with a key.
    pub source: String,
    /// Accounts whose history was asked for, token accounts left out.
    pub accounts: Vec<Account>,
    /// Token accounts of theirs whose history was asked for.
    pub token_accounts: u64,
    /// Blocks stored.
    pub blocks: u64,
    /// Slots that were stored before.
    pub slots_known: u64,
    /// Slots without a block, as the blocks after them prove.
    pub slots_skipped: u64,
    /// Transactions stored.
    pub transactions: u64,
    /// Transactions that were stored before.
    pub transactions_known: u64,
    /// Failed transactions that were not asked for. Their fees are not known.
    pub failed_not_asked: u64,
    /// Movements stored, those of blocks themselves included.
    pub movements: u64,
    /// Of these, events that moved nothing.
    pub zero_value_events: u64,
    /// Observations of two addresses: who paid whose fee, whose a token account is, and so on.
    pub relations: u64,
    /// Transactions that told balances.
    pub with_balances: u64,
    /// Of these, those whose movements explain all of them.
    pub reconciled: u64,
    /// Balances that were held against movements.
    pub balances_checked: u64,
    /// Of these, those that movements do not explain. What is missing is stored as movements of their own kind.
    pub balances_unexplained: u64,
    /// Why not, with how many times.
    pub unexplained: BTreeMap<String, u64>,
    /// What the transactions tell that is no movement, or do not tell, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Transactions and blocks that were rejected.
    pub rejected: u64,
    /// The first of the rejected ones.
    pub problems: Vec<Problem>,
    /// What the source does not tell or keep, and why.
    pub missing: Vec<String>,
}

/// Loads transactions of Solana. What is stored is not asked for again.
///
/// # Errors
/// If the source cannot be asked or is of another chain, the caller asks to stop, or the database fails. What was stored
/// stays, and the same command goes on from there.
pub fn ingest_solana(
    store: &Store,
    setting: &SolanaSetting<'_>,
    listener: &mut Listener<'_>,
) -> Result<SolanaReport, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Error::Runtime(error.to_string()))?;
    let report = runtime.block_on(load(store, setting, listener));
    // A look-up of a name that hangs is not waited for.
    runtime.shutdown_background();
    let report = report?;
    compact(store, listener)?;
    Ok(report)
}

async fn load(store: &Store, setting: &SolanaSetting<'_>, listener: &mut Listener<'_>) -> Result<SolanaReport, Error> {
    let (mut source, cut) = match &setting.way {
        SolanaWay::Node { endpoint, rpc, record } => {
            let rpc = RpcSettings { passing: &Gone::PASSING, ..rpc.clone() };
            let client = Client::new(endpoint.clone(), rpc)?;
            let (recorder, cut) = record.map(Recorder::open).transpose()?.unzip();
            let met = unless_stopped(listener, Source::node(client, setting.chain, recorder)).await;
            (met.ok_or(Error::Interrupted { done: 0, of: "transactions" })??, cut.flatten())
        }
        SolanaWay::Recorded(path) => (Source::replay(Replay::open(path)?, setting.chain)?, None),
    };
    let mut intake = Intake::new(store, &source, setting.again)?;
    for problem in source.problems().to_vec().into_iter().chain(cut) {
        intake.problem(problem, listener)?;
    }
    let loaded = match &setting.what {
        SolanaWhat::Accounts { addresses, since } => {
            let asked = accounts::Asked { addresses, since: *since, failed: setting.failed };
            accounts::load(&mut source, &mut intake, &asked, listener).await
        }
        SolanaWhat::Slots { from, to } => slots::load(&mut source, &mut intake, (*from, *to), listener).await,
        SolanaWhat::Recorded => recorded::load(&mut source, &mut intake, setting.failed, listener).await,
    };
    match loaded {
        Ok(()) => intake.commit(&source)?,
        // After the database failed, nothing more can be written; what came before any other error stands.
        Err(error @ Error::Store(_)) => return Err(error),
        Err(error) => {
            intake.commit(&source)?;
            return Err(error);
        }
    }
    Ok(intake.report)
}
