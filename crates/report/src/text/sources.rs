//! Where it came from: for everything that was asked about, one table of the sources that it is made of.

use std::{cmp::Reverse, collections::BTreeMap};

use fundtrail_types::{Account, Amount, Asked, Asset, Fate, MethodAnswer, Seed, Source, TraceAnswer};

use crate::{Options, clean::clean, names::Names, words};

use super::{
    page::{Page, more},
    table::{Column, table},
};

/// One source: under each method, how much of what was asked about it is.
struct Row<'a> {
    seed: &'a Seed,
    hops: u32,
    amounts: Vec<Amount>,
}

/// What was asked about.
pub(super) fn asked(page: &mut Page, answer: &TraceAnswer, names: &Names<'_>) {
    page.title("Asked about");
    for (index, asked) in answer.asked.iter().enumerate() {
        let amount = names.amount(&asked.asset, asked.amount_raw);
        let number = words::count(asked.movements, "movement");
        page.line(format!("  #{index}  {amount}  in {number}, received by {}", names.account(&asked.account)));
    }
}

pub(super) fn section(page: &mut Page, answer: &TraceAnswer, names: &Names<'_>, options: &Options) {
    page.title("Where it came from");
    let methods: Vec<&MethodAnswer> = answer.methods.iter().filter(|method| method.method.conserves()).collect();
    if methods.is_empty() {
        page.line(
            "  poison tells reach, not amounts: ask for haircut or fifo as well to see where the value came from",
        );
        return;
    }
    // What several starts ask about one account is told together: a source does not know by which start it was asked.
    let mut sums: BTreeMap<(&Account, &Asset), Amount> = BTreeMap::new();
    for Asked { account, asset, amount_raw, .. } in &answer.asked {
        let sum = sums.entry((account, asset)).or_default();
        *sum = sum.saturating_add(*amount_raw);
    }
    let all = sums.len();
    for (index, (of, sum)) in sums.into_iter().enumerate() {
        page.line(format!("  {} received by {}", names.amount(of.1, sum), names.account(of.0)));
        page.line("");
        table_of(page, answer, (of, sum), &methods, names, options);
        if index + 1 < all {
            page.line("");
        }
    }
}

fn table_of(
    page: &mut Page,
    answer: &TraceAnswer,
    (of, sum): ((&Account, &Asset), Amount),
    methods: &[&MethodAnswer],
    names: &Names<'_>,
    options: &Options,
) {
    let mut rows = rows(answer, of, methods);
    rows.sort_by_cached_key(|row| Reverse(row.amounts.clone()));
    let rest = rows.split_off(rows.len().min(options.rows_max));
    let amount = |amount: Amount| if amount.is_zero() { "-".to_owned() } else { names.amount(of.1, amount) };
    let mut lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let mut line = vec![clean(&what(row.seed)), who(row.seed, answer, names), row.hops.to_string()];
            line.extend(row.amounts.iter().map(|one| amount(*one)));
            line
        })
        .collect();
    let sums = |rows: &[Row<'_>], column: usize| rows.iter().map(|row| row.amounts[column]).sum::<Amount>();
    if !rest.is_empty() {
        let mut line = vec![format!("{} more", rest.len()), String::new(), String::new()];
        line.extend((0..methods.len()).map(|column| amount(sums(&rest, column))));
        lines.push(line);
    }
    let told = |column: usize| sums(&rows, column).saturating_add(sums(&rest, column));
    let mut line = vec!["sum".to_owned(), String::new(), String::new()];
    line.extend(methods.iter().enumerate().map(|(column, method)| match method.method.looks_at_taint() {
        true => "each by itself".to_owned(),
        false => amount(told(column)),
    }));
    lines.push(line);
    let mut columns = vec![
        ("source".to_owned(), Column::Prose),
        ("account".to_owned(), Column::Whole),
        ("hops".to_owned(), Column::Number),
    ];
    columns.extend(methods.iter().map(|method| (method.method.to_string(), Column::Number)));
    page.line(table(&columns, &lines, options.width));
    if let Some(more) = more(rows.len() + rest.len(), options) {
        page.line(more);
    }
    let adding = methods.iter().enumerate().filter(|(_, method)| !method.method.looks_at_taint());
    let verdicts: Vec<String> = adding
        .map(|(column, method)| match told(column) == sum {
            true => format!("{} adds up to what was asked about exactly", method.method),
            false => format!("{} DOES NOT ADD UP: {} is accounted for", method.method, amount(told(column))),
        })
        .collect();
    page.line(verdicts.join("; "));
}

fn rows<'a>(answer: &'a TraceAnswer, of: (&Account, &Asset), methods: &[&MethodAnswer]) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<usize, Row<'a>> = BTreeMap::new();
    for (column, method) in methods.iter().enumerate() {
        let is_of = |fate: &Fate, account: Option<&Account>, asset: &Asset| {
            *fate == Fate::Asked && (account, asset) == (Some(of.0), of.1)
        };
        for end in method.dispositions.iter().filter(|end| is_of(&end.fate, end.account.as_ref(), &end.asset)) {
            let Some(seed) = answer.seeds.get(end.seed) else { continue };
            let row = rows.entry(end.seed).or_insert_with(|| Row {
                seed,
                hops: end.hops,
                amounts: vec![Amount::ZERO; methods.len()],
            });
            row.hops = row.hops.min(end.hops);
            row.amounts[column] = row.amounts[column].saturating_add(end.held_raw);
        }
    }
    rows.into_values().collect()
}

fn what(seed: &Seed) -> String {
    seed.source.as_ref().map_or_else(|| "an account".to_owned(), Source::describe)
}

/// The account, what it gave if that is another asset, and what labels say of it.
fn who(seed: &Seed, answer: &TraceAnswer, names: &Names<'_>) -> String {
    let known = answer.flow.accounts.iter().find(|one| one.account == seed.account);
    let labels = known.map(|one| one.labels.as_slice()).unwrap_or_default();
    format!("{} ({})", names.account_with(&seed.account, labels, answer.question.as_of), names.unit(&seed.asset))
}
