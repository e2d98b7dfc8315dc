//! Where the value of several starts meets.

use std::collections::BTreeMap;

use fundtrail_types::{Method, Shared, TraceAnswer, Way};

use crate::{Options, names::Names, words};

use super::page::{Page, more};

pub(super) fn section(page: &mut Page, answer: &TraceAnswer, names: &Names<'_>, options: &Options) {
    if answer.question.starts.len() < 2 {
        return;
    }
    page.title(match answer.question.way {
        Way::Forward => "Where several starts meet",
        Way::Backward => "Sources that several starts share",
    });
    if answer.shared.is_empty() {
        page.line("  nowhere that the data shows");
    }
    for shared in answer.shared.iter().take(options.rows_max) {
        one(page, shared, answer, names);
    }
    if let Some(more) = more(answer.shared.len(), options) {
        page.line(format!("  {more}"));
    }
}

fn one(page: &mut Page, shared: &Shared, answer: &TraceAnswer, names: &Names<'_>) {
    let known = answer.flow.accounts.iter().find(|account| account.account == shared.account);
    let labels = known.map(|known| known.labels.as_slice()).unwrap_or_default();
    page.line(format!("  {}", names.account_with(&shared.account, labels, answer.question.as_of)));
    let mut of: BTreeMap<usize, BTreeMap<Method, Vec<String>>> = BTreeMap::new();
    for part in &shared.parts {
        let amounts = of.entry(part.start).or_default().entry(part.method).or_default();
        amounts.push(names.amount(&part.asset, part.amount.held_raw));
    }
    for (start, methods) in of {
        let told: Vec<String> =
            methods.into_iter().map(|(method, amounts)| format!("{method} {}", words::list(&amounts))).collect();
        let start = answer.question.starts.get(start).map(|start| words::start(start, answer.question.way, names));
        page.line(format!("      of what {}: {}", start.unwrap_or_default(), told.join(", ")));
    }
}
