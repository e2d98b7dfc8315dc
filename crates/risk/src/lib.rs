//! Findings: rules that a person can read, applied to an answer.
//!
//! A finding is a reason to look, never a verdict and never a score. Each rule is one file under `rules/`; [`findings`]
//! is the list. A finding names the labels it rests on, the paths that show it, and what would refute it.
//! [`exposure`] says of all that was sent or received how much of it has a labelled party at its other end.

mod exposed;
mod rules;
mod words;

pub use exposed::{Worth, exposure};
use fundtrail_types::{Account, Date, Finding, Label, TraceAnswer};

/// Every finding of every rule on an answer, heaviest first. The answer must carry its assets' names.
pub fn findings(answer: &TraceAnswer) -> Vec<Finding> {
    let mut findings = rules::exposure::find(answer);
    findings.extend(rules::source_of_funds::find(answer));
    findings.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then(b.state.cmp(&a.state))
            .then(a.hops.cmp(&b.hops))
            .then_with(|| a.subject.reached.cmp(&b.subject.reached))
            .then_with(|| a.subject.from.cmp(&b.subject.from))
    });
    findings
}

/// The finding that a payee's wallet is itself flagged, if it is. `paid_on` are the days of its payments; none for an
/// unknown day.
pub fn labelled_wallet(wallet: &Account, labels: &[Label], paid_on: &[Option<Date>], as_of: Date) -> Option<Finding> {
    rules::labelled_wallet::find(wallet, labels, paid_on, as_of)
}
