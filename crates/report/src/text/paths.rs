//! The note on one target: whether and how it is reached, each path hop by hop.

use std::collections::BTreeMap;

use fundtrail_types::{
    Account, FlowMovement, FlowPath, Label, PathAmount, Reach, ReachState, Share, Target, TraceAnswer,
};

use crate::{
    Options,
    names::{self, Names},
    words,
};

use super::{
    certificate, findings,
    page::{Page, more},
    reach, stops,
};

/// The note. The answer has been narrowed to one target.
pub(crate) fn paths(answer: &TraceAnswer, options: &Options) -> String {
    let names = Names::new(&answer.assets, answer.question.home());
    let mut page = Page::default();
    page.line(words::question(&answer.question, &names));
    targets(&mut page, answer, &names, options);
    findings::section(&mut page, &answer.findings, options);
    page.title("What was not searched");
    certificate::lines(&mut page, &answer.certificate, &names, options);
    page.finish()
}

/// Whether and how each target is reached.
pub(super) fn targets(page: &mut Page, answer: &TraceAnswer, names: &Names<'_>, options: &Options) {
    for target in &answer.targets {
        head(page, target, answer, names, options);
        listed(page, target, answer, names, options);
    }
}

fn head(page: &mut Page, target: &Target, answer: &TraceAnswer, names: &Names<'_>, options: &Options) {
    page.title(format!("To {}", names.account(&target.account)));
    for label in &target.labels {
        page.line(format!("  {}", words::label(label, answer.question.as_of)));
    }
    let hops = target.hops.map_or_else(String::new, |hops| format!(", {} away", words::count(hops, "hop")));
    let first = target.first_time.map_or_else(String::new, |time| format!(", first at {time}"));
    page.line(format!("  {}{hops}{first}", words::state(target.state)));
    if target.reaches.is_empty() {
        return;
    }
    // Under poison alone an account was reached, but no value: a line "proven" would be taken for one.
    if target.state == ReachState::PoisonOnly {
        return;
    }
    for &method in &answer.question.methods {
        let proven = reach::proven(&target.reaches, method, names);
        page.line(format!("  proven by {method}: {}", proven.join(", ")));
    }
    let possible = reach::possible(&target.reaches, &answer.question.methods, names);
    page.line(format!("  possible, at most: {}", possible.join(", ")));
    if let Some(passed) = target.must_pass.as_ref().filter(|passed| !passed.is_empty()) {
        let passed: Vec<String> = passed.iter().map(|account| names.account(account)).collect();
        page.line(format!("  all of it had to pass through: {}", words::list(&passed)));
    }
    if !target.bounds.is_empty() {
        page.line(format!("  under any rule: {}", reach::bounds(&target.bounds, names)));
        target.bounds.iter().for_each(|bounds| stops::lines(page, bounds, names, options));
    }
    let received: Vec<_> = target.received.iter().map(|(asset, amount)| names.amount(asset, *amount)).collect();
    if !received.is_empty() {
        page.line(format!("  received in all: {}", received.join(", ")));
    }
}

fn listed(page: &mut Page, target: &Target, answer: &TraceAnswer, names: &Names<'_>, options: &Options) {
    let listed = target.paths.len();
    page.title(match target.paths_total {
        _ if target.state == ReachState::PoisonOnly && listed == 0 => {
            "Reach by poison only: no path carries value by a conserving method".to_owned()
        }
        Some(0) => "No path was found in what was searched".to_owned(),
        Some(total) => format!("{listed} of {} listed", words::count(total, "path")),
        None => format!("{} listed of more than can be counted", words::count(listed, "path")),
    });
    let mut labels: BTreeMap<&Account, &[Label]> =
        answer.flow.accounts.iter().map(|account| (&account.account, account.labels.as_slice())).collect();
    labels.insert(&target.account, &target.labels);
    let known = Known { answer, names, labels };
    for (number, path) in target.paths.iter().take(options.rows_max).enumerate() {
        one_path(page, number + 1, path, &known);
    }
    if let Some(more) = more(target.paths.len(), options) {
        page.line("");
        page.line(more);
    }
    let sums: Vec<String> = target.reaches.iter().filter_map(|reach| share(target, reach, names)).collect();
    if !sums.is_empty() {
        page.title("Along the listed paths together");
        sums.iter().for_each(|sum| page.line(format!("  {sum}")));
    }
}

