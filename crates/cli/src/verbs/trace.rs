//! `fundtrail trace START...`: where value went, or where it came from.

use std::{collections::BTreeSet, fmt, path::PathBuf, str::FromStr};

use clap::Args;
use fundtrail::{
    QuestionDefaults, Reference, Store,
    types::{
        Account, Amount, Asset, Chain, Chosen, ConnectAnswer, Currency, Date, ExposureAnswer, Method, Question, Start,
        Time, TraceAnswer, Way,
    },
};
use fundtrail_report::Format;

use crate::{
    Outcome,
    args::{self, Database, FailOn, Flagged, Limits, Lists},
    case,
    fetch::Fetch,
    output::{self, Output},
    progress::{self, Stop},
    start::Typed,
};

/// Follow value from where it began, and say what became of every unit of it; or back to where it came from.
#[derive(Debug, Args)]
pub(crate) struct Trace {
    /// Where to begin: an account (an address, or CAIP-10 such as eip155:137:0x…), whose payments are followed; a transaction's id, for
    /// what was received in it; or one movement of it as ID#2, numbered as `fundtrail tx` lists them. Several are kept apart.
    #[arg(value_name = "START", required_unless_present = "extend")]
    starts: Vec<Typed>,
    /// Go on with a saved case, which is the JSON of an answer (--json, or --out CASE.json): the same question, with limits that are the
    /// larger ones of the case and of the command. What it has grown by is told at the end.
    #[arg(long, value_name = "CASE", conflicts_with_all = ["starts", "backward", "since", "until", "least", "most", "stop_at_flagged"])]
    extend: Option<PathBuf>,
    /// Look back instead: where did what an account received come from, or what was received in a transaction, or one movement?
    #[arg(long)]
    backward: bool,
    #[command(flatten)]
    span: Span,
    /// Let value end at every flagged account that it reaches, instead of following it on.
    #[arg(long)]
    stop_at_flagged: bool,
    #[command(flatten)]
    ask: Ask,
    #[command(flatten)]
    output: Output,
    /// Exit with 1 if there is a finding.
    #[arg(long, value_name = "WHAT")]
    fail_on: Option<FailOn>,
}

/// Which movements of the starts are followed.
#[derive(Debug, Args)]
pub(crate) struct Span {
    /// Only movements of the starts from this day or time on, as YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Time>,
    /// Only movements of the starts until this day or time, which belongs to them.
    #[arg(long, value_name = "TIME", value_parser = until)]
    until: Option<Time>,
    /// Only movements of the starts of at least so much, in base units of their asset.
    #[arg(long, value_name = "BASE_UNITS")]
    least: Option<Amount>,
    /// Only movements of the starts of at most so much, in base units of their asset.
    #[arg(long, value_name = "BASE_UNITS")]
    most: Option<Amount>,
}

impl Span {
    pub(crate) fn chosen(&self) -> Chosen {
        Chosen { since: self.since, until: self.until, least_raw: self.least, most_raw: self.most }
    }
}

/// What `trace`, `paths` and `exposure` all ask.
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
    /// Do not follow value into accounts with more movements than this, unless a label says what they are: they behave like services.
    #[arg(long, value_name = "N", default_value_t = QuestionDefaults::HUB_MOVEMENTS)]
    hub: u64,
    /// Follow value through mixers too, where a table of crossings asserts which withdrawal is of which deposit.
    #[arg(long)]
    through_mixers: bool,
    #[command(flatten)]
    fetch: Fetch,
    /// Open at most so many accounts.
    #[arg(long, value_name = "N", default_value_t = QuestionDefaults::ACCOUNTS_MAX)]
    accounts: usize,
    /// Hold what is found on the way in so many MiB of memory, and stop there; 0 for no limit. The database takes up to 256 MiB more.
    #[arg(long, value_name = "MIB", default_value_t = QuestionDefaults::MEMORY_MAX >> 20)]
    memory: u64,
    /// Tell of at most so many reached targets between which amounts what reached them lies, whatever method one argues for; 0 for
    /// none.
    #[arg(long, value_name = "N", default_value_t = QuestionDefaults::BOUNDS_MAX)]
    bounds: usize,
    /// List at most so many paths for each target.
    #[arg(long, value_name = "N", default_value_t = QuestionDefaults::PATHS_MAX)]
    paths: usize,
}

