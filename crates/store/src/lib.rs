//! The store: every account's history, in order of time, in RocksDB.
//!
//! The only crate that names `rocksdb`. One account's history is one contiguous scan, inflows and outflows together:
//! that is the access path of every trace, so it is the one that is cheap. Every secondary row is derivable from the
//! rows of its transaction (`rows`), and one function makes them for writing and for deleting.
//!
//! What it does not do: it holds no labels, no prices and no sanctions. Those are joined when a question is asked, so
//! that a new list needs no new load and an old answer can be asked again against an old list.
//!
//! The key format is written down in `docs/schema.md`; a test holds that page and `families` together.

mod bytes;
mod check;
mod compact;
mod coverage;
mod db;
mod error;
mod families;
mod heads;
mod info;
mod keys;
mod legs;
mod migrations;
mod names;
mod options;
mod placed;
mod read;
mod relations;
mod rows;
mod undo;
mod view;
mod writer;

pub use check::{Broken, CheckReport};
pub use db::{FORMAT, Store};
pub use error::StoreError;
pub use families::{FAMILIES, Family};
pub use heads::Head;
pub use info::{ChainInfo, Info, SourceInfo};
pub use legs::{Leg, is_plain};
pub use migrations::Migrated;
pub use names::{AccountId, AssetId, ChainId};
pub use read::{Entry, Side, StoredTx};
pub use undo::Undone;
pub use view::{Completeness, TxView};
pub use writer::{Checkpoint, Writer};
