//! The note of a payout audit: one table of payees, then each payee's payouts, findings and what was not searched.

use fundtrail_types::{AuditAnswer, Chain, Label, PayeeAnswer, PayoutMatch, Severity};

use crate::{
    Options,
    clean::clean,
    names::{self, Names},
    words::{self, count},
};

use super::{
    certificate, findings,
    page::{Page, more},
    reach,
    table::{Column, table},
};

/// The whole note.
pub(crate) fn audit(answer: &AuditAnswer, options: &Options) -> String {
    let home = one_chain(answer);
    let names = Names::new(&answer.assets, home);
    let mut page = Page::default();
    head(&mut page, answer, home);
    if !answer.payees.is_empty() {
        payees(&mut page, answer, &names, options);
    }
    for payee in answer.payees.iter().take(options.rows_max) {
        one_payee(&mut page, payee, answer, &names, options);
    }
    if !answer.rejected.is_empty() {
        page.title(format!("{} of the payout file could not be read and {} not audited", rows(answer), are(answer)));
        let problems: Vec<String> = answer.rejected.iter().map(|problem| clean(&problem.to_string())).collect();
        page.list("  ", &problems, options);
    }
    page.finish()
}

fn head(page: &mut Page, answer: &AuditAnswer, home: Option<Chain>) {
    let payouts: Vec<_> = answer.payees.iter().flat_map(|payee| &payee.payouts).collect();
    let found = payouts.iter().filter(|payout| payout.found.is_some()).count();
    let on = home.map_or_else(String::new, |chain| format!(" on {chain}"));
    page.line(format!(
        "Payout audit{on}, as of {}: {}, {}, {found} of them found on chain",
        answer.as_of,
        count(answer.payees.len(), "payee"),
        count(payouts.len(), "payout")
    ));
    let heaviest = |severity| answer.payees.iter().filter(|payee| heaviest(payee) == severity).count();
    page.line(format!(
        "{} to escalate, {} to review, {} for information, {} without a finding in what was searched",
        count(heaviest(Some(Severity::Escalate)), "payee"),
        heaviest(Some(Severity::Review)),
        heaviest(Some(Severity::Info)),
        heaviest(None)
    ));
}

fn payees(page: &mut Page, answer: &AuditAnswer, names: &Names<'_>, options: &Options) {
    let columns = [
        ("payee".to_owned(), Column::Prose),
        ("heaviest finding".to_owned(), Column::Whole),
        ("label reached".to_owned(), Column::Prose),
        ("hops".to_owned(), Column::Number),
        ("amount".to_owned(), Column::Whole),
        ("findings".to_owned(), Column::Number),
        ("payouts found".to_owned(), Column::Number),
        ("gaps".to_owned(), Column::Number),
    ];
    let row = |payee: &PayeeAnswer| {
        let found = payee.payouts.iter().filter(|payout| payout.found.is_some()).count();
        let [label, hops, amount] = first_finding(payee, names);
        vec![
            clean(&payee.payee),
            heaviest(payee).map_or("none", words::severity).to_owned(),
            label,
            hops,
            amount,
            payee.findings.len().to_string(),
            format!("{found} of {}", payee.payouts.len()),
            payee.certificate.gaps.len().to_string(),
        ]
    };
    let rows: Vec<_> = answer.payees.iter().take(options.rows_max).map(row).collect();
    page.line("");
    page.line(table(&columns, &rows, options.width));
    if let Some(more) = more(answer.payees.len(), options) {
        page.line(more);
    }
}

fn one_payee(page: &mut Page, payee: &PayeeAnswer, answer: &AuditAnswer, names: &Names<'_>, options: &Options) {
    page.title(format!("Payee {}", clean(&payee.payee)));
    for wallet in &payee.wallets {
        page.line(format!("  wallet {}", names.account(wallet)));
        let about = |label: &&Label| label.covers(wallet);
        for label in payee.labels.iter().filter(about) {
            page.line(format!("    {}", words::label(label, answer.as_of)));
        }
    }
    let payouts: Vec<String> = payee.payouts.iter().map(|payout| one_payout(payout, names)).collect();
    page.list("  paid ", &payouts, options);
    page.line(format!("  findings: {}", findings::numbers(&payee.findings)));
    let lines = |finding| (findings::headline(finding), findings::details(finding, answer.as_of, names));
    for (headline, details) in payee.findings.iter().take(options.findings_max).map(lines) {
        page.line(format!("  {headline}"));
        details.iter().for_each(|detail| page.line(format!("      {detail}")));
    }
    if let Some(more) = more(payee.findings.len(), &findings::cut(options)) {
        page.line(format!("  {more}"));
    }
    page.line("  what was not searched:");
    certificate::lines(page, &payee.certificate, names, options);
}

fn one_payout(payout: &PayoutMatch, names: &Names<'_>) -> String {
    let books = &payout.payout;
    let date = books.date.map_or_else(|| "day unknown".to_owned(), |date| date.to_string());
    let found = match &payout.found {
        Some(id) => format!("found in tx {}", names::tx(id)),
        None => "NOT FOUND on chain".to_owned(),
    };
    let amount = names.amount(&books.asset, books.amount_raw);
    format!("{amount} to {}, {date}: {found} ({})", names.account(&books.wallet), clean(&payout.how))
}

/// What the heaviest finding reached: label, hops, amount. Dashes if there is none.
fn first_finding(payee: &PayeeAnswer, names: &Names<'_>) -> [String; 3] {
    let Some(finding) = payee.findings.first() else { return ["-", "-", "-"].map(str::to_owned) };
    let entity = finding.labels.first().map_or_else(|| "-".to_owned(), |label| clean(&label.entity));
    let amount = match finding.hops {
        0 => "all that was paid".to_owned(),
        _ => reach::along(&finding.amounts, names),
    };
    [entity, finding.hops.to_string(), amount]
}

fn heaviest(payee: &PayeeAnswer) -> Option<Severity> {
    payee.findings.iter().map(|finding| finding.severity).max()
}

/// The chain of every account in the audit, if there is only one.
fn one_chain(answer: &AuditAnswer) -> Option<Chain> {
    let wallets = answer.payees.iter().flat_map(|payee| &payee.wallets);
    let paid = answer.payees.iter().flat_map(|payee| &payee.payouts).map(|payout| &payout.payout.wallet);
    let mut chains = wallets.chain(paid).map(|account| account.chain);
    let first = chains.next()?;
    chains.all(|chain| chain == first).then_some(first)
}

fn rows(answer: &AuditAnswer) -> String {
    count(answer.rejected.len(), "row")
}

fn are(answer: &AuditAnswer) -> &'static str {
    if answer.rejected.len() == 1 { "is" } else { "are" }
}
