//! Flagged accounts: who says what about each, and whether and how much of the value reached it.

use std::cmp::Reverse;

use fundtrail_types::{Amount, Method, ReachState, Target, TraceAnswer, Way};

use crate::{Options, names::Names, words};

use super::{
    page::{Page, more},
    reach,
    table::{Column, table},
};

pub(super) fn section(page: &mut Page, answer: &TraceAnswer, names: &Names<'_>, options: &Options) {
    let number = |state| answer.targets.iter().filter(|target| target.state == state).count();
    page.title("Flagged accounts");
    let all = words::count(answer.targets.len(), "flagged account");
    page.line(match answer.question.way {
        Way::Forward => format!(
            "  {all} in the store: {} proven, {} possible only, {} by poison only, {} not reached",
            number(ReachState::Proven),
            number(ReachState::Possible),
            number(ReachState::PoisonOnly),
            number(ReachState::NotReached)
        ),
        Way::Backward => format!(
            "  {all} in the store: {} proven to be sources, {} by poison only, {} no source that the data shows",
            number(ReachState::Proven),
            number(ReachState::PoisonOnly),
            number(ReachState::NotReached)
        ),
    });
    // On the way back, whoever is no source is counted and not listed: it would be everybody on the lists.
    let is_told = |target: &&Target| answer.question.way == Way::Forward || target.state != ReachState::NotReached;
    let mut targets: Vec<&Target> = answer.targets.iter().filter(is_told).collect();
    if targets.is_empty() {
        return;
    }
    if !answer.bounds.is_empty() {
        page.line(format!("  all together, under any rule: {}", reach::bounds(&answer.bounds, names)));
    }
    let methods = &answer.question.methods;
    targets.sort_by_cached_key(|target| {
        (Reverse(target.state), Reverse(weight(target, methods)), target.hops, target.account.clone())
    });
    let mut columns = vec![
        ("address".to_owned(), Column::Whole),
        ("who says what".to_owned(), Column::Prose),
        ("hops".to_owned(), Column::Number),
        ("state".to_owned(), Column::Whole),
    ];
    columns.extend(methods.iter().map(|method| (format!("proven by {method}"), Column::Number)));
    columns.push(("possible, at most".to_owned(), Column::Number));
    let rows: Vec<_> = targets.iter().take(options.rows_max).map(|target| row(target, answer, names)).collect();
    page.line("");
    page.line(table(&columns, &rows, options.width));
    if let Some(more) = more(targets.len(), options) {
        page.line(more);
    }
}

fn row(target: &Target, answer: &TraceAnswer, names: &Names<'_>) -> Vec<String> {
    let methods = &answer.question.methods;
    let labels: Vec<String> = target.labels.iter().map(|label| words::label(label, answer.question.as_of)).collect();
    let mut row = vec![
        names.account(&target.account),
        if labels.is_empty() { "nobody says anything".to_owned() } else { labels.join("\n") },
        target.hops.map_or_else(|| "-".to_owned(), |hops| hops.to_string()),
        words::state(target.state).to_owned(),
    ];
    row.extend(methods.iter().map(|&method| reach::proven(&target.reaches, method, names).join("\n")));
    row.push(reach::possible(&target.reaches, methods, names).join("\n"));
    row
}

/// Ranks targets without adding up different assets: per conserving method in the order asked, what is proven of the
/// first seed, then of the second, and so on, in units of that seed; last what is possible, asset by asset.
fn weight(target: &Target, methods: &[Method]) -> (Vec<Vec<Amount>>, Vec<Amount>) {
    let of_method = |method: Method| target.reaches.iter().filter(move |reach| reach.method == method);
    let proven = |method: Method| {
        let parts: Vec<_> = of_method(method).flat_map(|reach| &reach.proven).collect();
        let seeds = parts.iter().map(|(seed, _)| seed + 1).max().unwrap_or_default();
        let of_seed = |index: usize| parts.iter().filter(move |(seed, _)| *seed == index);
        (0..seeds).map(|index| of_seed(index).map(|(_, part)| part.seed_raw).sum()).collect()
    };
    let conserving = || methods.iter().copied().filter(|method| method.conserves());
    let possible = conserving().flat_map(of_method).map(|reach| reach.possible_raw).collect();
    (conserving().map(proven).collect(), possible)
}