impl Ask {
    fn question(&self, way: Way, starts: Vec<Start>) -> anyhow::Result<Question> {
        let chains: BTreeSet<Chain> = starts.iter().map(Start::chain).collect();
        let assets = self.asset.iter().map(|text| assets_on(&chains, text)).collect::<Result<Vec<_>, _>>()?.concat();
        Ok(Question {
            assets,
            methods: self.method.0.clone(),
            hops_max: self.limits.hops,
            accounts_max: self.accounts,
            memory_max: (self.memory > 0).then_some(self.memory.saturating_mul(1 << 20)),
            hub_movements: self.hub,
            through_mixers: self.through_mixers,
            dust_raw: self.dust,
            paths_max: self.paths,
            bounds_max: self.bounds,
            ..QuestionDefaults::starting(way, starts, self.lists.as_of()?)
        })
    }

    /// Answers the question, with progress on a terminal.
    pub(crate) fn answer(&self, typed: &[Typed], asked: &dyn Fn(Question) -> Question) -> anyhow::Result<Answered> {
        let reference = self.reference(typed, &|question| vec![asked(question)])?;
        let store = self.db.read()?;
        ask(&store, &reference, &asked(self.starting(&store, typed)?))
    }

    /// What the answer is joined with; before that, what the questions lack is loaded, if that was asked for.
    fn reference(&self, typed: &[Typed], questions: &dyn Fn(Question) -> Vec<Question>) -> anyhow::Result<Reference> {
        let mut reference = self.lists.reference()?;
        if self.fetch.is_asked() {
            self.db.load(|store| {
                let questions = questions(self.starting(store, typed)?);
                self.fetch.run(store, &mut reference, &questions)
            })?;
        }
        Ok(reference)
    }

    /// The question about what was typed, forward.
    fn starting(&self, store: &Store, typed: &[Typed]) -> anyhow::Result<Question> {
        let starts = typed.iter().map(|one| one.start(store)).collect::<anyhow::Result<_>>()?;
        self.question(Way::Forward, starts)
    }

    /// Answers how two accounts are connected, and whether rows of the lists were rejected.
    pub(crate) fn connect(&self, one: &Account, other: &Account) -> anyhow::Result<(ConnectAnswer, bool)> {
        let typed = [one, other].map(|account| Typed::Account(account.clone()));
        let reference = self.reference(&typed, &both_ways)?;
        let store = self.db.read()?;
        known(&store, one)?;
        known(&store, other)?;
        let question = self.starting(&store, &typed)?;
        let accounts = [one.clone(), other.clone()];
        let answer = with_progress(|go_on| fundtrail::connect(&store, &reference, &question, accounts, go_on))?;
        Ok((answer, !reference.problems().is_empty()))
    }

    /// Answers what was sent and received, and whether rows of the lists were rejected.
    pub(crate) fn exposure(
        &self,
        typed: &[Typed],
        chosen: Chosen,
        currency: Currency,
    ) -> anyhow::Result<(ExposureAnswer, bool)> {
        let asked = |question| both_ways(Question { chosen, stop_at_flagged: true, ..question });
        let reference = self.reference(typed, &asked)?;
        let store = self.db.read()?;
        let question = Question { chosen, ..self.starting(&store, typed)? };
        let answer = with_progress(|go_on| fundtrail::exposure(&store, &reference, &question, currency, go_on))?;
        Ok((answer, !reference.problems().is_empty()))
    }

    /// Answers for one target: it counts as flagged, so that it is looked for whoever it is.
    pub(crate) fn answer_about(&self, from: Account, to: &Account) -> anyhow::Result<Answered> {
        let asked = |question| Question { also: vec![to.clone()], ..question };
        let typed = [Typed::Account(from)];
        let reference = self.reference(&typed, &|question| vec![asked(question)])?;
        let store = self.db.read()?;
        known(&store, to)?;
        ask(&store, &reference, &asked(self.starting(&store, &typed)?))
    }
}

