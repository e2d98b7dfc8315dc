//! `fundtrail db compact`: merge the files of the database.

use clap::Args;

use crate::{
    Outcome,
    args::Database,
    output,
    progress::{self, Stop},
};

/// Merge the files of the database.
#[derive(Debug, Args)]
pub(crate) struct Compact {
    #[command(flatten)]
    db: Database,
}

impl Compact {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let (store, stop) = (self.db.open_existing()?, Stop::listen()?);
        let before = store.bytes_on_disk()?;
        let bar = progress::count(None, "families");
        let done = store.compact(&mut |done, of| {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
            stop.go_on()
        });
        bar.finish_and_clear();
        if !done? {
            anyhow::bail!("interrupted: what is done stays done; run the same command again for the rest");
        }
        output::print(format!("{before} bytes before, {} after\n", store.bytes_on_disk()?).as_bytes())?;
        Ok(Outcome::Done)
    }
}
