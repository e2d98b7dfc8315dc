//! Exposure: traced value reached an account that somebody lists, attributes or alleges.
//!
//! Source: the use of "direct" and "indirect exposure" in compliance. Direct is one hop, indirect is more. Only what
//! the data proves escalates; what could have come from unknown inflow is named, and is worth a look.

use std::collections::BTreeSet;

use fundtrail_types::{
    Account, Amount, Asset, Class, Finding, Label, Method, PathAmount, ReachState, Seed, SeedAmount, Severity, Start,
    Subject, Target, TraceAnswer, Way,
};

use crate::words;

const RULE: &str = "exposure";

/// One finding for every flagged account that was reached, proven or possible, and every account whose value did.
pub(crate) fn find(answer: &TraceAnswer) -> Vec<Finding> {
    if answer.question.way != Way::Forward {
        return Vec::new();
    }
    let accounts: BTreeSet<&Account> = answer.seeds.iter().map(|seed| &seed.account).collect();
    let reached = answer.targets.iter().filter(|target| target.state != ReachState::NotReached);
    let finding = |target| accounts.iter().filter_map(move |from| finding(answer, from, target)).collect::<Vec<_>>();
    reached.flat_map(finding).collect()
}

/// What is said of one account alone where several began.
fn of_account(answer: &TraceAnswer, from: &Account, target: &Target) -> Option<Target> {
    let is_his = |seed: usize| answer.seeds.get(seed).is_some_and(|seed| seed.account == *from);
    if answer.seeds.iter().all(|seed| seed.account == *from) {
        return Some(target.clone());
    }
    let mut his = target.clone();
    for reach in &mut his.reaches {
        reach.proven.retain(|(seed, _)| is_his(*seed));
    }
    his.paths.retain(|path| path.seed.is_none_or(is_his));
    let proven = his.reaches.iter().any(|reach| !reach.proven.is_empty());
    // What is possible is so for every account where the trace began.
    (proven || his.state == ReachState::Possible).then_some(his)
}

fn finding(answer: &TraceAnswer, from: &Account, target: &Target) -> Option<Finding> {
    let target = &of_account(answer, from, target)?;
    let labels: Vec<Label> = target.labels.iter().filter(|label| label.class.is_flagged()).cloned().collect();
    let heaviest = labels.iter().min_by_key(|label| label.class)?;
    let now = [Some(answer.question.as_of)];
    let amounts = proven_amounts(target);
    Some(Finding {
        rule: RULE.to_owned(),
        severity: severity(heaviest.class, target.state),
        subject: Subject { from: from.clone(), reached: target.account.clone() },
        summary: summary(answer, from, target, heaviest, &amounts),
        standing_then: words::standings(&labels, &target.arrived_on),
        standing_now: words::standings(&labels, &now),
        state: target.state,
        hops: target.hops.unwrap_or_default(),
        amounts,
        paths: target.paths.clone(),
        refuted_by: refuted_by(heaviest, target.state),
        labels,
    })
}

/// How heavy it is to have reached an account of a class.
pub(crate) fn severity(class: Class, state: ReachState) -> Severity {
    match (class, state) {
        (_, ReachState::NotReached | ReachState::PoisonOnly) => Severity::Info,
        (Class::AllegedDprk, ReachState::Proven) => Severity::Review,
        (Class::AllegedDprk | Class::Service, _) => Severity::Info,
        (_, ReachState::Proven) => Severity::Escalate,
        _ => Severity::Review,
    }
}

/// What is proven to have arrived per conserving method and asset, over all seeds.
fn proven_amounts(target: &Target) -> Vec<PathAmount> {
    let sum = |reach: &fundtrail_types::Reach| {
        let amount = reach.proven.iter().fold(SeedAmount::default(), |sum, (_, part)| SeedAmount {
            held_raw: sum.held_raw.saturating_add(part.held_raw),
            seed_raw: sum.seed_raw.saturating_add(part.seed_raw),
        });
        PathAmount { method: reach.method, asset: reach.asset.clone(), amount }
    };
    target
        .reaches
        .iter()
        .filter(|reach| reach.method.conserves())
        .map(sum)
        .filter(|sum| !sum.amount.held_raw.is_zero())
        .collect()
}

fn summary(answer: &TraceAnswer, from: &Account, target: &Target, label: &Label, amounts: &[PathAmount]) -> String {
    let way = match target.hops {
        Some(1) => "directly, in one hop".to_owned(),
        hops => format!("indirectly, over {} hops", hops.unwrap_or_default()),
    };
    let accused = words::class(label.class);
    let who = format!("{} ({}: {accused}, says {})", target.account.address, label.entity, label.source);
    let told = value_of(answer, from);
    if target.state == ReachState::Possible {
        let most = most_possible(target)
            .into_iter()
            .map(|(asset, amount)| format!("up to {}", words::amount(answer, &asset, amount)));
        let most: Vec<String> = most.collect();
        return format!(
            "value {told} could have reached {who} {way}, {}: an account on the way paid out more than it is known to have received; nothing is proven",
            most.join(" and ")
        );
    }
    if amounts.is_empty() {
        return format!("an account that value {told} had reached paid {who} {way} (poison: reach, not amount)");
    }
    let each: Vec<String> = amounts
        .iter()
        .map(|sum| format!("{} under {}", words::amount(answer, &sum.asset, sum.amount.held_raw), sum.method))
        .collect();
    format!("value {told} reached {who} {way}: {}", each.join(", "))
}

/// Whose value it is, by what it began with.
fn value_of(answer: &TraceAnswer, from: &Account) -> String {
    let mut his = answer.seeds.iter().filter(|seed| seed.account == *from);
    let is_paid = |seed: &Seed| {
        let start = seed.start.and_then(|index| answer.question.starts.get(index));
        matches!(start, None | Some(Start::Account { .. } | Start::Movement { .. }))
    };
    let did = if his.all(is_paid) { "paid out" } else { "received" };
    format!("{did} by {}", from.address)
}

/// The largest possible amount per asset, over the conserving methods.
fn most_possible(target: &Target) -> Vec<(Asset, Amount)> {
    let mut most: std::collections::BTreeMap<Asset, Amount> = std::collections::BTreeMap::new();
    for reach in target.reaches.iter().filter(|reach| Method::conserves(reach.method)) {
        let amount = most.entry(reach.asset.clone()).or_default();
        *amount = (*amount).max(reach.possible_raw);
    }
    most.into_iter().collect()
}

fn refuted_by(label: &Label, state: ReachState) -> String {
    let label = match label.class {
        Class::AllegedDprk => "the allegation being withdrawn or shown wrong",
        _ => "the list or authority correcting its entry",
    };
    match state {
        ReachState::Possible => {
            format!("full history of the accounts with unknown inflow that shows another source; {label}")
        }
        _ => format!(
            "a movement on the path shown not to have happened, or to have been paid from other value under the method that the case calls for; {label}"
        ),
    }
}
