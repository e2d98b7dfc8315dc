//! What people read of a load.

use fundtrail::{ChainReport, ExplorerReport, types::Covered};

/// Of blocks.
pub(super) fn of_blocks(report: &ChainReport) -> String {
    let (from, to) = report.heights;
    let mut lines = vec![format!(
        "loaded {} blocks of {} ({from} to {to}) from {}: {} transactions, {} movements",
        report.blocks, report.chain, report.source, report.transactions, report.movements
    )];
    let mut note = |show: bool, line: String| {
        if show {
            lines.push(format!("  {line}"));
        }
    };
    note(report.blocks_known > 0, format!("{} blocks were stored before", report.blocks_known));
    let zero = report.zero_value_events;
    note(zero > 0, format!("{zero} of the movements are zero-value events that moved nothing"));
    for (reason, number) in &report.left_out {
        note(true, format!("{number} no movements ({reason})"));
    }
    if let Some(from) = report.undone_from {
        note(true, format!("the chain had gone another way: stored blocks from {from} on were undone and loaded anew"));
    }
    let (checked, unexplained) = (report.balances_checked, report.balances_unexplained);
    note(checked > 0, format!("{} of {checked} balances are explained by the movements", checked - unexplained));
    let placed = report.fees_by_balance;
    note(placed > 0, format!("{placed} of the balances show who got a fee, which the rules of this chain do not tell"));
    let without = report.blocks_without_calls;
    note(without > 0, format!("{without} blocks came without inner calls"));
    for missing in &report.missing {
        note(true, format!("missing: {missing}"));
    }
    let not_told = report.not_told;
    note(not_told > 0, format!("{not_told} times the source could not tell a part of a block"));
    note(report.rejected > 0, format!("{} transactions or blocks rejected", report.rejected));
    lines.join("\n") + "\n"
}

/// Of an account's history.
pub(super) fn of_history(report: &ExplorerReport) -> String {
    let mut lines = vec![format!("loaded {} movements of {} from {}", report.movements, report.account, report.source)];
    if report.zero_value_events > 0 {
        lines.push(format!("  {} of them are zero-value events that moved nothing", report.zero_value_events));
    }
    lines.extend(report.left_out.iter().map(|(reason, number)| format!("  {number} no movements ({reason})")));
    for covered in Covered::join(&report.coverage) {
        let heights: Vec<String> = covered.heights.iter().map(|(from, to)| format!("{from} to {to}")).collect();
        lines.push(format!("  now known: {}, {}", covered.what, heights.join(", ")));
    }
    if report.coverage.is_empty() {
        lines.push("  nothing is known that was not known before".to_owned());
    }
    if report.rejected > 0 {
        lines.push(format!("  {} rows rejected", report.rejected));
    }
    lines.join("\n") + "\n"
}
