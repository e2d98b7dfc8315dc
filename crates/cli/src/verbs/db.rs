//! `fundtrail db ...`: look into the database, and keep it in order. One file per verb.

mod check;
mod compact;
mod export;
mod import;
mod info;
mod migrate;
mod undo;

use clap::Subcommand;

use crate::Outcome;

/// Look into the database, and keep it in order.
#[derive(Debug, Subcommand)]
pub(crate) enum Db {
    /// What the database holds: chains, heights, sources, coverage.
    Info(info::Info),
    /// Read everything and check that it fits together. Exit code 2 if it does not.
    Check(check::Check),
    /// Merge the files of the database: smaller and quicker after a large load.
    Compact(compact::Compact),
    /// Take away everything between two heights of a chain, as if it had never been seen.
    Undo(undo::Undo),
    /// Bring a database of an older format to the present one.
    Migrate(migrate::Migrate),
    /// Write everything that the database holds to one file of JSON lines.
    Export(export::Export),
    /// Add what such a file holds to the database.
    Import(import::Import),
}

impl Db {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::Info(info) => info.run(),
            Self::Check(check) => check.run(),
            Self::Compact(compact) => compact.run(),
            Self::Undo(undo) => undo.run(),
            Self::Migrate(migrate) => migrate.run(),
            Self::Export(export) => export.run(),
            Self::Import(import) => import.run(),
        }
    }
}
