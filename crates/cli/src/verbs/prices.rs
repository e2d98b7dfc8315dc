//! `fundtrail prices`: what assets were worth, by the swaps of the database.

use clap::Args;
use fundtrail::types::Currency;

use crate::{
    Outcome,
    args::{self, Database, Lists},
    output::{self, Output},
    progress::{self, Stop},
};

/// Tell what assets were worth on each day, by the stored swaps against tokens that stand for a currency. Written to a file that ends in
/// .csv, it is a table for --prices.
#[derive(Debug, Args)]
pub(crate) struct Prices {
    #[command(flatten)]
    db: Database,
    #[command(flatten)]
    lists: Lists,
    /// In which money.
    #[arg(long, value_name = "CODE", default_value_t = Currency::USD)]
    currency: Currency,
    #[command(flatten)]
    output: Output,
}

impl Prices {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let reference = self.lists.reference()?;
        let store = self.db.read()?;
        let stop = Stop::listen()?;
        let bar = progress::count(None, "transactions");
        let prices = fundtrail::prices_seen(&store, &reference, self.currency, &mut |read| {
            bar.set_position(read);
            stop.go_on()
        });
        bar.finish_and_clear();
        let prices = prices?;
        output::give(&self.output, |format, options| fundtrail_report::prices(&prices, format, options))?;
        Ok(args::outcome(false, !reference.problems().is_empty()))
    }
}
