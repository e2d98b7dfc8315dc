//! `fundtrail coverage ADDRESS`: what is known of an account, over which heights, and who says so.

use clap::Args;
use fundtrail::types::{Account, Covered};
use fundtrail_report::clean;

use crate::{
    Outcome,
    args::{self, Database},
    output,
};

/// What is known of an account, over which heights, and who says so.
#[derive(Debug, Args)]
pub(crate) struct Coverage {
    /// The account: CAIP-10 such as `eip155:1:0x…`, or a bare address whose shape tells the chain.
    #[arg(value_name = "ADDRESS", value_parser = args::account)]
    account: Account,
    #[command(flatten)]
    db: Database,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Coverage {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        let claims = self.db.read()?.coverage_of(&self.account)?;
        let covered = Covered::join(&claims);
        output::give_plain(self.json, &covered, |covered| {
            if covered.is_empty() {
                return format!(
                    "nothing is claimed of {}: what it paid out beyond the loaded files is not known\n",
                    self.account
                );
            }
            format!("what is claimed of {}\n{}", self.account, lines(covered))
        })?;
        Ok(Outcome::Done)
    }
}

/// One line for each claim, and below it who makes it.
pub(crate) fn lines(covered: &[Covered]) -> String {
    covered.iter().map(line).collect()
}

fn line(one: &Covered) -> String {
    let account = one.account.as_ref().map_or("the whole chain".to_owned(), |account| account.address.to_string());
    let asset = one.asset.as_ref().map_or(String::new(), |asset| format!(" of {}", asset.name_on_chain()));
    let heights: Vec<String> = one.heights.iter().map(|(from, to)| format!("{from} to {to}")).collect();
    let sources: Vec<_> = one.sources.iter().map(|source| clean(source)).collect();
    let notes: Vec<_> = one.notes.iter().map(|note| clean(note)).collect();
    let notes = if notes.is_empty() { String::new() } else { format!(": {}", notes.join("; ")) };
    format!(
        "  {account}: {} movements{asset}, direction {}, {}, {}, says {}{notes}\n",
        one.what,
        one.direction,
        heights.join(", "),
        one.claim,
        sources.join(", "),
    )
}
