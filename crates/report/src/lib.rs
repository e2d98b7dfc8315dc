//! Findings and graphs to bytes, one file per format.
//!
//! What goes in is an answer of [`fundtrail_types`] and nothing else; what comes out is bytes that depend on the answer
//! and the options alone: no clock, no terminal, no environment. The human text is an analyst's note that can be
//! defended line by line; JSON is the answer itself; CSV, GraphML and DOT are its flow for the tools in which a case
//! is worked.
//!
//! Two rules hold in every format. Amounts of different assets are never added to each other, and poison is reach, so
//! people are never shown an amount for it. Entity names, token symbols and notes were written by others: where a
//! terminal or a spreadsheet could act on them, they are escaped.
//!
//! Deliberately absent: colours, and everything that needs a network.

mod check;
mod clean;
mod csv;
mod dot;
mod error;
mod format;
mod graphml;
mod json;
mod names;
mod narrow;
mod share;
mod text;
mod words;

#[cfg(test)]
mod tests;

use fundtrail_types::{
    Account, AuditAnswer, ConnectAnswer, ExposureAnswer, Price, ProtocolInfo, TraceAnswer, Traced, TxAnswer,
};

pub use clean::{clean, escape};
pub use error::ReportError;
pub use format::Format;
pub use json::json;

/// How people see it. Formats for machines do not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Tables are fitted to so many columns; none does not wrap them, as for a pipe. Addresses are never broken.
    pub width: Option<u16>,
    /// Tables and lists for people are cut after so many rows, and say how many more there are.
    pub rows_max: usize,
    /// Findings are cut after so many in a trace, and in an audit for each payee: the tables name the accounts anyway.
    pub findings_max: usize,
}

impl Options {
    /// Nothing is wrapped and nothing is cut: for files.
    pub const WHOLE: Self = Self { width: None, rows_max: usize::MAX, findings_max: usize::MAX };
}

impl Default for Options {
    /// One screen: what does not fit is better read in a file.
    fn default() -> Self {
        Self { width: None, rows_max: 60, findings_max: 5 }
    }
}

/// The whole answer to a trace.
///
/// # Errors
/// If the answer names a seed or a movement that it does not hold.
pub fn trace(answer: &TraceAnswer, format: Format, options: &Options) -> Result<Vec<u8>, ReportError> {
    check::trace(answer)?;
    write(answer, format, options, text::trace)
}

/// What a saved answer has grown by, for people.
///
/// # Errors
/// If one of the answers names a seed or a movement that it does not hold.
pub fn grown(before: &TraceAnswer, now: &TraceAnswer, options: &Options) -> Result<String, ReportError> {
    check::trace(before)?;
    check::trace(now)?;
    Ok(text::grown(before, now, options))
}

/// Whether and how one target is reached, path by path. Formats for machines give the answer narrowed to it: its
/// findings, and the movements of the listed paths.
///
/// # Errors
/// If `to` is no target of the answer, or the answer names a seed or a movement that it does not hold.
pub fn paths(answer: &TraceAnswer, to: &Account, format: Format, options: &Options) -> Result<Vec<u8>, ReportError> {
    check::trace(answer)?;
    let answer = narrow::to_target(answer, to)?;
    write(&answer, format, options, text::paths)
}

/// The answer to a payout audit, as text, JSON or CSV.
///
/// # Errors
/// If the format draws graphs: an audit has none.
pub fn audit(answer: &AuditAnswer, format: Format, options: &Options) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Text => Ok(text::audit(answer, options).into_bytes()),
        Format::Json => json(answer),
        Format::Csv => csv::audit(answer),
        Format::GraphMl | Format::Dot => Err(ReportError::NoGraph { format }),
    }
}

/// How two accounts are connected, as text or JSON.
///
/// # Errors
/// If the format is another one, or the answer names a seed, a movement or a target that it does not hold.
pub fn connect(answer: &ConnectAnswer, format: Format, options: &Options) -> Result<Vec<u8>, ReportError> {
    let parts = [&answer.there, &answer.back, &answer.descendants, &answer.ancestors];
    parts.into_iter().filter_map(Traced::answer).try_for_each(check::trace)?;
    match format {
        Format::Text => Ok(text::connect(answer, options)?.into_bytes()),
        Format::Json => json(answer),
        Format::Csv | Format::GraphMl | Format::Dot => Err(ReportError::NoForm { format }),
    }
}

/// What accounts are exposed to, as text, JSON or CSV.
///
/// # Errors
/// If the format draws graphs, or the answer names a seed or a movement that it does not hold.
pub fn exposure(answer: &ExposureAnswer, format: Format, options: &Options) -> Result<Vec<u8>, ReportError> {
    [&answer.sent, &answer.received].into_iter().filter_map(|side| side.trace.answer()).try_for_each(check::trace)?;
    match format {
        Format::Text => Ok(text::exposure(answer, options).into_bytes()),
        Format::Json => json(answer),
        Format::Csv => csv::exposure(answer),
        Format::GraphMl | Format::Dot => Err(ReportError::NoGraph { format }),
    }
}

/// Prices, as text, JSON or the CSV table that answers can be joined with.
///
/// # Errors
/// If the format is another one.
pub fn prices(prices: &[Price], format: Format, options: &Options) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Text => Ok(text::prices(prices, options).into_bytes()),
        Format::Json => json(&prices),
        Format::Csv => csv::prices(prices),
        Format::GraphMl | Format::Dot => Err(ReportError::NoForm { format }),
    }
}

/// The protocols that are recognised, for people.
pub fn protocols(protocols: &[ProtocolInfo], options: &Options) -> String {
    text::protocols(protocols, options)
}

/// The answer about one transaction, as text or JSON.
///
/// # Errors
/// If the format is another one.
pub fn tx(answer: &TxAnswer, format: Format, options: &Options) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Text => Ok(text::tx(answer, options).into_bytes()),
        Format::Json => json(answer),
        Format::Csv | Format::GraphMl | Format::Dot => Err(ReportError::NoForm { format }),
    }
}

fn write(
    answer: &TraceAnswer,
    format: Format,
    options: &Options,
    text: fn(&TraceAnswer, &Options) -> String,
) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Text => Ok(text(answer, options).into_bytes()),
        Format::Json => json(answer),
        Format::Csv => csv::trace(answer),
        Format::GraphMl => graphml::trace(answer),
        Format::Dot => Ok(dot::trace(answer).into_bytes()),
    }
}
