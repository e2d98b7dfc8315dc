//! The verbs, one file each.

mod audit;
mod completions;
mod connect;
mod coverage;
mod db;
mod demo;
mod exposure;
mod ingest;
mod labels;
mod paths;
mod prices;
mod protocols;
mod reference_page;
mod trace;
mod tx;

use clap::Subcommand;

use crate::Outcome;

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run the bundled Bybit case from its files to its findings.
    Demo(demo::Demo),
    /// Load data into the database.
    #[command(subcommand)]
    Ingest(ingest::Ingest),
    /// Follow what an account paid out.
    Trace(trace::Trace),
    /// Tell how two accounts are connected.
    Connect(connect::Connect),
    /// Tell which labelled parties are at the other end of what was sent and received.
    Exposure(exposure::Exposure),
    /// Show the paths by which value went from one account to another.
    Paths(paths::Paths),
    /// Tell what assets were worth, by the stored swaps.
    Prices(prices::Prices),
    /// List the protocols that are recognised, and how sure that is.
    Protocols(protocols::Protocols),
    /// Explain one stored transaction.
    Tx(tx::Tx),
    /// Follow what payees were paid, and say what it reached.
    Audit(audit::Audit),
    /// Who is who, and who says so.
    #[command(subcommand)]
    Labels(labels::Labels),
    /// What is known of an account, over which heights, and who says so.
    Coverage(coverage::Coverage),
    /// Look into the database, and keep it in order.
    #[command(subcommand)]
    Db(db::Db),
    /// Print a completion script for a shell.
    Completions(completions::Completions),
    /// Print the page `docs/cli.md`.
    #[command(hide = true)]
    ReferencePage,
}

pub(crate) fn run(verb: Verb) -> anyhow::Result<Outcome> {
    match verb {
        Verb::Demo(demo) => demo.run(),
        Verb::Ingest(ingest) => ingest.run(),
        Verb::Trace(trace) => trace.run(),
        Verb::Connect(connect) => connect.run(),
        Verb::Exposure(exposure) => exposure.run(),
        Verb::Paths(paths) => paths.run(),
        Verb::Prices(prices) => prices.run(),
        Verb::Protocols(protocols) => protocols.run(),
        Verb::Tx(tx) => tx.run(),
        Verb::Audit(audit) => audit.run(),
        Verb::Labels(labels) => labels.run(),
        Verb::Coverage(coverage) => coverage.run(),
        Verb::Db(db) => db.run(),
        Verb::Completions(completions) => completions.run(),
        Verb::ReferencePage => reference_page::run(),
    }
}
