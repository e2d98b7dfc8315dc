//! `fundtrail db undo`: heights as if they had never been seen.

use clap::Args;
use fundtrail::{Undone, types::Chain};

use crate::{
    Outcome,
    args::Database,
    output,
    progress::{self, Stop},
};

/// Take away everything between two heights of a chain, as if it had never been seen.
#[derive(Debug, Args)]
pub(crate) struct Undo {
    #[command(flatten)]
    db: Database,
    /// The chain, by its CAIP-2 name, such as `eip155:1`.
    #[arg(long, value_name = "CHAIN")]
    chain: Chain,
    /// The first height that goes.
    #[arg(long, value_name = "HEIGHT")]
    from: u64,
    /// The last height that goes. Default: the last one there is.
    #[arg(long, value_name = "HEIGHT")]
    to: Option<u64>,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Undo {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let to = self.to.unwrap_or(u64::MAX);
        if to < self.from {
            anyhow::bail!("--from {} is over --to {to}: swap or correct them", self.from);
        }
        let (store, stop) = (self.db.open_existing()?, Stop::listen()?);
        let bar = progress::count(None, "transactions");
        let undone = store.undo(self.chain, (self.from, to), &mut |transactions| {
            bar.set_position(transactions);
            stop.go_on()
        });
        bar.finish_and_clear();
        let undone = undone?;
        output::give_plain(self.json, &undone, text)?;
        if !undone.complete {
            anyhow::bail!("interrupted: run the same command again, or any load, which takes away the rest first");
        }
        Ok(Outcome::Done)
    }
}

fn text(undone: &Undone) -> String {
    let mut text = format!(
        "{} transactions taken away; {} claims of coverage are shorter now or gone\n",
        undone.transactions, undone.claims
    );
    if undone.loads > 0 {
        text += &format!("{} unfinished loads begin anew when they are run again\n", undone.loads);
    }
    text
}
