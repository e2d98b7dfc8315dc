//! The stories, one file each.

mod destroyed;
mod drain;
mod envelopes;
mod nft;
mod passage;
mod payroll;
mod poisoning;
mod reorganised;
mod reverted;
mod weth;
