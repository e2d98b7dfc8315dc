//! What was searched and what was not. Stands under every note: "nothing found" is never said without it.

use fundtrail_types::{Candidates, Certificate, Claim, Gap};

use crate::{
    Options,
    clean::clean,
    names::{self, Names},
    words::{self, count, list},
};

use super::page::Page;

/// So many of each kind of gap are named: they show what kind it is, the number shows how grave. Unknown inflows are
/// all named, up to the length of a table, because each is an amount that could change the answer.
const GAPS_NAMED_MAX: usize = 3;

/// So many ranges of heights are named in one line: more make a line that nobody reads, and JSON has them all.
const RANGES_NAMED_MAX: usize = 3;

/// One bullet each: what was read, how far, by whose word, what is missing, what the sources say of themselves.
pub(super) fn lines(page: &mut Page, certificate: &Certificate, names: &Names<'_>, options: &Options) {
    page.line(format!(
        "  - {} opened, {} read",
        count(certificate.accounts_opened, "account"),
        count(certificate.movements_read, "movement")
    ));
    for (chain, low, high) in &certificate.heights {
        page.line(format!("  - {}: blocks {low} to {high}", clean(chain)));
    }
    coverage(page, certificate);
    gaps(page, &certificate.gaps, names, options);
    for statement in &certificate.statements {
        page.line(format!("  - stated: {}", clean(statement)));
    }
}

