//! Exchanges on chain.

pub(super) mod pancake_v3;
pub(super) mod uniswap_v2;
pub(super) mod uniswap_v3;
