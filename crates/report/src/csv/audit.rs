//! The audit as a table: for every payout, one row per finding about its wallet, label of the finding and amount.
//!
//! A payout without a finding has one row that says so by its empty label, beside what was searched. What is asserted
//! about a wallet itself has rows with the state `own` and 0 hops. A finding about an account that no payout went to
//! has rows without a payout. `held_raw` is in base units of `held_asset`, which a swap may have made another one than
//! was paid out; under poison it is empty, because poison is reach and not amount.

use fundtrail_types::{Account, AuditAnswer, Certificate, Finding, Label, PathAmount, PayeeAnswer, PayoutMatch};

use crate::{ReportError, words};

use super::{bytes, guard};

const COLUMNS: [&str; 15] = [
    "payee",
    "wallet",
    "asset",
    "amount_raw",
    "tx",
    "matched",
    "label_entity",
    "label_class",
    "source",
    "state",
    "hops",
    "method",
    "held_asset",
    "held_raw",
    "coverage",
];

/// What a row says besides whose payout it is.
#[derive(Clone, Copy, Debug, Default)]
struct Said<'a> {
    label: Option<&'a Label>,
    finding: Option<&'a Finding>,
    amount: Option<&'a PathAmount>,
}

pub(crate) fn audit(answer: &AuditAnswer) -> Result<Vec<u8>, ReportError> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for payee in &answer.payees {
        for payout in &payee.payouts {
            for said in said_of(payee, &payout.payout.wallet) {
                writer.write_record(row(payee, &payout.payout.wallet, Some(payout), said))?;
            }
        }
        let unpaid = |account: &&Account| payee.payouts.iter().all(|payout| payout.payout.wallet != **account);
        let subjects = payee.findings.iter().map(|finding| &finding.subject.from);
        let mut others: Vec<&Account> = payee.wallets.iter().chain(subjects).filter(unpaid).collect();
        others.sort_unstable();
        others.dedup();
        for account in others {
            for said in said_of(payee, account) {
                writer.write_record(row(payee, account, None, said))?;
            }
        }
    }
    bytes(writer)
}

/// Everything that the answer says of a wallet; at least that there is nothing.
fn said_of<'a>(payee: &'a PayeeAnswer, wallet: &Account) -> Vec<Said<'a>> {
    let own = payee.labels.iter().filter(|label| label.covers(wallet));
    let mut said: Vec<Said<'_>> = own.map(|label| Said { label: Some(label), ..Said::default() }).collect();
    for finding in payee.findings.iter().filter(|finding| finding.subject.from == *wallet) {
        for label in or_none(&finding.labels) {
            for amount in or_none(&finding.amounts) {
                said.push(Said { label, finding: Some(finding), amount });
            }
        }
    }
    if said.is_empty() { vec![Said::default()] } else { said }
}

/// Each item, or one none if there is no item: a row is written either way.
fn or_none<T>(items: &[T]) -> Vec<Option<&T>> {
    if items.is_empty() { vec![None] } else { items.iter().map(Some).collect() }
}

fn row(payee: &PayeeAnswer, wallet: &Account, payout: Option<&PayoutMatch>, said: Said<'_>) -> [String; COLUMNS.len()] {
    let of_payout = |cell: fn(&PayoutMatch) -> String| payout.map(cell).unwrap_or_default();
    let of_label = |cell: fn(&Label) -> String| said.label.map(cell).unwrap_or_default();
    let of_amount = |cell: fn(&PathAmount) -> String| said.amount.map(cell).unwrap_or_default();
    let (state, hops) = match (said.finding, said.label) {
        (Some(finding), _) => (words::state_name(finding.state), finding.hops.to_string()),
        (None, Some(_)) => ("own", "0".to_owned()),
        (None, None) => ("", String::new()),
    };
    [
        guard(&payee.payee),
        wallet.to_string(),
        of_payout(|payout| payout.payout.asset.to_string()),
        of_payout(|payout| payout.payout.amount_raw.to_string()),
        of_payout(|payout| payout.found.as_ref().map(|tx| guard(&tx.to_string())).unwrap_or_default()),
        of_payout(|payout| guard(&payout.how)),
        of_label(|label| guard(&label.entity)),
        of_label(|label| label.class.to_string()),
        of_label(|label| guard(&label.source)),
        state.to_owned(),
        hops,
        of_amount(|amount| amount.method.to_string()),
        of_amount(|amount| amount.asset.to_string()),
        of_amount(|amount| if amount.method.conserves() { amount.amount.held_raw.to_string() } else { String::new() }),
        coverage(&payee.certificate),
    ]
}

/// How much was searched, in one cell.
fn coverage(certificate: &Certificate) -> String {
    format!(
        "{}, {}, {}",
        words::count(certificate.accounts_opened, "account"),
        words::count(certificate.movements_read, "movement"),
        words::count(certificate.gaps.len(), "gap")
    )
}
