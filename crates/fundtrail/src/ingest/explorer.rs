//! One account's history from an explorer into the store.
//!
//! What is stored is told by coverage, list by list: a run that is interrupted, or comes later, goes on behind what the same
//! explorer was heard to say. A list that the explorer does not give keeps back no other.

use std::{collections::BTreeMap, path::Path};

use fundtrail_ethereum::explorer::{
    Batch, Explorer, Fees, LeftOut, List, Pages, Paging, Query, Replay, Site, Source, Starts, settings,
};
use fundtrail_rpc::{Budget, Recorder};
use fundtrail_store::Store;
use fundtrail_types::{Account, Coverage, Problem, What, join_ranges};
use serde::{Deserialize, Serialize};

use super::{Listener, PROBLEMS_NAMED_MAX, Progress, Stage, chain::in_order, compact, unless_stopped};
use crate::{Chains, Error};

/// Which history is loaded, and from where.
#[derive(Debug)]
pub struct ExplorerSetting<'a> {
    /// Whose.
    pub account: Account,
    /// The explorer, or a recording of one.
    pub way: ExplorerWay<'a>,
    /// The first height.
    pub from: u64,
    /// The last height; none for all that there is.
    pub to: Option<u64>,
    /// What differs between chains.
    pub chains: &'a Chains,
}

/// Who answers.
#[derive(Debug)]
pub enum ExplorerWay<'a> {
    /// An explorer.
    Api {
        /// The URL of its API.
        url: &'a str,
        /// The key, if it wants one. It is never printed and never recorded.
        key: Option<String>,
        /// Requests a second; none for what free plans allow.
        rate: Option<std::num::NonZeroU32>,
        /// How many calls may be made in all.
        budget: Budget,
        /// Where answers are recorded as they come.
        record: Option<&'a Path>,
    },
    /// Recorded answers.
    Recorded(&'a Path),
}

/// What a load from an explorer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplorerReport {
    /// Whose history.
    pub account: Account,
    /// Who answered. Never with a key.
    pub source: String,
    /// Movements that were told.
    pub movements: u64,
    /// Of these, events that moved nothing.
    pub zero_value_events: u64,
    /// What good rows tell that is no movement, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Rows that were rejected.
    pub rejected: u64,
    /// The first of the rejected ones.
    pub problems: Vec<Problem>,
    /// What the explorer did not give, and why.
    pub missing: Vec<String>,
    /// What is known now that was not before.
    pub coverage: Vec<Coverage>,
}

/// Loads an account's history from an explorer, from where the last load of it ended.
///
/// # Errors
/// If the explorer gives nothing at all, the caller asks to stop, or the database fails. What was stored stays.
pub fn ingest_explorer(
    store: &Store,
    setting: ExplorerSetting<'_>,
    listener: &mut Listener<'_>,
) -> Result<ExplorerReport, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| Error::Runtime(error.to_string()))?;
    let report = runtime.block_on(load(store, setting, listener));
    // A look-up of a name that hangs is not waited for.
    runtime.shutdown_background();
    let report = report?;
    compact(store, listener)?;
    Ok(report)
}

async fn load(
    store: &Store,
    setting: ExplorerSetting<'_>,
    listener: &mut Listener<'_>,
) -> Result<ExplorerReport, Error> {
    in_order(setting.from, setting.to)?;
    let mut source = source(&setting)?;
    let ExplorerSetting { account, from, to, chains, .. } = setting;
    let mut report = ExplorerReport {
        account: account.clone(),
        source: source.name(),
        movements: 0,
        zero_value_events: 0,
        left_out: BTreeMap::new(),
        rejected: 0,
        problems: Vec::new(),
        missing: Vec::new(),
        coverage: Vec::new(),
    };
    let to = wait(&report, listener, source.up_to(to)).await??;
    let starts = starts(&store.coverage_of(&account)?, &account, &report.source, from);
    let fees = if chains.knows(account.chain) { Fees::GasTimesPrice } else { Fees::NotTold };
    let mut pages = Pages::new(source, Query { account, starts, to, fees }, Paging::default())?;
    let (mut failed, mut lists) = (None, 0);
    while let Some(batch) = wait(&report, listener, pages.next()).await? {
        match batch {
            Ok(batch) => {
                lists += 1;
                pages.source().sync()?;
                store_batch(store, &mut report, batch, listener)?;
                if !go_on(&report, listener) {
                    return Err(stopped(&report));
                }
            }
            Err(error) => {
                report.missing.push(error.to_string());
                failed = Some(error);
            }
        }
    }
    match failed {
        Some(error) if lists == 0 => Err(error.into()),
        _ => Ok(report),
    }
}

