//! Arguments that several verbs share.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use fundtrail::{
    QuestionDefaults, Reference, Store,
    types::{Account, AuditAnswer, Date, Finding, Severity, TraceAnswer},
};

use crate::Outcome;

/// Which database.
#[derive(Debug, Args)]
pub(crate) struct Database {
    /// Folder of the database.
    #[arg(long, value_name = "DIR", env = "FUNDTRAIL_DB", default_value = "fundtrail.db")]
    pub(crate) db: PathBuf,
}

impl Database {
    pub(crate) fn read(&self) -> anyhow::Result<Store> {
        let store = Store::open_read_only(&self.db)?;
        // A row that cannot be read is for `db check` to tell.
        if let Some((chain, from, to)) = store.undo_under_way().unwrap_or_default() {
            let to = if to == u64::MAX { "the last one".to_owned() } else { to.to_string() };
            crate::output::complain(&format!(
                "heights {from} to {to} of {chain} are being undone, or that was cut half-way, so what is stored of them is \
                 not all that was and not yet none of it: wait until it is done, or run `fundtrail db undo` again, or any \
                 load, which brings it to its end"
            ));
        }
        Ok(store)
    }

    /// For writing, but only if it is there: a mistyped folder must not become a new database.
    pub(crate) fn open_existing(&self) -> anyhow::Result<Store> {
        Ok(Store::open_existing(&self.db)?)
    }

    /// Loads something. A database that was made for it goes again if nothing came of it: a node that is down, or a mistyped
    /// name, leaves no empty one behind.
    pub(crate) fn load<T>(&self, work: impl FnOnce(&Store) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let store = Store::open(&self.db)?;
        let done = work(&store);
        match &done {
            Err(_) => {
                store.discard_unused();
            }
            Ok(_) if store.compaction_due()? => crate::output::complain(
                "everything is stored and every answer is right; only the compaction after the load, which makes the \
                 database smaller and quicker, was interrupted: run `fundtrail db compact`, or the same command again",
            ),
            Ok(_) => {}
        }
        done
    }
}

/// Who is who, what tokens are called, and on which day the answer stands.
#[derive(Debug, Args)]
pub(crate) struct Lists {
    /// Another table of labels; may be given several times.
    #[arg(long, value_name = "FILE")]
    labels: Vec<PathBuf>,
    /// Another table of tokens (symbols and decimals); may be given several times.
    #[arg(long, value_name = "FILE")]
    tokens: Vec<PathBuf>,
    /// A table of crossings, which join what bridges take on one chain with what they pay out on another; may be given several times.
    #[arg(long, value_name = "FILE")]
    crossings: Vec<PathBuf>,
    /// A table of prices, which tells what amounts were worth; may be given several times. What was given last counts first.
    #[arg(long, value_name = "FILE")]
    prices: Vec<PathBuf>,
    /// Leave out the lists that come with the program.
    #[arg(long)]
    no_bundled_lists: bool,
    /// Labels published by this day count (YYYY-MM-DD). Default: today, UTC.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

impl Lists {
    pub(crate) fn reference(&self) -> anyhow::Result<Reference> {
        let mut reference = if self.no_bundled_lists { Reference::empty() } else { Reference::bundled()? };
        for file in self.labels.iter().chain(&self.tokens).chain(&self.crossings).chain(&self.prices) {
            reference.add(file)?;
        }
        for problem in reference.problems() {
            crate::output::complain(&format!("rejected: {problem}"));
        }
        Ok(reference)
    }

    pub(crate) fn as_of(&self) -> anyhow::Result<Date> {
        let today = || jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date().to_string().parse();
        self.as_of.map_or_else(|| today().context("the system clock gives no usable date: name one with --as-of"), Ok)
    }
}

/// How far value is followed.
#[derive(Debug, Args)]
pub(crate) struct Limits {
    /// Follow value over at most so many hops.
    #[arg(long, value_name = "N", default_value_t = QuestionDefaults::HOPS_MAX, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) hops: u32,
}

/// What makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A finding that is worth a look or more.
    Flagged,
}

/// Whether any finding is worth a look or more.
fn is_flagged<'a>(mut findings: impl Iterator<Item = &'a Finding>) -> bool {
    findings.any(|finding| finding.severity >= Severity::Review)
}

/// How a verb ended. That something is flagged weighs more than that something was rejected.
pub(crate) fn outcome(is_flagged: bool, is_rejected: bool) -> Outcome {
    match (is_flagged, is_rejected) {
        (true, _) => Outcome::Flagged,
        (false, true) => Outcome::Rejected,
        (false, false) => Outcome::Done,
    }
}

/// Answers that can hold findings.
pub(crate) trait Flagged {
    /// Whether any finding is worth a look or more.
    fn is_flagged(&self) -> bool;
}

impl Flagged for TraceAnswer {
    fn is_flagged(&self) -> bool {
        is_flagged(self.findings.iter())
    }
}

impl Flagged for AuditAnswer {
    fn is_flagged(&self) -> bool {
        is_flagged(self.payees.iter().flat_map(|payee| &payee.findings))
    }
}

/// An account as it was typed: CAIP-10, or a bare address whose shape tells the chain.
pub(crate) fn account(text: &str) -> Result<Account, String> {
    text.parse().map_err(|error: fundtrail::types::AddressError| error.to_string())
}
