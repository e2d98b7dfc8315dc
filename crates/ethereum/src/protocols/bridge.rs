//! Bridges, and swaps across chains.

pub(super) mod thorchain;
