//! The note of an exposure: for everything that was sent and received, one table of the parties at the other end.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_types::{
    Account, Amount, Class, Currency, Exposed, Exposure, ExposureAnswer, ExposureSide, ExposureTotal, Fiat, Method,
    TraceAnswer, Traced, Way,
};

use crate::{Options, clean::clean, names::Names, share, words};

use super::{
    certificate, findings,
    page::{Page, more},
    table::{Column, table},
};

/// The whole note.
pub(crate) fn exposure(answer: &ExposureAnswer, options: &Options) -> String {
    let mut page = Page::default();
    let sides = [("sent", &answer.sent), ("received", &answer.received)];
    for (index, (did, side)) in sides.iter().enumerate() {
        if index > 0 {
            page.line("");
        }
        section(&mut page, did, side, answer.currency, options);
    }
    prices(&mut page, answer);
    for (did, side) in sides {
        if let Some(trace) = side.trace.answer() {
            let names = Names::new(&trace.assets, trace.question.home());
            page.title(format!("What was not searched of what was {did}"));
            certificate::lines(&mut page, &trace.certificate, &names, options);
        }
    }
    page.finish()
}

fn section(page: &mut Page, did: &str, side: &ExposureSide, currency: Currency, options: &Options) {
    let trace = match &side.trace {
        Traced::Answer(trace) => trace,
        Traced::Nothing(why) => return page.line(format!("Nothing {did}: {}", clean(why))),
    };
    let names = Names::new(&trace.assets, trace.question.home());
    page.line(words::question(&trace.question, &names));
    findings::section(page, &trace.findings, options);
    for total in &side.totals {
        let worth = worth(&total.worth, total, currency, &names);
        page.title(format!(
            "{} {did} {}{}",
            names.account(&total.account),
            names.amount(&total.asset, total.amount_raw),
            worth.map(|worth| format!(", worth {worth}")).unwrap_or_default()
        ));
        page.line("");
        parts(page, trace, side, total, (currency, &names), options);
    }
}

/// One row of the table: methods side by side.
struct Row<'a> {
    to: &'a Exposed,
    hops: u32,
    accounts: BTreeSet<&'a Account>,
    parts: BTreeMap<Method, &'a Exposure>,
}

fn parts(
    page: &mut Page,
    trace: &TraceAnswer,
    side: &ExposureSide,
    total: &ExposureTotal,
    (currency, names): (Currency, &Names<'_>),
    options: &Options,
) {
    let methods: Vec<Method> = trace.question.methods.iter().copied().filter(|method| method.conserves()).collect();
    if methods.is_empty() {
        page.line("  poison tells reach, not amounts: ask for haircut or fifo as well");
        return;
    }
    let rows = rows(side, total);
    let mut columns = vec![
        ("other side".to_owned(), Column::Prose),
        ("near".to_owned(), Column::Whole),
        ("hops".to_owned(), Column::Number),
        ("accounts".to_owned(), Column::Number),
    ];
    columns.extend(methods.iter().map(|method| (method.to_string(), Column::Number)));
    let line = |row: &Row<'_>| {
        let (who, near) = who(row.to);
        let mut line = vec![who, near, row.hops.to_string(), row.accounts.len().to_string()];
        line.extend(methods.iter().map(|method| {
            row.parts.get(method).map_or_else(|| "-".to_owned(), |part| cell(part, total, currency, names))
        }));
        line
    };
    let lines: Vec<Vec<String>> = rows.iter().take(options.rows_max).map(line).collect();
    page.line(table(&columns, &lines, options.width));
    if let Some(more) = more(rows.len(), options) {
        page.line(more);
    }
    let sums: Vec<String> = methods.iter().map(|method| sum(side, total, *method, names)).collect();
    page.line(sums.join("; "));
}

/// In the order of the answer's parts.
fn rows<'a>(side: &'a ExposureSide, total: &ExposureTotal) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for part in side.parts.iter().filter(|part| (&part.account, &part.asset) == (&total.account, &total.asset)) {
        let known = rows.iter().position(|row| *row.to == part.to);
        let place = known.unwrap_or_else(|| {
            rows.push(Row { to: &part.to, hops: part.hops, accounts: BTreeSet::new(), parts: BTreeMap::new() });
            rows.len() - 1
        });
        let row = &mut rows[place];
        row.hops = row.hops.min(part.hops);
        row.accounts.extend(&part.accounts);
        row.parts.insert(part.method, part);
    }
    rows
}

fn who(to: &Exposed) -> (String, String) {
    match to {
        Exposed::Party { class, nearness, category, entity } => {
            let category = category.name().replace('_', " ");
            let said = match class {
                Class::Service => category,
                class => format!("{category}, {}", words::class(*class)),
            };
            (format!("{} ({said})", clean(entity)), nearness.name().to_owned())
        }
        Exposed::Nobody { end } => (clean(end), String::new()),
    }
}

fn cell(part: &Exposure, total: &ExposureTotal, currency: Currency, names: &Names<'_>) -> String {
    let share = share::percent(part.amount_raw, total.amount_raw).map(|share| format!("  {share} %"));
    let worth = if matches!(part.to, Exposed::Nobody { .. }) {
        None
    } else {
        worth(&part.worth, total, currency, names).map(|worth| format!("  {worth}"))
    };
    format!("{}{}{}", names.amount(&part.asset, part.amount_raw), share.unwrap_or_default(), worth.unwrap_or_default())
}

/// What it was worth, and how much of it has no price; none if nothing has.
fn worth(worth: &Fiat, total: &ExposureTotal, currency: Currency, names: &Names<'_>) -> Option<String> {
    let value = worth.value?;
    let without = match worth.unpriced_raw.is_zero() {
        true => String::new(),
        false => format!(" without {}, which has no price", names.amount(&total.asset, worth.unpriced_raw)),
    };
    Some(format!("{value} {currency}{without}"))
}

fn sum(side: &ExposureSide, total: &ExposureTotal, method: Method, names: &Names<'_>) -> String {
    let his = side
        .parts
        .iter()
        .filter(|part| (&part.account, &part.asset, part.method) == (&total.account, &total.asset, method));
    let is_received = side.trace.answer().is_some_and(|trace| trace.question.way == Way::Backward);
    if is_received && method.looks_at_taint() {
        return format!("{method} tells each part by itself, as if nothing else were tainted");
    }
    let sum = his.map(|part| part.amount_raw).try_fold(Amount::ZERO, Amount::checked_add);
    match sum {
        Some(sum) if sum == total.amount_raw => format!("{method} adds up to the total exactly"),
        Some(sum) => format!("{method} DOES NOT ADD UP: {} is accounted for", names.amount(&total.asset, sum)),
        None => format!("{method} DOES NOT ADD UP: the parts come to more than 256 bits hold"),
    }
}

/// Every figure in money names who told the price.
fn prices(page: &mut Page, answer: &ExposureAnswer) {
    let sides = [&answer.sent, &answer.received];
    let totals = sides.iter().flat_map(|side| &side.totals).map(|total| &total.worth);
    let parts = sides.iter().flat_map(|side| &side.parts).map(|part| &part.worth);
    let worths: Vec<&Fiat> = totals.chain(parts).collect();
    let sources: BTreeSet<&String> = worths.iter().flat_map(|worth| &worth.sources).collect();
    page.title("Prices");
    if sources.is_empty() {
        page.line("  none is known for these assets and days, so nothing is valued: give a table with --prices");
        return;
    }
    for source in sources {
        page.line(format!("  - {}", clean(source)));
    }
    page.line(
        "  a part is valued when it arrived, a total when it was sent or received, so parts need not come to the total",
    );
}
