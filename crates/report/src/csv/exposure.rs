//! Exposure as a table: one row per side, account, asset, other party and method. The rows of one total under one method add up to it.
//!
//! `worth` is in `currency`, of what arrived and has a price; `unpriced_raw` is what has none. Shares are per cent.

use fundtrail_types::{Exposed, Exposure, ExposureAnswer, ExposureSide};

use crate::{ReportError, names::Names, share};

use super::{bytes, guard};

const COLUMNS: [&str; 20] = [
    "side",
    "account",
    "asset",
    "symbol",
    "total_raw",
    "class",
    "near",
    "category",
    "entity",
    "end",
    "hops",
    "accounts",
    "method",
    "amount_raw",
    "amount",
    "share",
    "currency",
    "worth",
    "unpriced_raw",
    "price_sources",
];

pub(crate) fn exposure(answer: &ExposureAnswer) -> Result<Vec<u8>, ReportError> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for (name, side) in [("sent", &answer.sent), ("received", &answer.received)] {
        for part in &side.parts {
            writer.write_record(row(name, side, part, answer.currency.code()))?;
        }
    }
    bytes(writer)
}

fn row(name: &str, side: &ExposureSide, part: &Exposure, currency: &str) -> [String; COLUMNS.len()] {
    let names = Names::new(side.trace.answer().map_or(&[], |trace| trace.assets.as_slice()), None);
    let total = side.totals.iter().find(|total| (&total.account, &total.asset) == (&part.account, &part.asset));
    let total_raw = total.map(|total| total.amount_raw).unwrap_or_default();
    let empty = String::new;
    let (class, near, category, entity, end) = match &part.to {
        Exposed::Party { class, nearness, category, entity } => {
            (class.name().to_owned(), nearness.name().to_owned(), category.name().to_owned(), guard(entity), empty())
        }
        Exposed::Nobody { end } => (empty(), empty(), empty(), empty(), guard(end)),
    };
    [
        name.to_owned(),
        part.account.to_string(),
        part.asset.to_string(),
        guard(&names.symbol(&part.asset)),
        total_raw.to_string(),
        class,
        near,
        category,
        entity,
        end,
        part.hops.to_string(),
        part.accounts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        part.method.to_string(),
        part.amount_raw.to_string(),
        names.decimal(&part.asset, part.amount_raw).unwrap_or_default(),
        share::percent(part.amount_raw, total_raw).unwrap_or_default(),
        currency.to_owned(),
        part.worth.value.map(|value| value.to_string()).unwrap_or_default(),
        part.worth.unpriced_raw.to_string(),
        guard(&part.worth.sources.join("; ")),
    ]
}
