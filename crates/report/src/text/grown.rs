//! What a case has grown by: a saved answer against a new one to the same starts.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_types::{Account, Amount, Asset, Fate, Method, ReachState, TraceAnswer};

use crate::{Options, names::Names, words};

use super::page::Page;

/// The lines, under a title.
pub(crate) fn grown(before: &TraceAnswer, now: &TraceAnswer, options: &Options) -> String {
    let names = Names::new(&now.assets, now.question.home());
    let mut page = Page::default();
    page.title("What the case has grown by");
    let counts = |answer: &TraceAnswer| (answer.flow.accounts.len(), answer.flow.movements.len());
    let ((accounts, movements), (accounts_now, movements_now)) = (counts(before), counts(now));
    page.line(format!(
        "  {} and {}, before {} and {}",
        words::count(accounts_now, "account"),
        words::count(movements_now, "movement"),
        words::count(accounts, "account"),
        words::count(movements, "movement")
    ));
    let known: BTreeMap<&Account, ReachState> = before.targets.iter().map(|one| (&one.account, one.state)).collect();
    let risen = now.targets.iter().filter_map(|target| {
        let was = known.get(&target.account).copied().unwrap_or(ReachState::NotReached);
        let account = names.account_with(&target.account, &target.labels, now.question.as_of);
        (was != target.state)
            .then(|| format!("{account}: {}, before {}", words::state(target.state), words::state(was)))
    });
    let risen: Vec<String> = risen.collect();
    if risen.is_empty() {
        page.line("  no flagged account is reached otherwise than before");
    }
    page.list("  ", &risen, options);
    let (ended, ended_now) = (ended(before), ended(now));
    for key in ended.keys().chain(ended_now.keys()).collect::<BTreeSet<_>>() {
        let amount =
            |sums: &BTreeMap<(Method, Asset), Amount>| names.amount(&key.1, sums.get(key).copied().unwrap_or_default());
        page.line(format!("  ends for want of data, by {}: {}, before {}", key.0, amount(&ended_now), amount(&ended)));
    }
    page.finish()
}

/// How much of the seeds ends where the data does.
fn ended(answer: &TraceAnswer) -> BTreeMap<(Method, Asset), Amount> {
    let mut sums: BTreeMap<(Method, Asset), Amount> = BTreeMap::new();
    for method in &answer.methods {
        for end in method.dispositions.iter().filter(|end| end.fate == Fate::DataEnds) {
            let Some(seed) = answer.seeds.get(end.seed) else { continue };
            let sum = sums.entry((method.method, seed.asset.clone())).or_default();
            *sum = sum.saturating_add(end.seed_raw);
        }
    }
    sums
}
