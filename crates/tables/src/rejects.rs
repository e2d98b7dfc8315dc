//! What was rejected, as a CSV that can be corrected and read again.

use std::io::Write;

use fundtrail_types::Problem;

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
        self.csv.write_record([&problem.file, &line, &problem.reason, &problem.record])
    }

    /// Makes sure that everything is written.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.csv.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
