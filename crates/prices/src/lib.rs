//! What an asset was worth at a time: from prices that others publish, and from swaps seen on chain. None rather than a guess.
//!
//! [`PriceBook`] answers what an amount was worth, and who says so. [`Seen`] makes prices of swaps against tokens that stand for
//! money. Nothing is drawn between two prices, and none holds for longer than a day.
//!
//! Deliberately absent: files (`tables` reads them), and what tokens are called or stand for (the caller knows).

mod book;
mod seen;

pub use book::{PriceBook, Worth};
pub use seen::{Known, Seen};
