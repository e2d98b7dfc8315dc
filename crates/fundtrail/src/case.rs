//! Cases: which files belong together, where a trace starts, and what the data cannot tell. And the demo, which is
//! the bundled case from files to findings.

use std::path::Path;

use fundtrail_store::Store;
use fundtrail_tables::payouts;
use fundtrail_types::{Account, Asset, AuditAnswer, Date, Payout, Problem, TraceAnswer};
use serde::{Deserialize, Serialize};

use crate::{AuditOptions, Error, IngestReport, QuestionDefaults, Reference, audit, bundled, ingest_bytes, trace};

/// What a `case.toml` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Short name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What happened, in a few sentences.
    pub summary: String,
    /// The chain, by CAIP-2.
    pub chain: String,
    /// Where a trace starts.
    pub from: Account,
    /// Further accounts where one starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_from: Vec<Account>,
    /// The only assets that are followed; empty for what a question follows by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<Asset>,
    /// Accounts whose paths are worth showing.
    pub show: Vec<Account>,
    /// The day of the answer.
    pub as_of: Date,
    /// Tables of movements, beside the case file.
    pub files: Vec<String>,
    /// A table of payouts to audit.
    pub payouts: Option<String>,
    /// A table of claims of coverage.
    pub coverage: Option<String>,
    /// Label files under `data/` that the case rests on.
    pub labels: Vec<String>,
    /// What the data cannot tell: said with every answer.
    pub gaps: Vec<String>,
    /// Where the publisher saw value end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terminals: Vec<Account>,
}

/// What the demo shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAnswer {
    /// The case.
    pub case: Case,
    /// What was loaded.
    pub loaded: Vec<IngestReport>,
    /// Where the stolen value went.
    pub trace: TraceAnswer,
    /// The audit of the payroll that was made for the demo.
    pub audit: AuditAnswer,
}

impl Case {
    /// The case that comes with Fundtrail.
    ///
    /// # Errors
    /// If the bundled file is damaged, which a test rules out.
    pub fn bundled() -> Result<Self, Error> {
        Self::parse("case.toml", bundled_file("case.toml")?)
    }

    /// The case that a `case.toml` tells.
    ///
    /// # Errors
    /// If the file cannot be read, or is no case.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let bytes =
            std::fs::read(path).map_err(|error| Error::Case { file: name.clone(), reason: error.to_string() })?;
        Self::parse(&name, &bytes)
    }

    fn parse(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let fail = |reason: String| Error::Case { file: name.to_owned(), reason };
        let text = std::str::from_utf8(bytes).map_err(|error| fail(error.to_string()))?;
        toml::from_str(text).map_err(|error| fail(error.to_string()))
    }

    /// The payouts of the bundled case, and the rows of them that could not be read.
    ///
    /// # Errors
    /// If the bundled file is damaged, which a test rules out.
    pub fn payouts(&self, reference: &Reference) -> Result<(Vec<Payout>, Vec<Problem>), Error> {
        let Some(name) = &self.payouts else { return Ok((Vec::new(), Vec::new())) };
        let file = fundtrail_tables::from_bytes(name, bundled_file(name)?).map_err(Error::File)?;
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for row in payouts::read(file, reference.tokens()) {
            match row {
                Ok(payout) => good.push(payout),
                Err(problem) => bad.push(problem),
            }
        }
        Ok((good, bad))
    }
}

/// Loads the bundled case into `store`, traces from its account, and audits its payroll.
///
/// # Errors
/// If the database fails.
pub fn demo(store: &Store, reference: &Reference) -> Result<DemoAnswer, Error> {
    let case = Case::bundled()?;
    let mut loaded = Vec::new();
    for name in case.files.iter().chain(&case.coverage) {
        loaded.push(ingest_bytes(store, name, bundled_file(name)?, reference.tokens())?);
    }
    let question = QuestionDefaults::question(case.from.clone(), case.as_of);
    let mut trace = trace(store, reference, &question, &mut |_| true)?;
    trace.certificate.statements.splice(0..0, case.gaps.iter().cloned());
    let (payouts, rejected) = case.payouts(reference)?;
    let options = AuditOptions { as_of: case.as_of, hops_max: QuestionDefaults::HOPS_MAX, statements: Vec::new() };
    let audit = audit(store, reference, &payouts, rejected, &options, &mut |_| true)?;
    Ok(DemoAnswer { case, loaded, trace, audit })
}

fn bundled_file(name: &str) -> Result<&'static [u8], Error> {
    let whole = format!("{}{name}", bundled::CASE_DIR);
    let file = bundled::CASE.iter().find(|(one, _)| *one == whole);
    let missing = || Error::Case { file: whole.clone(), reason: "it is not bundled".to_owned() };
    file.map(|(_, bytes)| *bytes).ok_or_else(missing)
}
