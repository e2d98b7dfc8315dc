//! Labels for tests.

use fundtrail_types::{Category, Class, Confidence, Date, Label, Scope};

pub(crate) const FIRST: &str = "0x0D0707963952f2fBA59dD06f2b425ace40b492Fe";
pub(crate) const SECOND: &str = "0x28C6c06298d514Db089934071355E5743bf21d60";

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// An exchange on every EVM chain.
pub(crate) fn label() -> Label {
    Label {
        chain: Scope::EveryEvm,
        address: FIRST.to_owned(),
        entity: "Gate".to_owned(),
        category: Category::Exchange,
        class: Class::Service,
        programme: None,
        uid: None,
        source: "a".to_owned(),
        confidence: Confidence::Medium,
        in_force: None,
        known_since: None,
        known_by: None,
        note: None,
    }
}
