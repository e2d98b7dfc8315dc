//! Fundtrail as a library: where did this money come from, where did it go, and does any path touch a sanctioned or
//! DPRK-linked cluster?
//!
//! This is the only place where the rooms meet. A typical program opens a [`Store`], loads files into it
//! ([`ingest`]), and asks: [`trace`] follows what an account paid out, [`audit`] follows what a company's
//! payees were paid. Both join the store with a [`Reference`]: who is who, and what tokens are called. Answers are
//! plain data of `fundtrail-types`; `fundtrail-report` prints them.

mod audit;
mod bundled;
mod candidates;
mod case;
mod chains;
mod connect;
mod dump;
mod error;
mod explain;
mod exposure;
mod fetch;
mod ingest;
mod input;
mod matching;
mod prices;
mod protocols;
mod reference;
mod trace;

pub use audit::{AuditOptions, audit};
pub use case::{Case, DemoAnswer, demo};
pub use chains::Chains;
pub use connect::connect;
pub use dump::{ImportReport, export, import};
pub use error::Error;
pub use explain::{explain, find_tx};
pub use exposure::exposure;
pub use fetch::{Access, ExplorerAccess, Fetched, NodeAccess, fetch};
pub use fundtrail_labels::{Conflict, LabelBook, Summary};
pub use fundtrail_store::{CheckReport, FORMAT, Info, Migrated, Store, StoreError, Undone};
pub use fundtrail_types as types;
pub use ingest::{
    IngestReport, IngestSetting, Listener, Progress, Stage,
    chain::{
        Budget, ChainReport, Endpoint, NodeSetting, Reconcile, RecordedSetting, RpcSettings, Until, ingest_node,
        ingest_recorded,
    },
    explorer::{ExplorerReport, ExplorerSetting, ExplorerWay, ingest_explorer},
    ingest, ingest_bytes, ingest_files,
    solana::{SolanaReport, SolanaSetting, SolanaWay, SolanaWhat, ingest_solana},
};
pub use prices::prices_seen;
pub use protocols::protocols;
pub use reference::{ListFile, Reference};
pub use trace::{QuestionDefaults, trace};
