//! The payout audit of the demo's payroll: one verdict a payee.

use fundtrail::types::{AuditAnswer, Gap, PayeeAnswer, ReachState, Severity, TraceAnswer};

use crate::{
    bybit::{COLD, DEMO, ETH, SHORT, SWAPPER, account, asset, ether, listed_by_fbi},
    desk::Desk,
};

#[track_caller]
fn payee(name: &str) -> &'static PayeeAnswer {
    DEMO.audit.payees.iter().find(|payee| payee.payee == name).unwrap()
}

/// Every payout was found by its transaction.
#[track_caller]
fn found(payee: &PayeeAnswer) {
    assert!(!payee.payouts.is_empty() && payee.payouts.iter().all(|payout| payout.found == payout.payout.tx));
    assert!(payee.payouts.iter().all(|payout| payout.how == "by transaction"), "{:?}", payee.payouts);
}

#[test]
fn every_payee_has_an_answer_and_no_row_is_rejected() {
    let names: Vec<_> = DEMO.audit.payees.iter().map(|payee| payee.payee.as_str()).collect();
    assert_eq!(names, (1..=6).map(|n| format!("contractor-0{n}")).collect::<Vec<_>>());
    assert!(DEMO.audit.rejected.is_empty());
}

#[test]
fn the_first_is_paid_to_a_listed_wallet() {
    let payee = payee("contractor-01");
    found(payee);
    assert_eq!(payee.labels.len(), 1);
    let [finding] = payee.findings.as_slice() else { panic!("{:?}", payee.findings) };
    assert_eq!((finding.rule.as_str(), finding.severity, finding.hops), ("labelled_wallet", Severity::Escalate, 0));
    assert_eq!(finding.subject.reached, payee.wallets[0]);
    assert_eq!(finding.labels, payee.labels);
}

#[test]
fn the_second_pays_on_to_listed_accounts() {
    let payee = payee("contractor-02");
    found(payee);
    let exposures: Vec<_> = payee.findings.iter().filter(|finding| finding.rule == "exposure").collect();
    let listed = listed_by_fbi();
    assert!(exposures.iter().all(|finding| listed.contains(&finding.subject.reached)));
    let proven: Vec<_> = exposures.iter().filter(|finding| finding.state == ReachState::Proven).collect();
    assert_eq!(proven.len(), 10, "the first receiver and the nine listed accounts that it paid");
    for finding in &proven {
        assert_eq!((finding.severity, &finding.subject.from), (Severity::Escalate, &account(SWAPPER)));
        assert!(!finding.paths.is_empty());
        // The paths are indices into the payee's own flow.
        for path in &finding.paths {
            let last = &payee.flow.movements[*path.movements.last().unwrap()];
            assert_eq!(last.to.as_ref(), Some(&finding.subject.reached));
            let first = &payee.flow.movements[path.movements[0]];
            assert_eq!((first.to.as_ref(), first.amount_raw), (Some(&account(SWAPPER)), ether("1")));
        }
    }
    // The ether that was paid cannot have bought more than itself.
    for amount in exposures.iter().flat_map(|finding| &finding.amounts).filter(|one| one.method.conserves()) {
        assert!(amount.amount.seed_raw <= ether("1"), "{amount:?}");
    }
}

#[test]
fn the_third_reaches_nobody_and_the_gaps_say_how_little_that_means() {
    let payee = payee("contractor-03");
    found(payee);
    assert!(payee.findings.is_empty() && payee.labels.is_empty());
    let short = |gap: &&Gap| matches!(gap, Gap::UnknownInflow { account: one, asset: of, .. } if *one == account(SHORT[2]) && *of == asset(ETH));
    assert_eq!(payee.certificate.gaps.iter().filter(short).count(), 1);
    assert!(payee.certificate.gaps.iter().any(|gap| matches!(gap, Gap::NoCoverage { .. })));
}

#[test]
fn of_the_fourth_and_the_fifth_no_onward_transfer_is_known() {
    for name in ["contractor-04", "contractor-05"] {
        let payee = payee(name);
        found(payee);
        assert!(payee.findings.is_empty(), "{name}");
        let gap = Gap::NoCoverage { account: payee.wallets[0].clone(), asset: asset(ETH) };
        assert_eq!(payee.certificate.gaps, [gap], "{name}");
    }
}

#[test]
fn the_sixth_is_not_on_chain_as_the_books_have_it() {
    let payee = payee("contractor-06");
    let [payout] = payee.payouts.as_slice() else { panic!("{:?}", payee.payouts) };
    assert_eq!(payout.found, None);
    assert_eq!(payout.how, "the transaction pays this wallet 40.07056811119776 ETH, not 45.5 ETH");
    assert!(payee.findings.is_empty() && payee.flow.movements.is_empty());
    assert!(payee.certificate.statements.iter().any(|one| one.contains("1 of 1 payouts were not found")));
}

#[test]
fn the_verbs_give_the_demos_answers() {
    let desk = Desk::with_demo();
    desk.copy("cases/bybit-2025/payouts.csv");
    let audit: AuditAnswer = desk.run("audit payouts.csv --db db --as-of 2026-11-22 --json").done().json();
    assert_eq!(audit, DEMO.audit);
    let mut trace: TraceAnswer = desk.run(&format!("trace {COLD} --db db --as-of 2026-11-22 --json")).done().json();
    // What the case says about itself is known to the demo alone.
    trace.certificate.statements.splice(0..0, DEMO.case.gaps.iter().cloned());
    assert_eq!(trace, DEMO.trace);
}