/// What a hop needs to be told in full.
struct Known<'a> {
    answer: &'a TraceAnswer,
    names: &'a Names<'a>,
    labels: BTreeMap<&'a Account, &'a [Label]>,
}

fn one_path(page: &mut Page, number: usize, path: &FlowPath, known: &Known<'_>) {
    let seed = path.seed.and_then(|index| known.answer.seeds.get(index).map(|seed| (index, seed)));
    let start = match seed {
        Some((index, seed)) => format!("seed #{index}, {}", known.names.amount(&seed.asset, seed.amount_raw)),
        None => "an unknown inflow: possible, not proven".to_owned(),
    };
    page.title(format!("Path {number}, from {start}"));
    let hops = path.movements.iter().filter_map(|&index| known.answer.flow.movements.get(index));
    for (hop, movement) in hops.enumerate() {
        one_hop(page, hop + 1, movement, known);
        let carried = carried(movement, path.seed, known);
        let narrowest =
            if path.narrowest == Some(hop) && path.movements.len() > 1 { "; the narrowest of the path" } else { "" };
        page.line(format!("      traced of it: {}{narrowest}", reach::along(&carried, known.names)));
    }
    if seed.is_some() && path.along.is_empty() {
        page.line("  what came along this path alone, the methods asked do not tell");
        return;
    }
    let came = if seed.is_some() { "came along this path" } else { "could have come along this path" };
    page.line(format!("  {came}: {}", reach::along(&path.along, known.names)));
}

/// What a movement carried of a path's seed, or of unknown inflow, whichever way that came.
fn carried(movement: &FlowMovement, seed: Option<usize>, known: &Known<'_>) -> Vec<PathAmount> {
    let is_it = |share: &&Share| share.seed == seed && known.answer.question.methods.contains(&share.method);
    let told = |share: &Share| PathAmount { method: share.method, asset: movement.asset.clone(), amount: share.amount };
    movement.shares.iter().filter(is_it).map(told).collect()
}

fn one_hop(page: &mut Page, hop: usize, movement: &FlowMovement, known: &Known<'_>) {
    let named = |account| {
        let labels = known.labels.get(account).copied().unwrap_or_default();
        known.names.account_with(account, labels, known.answer.question.as_of)
    };
    let time = movement.time.map_or_else(|| "time unknown".to_owned(), |time| time.to_string());
    let before = match (movement.before_height, movement.after_height) {
        (true, _) => "before block",
        (false, true) => "after block",
        (false, false) => "block",
    };
    let order = match (movement.order_known, movement.after_height) {
        (true, _) => "",
        (false, true) => ", by its time alone",
        (false, false) => ", order within it not known",
    };
    page.line(format!("  {hop:>2}. {time} | {before} {}{order} | tx {}", movement.height, names::tx(&movement.tx)));
    let to = movement.to.as_ref().map_or_else(|| "no account".to_owned(), named);
    let amount = known.names.amount(&movement.asset, movement.amount_raw);
    let gave = movement.gave.as_deref().map(|(asset, amount)| known.names.amount(asset, *amount));
    match &gave {
        Some(gave) if movement.to.as_ref() == Some(&movement.from) => {
            page.line(format!("      {to}"));
            page.line(format!("      turned {gave} into {amount}"));
        }
        _ => {
            page.line(format!("      {} -> {to}", named(&movement.from)));
            let gave = gave.map(|gave| format!(", for which {gave} was given")).unwrap_or_default();
            page.line(format!("      moved {amount} ({}){gave}", movement.kind));
        }
    }
    if let Some((end, crossing)) = movement.crossing.as_deref() {
        page.line(format!("      {end}: {}", words::crossing(crossing)));
    }
    if !movement.through.is_empty() {
        let through: Vec<String> = movement.through.iter().map(named).collect();
        page.line(format!("      through {}", words::list(&through)));
    }
}

/// What came along the listed paths against all that reached, under one method in one asset, if it tells paths apart.
fn share(target: &Target, reach: &Reach, names: &Names<'_>) -> Option<String> {
    if reach.method.looks_at_taint() || reach.proven.is_empty() {
        return None;
    }
    let proven_paths = target.paths.iter().filter(|path| path.seed.is_some());
    let along = reach::held(proven_paths.flat_map(|path| &path.along), reach.method, &reach.asset);
    Some(format!(
        "{}: {} of {} that reached",
        reach.method,
        names.amount(&reach.asset, along),
        names.amount(&reach.asset, reach::total(reach))
    ))
}
