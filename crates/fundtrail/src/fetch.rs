//! History on demand: a trace says which accounts' history it lacks; what a budget of calls allows of it is loaded, and the trace is asked
//! again, until nothing more is lacking that could be had. The answer depends only on what is in the store at the end.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
    path::Path,
};

use fundtrail_ethereum::explorer::Site;
use fundtrail_graph::TraceError;
use fundtrail_rpc::{Budget, Endpoint, Settings};
use fundtrail_store::Store;
use fundtrail_types::{Account, Amount, Chain, Family, Fate, Gap, Question, Start, TraceAnswer};

use crate::{
    Chains, Error, ExplorerSetting, ExplorerWay, Listener, Progress, Reference, SolanaSetting, SolanaWay, SolanaWhat,
    Stage, ingest_explorer, ingest_solana, trace,
};

/// Accounts that are loaded before the trace is asked again: what is then most valuable may be another.
const ACCOUNTS_A_ROUND: usize = 8;

/// So many accounts in a row that nothing could be had of end the loading: it is not they who are at fault.
const FAILURES_MAX: usize = 3;

/// Who is asked for histories, and how often.
#[derive(Debug)]
pub struct Access<'a> {
    /// For accounts of Ethereum and chains like it.
    pub explorer: Option<ExplorerAccess<'a>>,
    /// For accounts of Solana.
    pub node: Option<NodeAccess>,
    /// Where answers are recorded as they come.
    pub record: Option<&'a Path>,
    /// How many calls may be made, of both together.
    pub budget: Budget,
    /// What differs between chains.
    pub chains: &'a Chains,
}

/// An explorer.
#[derive(Clone, Debug)]
pub struct ExplorerAccess<'a> {
    /// The URL of its API.
    pub url: &'a str,
    /// The key, if it wants one.
    pub key: Option<String>,
    /// Requests a second; none for what free plans allow.
    pub rate: Option<NonZeroU32>,
}

/// A node of Solana.
#[derive(Clone, Debug)]
pub struct NodeAccess {
    /// Where.
    pub endpoint: Endpoint,
    /// How hard it is asked.
    pub settings: Settings,
}

/// What was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Whose history was loaded, in that order, with the movements that were told.
    pub accounts: Vec<(Account, u64)>,
    /// Calls that were made.
    pub calls: u64,
    /// What could not be had, and why.
    pub missing: Vec<String>,
    /// Accounts whose history is still lacking and was not asked for, because the budget was spent.
    pub left: Vec<Account>,
}

impl Fetched {
    /// What a certificate says of it.
    pub fn statements(&self) -> Vec<String> {
        let movements: u64 = self.accounts.iter().map(|(_, movements)| movements).sum();
        let (accounts, calls, left) = (self.accounts.len(), self.calls, self.left.len());
        let did = format!(
            "fetched for this question: the history of {accounts} accounts, {movements} movements, in {calls} calls"
        );
        let left = (left > 0).then(|| {
            format!("not fetched: the history of {left} more accounts, because the budget of calls was spent; ask again with a larger one to go on")
        });
        let missing = self.missing.iter().map(|missing| format!("could not be fetched: {missing}"));
        std::iter::once(did).chain(left).chain(missing).collect()
    }
}

/// Loads what a question lacks: the histories of its starts, then those at which its trace ends for want of data, the most valuable first.
/// An account that turns out to have more movements than the question enters is left where it is.
///
/// # Errors
/// If nobody can be asked, the caller asks to stop, or the database fails. What was stored stays.
pub fn fetch(
    store: &Store,
    reference: &Reference,
    question: &Question,
    access: &Access<'_>,
    listener: &mut Listener<'_>,
) -> Result<Fetched, Error> {
    let mut work = Work { store, question, access, tried: BTreeSet::new(), failures: 0, fetched: Fetched::default() };
    let mut wanted: Vec<Account> = question.starts.iter().filter_map(Start::account).cloned().collect();
    let untold = wanted.iter().filter(|account| !work.can_ask(account));
    let untold: Vec<String> = untold
        .map(|account| {
            format!(
                "{account}: nobody was named who tells histories of its chain; an explorer tells those of Ethereum and chains like it, a node those of Solana"
            )
        })
        .collect();
    work.fetched.missing.extend(untold);
    loop {
        wanted.retain(|account| work.can_ask(account) && !work.tried.contains(account));
        if wanted.is_empty() {
            break;
        }
        let now: Vec<Account> = wanted.iter().take(ACCOUNTS_A_ROUND).cloned().collect();
        for account in &now {
            if access.budget.is_spent() {
                break;
            }
            work.load(account, listener)?;
        }
        if access.budget.is_spent() {
            work.fetched.left = wanted.into_iter().filter(|account| !work.tried.contains(account)).collect();
            break;
        }
        let answer = trace(store, reference, question, &mut |read| {
            let stage = Stage::Waiting;
            (listener.progress)(Progress { stage, file: "", bytes_read: 0, bytes_total: None, records: read })
        });
        wanted = match answer {
            Ok(answer) => lacking(&answer),
            // There is nothing to go on with; whoever asks the question is told.
            Err(Error::Trace(
                TraceError::NothingToFollow { .. }
                | TraceError::UnknownAccount(_)
                | TraceError::UnknownTransaction(_)
                | TraceError::UnknownMovement { .. },
            )) => Vec::new(),
            Err(error) => return Err(error),
        };
    }
    work.fetched.calls = access.budget.made();
    Ok(work.fetched)
}

