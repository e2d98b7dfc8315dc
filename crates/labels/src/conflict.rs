//! Conflicts: labels about one address that cannot both be right.
//!
//! They are reported and not settled. Which source to believe is the reader's decision, and a wrong label that is
//! corrected in silence cannot be defended.

use fundtrail_types::{Date, Label, Scope};
use serde::{Deserialize, Serialize};

/// Two labels about one address that cannot both be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// In what they differ.
    pub differences: Vec<Difference>,
    /// The one that comes first in a look-up.
    pub first: Label,
    /// The other.
    pub second: Label,
}

/// In what two labels differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Whose the address is. Letter case and spaces around a name make no difference.
    Entity,
    /// What its holder is.
    Category,
    /// When it was listed or published, by one and the same source and in one and the same class.
    Dates,
}

/// The conflicts among labels of one address.
pub(crate) fn within(labels: &[Label], as_of: Date) -> Vec<Conflict> {
    let known: Vec<&Label> = labels.iter().filter(|label| label.is_known(as_of)).collect();
    let mut conflicts = Vec::new();
    for (i, first) in known.iter().enumerate() {
        for second in known.iter().skip(i + 1) {
            let differences = differences(first, second);
            if !differences.is_empty() {
                let (first, second) = ((*first).clone(), (*second).clone());
                conflicts.push(Conflict { differences, first, second });
            }
        }
    }
    conflicts
}

fn differences(a: &Label, b: &Label) -> Vec<Difference> {
    if !overlap(a.chain, b.chain) {
        return Vec::new();
    }
    let name = |label: &Label| label.entity.trim().to_lowercase();
    let entity = name(a) != name(b);
    let category = a.category != b.category;
    // A source may list an address twice, for two entities; those dates say nothing about each other.
    let one_statement = !entity && a.source == b.source && a.class == b.class && a.uid == b.uid;
    let dates = one_statement && dates_differ(a, b);
    let all = [(entity, Difference::Entity), (category, Difference::Category), (dates, Difference::Dates)];
    all.into_iter().filter_map(|(differs, what)| differs.then_some(what)).collect()
}

/// A day that one of the two labels leaves open contradicts nothing, except that a listing without an end still stands.
fn dates_differ(a: &Label, b: &Label) -> bool {
    let differ = |a: Option<Date>, b: Option<Date>| matches!((a, b), (Some(a), Some(b)) if a != b);
    let in_force = match (a.in_force, b.in_force) {
        (Some(a), Some(b)) => differ(a.from, b.from) || a.until != b.until,
        _ => false,
    };
    in_force || differ(a.known_since, b.known_since)
}

/// Whether there is an account that labels of both scopes are about.
fn overlap(a: Scope, b: Scope) -> bool {
    match (a, b) {
        (Scope::One(chain), other) | (other, Scope::One(chain)) => other.covers(chain),
        (Scope::EveryEvm, Scope::EveryEvm) => true,
    }
}

#[cfg(test)]
mod tests {
    use fundtrail_types::{Category, Class, InForce};

    use super::*;
    use crate::{LabelBook, testing::*};

    /// The differences found between two labels about one address, as of the end of 2025.
    fn found(a: Label, b: Label) -> Vec<Vec<Difference>> {
        let conflicts = LabelBook::new(vec![a, b]).conflicts(day("2025-12-31"));
        conflicts.into_iter().map(|conflict| conflict.differences).collect()
    }

    #[test]
    fn names_and_categories_that_differ_are_reported_with_both_labels() {
        let a = Label { source: "a".to_owned(), ..label() };
        let b = Label { source: "b".to_owned(), entity: "Other".to_owned(), category: Category::Mixer, ..label() };
        let book = LabelBook::new(vec![b.clone(), a.clone()]);
        let differences = vec![Difference::Entity, Difference::Category];
        assert_eq!(book.conflicts(day("2025-12-31")), [Conflict { differences, first: a.clone(), second: b.clone() }]);
        let same_name = Label { entity: " GATE ".to_owned(), ..b.clone() };
        assert_eq!(found(a.clone(), same_name), [[Difference::Category]]);
        let elsewhere = Label { address: SECOND.to_owned(), ..b };
        assert_eq!(found(a, elsewhere), Vec::<Vec<Difference>>::new());
    }

    #[test]
    fn only_labels_that_were_known_and_hold_on_one_chain_can_conflict() {
        let other = |chain: &str, since: &str| Label {
            chain: chain.parse().unwrap(),
            entity: "Other".to_owned(),
            known_since: Some(day(since)),
            ..label()
        };
        assert_eq!(found(label(), other("eip155:1", "2025-12-31")), [[Difference::Entity]]);
        assert_eq!(found(label(), other("eip155:1", "2026-01-01")).len(), 0);
        assert_eq!(found(other("eip155:1", "2025-01-01"), label()).len(), 1);
        let polygon = Label { entity: "Third".to_owned(), ..other("eip155:137", "2025-01-01") };
        assert_eq!(found(other("eip155:1", "2025-01-01"), polygon.clone()).len(), 0);
        assert_eq!(found(other("eip155:137", "2025-01-01"), polygon).len(), 1);
    }

    #[test]
    fn a_source_that_contradicts_itself_on_dates() {
        let force = |from, until| Label { in_force: Some(InForce { from, until }), class: Class::Listed, ..label() };
        let on = |from: &str| force(Some(day(from)), None);
        let (a, b) = (on("2022-08-08"), on("2022-11-08"));
        assert_eq!(found(a.clone(), force(None, None)).len(), 0);
        assert_eq!(found(a.clone(), force(None, Some(day("2025-03-21")))), [[Difference::Dates]]);
        let since = |date: &str| Label { known_since: Some(day(date)), ..label() };
        assert_eq!(found(since("2025-01-01"), since("2025-01-02")), [[Difference::Dates]]);
        assert_eq!(found(since("2025-01-01"), label()).len(), 0);
        assert_eq!(found(a.clone(), b.clone()), [[Difference::Dates]]);
        assert_eq!(found(a.clone(), Label { source: "b".to_owned(), ..b.clone() }).len(), 0);
        assert_eq!(found(a.clone(), Label { uid: Some("2".to_owned()), ..b }).len(), 0);
        assert_eq!(found(a.clone(), Label { note: Some("n".to_owned()), ..a }).len(), 0);
    }
}
