//! CSV: one flat table per answer, for spreadsheets and data frames.
//!
//! Cells hold what the answer holds, not what people are shown: base units beside whole units, names unescaped. One
//! thing is guarded against, because it would act on the analyst's machine: a cell of text that others wrote and that a
//! spreadsheet would take for a formula begins with an apostrophe.

mod audit;
mod exposure;
mod prices;
mod trace;

pub(crate) use audit::audit;
pub(crate) use exposure::exposure;
pub(crate) use prices::{COLUMNS as PRICE_COLUMNS, prices, row as price_row};
pub(crate) use trace::trace;

use crate::ReportError;

/// What makes spreadsheets read a cell as a formula, or skip to one: the list of OWASP, with its full-width forms.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Text that others wrote, as a cell that no spreadsheet will run.
fn guard(text: &str) -> String {
    if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.to_owned() }
}

/// The table's bytes.
fn bytes(writer: ::csv::Writer<Vec<u8>>) -> Result<Vec<u8>, ReportError> {
    writer.into_inner().map_err(|error| ReportError::Io(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_other_text_does_not() {
        for hostile in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(guard(hostile), format!("'{hostile}"));
        }
        for plain in ["", "USDT", "a=1", "'=1", "0x-1", "é"] {
            assert_eq!(guard(plain), plain);
        }
    }
}