/// The accounts whose history an answer lacks: those at which most value ends first, in the order of their names among equals.
fn lacking(answer: &TraceAnswer) -> Vec<Account> {
    let mut ended: BTreeMap<&Account, Amount> = BTreeMap::new();
    for end in answer.methods.iter().flat_map(|method| &method.dispositions) {
        if let (Fate::DataEnds, Some(account)) = (&end.fate, &end.account) {
            let most = ended.entry(account).or_default();
            *most = (*most).max(end.seed_raw);
        }
    }
    let mut lacking: BTreeMap<&Account, Amount> = BTreeMap::new();
    for gap in &answer.certificate.gaps {
        let account = match gap {
            Gap::NoCoverage { account, .. }
            | Gap::InternalMissing { account, .. }
            | Gap::InflowsNotListed { account, .. }
            | Gap::UnknownInflow { account, .. } => account,
            _ => continue,
        };
        lacking.insert(account, ended.get(account).copied().unwrap_or_default());
    }
    let mut lacking: Vec<(&Account, Amount)> = lacking.into_iter().collect();
    // Equal ones stay in the order of their names.
    lacking.sort_by_key(|(_, amount)| Reverse(*amount));
    lacking.into_iter().map(|(account, _)| account.clone()).collect()
}

struct Work<'a> {
    store: &'a Store,
    question: &'a Question,
    access: &'a Access<'a>,
    tried: BTreeSet<Account>,
    /// In a row.
    failures: usize,
    fetched: Fetched,
}

impl Work<'_> {
    /// Whether anybody can be asked for an account. An explorer of one chain is one of that on which the question begins.
    fn can_ask(&self, account: &Account) -> bool {
        let begins = |chain: Chain| self.question.starts.iter().any(|start| start.chain() == chain);
        match account.chain.family() {
            Family::Evm => self
                .access
                .explorer
                .as_ref()
                .is_some_and(|explorer| Site::serves_many(explorer.url) || begins(account.chain)),
            Family::Solana => self.access.node.is_some(),
            _ => false,
        }
    }

    fn load(&mut self, account: &Account, listener: &mut Listener<'_>) -> Result<(), Error> {
        let (mut stopped, mut is_busy) = (false, false);
        let most = self.question.hub_movements;
        let loaded = {
            let mut progress = |progress: Progress<'_>| {
                is_busy |= progress.records > most;
                stopped = !(listener.progress)(progress);
                !stopped && !is_busy
            };
            let mut listener = Listener { progress: &mut progress, rejected: &mut *listener.rejected };
            self.ask(account, &mut listener)
        };
        self.tried.insert(account.clone());
        match loaded {
            Ok((movements, missing)) => {
                self.failures = 0;
                self.fetched.accounts.push((account.clone(), movements));
                self.fetched.missing.extend(missing.into_iter().map(|what| format!("{account}: {what}")));
            }
            Err(error) if stopped => return Err(error),
            Err(_) if is_busy => {
                self.fetched.missing.push(format!("{account}: it has over {most} movements, so it was left"));
            }
            Err(_) if self.access.budget.is_spent() => {
                self.tried.remove(account);
            }
            // A wrong key or a dead node shows at once.
            Err(error) if self.fetched.accounts.is_empty() || self.failures + 1 >= FAILURES_MAX => return Err(error),
            Err(error) => {
                self.failures += 1;
                self.fetched.missing.push(format!("{account}: {error}"));
            }
        }
        Ok(())
    }

    /// Loads one account's history. Gives how many movements were told, and what could not be had.
    fn ask(&self, account: &Account, listener: &mut Listener<'_>) -> Result<(u64, Vec<String>), Error> {
        let (budget, record) = (self.access.budget.clone(), self.access.record);
        if let Some(explorer) = self.access.explorer.as_ref().filter(|_| account.chain.family() == Family::Evm) {
            let way =
                ExplorerWay::Api { url: explorer.url, key: explorer.key.clone(), rate: explorer.rate, budget, record };
            let setting =
                ExplorerSetting { account: account.clone(), way, from: 0, to: None, chains: self.access.chains };
            let report = ingest_explorer(self.store, setting, listener)?;
            return Ok((report.movements, report.missing));
        }
        let Some(node) = &self.access.node else { return Ok((0, Vec::new())) };
        let setting = SolanaSetting {
            way: SolanaWay::Node {
                endpoint: node.endpoint.clone(),
                rpc: Settings { budget, ..node.settings.clone() },
                record,
            },
            what: SolanaWhat::Accounts { addresses: vec![account.address.clone()], since: None },
            chain: Some(account.chain),
            failed: false,
            again: false,
        };
        let report = ingest_solana(self.store, &setting, listener)?;
        Ok((report.movements, report.missing))
    }
}
