//! Replies on disk: raw evidence, and a way in without any network.
//!
//! [`Recorder`] writes replies while they come, [`Recorded`] reads them, and what other programs wrote in their own files.

mod frames;
mod index;
mod kind;
mod read;
mod split;
mod stream;
mod write;

pub use read::Recorded;
pub use write::{Recorder, Reply};
pub(crate) use write::{digest, in_file};
