//! What was rejected, as a CSV that people open in a spreadsheet, where they correct it.
//!
//! The rows were written by others, and a spreadsheet would run a cell that begins as a formula does. Such a cell begins
//! with an apostrophe here; take it away before a record is loaded again.

use std::io::Write;

use fundtrail_types::Problem;

/// What makes spreadsheets read a cell as a formula, or skip to one: the list of OWASP, with its full-width forms.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Writes problems as `file,line,reason,record`, a header first.
#[derive(Debug)]
pub struct RejectsWriter<W: Write> {
    csv: csv::Writer<W>,
}

impl<W: Write> RejectsWriter<W> {
    /// Starts with the header.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn new(output: W) -> Result<Self, csv::Error> {
        let mut csv = csv::Writer::from_writer(output);
        csv.write_record(["file", "line", "reason", "record"])?;
        Ok(Self { csv })
    }

    /// Writes one problem.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn write(&mut self, problem: &Problem) -> Result<(), csv::Error> {
        let line = problem.line.map(|line| line.to_string()).unwrap_or_default();
        let cells = [&problem.file, &line, &problem.reason, &problem.record];
        self.csv.write_record(cells.map(|cell| guard(cell)))
    }

    /// Makes sure that everything is written.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.csv.flush()
    }
}

/// Text that others wrote, as a cell that no spreadsheet will run.
fn guard(text: &str) -> String {
    if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for hostile in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            let problem = Problem { file: hostile.into(), line: None, reason: hostile.into(), record: hostile.into() };
            let mut bytes = Vec::new();
            let mut writer = RejectsWriter::new(&mut bytes).unwrap();
            writer.write(&problem).unwrap();
            writer.finish().unwrap();
            let row = csv::Reader::from_reader(bytes.as_slice()).records().next().unwrap().unwrap();
            let guarded = format!("'{hostile}");
            assert_eq!(row, vec![guarded.as_str(), "", &guarded, &guarded]);
        }
    }

    #[test]
    fn problems_come_back_as_they_were() {
        let problem = Problem {
            file: "a,b.csv".to_owned(),
            line: Some(7),
            reason: "`amount`: say \"5\", not five".to_owned(),
            record: "x,\"two\nlines\"".to_owned(),
        };
        let whole = Problem { line: None, ..problem.clone() };
        let mut bytes = Vec::new();
        let mut writer = RejectsWriter::new(&mut bytes).unwrap();
        writer.write(&problem).unwrap();
        writer.write(&whole).unwrap();
        writer.finish().unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        assert_eq!(reader.headers().unwrap(), vec!["file", "line", "reason", "record"]);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let expected = |line| vec![problem.file.as_str(), line, &problem.reason, &problem.record];
        assert_eq!(rows, [csv::StringRecord::from(expected("7")), csv::StringRecord::from(expected(""))]);
    }
}
