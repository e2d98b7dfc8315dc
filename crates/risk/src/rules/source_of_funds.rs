//! Source of funds: what an account received came from an account that somebody lists, attributes or alleges.
//!
//! Source: the question of where customers' funds come from that every anti-money-laundering programme asks. Direct is one hop,
//! indirect is more. Only what the data shows is told: what nobody knows the source of is told as that, and accuses nobody.

use std::collections::BTreeMap;

use fundtrail_types::{
    Account, Amount, Asset, Fate, Finding, FlowPath, Label, Method, PathAmount, ReachState, SeedAmount, Subject,
    Target, TraceAnswer, Way,
};

use crate::{rules::exposure, words};

const RULE: &str = "source_of_funds";

/// One finding for every flagged account that is a source, and every account that was asked about and got something of it.
pub(crate) fn find(answer: &TraceAnswer) -> Vec<Finding> {
    if answer.question.way != Way::Backward {
        return Vec::new();
    }
    let sources = answer.targets.iter().filter(|target| target.state != ReachState::NotReached);
    let mut accounts: Vec<&Account> = answer.asked.iter().map(|asked| &asked.account).collect();
    accounts.sort();
    accounts.dedup();
    let finding = |target| accounts.iter().filter_map(move |asked| finding(answer, target, asked)).collect::<Vec<_>>();
    sources.flat_map(finding).collect()
}

fn finding(answer: &TraceAnswer, target: &Target, asked: &Account) -> Option<Finding> {
    let labels: Vec<Label> = target.labels.iter().filter(|label| label.class.is_flagged()).cloned().collect();
    let heaviest = labels.iter().min_by_key(|label| label.class)?;
    let amounts = amounts(answer, target, asked);
    let paths: Vec<FlowPath> = target.paths.iter().filter(|path| ends_at(answer, path, asked)).cloned().collect();
    if amounts.is_empty() && paths.is_empty() {
        return None;
    }
    let summary = summary(answer, target, asked, heaviest, &amounts);
    Some(Finding {
        rule: RULE.to_owned(),
        severity: exposure::severity(heaviest.class, target.state),
        subject: Subject { from: target.account.clone(), reached: asked.clone() },
        summary,
        standing_then: words::standings(&labels, &target.arrived_on),
        standing_now: words::standings(&labels, &[Some(answer.question.as_of)]),
        state: target.state,
        hops: target.hops.unwrap_or_default(),
        amounts,
        paths,
        refuted_by: "a movement on the path shown not to have happened, or history that is missing here and shows that other value was \
                     paid on; the list or authority correcting its entry"
            .to_owned(),
        labels,
    })
}

fn ends_at(answer: &TraceAnswer, path: &FlowPath, asked: &Account) -> bool {
    let last = path.movements.last().and_then(|index| answer.flow.movements.get(*index));
    last.is_some_and(|last| last.to.as_ref() == Some(asked))
}

/// What of that which an account received is the source's, per conserving method and asset.
fn amounts(answer: &TraceAnswer, target: &Target, asked: &Account) -> Vec<PathAmount> {
    let mut amounts = Vec::new();
    for method in answer.methods.iter().filter(|method| method.method.conserves()) {
        let mut sums: BTreeMap<&Asset, SeedAmount> = BTreeMap::new();
        for end in &method.dispositions {
            let is_his = answer.seeds.get(end.seed).is_some_and(|seed| seed.account == target.account);
            if is_his && end.fate == Fate::Asked && end.account.as_ref() == Some(asked) {
                let sum = sums.entry(&end.asset).or_default();
                sum.held_raw = sum.held_raw.saturating_add(end.held_raw);
                sum.seed_raw = sum.seed_raw.saturating_add(end.seed_raw);
            }
        }
        let told =
            |(asset, amount): (&Asset, SeedAmount)| PathAmount { method: method.method, asset: asset.clone(), amount };
        amounts.extend(sums.into_iter().filter(|(_, sum)| !sum.held_raw.is_zero()).map(told));
    }
    amounts
}

fn summary(answer: &TraceAnswer, target: &Target, asked: &Account, label: &Label, amounts: &[PathAmount]) -> String {
    let way = match target.hops {
        Some(1) => "directly, in one hop".to_owned(),
        hops => format!("indirectly, over {} hops", hops.unwrap_or_default()),
    };
    let accused = words::class(label.class);
    let who = format!("{} ({}: {accused}, says {})", target.account.address, label.entity, label.source);
    if amounts.is_empty() {
        return format!(
            "{} was paid by accounts that {who} had paid, {way} (poison: reach, not amount)",
            asked.address
        );
    }
    let of = |sum: &PathAmount| {
        let all: Amount = answer
            .asked
            .iter()
            .filter(|one| (&one.account, &one.asset) == (asked, &sum.asset))
            .map(|one| one.amount_raw)
            .sum();
        let (part, all) =
            (words::amount(answer, &sum.asset, sum.amount.held_raw), words::amount(answer, &sum.asset, all));
        format!("{part} of {all} under {}", Method::name(sum.method))
    };
    let each: Vec<String> = amounts.iter().map(of).collect();
    format!("what {} received came {way} from {who}: {}", asked.address, each.join(", "))
}
