//! `fundtrail completions SHELL`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{Cli, Outcome, output};

/// Print a completion script for a shell.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "fundtrail", &mut script);
        output::print(&script)?;
        Ok(Outcome::Done)
    }
}
