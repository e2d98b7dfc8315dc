//! The binary `fundtrail`: one file per verb under `verbs/`. A verb has its arguments, makes a value of the library,
//! and prints it; nothing is decided here.

mod args;
mod case;
mod fetch;
mod output;
mod progress;
mod start;
mod verbs;

use std::process::ExitCode;

use clap::Parser;

/// Follows payments on Ethereum and Solana: where value went, and whether any path touches a sanctioned or DPRK-linked
/// cluster.
///
/// Exit code: 0 the work was done, flagged or not; 1 done and flagged, with --fail-on flagged; 2 an error; 3 done, but
/// some input was rejected.
#[derive(Debug, Parser)]
#[command(name = "fundtrail", version, max_term_width = 120)]
pub(crate) struct Cli {
    #[command(subcommand)]
    verb: verbs::Verb,
}

/// How a verb ended, if not with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Flagged,
    Rejected,
}

fn main() -> ExitCode {
    match verbs::run(Cli::parse().verb) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Flagged) => ExitCode::from(1),
        Ok(Outcome::Rejected) => ExitCode::from(3),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}
