//! `fundtrail db migrate`: an older format becomes the present one.

use clap::Args;
use fundtrail::Store;

use crate::{
    Outcome,
    args::Database,
    output,
    progress::{self, Stop},
};

/// Bring a database of an older format to the present one.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    db: Database,
}

impl Migrate {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let stop = Stop::listen()?;
        let bar = progress::count(None, "transactions");
        let migrated = Store::migrate(&self.db.db, &mut |rows| {
            bar.set_position(rows);
            stop.go_on()
        });
        bar.finish_and_clear();
        let migrated = migrated?;
        if migrated.to < fundtrail::FORMAT {
            anyhow::bail!("interrupted at format {}: run the same command again", migrated.to);
        }
        let text = if migrated.from == migrated.to {
            format!("the database has format {} already\n", migrated.to)
        } else {
            format!("the database had format {} and has format {} now\n", migrated.from, migrated.to)
        };
        output::print(text.as_bytes())?;
        Ok(Outcome::Done)
    }
}
