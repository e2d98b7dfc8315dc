//! Who is who, as asserted by others: look-up of labels as of a date, and where they contradict each other.
//!
//! `book` answers who an account is said to be, `conflict` finds labels that cannot both be right, `summary` counts.
//! A label is an assertion of its source and never a fact of ours: nothing here merges, ranks away or corrects labels.
//!
//! Two times are kept apart. A look-up cuts by `known_since`: what could have been known on that day. Whether a listing
//! was in force when value moved is asked of the label itself ([`Label::standing`](fundtrail_types::Label::standing)).
//!
//! Deliberately absent: files (`tables` reads them), and clusters inferred from behaviour (`graph` has those).

mod book;
mod conflict;
mod summary;
#[cfg(test)]
mod testing;

pub use book::LabelBook;
pub use conflict::{Conflict, Difference};
pub use summary::Summary;
