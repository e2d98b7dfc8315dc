//! A startup pays contractors in crypto. Some remote developers are DPRK IT workers, whose pay is pooled and passed on.
//! The startup's books are one table; the question is what became of each payment.
//!
//! The payroll here is made up over real transfers of the Bybit case, so that there is something to find.
//!
//! `cargo run --example contractor_audit`

#![allow(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::{error::Error, path::Path};

use fundtrail::{
    AuditOptions, IngestSetting, Listener, QuestionDefaults, Reference, Store, audit, ingest,
    types::{AuditAnswer, Claim, Gap, PathAmount, PayeeAnswer, Severity},
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path())?;
    let reference = Reference::bundled()?;

    // What the chain shows. A startup would load the exports of the wallets that it paid, and of those they paid.
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/cases/bybit-2025");
    for table in ["movements.csv", "coverage.csv"] {
        let mut silent = Listener { progress: &mut |_| true, rejected: &mut |_| Ok(()) };
        ingest(&store, &case.join(table), &IngestSetting::new(reference.tokens()), &mut silent)?;
    }

    // What the books say. A row that cannot be read is no payee without findings: it belongs to the answer.
    let books = fundtrail_tables::open(case.join("payouts.csv")).map_err(|problem| problem.to_string())?;
    let (mut payouts, mut rejected) = (Vec::new(), Vec::new());
    for row in fundtrail_tables::payouts::read(books, reference.tokens()) {
        match row {
            Ok(payout) => payouts.push(payout),
            Err(problem) => rejected.push(problem),
        }
    }

    // Each payout is first looked for on chain, then followed from the payee's wallet. Only what was paid is followed:
    // what else the wallet does is not the payer's business.
    let options = AuditOptions {
        as_of: "2026-11-22".parse()?,
        hops_max: QuestionDefaults::HOPS_MAX,
        statements: vec!["the payroll is made up; the transfers are real".to_owned()],
    };
    let answer = audit(&store, &reference, &payouts, rejected, &options, &mut |_| true)?;

    println!("{} payouts to {} payees, as of {}", payouts.len(), answer.payees.len(), answer.as_of);
    for payee in &answer.payees {
        println!("{}", line(&answer, payee));
    }
    println!("{} rows of the books could not be read", answer.rejected.len());

    // A finding is a reason to look, never a verdict. So it says what would refute it.
    let heaviest = answer.payees.iter().flat_map(|payee| &payee.findings).max_by_key(|finding| finding.severity);
    if let Some(finding) = heaviest.filter(|finding| finding.severity >= Severity::Review) {
        println!("\nOne of the heaviest findings would be refuted by: {}", finding.refuted_by);
    }
    Ok(())
}

/// One line a payee: what was found, and beside it how much was looked at, because "nothing" alone means nothing.
fn line(answer: &AuditAnswer, payee: &PayeeAnswer) -> String {
    let found = payee.payouts.iter().filter(|payout| payout.found.is_some()).count();
    let mut parts = vec![format!("{}: {found} of {} payouts found on chain", payee.payee, payee.payouts.len())];
    match payee.findings.first() {
        // Not being searched and being clean are two things.
        None if found == 0 => parts.push("nothing was followed".to_owned()),
        None => parts.push("no finding in this data".to_owned()),
        Some(finding) => {
            let amounts: Vec<String> = finding.amounts.iter().map(|amount| print(answer, amount)).collect();
            let amounts = if amounts.is_empty() { String::new() } else { format!(", {}", amounts.join(", ")) };
            let more = payee.findings.len() - 1;
            parts.push(format!(
                "{} {}, {} hops, {}{amounts}, and {more} more findings",
                severity(finding.severity),
                finding.rule,
                finding.hops,
                finding.subject.reached.address
            ));
        }
    }
    let certificate = &payee.certificate;
    let dead_ends = certificate.gaps.iter().filter(|gap| matches!(gap, Gap::NoCoverage { .. })).count();
    let complete = certificate.coverage.iter().filter(|claim| claim.claim == Claim::Complete).count();
    parts.push(format!(
        "coverage: {} accounts opened, {} movements read, {} claims ({complete} verified), {dead_ends} dead ends",
        certificate.accounts_opened,
        certificate.movements_read,
        certificate.coverage.len(),
    ));
    parts.join(" | ")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Escalate => "ESCALATE",
        Severity::Review => "review",
        Severity::Info => "info",
    }
}

/// What one method proves to have arrived.
fn print(answer: &AuditAnswer, amount: &PathAmount) -> String {
    let info = answer.assets.iter().find(|info| info.asset == amount.asset);
    let held = amount.amount.held_raw;
    let held = info.map_or_else(|| format!("{held} base units of {}", amount.asset), |info| info.print(held));
    format!("{held} by {}", amount.method)
}
