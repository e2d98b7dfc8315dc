//! Payrolls, wallets of several owners, streams.

pub(super) mod disperse;
pub(super) mod safe;
