//! Asking an endpoint and keeping what it said: the same for every chain.
//!
//! [`Endpoint`] is an address that keeps its key to itself, [`Http`] one bounded exchange, [`Client`] requests with patience:
//! bounded in number, in batches, at a rate, sent again where that may help. [`Recorder`] writes replies as they came, each with
//! its SHA-256; [`Shelf`] finds and reads such
//! replies, and those of other programs. Nothing here
//! understands a reply.

mod budget;
mod client;
mod endpoint;
mod error;
mod fault;
mod files;
mod frames;
mod http;
mod packet;
mod recorder;
mod reply;
mod retry_after;
mod settings;
mod shelf;
mod split;
mod stream;

pub use budget::Budget;
pub use client::{Call, Client};
pub use endpoint::Endpoint;
pub use error::Error;
pub use fault::{Course, Fault};
pub use files::files_of;
pub use http::Http;
pub use recorder::{Recorder, Reply, digest, in_file};
pub use reply::Told;
pub use settings::Settings;
pub use shelf::{At, Scanned, Shelf};
pub use stream::{Place, Stream};
