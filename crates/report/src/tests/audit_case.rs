//! A small audit: one payee with a finding, one with a hostile name and none, one rejected row.

use fundtrail_types::{
    Amount, AuditAnswer, Category, Certificate, Class, Finding, Gap, PayeeAnswer, Payout, PayoutMatch, Problem,
};

use super::cases::{account, assets, eth, finding, hostile, label, milli, tx};

/// Is a formula, and turns the rest of a line around.
pub(super) const HOSTILE_PAYEE: &str = "=cmd|' /C calc'!A0\u{202e}";

fn payout(payee: &str, wallet: u8, found: Option<u8>) -> PayoutMatch {
    PayoutMatch {
        payout: Payout {
            payee: payee.to_owned(),
            wallet: account(wallet),
            asset: eth(),
            amount_raw: milli(1_500),
            date: "2025-02-01".parse().ok(),
            tx: None,
            payer: None,
            employer: None,
        },
        found: found.map(tx),
        how: if found.is_some() { "same day, wallet and amount" } else { "no such movement\r\n" }.to_owned(),
    }
}

pub(super) fn audit() -> AuditAnswer {
    let searched = |gaps| Certificate { accounts_opened: 3, movements_read: 12, gaps, ..Certificate::default() };
    let mut swapped = finding();
    swapped.amounts[0].asset = hostile();
    swapped.amounts[0].amount.held_raw = Amount::from(250u64);
    AuditAnswer {
        as_of: "2025-12-31".parse().unwrap(),
        assets: assets(),
        payees: vec![
            PayeeAnswer {
                payee: HOSTILE_PAYEE.to_owned(),
                wallets: vec![account(8)],
                labels: Vec::new(),
                payouts: vec![payout(HOSTILE_PAYEE, 8, None)],
                flow: fundtrail_types::FlowGraph::default(),
                findings: Vec::new(),
                certificate: searched(vec![Gap::NoCoverage { account: account(8), asset: eth() }]),
            },
            PayeeAnswer {
                payee: "dev-1".to_owned(),
                wallets: vec![account(1), account(9)],
                labels: vec![label(1, "Cash-out desk", Category::Exchange, Class::Service)],
                payouts: vec![payout("dev-1", 1, Some(1))],
                flow: fundtrail_types::FlowGraph::default(),
                findings: vec![Finding { paths: Vec::new(), ..swapped }],
                certificate: searched(Vec::new()),
            },
        ],
        rejected: vec![Problem {
            file: "payouts.csv".to_owned(),
            line: Some(4),
            reason: "`x\u{1b}[1m` is not an amount".to_owned(),
            record: "dev-2,x".to_owned(),
        }],
    }
}
