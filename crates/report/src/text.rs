//! Human text: the analyst's note.
//!
//! The notes are built of a few parts that several of them share: one file per note, one per part.

mod audit;
mod certificate;
mod connect;
mod exposure;
mod fates;
mod findings;
mod grown;
mod page;
mod paths;
mod prices;
mod protocols;
mod reach;
mod shared;
mod sources;
mod stops;
mod table;
mod targets;
mod trace;
mod tx;

pub(crate) use audit::audit;
pub(crate) use connect::connect;
pub(crate) use exposure::exposure;
pub(crate) use grown::grown;
pub(crate) use paths::paths;
pub(crate) use prices::prices;
pub(crate) use protocols::protocols;
pub(crate) use trace::trace;
pub(crate) use tx::tx;
