//! Where it went: for every seed, one table of what became of it, whose last line is the seed itself.
//!
//! If the table must be cut, the largest rows stay, and what is left out is added up in one row per fate: so the table
//! adds up in view of the reader however short it is.

use std::{cmp::Reverse, collections::BTreeMap};

use fundtrail_types::{Account, Amount, Asset, Fate, Method, MethodAnswer, Seed, SeedAmount, TraceAnswer};

use crate::{Options, clean::clean, names::Names};

use super::{
    page::{Page, more},
    table::{Column, table},
};

/// One end of traced value: under each conserving method, how much ended there.
#[derive(Debug)]
struct Row<'a> {
    fate: &'a Fate,
    account: Option<&'a Account>,
    asset: &'a Asset,
    hops: u32,
    amounts: Vec<SeedAmount>,
}

impl Row<'_> {
    /// Seed units compare across assets; units held do not.
    fn weight(&self) -> Vec<Amount> {
        self.amounts.iter().map(|amount| amount.seed_raw).collect()
    }
}

pub(super) fn section(page: &mut Page, answer: &TraceAnswer, names: &Names<'_>, options: &Options) {
    page.title("Where it went");
    let methods: Vec<&MethodAnswer> = answer.methods.iter().filter(|method| method.method.conserves()).collect();
    if methods.is_empty() {
        page.line("  poison tells reach, not amounts: ask for haircut or fifo as well to see where the value went");
        return;
    }
    for (index, seed) in answer.seeds.iter().enumerate() {
        page.line(format!("  seed #{index}: {}", names.amount(&seed.asset, seed.amount_raw)));
        page.line("");
        of_seed(page, (index, seed), &methods, names, options);
        if index + 1 < answer.seeds.len() {
            page.line("");
        }
    }
}

fn of_seed(page: &mut Page, seed: (usize, &Seed), methods: &[&MethodAnswer], names: &Names<'_>, options: &Options) {
    let (index, seed) = seed;
    let mut rows = rows(index, methods);
    rows.sort_by_cached_key(|row| Reverse(row.weight()));
    let rest = rows.split_off(rows.len().min(options.rows_max));
    rows.sort_by_key(|row| (kind(row.fate).0, Reverse(row.weight())));

    let mut lines: Vec<Vec<String>> = Vec::new();
    let mut rest_of: BTreeMap<(u8, &str), Vec<&Row<'_>>> = BTreeMap::new();
    rest.iter().for_each(|row| rest_of.entry(kind(row.fate)).or_default().push(row));
    let kinds: BTreeMap<(u8, &str), ()> = rows.iter().chain(&rest).map(|row| (kind(row.fate), ())).collect();
    for kind_here in kinds.into_keys() {
        lines.extend(rows.iter().filter(|row| kind(row.fate) == kind_here).map(|row| line(row, seed, names)));
        lines.extend(rest_of.get(&kind_here).map(|rest| rest_line(kind_here.1, rest, seed, names)));
    }
    lines.push(sum_line(index, seed, methods, names));

    let mut columns = vec![
        ("fate".to_owned(), Column::Prose),
        ("account".to_owned(), Column::Whole),
        ("hops".to_owned(), Column::Number),
    ];
    columns.extend(methods.iter().map(|method| (method.method.to_string(), Column::Number)));
    page.line(table(&columns, &lines, options.width));
    if let Some(more) = more(rows.len() + rest.len(), options) {
        page.line(more);
    }
    let verdicts: Vec<String> = methods.iter().map(|method| verdict(index, seed, method, names)).collect();
    page.line(verdicts.join("; "));
}

/// One row per fate, account and asset held; methods side by side.
fn rows<'a>(seed: usize, methods: &[&'a MethodAnswer]) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<(&Fate, Option<&Account>, &Asset), Row<'a>> = BTreeMap::new();
    for (column, method) in methods.iter().enumerate() {
        for end in method.dispositions.iter().filter(|end| end.seed == seed) {
            let (fate, account, asset) = (&end.fate, end.account.as_ref(), &end.asset);
            let amounts = vec![SeedAmount::default(); methods.len()];
            let row = rows.entry((fate, account, asset)).or_insert_with(|| Row {
                fate,
                account,
                asset,
                hops: end.hops,
                amounts,
            });
            row.hops = row.hops.min(end.hops);
            let amount = &mut row.amounts[column];
            amount.held_raw = amount.held_raw.saturating_add(end.held_raw);
            amount.seed_raw = amount.seed_raw.saturating_add(end.seed_raw);
        }
    }
    rows.into_values().collect()
}

