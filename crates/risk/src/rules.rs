//! The list of rules.

pub(crate) mod exposure;
pub(crate) mod labelled_wallet;
pub(crate) mod source_of_funds;
