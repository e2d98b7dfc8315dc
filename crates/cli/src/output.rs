//! Writing answers: to the terminal for people, as JSON, or to a file whose ending tells the format. Complaints go to
//! standard error, so that standard output can be piped.

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::Args;
use fundtrail_report::{Format, Options};
use serde::Serialize;

/// How the answer is given.
#[derive(Debug, Args)]
pub(crate) struct Output {
    /// Print the whole answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the whole answer to a file; its ending tells the format: .json, .csv, .graphml, .dot or .txt.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Rows of a table for people; the rest is counted.
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) rows: usize,
}

/// Gives an answer in every form that was asked for. `render` knows the formats of this kind of answer.
pub(crate) fn give(
    output: &Output,
    render: impl Fn(Format, &Options) -> Result<Vec<u8>, fundtrail_report::ReportError>,
) -> anyhow::Result<()> {
    let whole = Options::WHOLE;
    if let Some(file) = &output.out {
        let bytes = render(Format::from_path(file)?, &whole)?;
        std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    match (output.json, &output.out) {
        (true, _) => print(&render(Format::Json, &whole)?),
        (false, Some(_)) => Ok(()),
        (false, None) => {
            print(&render(Format::Text, &Options { width: width(), rows_max: output.rows, ..Options::default() })?)
        }
    }
}

/// Gives a value that has no graph: as JSON, or as the text that `text` makes of it.
pub(crate) fn give_plain<T: Serialize>(json: bool, value: &T, text: impl Fn(&T) -> String) -> anyhow::Result<()> {
    if json { print(&fundtrail_report::json(value)?) } else { print(text(value).as_bytes()) }
}

/// Writes to standard output.
pub(crate) fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// Writes a line to standard error, made harmless for the terminal: it may repeat what others wrote. If standard error
/// is closed, there is nobody left to tell.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", fundtrail_report::escape(line));
}

/// Whether the reader of our output went away, as `head` does: no error of ours.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Columns of the terminal; none if the output is piped.
pub(crate) fn width() -> Option<u16> {
    if !io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| width.0)
}
