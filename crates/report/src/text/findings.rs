//! Findings: how many of each severity, and what each says.

use fundtrail_types::{Date, Finding, Severity};

use crate::{Options, clean::clean, names::Names, words};

use super::{page::Page, reach};

pub(super) fn section(page: &mut Page, findings: &[Finding], options: &Options) {
    page.title(format!("Findings: {}", numbers(findings)));
    let lines: Vec<String> = findings.iter().map(headline).collect();
    page.list("  ", &lines, &cut(options));
}

/// Options by which a list of findings is cut.
pub(super) fn cut(options: &Options) -> Options {
    Options { rows_max: options.findings_max, ..*options }
}

/// `2 to escalate, 1 to review, 0 for information`.
pub(super) fn numbers(findings: &[Finding]) -> String {
    let number = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (escalate, review, info) = (number(Severity::Escalate), number(Severity::Review), number(Severity::Info));
    match findings {
        [] => "none in what was searched".to_owned(),
        _ => format!("{escalate} to escalate, {review} to review, {info} for information"),
    }
}

/// Severity, rule and the one sentence.
pub(super) fn headline(finding: &Finding) -> String {
    format!("[{}] {}: {}", words::severity(finding.severity), clean(&finding.rule), clean(&finding.summary))
}

/// What an auditor asks next: whom it reached, who says so, whether that was law at the time, what would refute it.
pub(super) fn details(finding: &Finding, as_of: Date, names: &Names<'_>) -> Vec<String> {
    let mut lines = vec![format!(
        "{} from {} to {} in {}: {}",
        words::state(finding.state),
        names.account(&finding.subject.from),
        names.account(&finding.subject.reached),
        words::count(finding.hops, "hop"),
        reach::along(&finding.amounts, names)
    )];
    for (index, label) in finding.labels.iter().enumerate() {
        let mut line = words::label(label, as_of);
        if let (Some(then), Some(now)) = (finding.standing_then.get(index), finding.standing_now.get(index)) {
            let (then, now) = (words::standing(*then), words::standing(*now));
            line.push_str(&match then == now {
                true => format!("; when the value moved and as of {as_of}: {now}"),
                false => format!("; when the value moved: {then}; as of {as_of}: {now}"),
            });
        }
        lines.push(line);
    }
    lines.push(format!("would be wrong if: {}", clean(&finding.refuted_by)));
    lines
}
