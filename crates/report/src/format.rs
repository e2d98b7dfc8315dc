//! The formats, and how a file's name tells which one is meant.

use std::{fmt, path::Path, str::FromStr};

use crate::ReportError;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// An analyst's note, for people.
    Text,
    /// The answer itself.
    Json,
    /// One table, for spreadsheets and data frames.
    Csv,
    /// The flow graph, for Gephi, yEd, Cytoscape and networkx.
    GraphMl,
    /// The flow graph, for Graphviz.
    Dot,
}

/// Every known extension, in lower case. Graphviz itself prefers `gv`, because `dot` was a word processor's.
const EXTENSIONS: [(&str, Format); 6] = [
    ("txt", Format::Text),
    ("json", Format::Json),
    ("csv", Format::Csv),
    ("graphml", Format::GraphMl),
    ("dot", Format::Dot),
    ("gv", Format::Dot),
];

impl Format {
    /// Every format, in the order in which messages list them.
    pub const ALL: [Self; 5] = [Self::Text, Self::Json, Self::Csv, Self::GraphMl, Self::Dot];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::GraphMl => "graphml",
            Self::Dot => "dot",
        }
    }

    /// The format that the end of a file's name tells; upper or lower case.
    ///
    /// # Errors
    /// If there is no extension or it is not a known one; the message lists those that are.
    pub fn from_path(path: &Path) -> Result<Self, ReportError> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        EXTENSIONS
            .iter()
            .find(|(known, _)| extension.eq_ignore_ascii_case(known))
            .map(|&(_, format)| format)
            .ok_or_else(|| ReportError::Extension { path: path.to_owned() })
    }

    /// The known extensions, as a message lists them.
    pub(crate) fn extensions() -> String {
        EXTENSIONS.map(|(extension, _)| format!(".{extension}")).join(", ")
    }
}

impl FromStr for Format {
    type Err = ReportError;

    fn from_str(text: &str) -> Result<Self, ReportError> {
        let shortened = || text.chars().take(40).collect();
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| ReportError::Name(shortened()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_name_tells_the_format() {
        for (name, format) in [
            ("case.txt", Format::Text),
            ("a/b.c/case.JSON", Format::Json),
            ("case.flow.csv", Format::Csv),
            ("case.GraphML", Format::GraphMl),
            ("case.dot", Format::Dot),
            ("case.gv", Format::Dot),
        ] {
            assert_eq!(Format::from_path(Path::new(name)).unwrap(), format, "{name}");
        }
        for name in ["case", ".json", "case.pdf", "case.csv.", ""] {
            let error = Format::from_path(Path::new(name)).unwrap_err().to_string();
            assert!(error.contains(&format!("`{name}`")), "{error}");
            assert!(error.ends_with("end its name in .txt, .json, .csv, .graphml, .dot, .gv"), "{error}");
        }
    }

    #[test]
    fn names_come_back() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
        }
        let error = "pdf".parse::<Format>().unwrap_err().to_string();
        assert_eq!(error, "`pdf` is not a format: write one of text, json, csv, graphml, dot");
    }
}
