//! `fundtrail reference-page`: the page `docs/cli.md`, made from the arguments themselves. A test holds the two together.

use crate::{Cli, Outcome, output};

pub(crate) fn run() -> anyhow::Result<Outcome> {
    let options = clap_markdown::MarkdownOptions::new().show_footer(false).title("The command line".to_owned());
    output::print(clap_markdown::help_markdown_custom::<Cli>(&options).as_bytes())?;
    Ok(Outcome::Done)
}
