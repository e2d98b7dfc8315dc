//! Exposure: what accounts sent and received, by the labelled parties at the other end.

use fundtrail_store::Store;
use fundtrail_types::{Amount, Asset, Currency, ExposureAnswer, ExposureSide, Question, Time, Way};

use crate::{Error, Reference, trace::traced};

/// Answers for both directions. Value ends at every flagged account, whatever the question says. `go_on` is told the number of movements
/// read, and answers whether to go on.
///
/// # Errors
/// If a start is unknown, the caller asks to stop, or the database fails. That there is nothing to follow is no error: an account that
/// only received has sent nothing.
pub fn exposure(
    store: &Store,
    reference: &Reference,
    question: &Question,
    currency: Currency,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<ExposureAnswer, Error> {
    let sent = side(store, reference, question, Way::Forward, currency, go_on)?;
    let before = sent.trace.answer().map_or(0, |answer| answer.certificate.movements_read);
    let received = side(store, reference, question, Way::Backward, currency, &mut |read| go_on(before + read))?;
    Ok(ExposureAnswer { currency, sent, received })
}

fn side(
    store: &Store,
    reference: &Reference,
    question: &Question,
    way: Way,
    currency: Currency,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<ExposureSide, Error> {
    let question = Question { way, stop_at_flagged: true, ..question.clone() };
    let trace = traced(store, reference, &question, go_on)?;
    let worth = |asset: &Asset, amount: Amount, at: Time| {
        let worth = reference.worth(asset, amount, at, currency)?;
        Some((worth.value, worth.source))
    };
    let (totals, parts) = trace.answer().map(|answer| fundtrail_risk::exposure(answer, &worth)).unwrap_or_default();
    Ok(ExposureSide { trace, totals, parts })
}
