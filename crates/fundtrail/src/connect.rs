//! How two accounts are connected: four traces put side by side.

use fundtrail_store::Store;
use fundtrail_types::{Account, ConnectAnswer, Question, Start, Traced, Way};

use crate::{Error, Reference, trace::traced};

/// Asks what one sent to the other and the other way round, where what both sent meets, and which sources both share. `go_on` is told the
/// number of movements read, and answers whether to go on.
///
/// # Errors
/// If an account is unknown, the caller asks to stop, or the database fails.
pub fn connect(
    store: &Store,
    reference: &Reference,
    question: &Question,
    accounts: [Account; 2],
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<ConnectAnswer, Error> {
    let [one, other] = &accounts;
    let mut before = 0;
    let mut ask = |way, starts: &[&Account], also: &[&Account]| -> Result<Traced, Error> {
        let question = Question {
            way,
            starts: starts.iter().map(|account| Start::of((*account).clone())).collect(),
            also: also.iter().map(|account| (*account).clone()).collect(),
            ..question.clone()
        };
        let traced = traced(store, reference, &question, &mut |read| go_on(before + read))?;
        before += traced.answer().map_or(0, |answer| answer.certificate.movements_read);
        Ok(traced)
    };
    let there = ask(Way::Forward, &[one], &[other])?;
    let back = ask(Way::Forward, &[other], &[one])?;
    let descendants = ask(Way::Forward, &[one, other], &[])?;
    let ancestors = ask(Way::Backward, &[one, other], &[])?;
    Ok(ConnectAnswer { accounts, there, back, descendants, ancestors })
}
