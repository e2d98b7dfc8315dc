//! What people read of a load.

use fundtrail::SolanaReport;

pub(super) fn of_transactions(report: &SolanaReport) -> String {
    let mut lines = vec![format!(
        "loaded {} transactions of {} from {}: {} movements",
        report.transactions, report.chain, report.source, report.movements
    )];
    let mut note = |number: u64, words: &str| {
        if number > 0 {
            lines.push(format!("  {number} {words}"));
        }
    };
    note(u64::try_from(report.accounts.len()).unwrap_or(u64::MAX), "accounts, each with its token accounts");
    note(report.token_accounts, "token accounts of theirs");
    note(report.blocks, "blocks");
    note(report.slots_known, "slots were stored before");
    note(report.slots_skipped, "slots have no block, as the blocks after them prove");
    note(report.transactions_known, "transactions were stored before");
    note(
        report.failed_not_asked,
        "failed transactions were not asked for; their fees are not known (--failed asks for them)",
    );
    note(report.zero_value_events, "of the movements are zero-value events that moved nothing");
    note(report.relations, "observations of who paid whose fee, whose a token account is, and the like");
    for (reason, number) in &report.left_out {
        note(*number, &format!("left out ({reason})"));
    }
    if report.with_balances > 0 {
        let (reconciled, of) = (report.reconciled, report.with_balances);
        lines.push(format!(
            "  {reconciled} of {of} transactions with balances are explained by their movements, to the unit"
        ));
    }
    if report.transactions > report.with_balances {
        lines.push(format!("  {} transactions came without balances", report.transactions - report.with_balances));
    }
    if report.balances_checked > 0 {
        let explained = report.balances_checked - report.balances_unexplained;
        lines.push(format!("  {explained} of {} balances are explained", report.balances_checked));
    }
    for (reason, number) in &report.unexplained {
        lines.push(format!("  {number} unexplained ({reason})"));
    }
    for missing in &report.missing {
        lines.push(format!("  missing: {missing}"));
    }
    if report.rejected > 0 {
        lines.push(format!("  {} transactions or blocks rejected", report.rejected));
    }
    lines.join("\n") + "\n"
}
