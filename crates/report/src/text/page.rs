//! A page of text: lines, titles with a blank line above, lists that are cut.

use crate::Options;

/// Text under construction.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// One line. It may hold several, as a table does.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// A blank line and a line.
    pub(super) fn title(&mut self, title: impl AsRef<str>) {
        self.line("");
        self.line(title);
    }

    /// The first items, each on its line after `lead`, and how many more there are.
    pub(super) fn list(&mut self, lead: &str, items: &[String], options: &Options) {
        for item in items.iter().take(options.rows_max) {
            self.line(format!("{lead}{item}"));
        }
        if let Some(more) = more(items.len(), options) {
            self.line(format!("{lead}{more}"));
        }
    }

    /// The finished text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// What stands under a table or list that was cut; none if it was not.
pub(super) fn more(rows: usize, options: &Options) -> Option<String> {
    match rows.saturating_sub(options.rows_max) {
        0 => None,
        1 => Some("1 more row: --json or --out shows all".to_owned()),
        more => Some(format!("{more} more rows: --json or --out shows all")),
    }
}
