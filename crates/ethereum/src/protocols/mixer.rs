//! Mixers and shielded pools.

pub(super) mod tornado_cash;
