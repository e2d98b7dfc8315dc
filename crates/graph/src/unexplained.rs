//! Movements that only a balance tells: native coin came or went, and nothing says where from or where to.
//!
//! What came in so may have come from anywhere, so it is no clean money that the account is known to hold: it is left out
//! of the balance, and when an outflow shows that it was there, it is unknown inflow like any other. What went out so takes its
//! part of the balance like any outflow, and ends there.

use fundtrail_store::{AccountId, Entry, Side};
use fundtrail_types::Kind;

/// Whether no movement tells where it came from or went.
pub(crate) fn is_unexplained(entry: &Entry) -> bool {
    entry.kind == Kind::Unexplained && entry.counterparty == AccountId::NONE
}

/// Whether it is left out of the balance. What a seed begins with is not, which is for the caller to see.
pub(crate) fn is_left_out(entry: &Entry) -> bool {
    entry.side == Side::In && is_unexplained(entry)
}