/// What they sent, and what they received.
fn both_ways(question: Question) -> Vec<Question> {
    [Way::Forward, Way::Backward].map(|way| Question { way, ..question.clone() }).to_vec()
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

/// A day, from its first second on, or a time.
fn since(text: &str) -> Result<Time, String> {
    match text.parse::<Date>() {
        Ok(day) => Ok(day.start()),
        Err(day) => text.parse().map_err(|_| format!("{day}, or a time such as `2025-02-21T14:29:47Z`")),
    }
}

/// A day, until its last second, or a time.
fn until(text: &str) -> Result<Time, String> {
    match text.parse::<Date>() {
        Ok(day) => Ok(day.end()),
        Err(_) => since(text),
    }
}

/// An asset by its whole name, or what a short name is on each of the chains where the trace begins.
fn assets_on(chains: &BTreeSet<Chain>, text: &str) -> anyhow::Result<Vec<Asset>> {
    if text.contains('/') {
        let asset: Asset = text.parse().map_err(anyhow::Error::msg)?;
        let names = chains.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        anyhow::ensure!(
            chains.contains(&asset.chain),
            "{asset} is of another chain than the account: name an asset of {names}"
        );
        return Ok(vec![asset]);
    }
    let on: Vec<_> = chains.iter().map(|chain| Asset::parse(*chain, text)).collect();
    // A contract of one chain is no asset of a chain of another family.
    if on.iter().any(Result::is_ok) {
        return Ok(on.into_iter().flatten().collect());
    }
    Ok(on.into_iter().collect::<Result<_, _>>()?)
}

/// An answer, and what the exit code tells of its input.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) answer: TraceAnswer,
    /// Rows of the lists were rejected.
    pub(crate) lists_rejected: bool,
}

fn ask(store: &Store, reference: &Reference, question: &Question) -> anyhow::Result<Answered> {
    let answer = with_progress(|go_on| fundtrail::trace(store, reference, question, go_on))?;
    Ok(Answered { answer, lists_rejected: !reference.problems().is_empty() })
}

/// Refuses an account that the database does not hold: the answer would be that nothing was found, as if the data could have shown
/// something.
fn known(store: &Store, account: &Account) -> anyhow::Result<()> {
    if store.account_id(account)?.is_none() {
        anyhow::bail!(
            "the database holds nothing about {account}: check the address and its chain, or load data that holds it"
        );
    }
    Ok(())
}

/// Does work that counts movements, with progress on a terminal and until ctrl-C.
fn with_progress<T>(
    work: impl FnOnce(&mut dyn FnMut(u64) -> bool) -> Result<T, fundtrail::Error>,
) -> anyhow::Result<T> {
    let stop = Stop::listen()?;
    let bar = progress::count(None, "movements");
    let done = work(&mut |read| {
        bar.set_position(read);
        stop.go_on()
    });
    bar.finish_and_clear();
    Ok(done?)
}

impl Trace {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let way = if self.backward { Way::Backward } else { Way::Forward };
        let (chosen, stop_at_flagged) = (self.span.chosen(), self.stop_at_flagged);
        let before = self.extend.as_deref().map(case::saved).transpose()?;
        let asked = |question| match &before {
            Some(before) => case::extended(&before.question, question),
            None => Question { way, chosen, stop_at_flagged, ..question },
        };
        let Answered { answer, lists_rejected } = self.ask.answer(&self.starts, &asked)?;
        output::give(&self.output, |format, options| {
            let mut bytes = fundtrail_report::trace(&answer, format, options)?;
            if let Some(before) = before.as_ref().filter(|_| format == Format::Text) {
                bytes.extend(fundtrail_report::grown(before, &answer, options)?.into_bytes());
            }
            Ok(bytes)
        })?;
        Ok(args::outcome(self.fail_on.is_some() && answer.is_flagged(), lists_rejected))
    }
}
