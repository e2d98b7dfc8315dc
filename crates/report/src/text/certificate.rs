//! What was searched and what was not. Stands under every note: "nothing found" is never said without it.

use fundtrail_types::{Certificate, Claim, Gap};

use crate::{Options, clean::clean, names::Names, words::count};

use super::page::Page;

/// So many of each kind of gap are named: they show what kind it is, the number shows how grave. Unknown inflows are
/// all named, up to the length of a table, because each is an amount that could change the answer.
const GAPS_NAMED_MAX: usize = 3;

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

/// Gaps by kind. The match is the list of kinds: a new one does not go unreported.
fn gaps(page: &mut Page, gaps: &[Gap], names: &Names<'_>, options: &Options) {
    if gaps.is_empty() {
        page.line("  - no gaps are known");
    }
    let (mut ends, mut inflows, mut orders, mut again) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut heights, mut timed, mut unopened, mut unverified, mut timeless) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), 0);
    for gap in gaps {
        match gap {
            Gap::NoCoverage { account, asset } => {
                ends.push(format!("{} ({})", names.account(account), names.unit(asset)))
            }
            Gap::UnknownInflow { account, asset, amount_raw } => {
                inflows.push(format!("{}: {}", names.account(account), names.amount(asset, *amount_raw)));
            }
            Gap::UnknownOrder { account, height } => orders.push(format!("{} at {height}", names.account(account))),
            Gap::UnknownHeight { account, before } => {
                heights.push(format!("{} before {before}", names.account(account)));
            }
            Gap::PlacedByTime { account, movements } => {
                timed.push(format!("{}: {}", names.account(account), count(*movements, "movement")));
            }
            Gap::CountedAgain { account } => again.push(names.account(account)),
            Gap::NotOpened { account } => unopened.push(names.account(account)),
            Gap::UnverifiedAsset { asset, movements } => {
                unverified.push(format!("{} in {}", names.unit(asset), count(*movements, "movement")));
            }
            Gap::NoTimes { movements } => timeless += movements,
        }
    }
    let few = Options { rows_max: GAPS_NAMED_MAX.min(options.rows_max), ..*options };
    let mut group = |number: &str, what: &str, items: &[String], options: &Options| {
        if !items.is_empty() {
            page.line(format!("  - {}: {what}", count(items.len(), number)));
            page.list("      ", items, options);
        }
    };
    group("dead end", "value arrived, but what was paid out is not in the data", &ends, &few);
    group("unknown inflow", "paid out beyond what is known to have been received", &inflows, options);
    group("height", "the order of in- and outflows is not known, a fixed stand-in was used", &orders, &few);
    group("movement", "the height is not known, only one before which it happened", &heights, &few);
    group("account", "movements stand where their time puts them, because no source gave their block", &timed, &few);
    group("account", "not opened because of the limit on size", &unopened, &few);
    group("flagged account", "what left it and came back is counted again in its amounts", &again, &few);
    group("token", "paid out where the trace began, but no table knows it: name it to follow it", &unverified, &few);
    if timeless > 0 {
        page.line(format!(
            "  - {}: without a time, so a listing's standing then is unknown",
            count(timeless, "movement")
        ));
    }
}