fn coverage(page: &mut Page, certificate: &Certificate) {
    if certificate.coverage.is_empty() {
        page.line("  - no source says what it covers");
        return;
    }
    let mut sources: Vec<&str> = certificate.coverage.iter().map(|coverage| coverage.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let number = |claim| certificate.coverage.iter().filter(|coverage| coverage.claim == claim).count();
    page.line(format!(
        "  - {} of coverage, {} verified as complete, {} as published: {}",
        count(certificate.coverage.len(), "claim"),
        number(Claim::Complete),
        number(Claim::Listed),
        clean(&sources.join(", "))
    ));
}

/// Gaps by kind, one line each. The match that fills it is the list of kinds: a new one does not go unreported.
#[derive(Default)]
struct Groups {
    ends: Vec<String>,
    inner: Vec<String>,
    inflows: Vec<String>,
    unexplained: Vec<String>,
    orders: Vec<String>,
    heights: Vec<String>,
    timed: Vec<String>,
    unopened: Vec<String>,
    stopped: Vec<String>,
    again: Vec<String>,
    hubs: Vec<String>,
    unjoined: Vec<String>,
    shared: Vec<String>,
    candidates: Vec<String>,
    rounds: Option<u32>,
    unlisted: Vec<String>,
    untold: Vec<String>,
    unchosen: Vec<String>,
    unbounded: Vec<String>,
    unverified: Vec<String>,
    shares: Vec<String>,
    tangled: Vec<String>,
    timeless: usize,
}

impl Groups {
    fn push(&mut self, gap: &Gap, names: &Names<'_>) {
        match gap {
            Gap::NoCoverage { account, asset } => {
                self.ends.push(format!("{} ({})", names.account(account), names.unit(asset)))
            }
            Gap::InternalMissing { account, heights } => {
                self.inner.push(format!("{}: {}", names.account(account), ranges(heights)));
            }
            Gap::UnknownInflow { account, asset, amount_raw } => {
                self.inflows.push(format!("{}: {}", names.account(account), names.amount(asset, *amount_raw)));
            }
            Gap::Unexplained { account, asset, in_raw, out_raw } => {
                let ways = [("rose", in_raw), ("fell", out_raw)].into_iter().filter(|(_, amount)| !amount.is_zero());
                let ways: Vec<String> =
                    ways.map(|(way, amount)| format!("{way} by {}", names.amount(asset, *amount))).collect();
                self.unexplained.push(format!("{}: {}", names.account(account), list(&ways)));
            }
            Gap::UnknownOrder { account, height } => {
                self.orders.push(format!("{} at {height}", names.account(account)));
            }
            Gap::UnknownHeight { account, before } => {
                self.heights.push(format!("{} before {before}", names.account(account)));
            }
            Gap::PlacedByTime { account, movements } => {
                self.timed.push(format!("{}: {}", names.account(account), count(*movements, "movement")));
            }
            Gap::InflowsNotListed { account, asset } => {
                self.unlisted.push(format!("{} ({})", names.account(account), names.unit(asset)));
            }
            Gap::SourcesNotTold { method, sources } => {
                self.untold.push(format!("{method}: {}", count(*sources, "source")));
            }
            Gap::NotJoined { crossing, why } => {
                self.unjoined.push(format!("{}: {}", words::crossing(crossing), words::unjoined(why)));
            }
            Gap::CrossingShared { crossing } => self.shared.push(words::crossing(crossing)),
            Gap::BridgeCandidates(told) => self.candidates.push(candidates(told, names)),
            Gap::TooManyCrossings { rounds } => self.rounds = Some(*rounds),
            Gap::Hub { account } => self.hubs.push(names.account(account)),
            Gap::NotChosen { account, movements } => {
                self.unchosen.push(format!("{}: {}", names.account(account), count(*movements, "movement")));
            }
            Gap::CountedAgain { account } => self.again.push(names.account(account)),
            Gap::Unbounded { targets, why } => {
                self.unbounded.push(format!("of {}: {}", count(*targets, "flagged account"), words::unbounded(*why)));
            }
            Gap::SharesStandIn { tx } => self.shares.push(tx.to_string()),
            Gap::Tangled { tx } => self.tangled.push(tx.to_string()),
            Gap::Stopped { chain, height } => self.stopped.push(format!("{chain} at {height}")),
            Gap::NotOpened { account } => self.unopened.push(names.account(account)),
            Gap::UnverifiedAsset { asset, movements } => {
                self.unverified.push(format!("{} in {}", names.unit(asset), count(*movements, "movement")));
            }
            Gap::NoTimes { movements } => self.timeless += movements,
        }
    }
}

/// How many payments fit a deposit, and which.
fn candidates(told: &Candidates, names: &Names<'_>) -> String {
    let named = told.named.iter().map(|(chain, tx)| format!("tx {} of {chain}", names::tx(tx)));
    let fit = match (told.timeless, told.candidates) {
        (true, _) => "its time is not known, so none can be looked for".to_owned(),
        (false, 0) => "no payment elsewhere fits in the data".to_owned(),
        (false, number) => {
            let only = if told.mutual { ", which fits no other deposit" } else { "" };
            let more = if number > told.named.len() { " and others" } else { "" };
            format!(
                "{} elsewhere could be it{only}: {}{more}",
                count(number, "payment"),
                named.collect::<Vec<_>>().join(", ")
            )
        }
    };
    let cut = if told.cut { "; the bridge has more movements than were looked at" } else { "" };
    let amount = names.amount(&told.asset, told.amount_raw);
    format!(
        "{amount} into {} ({}, tx {}): {fit}{cut}",
        names.account(&told.account),
        clean(&told.bridge),
        names::tx(&told.tx)
    )
}

/// `blocks 10 to 20, 30 to 40`.
fn ranges(heights: &[(u64, u64)]) -> String {
    let mut named: Vec<String> =
        heights.iter().take(RANGES_NAMED_MAX).map(|(from, to)| format!("{from} to {to}")).collect();
    let more = heights.len() - named.len();
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    format!("blocks {}", named.join(", "))
}

fn gaps(page: &mut Page, gaps: &[Gap], names: &Names<'_>, options: &Options) {
    if gaps.is_empty() {
        page.line("  - no gaps are known");
    }
    let mut found = Groups::default();
    gaps.iter().for_each(|gap| found.push(gap, names));
    let few = &Options { rows_max: GAPS_NAMED_MAX.min(options.rows_max), ..*options };
    let mut group = |number: &str, what: &str, items: &[String], options: &Options| {
        if !items.is_empty() {
            page.line(format!("  - {}: {what}", count(items.len(), number)));
            page.list("      ", items, options);
        }
    };
    group("dead end", "value arrived, but what was paid out is not in the data", &found.ends, few);
    let inner = "nobody lists the inner calls of these blocks, so what went through a contract call is not in the answer: \
        ingest the blocks from a node that traces calls, or an explorer's list of internal transactions";
    group("account", inner, &found.inner, few);
    group("unknown inflow", "paid out beyond what is known to have been received", &found.inflows, options);
    let unexplained = "the balance changed by more than its movements tell: what it rose by so is not taken for clean";
    group("account", unexplained, &found.unexplained, few);
    let orders = "the order of in- and outflows is not known, a fixed stand-in was used";
    group("height", orders, &found.orders, few);
    group("movement", "the height is not known, only one before which it happened", &found.heights, few);
    let timed = "movements stand where their time puts them, because no source gave their block";
    group("account", timed, &found.timed, few);
    group("account", "not opened because of the limit on size", &found.unopened, few);
    let stopped = "the limit on memory was reached: nothing from this height on was followed; raise --memory";
    group("chain", stopped, &found.stopped, few);
    let unlisted = "nobody claims to list all that came in before, so there may be sources that nobody names";
    group("account", unlisted, &found.unlisted, few);
    group("method", "tells each source by itself, and there are too many: not told", &found.untold, few);
    let unjoined = "took traced value, and the way ends there";
    group("bridge or mixer", unjoined, &found.unjoined, few);
    let candidates = "no id joins it with what was paid out for it, and payments that only fit are not followed";
    group("bridge deposit", candidates, &found.candidates, few);
    let shared = "paid out several assets, and equal shares stand in for their values, which are not known";
    group("crossing", shared, &found.shared, few);
    let hubs =
        "behaves like a service, though no label says so: what reached it was not followed; raise --hub to follow it";
    group("account", hubs, &found.hubs, few);
    let unchosen =
        "movements without a time, so that nobody knows whether they are of the time asked: they were left out";
    group("account", unchosen, &found.unchosen, few);
    group("flagged account", "what left it and came back is counted again in its amounts", &found.again, few);
    let unverified = "paid out where the trace began, but no table knows it: name it to follow it";
    group("token", unverified, &found.unverified, few);
    let shares =
        "several assets were given for several, and equal shares stand in for their values, which are not known";
    group("transaction", shares, &found.shares, few);
    let tangled = "value went round in it, so it was followed leg by leg and may seem to rest in a router or pool";
    group("transaction", tangled, &found.tangled, few);
    for unbounded in &found.unbounded {
        page.line(format!("  - no bounds {unbounded}"));
    }
    if let Some(rounds) = found.rounds {
        page.line(format!("  - value went to and fro between chains: followed {rounds} times, and not to its end"));
    }
    if found.timeless > 0 {
        let number = count(found.timeless, "movement");
        page.line(format!("  - {number}: without a time, so a listing's standing then is unknown"));
    }
}