fn line(row: &Row<'_>, seed: &Seed, names: &Names<'_>) -> Vec<String> {
    let account = row.account.map_or_else(|| "no account".to_owned(), |account| names.account(account));
    let mut line = vec![clean(&row.fate.describe()), account, row.hops.to_string()];
    line.extend(row.amounts.iter().map(|amount| {
        let held = names.amount(row.asset, amount.held_raw);
        if amount.held_raw.is_zero() && amount.seed_raw.is_zero() {
            "-".to_owned()
        } else if *row.asset == seed.asset && amount.held_raw == amount.seed_raw {
            held
        } else {
            format!("{held} for {} of the seed", names.amount(&seed.asset, amount.seed_raw))
        }
    }));
    line
}

/// What a cut table leaves out of one fate. In seed units, because the rows may hold different assets.
fn rest_line(kind: &str, rows: &[&Row<'_>], seed: &Seed, names: &Names<'_>) -> Vec<String> {
    let hops = |pick: fn(u32, u32) -> u32| rows.iter().map(|row| row.hops).reduce(pick).unwrap_or_default();
    let (low, high) = (hops(u32::min), hops(u32::max));
    let hops = if low == high { low.to_string() } else { format!("{low}-{high}") };
    let columns = rows.first().map_or(0, |row| row.amounts.len());
    let mut line = vec![kind.to_owned(), format!("{} more", rows.len()), hops];
    line.extend((0..columns).map(|column| {
        let sum: Amount = rows.iter().map(|row| row.amounts[column].seed_raw).sum();
        names.amount(&seed.asset, sum)
    }));
    line
}

fn sum_line(index: usize, seed: &Seed, methods: &[&MethodAnswer], names: &Names<'_>) -> Vec<String> {
    let mut line = vec!["sum".to_owned(), String::new(), String::new()];
    line.extend(methods.iter().map(|method| match sum(index, method) {
        Some(sum) => names.amount(&seed.asset, sum),
        None => "over 256 bits".to_owned(),
    }));
    line
}

fn verdict(index: usize, seed: &Seed, method: &MethodAnswer, names: &Names<'_>) -> String {
    let name: Method = method.method;
    match sum(index, method) {
        Some(sum) if sum == seed.amount_raw => format!("{name} adds up to the seed exactly"),
        Some(sum) => format!(
            "{name} DOES NOT ADD UP: {} is accounted for, the seed is {}",
            names.amount(&seed.asset, sum),
            names.amount(&seed.asset, seed.amount_raw)
        ),
        None => format!("{name} DOES NOT ADD UP: the parts come to more than 256 bits hold"),
    }
}

/// What the dispositions of a seed come to, from the answer's own figures and not from rows that were made of them.
fn sum(seed: usize, method: &MethodAnswer) -> Option<Amount> {
    let mut ends = method.dispositions.iter().filter(|end| end.seed == seed);
    ends.try_fold(Amount::ZERO, |sum, end| sum.checked_add(end.seed_raw))
}

/// Which group of the table a fate belongs to, in the order of the groups, and what the group is called.
fn kind(fate: &Fate) -> (u8, &'static str) {
    match fate {
        Fate::AtRest { .. } => (0, "at rest"),
        Fate::DataEnds => (1, "data ends here"),
        Fate::Service { .. } => (2, "reached a service"),
        Fate::Mixer { .. } => (3, "entered a mixer"),
        Fate::Bridge { .. } => (4, "left by a bridge, not joined"),
        Fate::ReturnedToSeed => (5, "returned to the seed account"),
        Fate::Dust => (6, "under the dust line"),
        Fate::HopLimit => (7, "cut by the hop limit"),
        Fate::SizeLimit => (8, "cut by the size limit"),
        Fate::Fee => (9, "spent as fee"),
        Fate::Burned => (10, "burned"),
        Fate::Unexplained => (11, "left unexplained"),
        Fate::ConversionLoss => (12, "lost in a conversion"),
        Fate::Hub => (13, "reached an account that behaves like a service"),
        Fate::Flagged { .. } => (15, "reached a flagged account"),
        Fate::Asked => (14, "arrived in what was asked about"),
    }
}
