//! `fundtrail trace FROM`: where what an account paid out went.

use std::{collections::BTreeSet, fmt, str::FromStr};

use clap::Args;
use fundtrail::{
    QuestionDefaults, Reference, Store,
    types::{Account, Amount, Asset, Chain, Method, Question, TraceAnswer},
};

use crate::{
    Outcome,
    args::{self, Database, FailOn, Flagged, Limits, Lists},
    output::{self, Output},
    progress::{self, Stop},
};

/// Follow what an account paid out, and say what became of every unit of it.
#[derive(Debug, Args)]
pub(crate) struct Trace {
    /// The account: an address, or CAIP-10 such as eip155:137:0x….
    #[arg(value_parser = args::account)]
    from: Account,
    #[command(flatten)]
    ask: Ask,
    #[command(flatten)]
    output: Output,
    /// Exit with 1 if there is a finding.
    #[arg(long, value_name = "WHAT")]
    fail_on: Option<FailOn>,
}

/// What `trace` and `paths` both ask.
#[derive(Debug, Args)]
pub(crate) struct Ask {
    #[command(flatten)]
    pub(crate) db: Database,
    #[command(flatten)]
    lists: Lists,
    #[command(flatten)]
    limits: Limits,
    /// Accounting methods, separated by commas; `all` for all of them: haircut, fifo, lifo, dirty-first, clean-first, poison.
    #[arg(long, value_name = "METHOD", default_value_t = Methods(Method::USUAL.to_vec()))]
    method: Methods,
    /// Follow only this asset: `native`, a contract or a mint, or its whole name as answers tell it; may be given several
    /// times. Default: the native coin and every token that a token table vouches for.
    #[arg(long, value_name = "ASSET")]
    asset: Vec<String>,
    /// Do not follow pieces under this amount, in base units of their asset.
    #[arg(long, value_name = "BASE_UNITS", default_value = "0")]
    dust: Amount,
    /// Open at most so many accounts.
    #[arg(long, value_name = "N", default_value_t = QuestionDefaults::ACCOUNTS_MAX)]
    accounts: usize,
    /// Tell of at most so many reached targets between which amounts what reached them lies, whatever method one argues for; 0 for
    /// none.
    #[arg(long, value_name = "N", default_value_t = QuestionDefaults::BOUNDS_MAX)]
    bounds: usize,
    /// List at most so many paths for each target.
    #[arg(long, value_name = "N", default_value_t = QuestionDefaults::PATHS_MAX)]
    paths: usize,
}

impl Ask {
    fn question(&self, from: Account) -> anyhow::Result<Question> {
        let assets = self.asset.iter().map(|text| asset_on(from.chain, text)).collect::<Result<_, _>>()?;
        Ok(Question {
            assets,
            methods: self.method.0.clone(),
            hops_max: self.limits.hops,
            accounts_max: self.accounts,
            dust_raw: self.dust,
            paths_max: self.paths,
            bounds_max: self.bounds,
            ..QuestionDefaults::question(from, self.lists.as_of()?)
        })
    }

    /// Answers the question, with progress on a terminal.
    pub(crate) fn answer(&self, from: Account) -> anyhow::Result<Answered> {
        let question = self.question(from)?;
        let reference = self.lists.reference()?;
        let store = self.db.read()?;
        ask(&store, &reference, &question)
    }

    /// Answers for one target: it counts as flagged, so that it is looked for whoever it is.
    pub(crate) fn answer_about(&self, from: Account, to: &Account) -> anyhow::Result<Answered> {
        let question = Question { also: vec![to.clone()], ..self.question(from)? };
        let reference = self.lists.reference()?;
        let store = self.db.read()?;
        // Without this, the answer would be that no path was found, as if the data could have shown one.
        if store.account_id(to)?.is_none() {
            anyhow::bail!(
                "the database holds nothing about {to}: check the address and its chain, or load data that holds it"
            );
        }
        ask(&store, &reference, &question)
    }
}

/// Each once, in the order in which answers list them.
#[derive(Clone, Debug)]
struct Methods(Vec<Method>);

impl FromStr for Methods {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self(Method::ALL.to_vec()));
        }
        let named = text.split(',').map(str::parse).collect::<Result<BTreeSet<Method>, _>>()?;
        Ok(Self(named.into_iter().collect()))
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|method| method.name()).collect();
        f.write_str(&names.join(","))
    }
}

fn asset_on(chain: Chain, text: &str) -> anyhow::Result<Asset> {
    if !text.contains('/') {
        return Ok(Asset::parse(chain, text)?);
    }
    let asset: Asset = text.parse().map_err(anyhow::Error::msg)?;
    anyhow::ensure!(asset.chain == chain, "{asset} is of another chain than the account: name an asset of {chain}");
    Ok(asset)
}

/// An answer, and what the exit code tells of its input.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) answer: TraceAnswer,
    /// Rows of the lists were rejected.
    pub(crate) lists_rejected: bool,
}

fn ask(store: &Store, reference: &Reference, question: &Question) -> anyhow::Result<Answered> {
    let stop = Stop::listen()?;
    let bar = progress::count(None, "movements");
    let answer = fundtrail::trace(store, reference, question, &mut |read| {
        bar.set_position(read);
        stop.go_on()
    });
    bar.finish_and_clear();
    Ok(Answered { answer: answer?, lists_rejected: !reference.problems().is_empty() })
}

impl Trace {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let Answered { answer, lists_rejected } = self.ask.answer(self.from)?;
        output::give(&self.output, |format, options| fundtrail_report::trace(&answer, format, options))?;
        Ok(args::outcome(self.fail_on.is_some() && answer.is_flagged(), lists_rejected))
    }
}
