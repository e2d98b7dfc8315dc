//! The stories, one file each.

mod weth;