/// Waits for an answer, and stops if the caller asks for that.
async fn wait<T>(
    report: &ExplorerReport,
    listener: &mut Listener<'_>,
    coming: impl Future<Output = T>,
) -> Result<T, Error> {
    unless_stopped(listener, coming).await.ok_or_else(|| stopped(report))
}

fn stopped(report: &ExplorerReport) -> Error {
    Error::Interrupted { done: report.movements, of: "movements" }
}

fn source(setting: &ExplorerSetting<'_>) -> Result<Source, Error> {
    let chain = setting.account.chain;
    match &setting.way {
        ExplorerWay::Recorded(path) => Ok(Replay::open(path, chain)?.into()),
        ExplorerWay::Api { url, key, rate, budget, record } => {
            let mut settings = settings();
            settings.rate = rate.or(settings.rate);
            settings.budget = budget.clone();
            let explorer = Explorer::new(Site::new(url, chain, key.as_deref())?, settings)?;
            Ok(match record {
                Some(folder) => explorer.record(Recorder::open(folder)?.0).into(),
                None => explorer.into(),
            })
        }
    }
}

/// Where each list goes on: behind what the same source was heard to say from `from` on without a hole.
fn starts(claims: &[Coverage], account: &Account, source: &str, from: u64) -> Starts {
    let next = |what: What| {
        let mine =
            |claim: &&Coverage| claim.account.as_ref() == Some(account) && claim.source == source && claim.what == what;
        let ranges = claims.iter().filter(mine).map(|claim| (claim.from_height, claim.to_height)).collect();
        // Of the genesis, which no transaction moved, nothing is claimed.
        let begins = |first: u64| first <= from || (from == 0 && first == 1);
        let known = join_ranges(ranges).into_iter().find(|(first, last)| begins(*first) && from <= *last);
        known.map_or(Some(from), |(_, last)| last.checked_add(1))
    };
    Starts { transactions: next(What::Native), internal: next(What::Internal), tokens: next(What::Token) }
}

/// Stores some blocks of a list with what they cover: all of it or nothing.
fn store_batch(
    store: &Store,
    report: &mut ExplorerReport,
    batch: Batch,
    listener: &mut Listener<'_>,
) -> Result<(), Error> {
    let mut writer = store.writer()?;
    for movement in &batch.movements {
        report.movements += 1;
        report.zero_value_events += u64::from(movement.amount.is_zero());
        writer.movement(movement);
    }
    for token in &batch.symbols {
        writer.symbol(&token.asset, token.decimals, &token.symbol);
    }
    batch.coverage.iter().for_each(|claim| writer.coverage(claim));
    writer.commit(None)?;
    for problem in batch.problems {
        (listener.rejected)(&problem)?;
        report.rejected += 1;
        if report.problems.len() < PROBLEMS_NAMED_MAX {
            report.problems.push(problem);
        }
    }
    for (reason, number) in reasons(batch.left_out) {
        if number > 0 {
            *report.left_out.entry(reason.to_owned()).or_default() += number;
        }
    }
    report.missing.extend(batch.note.map(|note| format!("{}: {note}", name(batch.list))));
    report.coverage.extend(batch.coverage);
    Ok(())
}

fn go_on(report: &ExplorerReport, listener: &mut Listener<'_>) -> bool {
    let (file, records) = (report.source.as_str(), report.movements);
    (listener.progress)(Progress { stage: Stage::Rows, file, bytes_read: 0, bytes_total: None, records })
}

fn name(list: List) -> &'static str {
    match list {
        List::Transactions => "transactions",
        List::Internal => "internal calls",
        List::Tokens => "token transfers",
    }
}

fn reasons(left_out: LeftOut) -> [(&'static str, u64); 7] {
    [
        ("failed, of which only the fee moved", left_out.failed),
        ("internal calls without value", left_out.zero_calls),
        ("calls in another's name, which move no value", left_out.borrowed),
        ("a transaction's own call, listed as an internal one", left_out.top_level),
        ("transfers of NFTs", left_out.nfts),
        ("what no transaction moved", left_out.no_transaction),
        ("fees that are not told whole", left_out.fees_unknown),
    ]
}
