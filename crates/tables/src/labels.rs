//! Label rows: one assertion by one source about one address.

use fundtrail_types::{Chain, Class, InForce, Label, Scope};

use crate::{Rows, TableFile, TableKind, record::Record};

/// Every column.
pub(crate) const COLUMNS: &[&str] = &[
    "chain",
    "address",
    "entity",
    "category",
    "class",
    "programme",
    "uid",
    "source",
    "confidence",
    "in_force_from",
    "in_force_until",
    "known_since",
    "known_by",
    "note",
];

/// The columns without which there is no row.
pub(crate) const REQUIRED: &[&str] = &["chain", "address", "entity", "category", "class", "source", "confidence"];

/// Reads labels. Their addresses are in their chain's canonical text, so that equal addresses are equal text.
pub fn read(file: TableFile) -> Rows<'static, Label> {
    Rows::new(file, TableKind::Labels, parse)
}

fn parse(record: &Record) -> Result<Label, String> {
    let scope: Scope = record.parsed_required("chain")?;
    let chain = match scope {
        Scope::One(chain) => chain,
        Scope::EveryEvm => Chain::ETHEREUM,
    };
    let class = record.parsed_required("class")?;
    Ok(Label {
        chain: scope,
        address: record.address_required("address", chain)?.to_string(),
        entity: record.required("entity")?.to_owned(),
        category: record.parsed_required("category")?,
        class,
        programme: record.text("programme"),
        uid: record.text("uid"),
        source: record.required("source")?.to_owned(),
        confidence: record.parsed_required("confidence")?,
        in_force: in_force(record, class)?,
        known_since: record.parsed("known_since")?,
        known_by: record.parsed("known_by")?,
        note: record.text("note"),
    })
}

/// The legal times of a listing, each of which may be unknown; an attribution has none.
fn in_force(record: &Record, class: Class) -> Result<Option<InForce>, String> {
    let times = InForce { from: record.parsed("in_force_from")?, until: record.parsed("in_force_until")? };
    match class {
        Class::ListedDprk | Class::ListedDprkLinked | Class::Listed => {}
        Class::AttributedDprk | Class::AllegedDprk | Class::Service => {
            let filled = [("in_force_from", times.from), ("in_force_until", times.until)];
            return match filled.iter().find(|(_, day)| day.is_some()) {
                Some((column, _)) => Err(format!(
                    "`{column}` is filled, but only listings have a time in force and `{class}` is none: empty it, \
                     or put the day of publication into `known_since`"
                )),
                None => Ok(None),
            };
        }
    }
    if let (Some(from), Some(until)) = (times.from, times.until)
        && until < from
    {
        return Err(format!("`in_force_until` {until} is before `in_force_from` {from}: correct one of the two"));
    }
    Ok(Some(times))
}

#[cfg(test)]
mod tests;
