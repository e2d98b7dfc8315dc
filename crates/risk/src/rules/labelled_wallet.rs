//! A payee's wallet is itself listed, attributed or alleged.
//!
//! Source: screening by address, the first step of every sanctions programme. It needs no tracing and no history.

use fundtrail_types::{Account, Date, Finding, Label, ReachState, Severity, Subject};

use crate::{rules::exposure, words};

const RULE: &str = "labelled_wallet";

/// A finding if a flagged label is about the wallet. `paid_on` are the days of its payments; none for an unknown day.
pub(crate) fn find(wallet: &Account, labels: &[Label], paid_on: &[Option<Date>], as_of: Date) -> Option<Finding> {
    let labels: Vec<Label> = labels.iter().filter(|label| label.class.is_flagged()).cloned().collect();
    let heaviest = labels.iter().min_by_key(|label| label.class)?;
    Some(Finding {
        rule: RULE.to_owned(),
        severity: exposure::severity(heaviest.class, ReachState::Proven).max(Severity::Review),
        subject: Subject { from: wallet.clone(), reached: wallet.clone() },
        summary: format!(
            "the wallet {} itself is {} ({}, says {})",
            wallet.address,
            words::class(heaviest.class),
            heaviest.entity,
            heaviest.source
        ),
        standing_then: words::standings(&labels, paid_on),
        standing_now: words::standings(&labels, &[Some(as_of)]),
        state: ReachState::Proven,
        hops: 0,
        amounts: Vec::new(),
        paths: Vec::new(),
        refuted_by: "the list or authority correcting its entry, or the wallet shown to have changed hands".to_owned(),
        labels,
    })
}
