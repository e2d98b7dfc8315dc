//! Replies on disk: raw evidence, and a way in without any network.
//!
//! [`fundtrail_rpc::Recorder`] writes replies while they come; [`Recorded`] reads them, and what other programs wrote in their
//! own files.

mod index;
mod kind;
mod read;
mod write;

pub use read::Recorded;
