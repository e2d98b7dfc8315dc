//! `fundtrail db export FILE`: everything that the database holds as one file.

use std::path::PathBuf;

use clap::Args;

use crate::{
    Outcome,
    args::Database,
    output,
    progress::{self, Stop},
};

/// Write everything that the database holds to one file of JSON lines.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file; compressed if its name ends in `.zst`.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    db: Database,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let (store, stop) = (self.db.read()?, Stop::listen()?);
        let bar = progress::count(None, "lines");
        let lines = fundtrail::export(&store, &self.file, &mut |lines| {
            bar.set_position(lines);
            stop.go_on()
        });
        bar.finish_and_clear();
        output::print(format!("{} lines written\n", lines?).as_bytes())?;
        Ok(Outcome::Done)
    }
}
