//! `fundtrail db check`: whether everything fits together, and mending what does not.

use clap::Args;
use fundtrail::{CheckReport, Store};

use crate::{
    Outcome,
    args::Database,
    output,
    progress::{self, Stop},
};

/// Read everything and check that it fits together.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    db: Database,
    /// Mend what does not fit. What follows from other rows is made anew; a transaction whose own rows are damaged is
    /// taken out, and its height is not covered any more until its files are loaded again.
    #[arg(long)]
    mend: bool,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let stop = Stop::listen()?;
        let bar = progress::count(None, "rows");
        let mut go_on = |rows| {
            bar.set_position(rows);
            stop.go_on()
        };
        let report = if self.mend {
            Store::open_to_mend(&self.db.db)?.mend(&mut go_on)
        } else {
            self.db.read()?.check(&mut go_on)
        };
        bar.finish_and_clear();
        let report = report?;
        output::give_plain(self.json, &report, text)?;
        if report.broken_total > 0 && !report.mended {
            anyhow::bail!("{} rows do not fit: mend them with `fundtrail db check --mend`", report.broken_total);
        }
        if report.unresolved > 0 {
            anyhow::bail!(
                "{} rows contradict each other, and nobody can tell which is right: load your files again into a new folder",
                report.unresolved
            );
        }
        Ok(Outcome::Done)
    }
}

fn text(report: &CheckReport) -> String {
    let mut text = format!(
        "read {} transactions, {} movements, {} lines of histories; {} transactions have contradicting sources\n",
        report.transactions, report.movements, report.history_rows, report.conflicts
    );
    for broken in &report.broken {
        text += &format!("broken: {} ({})\n", broken.invariant, broken.at);
    }
    text += &match (report.broken_total, report.mended) {
        (0, _) => "everything fits together\n".to_owned(),
        (total, false) => format!("{total} rows do not fit\n"),
        (total, true) => format!("{total} rows did not fit; {} of them could not be mended\n", report.unresolved),
    };
    for what in &report.load_again {
        text += &format!(
            "only loading again brings back {what}: `fundtrail db info` tells which files are marked or missing\n"
        );
    }
    if report.lost > 0 {
        text += &format!(
            "{} transactions were damaged beyond mending, wholly or in part; their heights are not covered any more, and `fundtrail db info` marks the files to load again\n",
            report.lost
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_loaded_again_is_told() {
        let load_again = vec!["the file `a.csv` (sha256 `d`)".to_owned()];
        let text = text(&CheckReport { load_again, broken_total: 1, mended: true, ..CheckReport::default() });
        assert!(
            text.contains("only loading again brings back the file `a.csv` (sha256 `d`): `fundtrail db info`"),
            "{text}"
        );
    }
}
