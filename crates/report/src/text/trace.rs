//! The note of a trace: what was asked, where the value went, whom it reached, why to look, what was not searched.

use fundtrail_types::{TraceAnswer, Way};

use crate::{Options, names::Names, words};

use super::{certificate, fates, findings, page::Page, shared, sources, targets};

/// The whole note.
pub(crate) fn trace(answer: &TraceAnswer, options: &Options) -> String {
    let names = Names::new(&answer.assets, answer.question.home());
    let mut page = Page::default();
    page.line(words::question(&answer.question, &names));
    match answer.question.way {
        Way::Forward => {
            seeds(&mut page, answer, &names);
            fates::section(&mut page, answer, &names, options);
        }
        Way::Backward => {
            sources::asked(&mut page, answer, &names);
            sources::section(&mut page, answer, &names, options);
        }
    }
    shared::section(&mut page, answer, &names, options);
    targets::section(&mut page, answer, &names, options);
    findings::section(&mut page, &answer.findings, options);
    page.title("What was not searched");
    certificate::lines(&mut page, &answer.certificate, &names, options);
    page.finish()
}

fn seeds(page: &mut Page, answer: &TraceAnswer, names: &Names<'_>) {
    page.title("Seeds");
    if answer.seeds.is_empty() {
        page.line("  none: the data shows nothing to follow from this account");
    }
    for (index, seed) in answer.seeds.iter().enumerate() {
        let amount = names.amount(&seed.asset, seed.amount_raw);
        let is_only = answer.question.accounts().collect::<Vec<_>>() == [&seed.account];
        let of = if is_only { String::new() } else { format!(", {}", words::seed_of(answer, seed, names)) };
        page.line(format!("  #{index}  {amount}  in {}{of}", words::count(seed.movements, "movement")));
    }
}
