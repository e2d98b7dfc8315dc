//! The ways in: a node, or recorded replies of one.
//!
//! [`Source`] is either of the two, asked the same questions; [`Replay`] is what a folder of recorded replies holds. Which
//! questions, in which order, is for who loads to decide; nothing here understands what a transaction did.

mod answers;
mod ask;
mod placed;
mod replay;
mod source;

pub use answers::{BlockOrder, Gone, Signature};
pub use replay::Replay;
pub use source::Source;
