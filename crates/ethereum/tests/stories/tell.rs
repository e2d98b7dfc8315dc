//! The stories, one file each.

mod beyond_frames;
mod delegated;
mod destroyed;
mod drain;
mod envelopes;
mod nft;
mod operations;
mod passage;
mod payroll;
mod poisoning;
mod reorganised;
mod reverted;
mod swap_v2;
mod swap_v3;
mod weth;
