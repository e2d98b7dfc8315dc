//! Finding out what was recorded of an explorer.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::File,
    io::{self, BufReader, Seek},
    path::Path,
};

use fundtrail_types::{Account, Chain, Problem};

use super::line::{At, Form, Line};
use crate::explorer::row::short;

/// Characters of a line that go into a problem.
const RECORD_CHARS_MAX: usize = 200;

/// What was found so far.
pub(super) struct Gathering {
    chain: Chain,
    pub(super) hosts: BTreeSet<String>,
    pub(super) answers: HashMap<String, At>,
    pub(super) accounts: BTreeSet<Account>,
    pub(super) problems: Vec<Problem>,
}

impl Gathering {
    pub(super) fn new(chain: Chain) -> Self {
        let (hosts, answers, accounts) = (BTreeSet::new(), HashMap::new(), BTreeSet::new());
        Self { chain, hosts, answers, accounts, problems: Vec::new() }
    }

    /// Looks through a file, if it is a recording.
    pub(super) fn file(&mut self, file: &Path) -> io::Result<()> {
        let Some(form) = Form::of(file) else { return Ok(()) };
        let mut reader = BufReader::new(File::open(file)?);
        loop {
            let byte = reader.stream_position()?;
            let part = match form.part(&mut reader) {
                Ok(part) if part.is_empty() => return Ok(()),
                Ok(part) => part,
                Err(error) => {
                    let reason = format!("it cannot be read from byte {byte} on ({error}): what comes before is used");
                    self.problem(file, reason, b"");
                    return Ok(());
                }
            };
            for (line, text) in part.split(|byte| *byte == b'\n').enumerate() {
                let at = At { file: file.to_owned(), byte, line };
                if let Err(why) = self.line(at, text) {
                    self.problem(file, format!("this recorded answer cannot be used ({why}): record it again"), text);
                }
            }
        }
    }

    /// Takes a line, if it is an explorer's answer.
    fn line(&mut self, at: At, text: &[u8]) -> Result<(), String> {
        if text.trim_ascii().is_empty() {
            return Ok(());
        }
        let line: Line<'_> = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if !line.method.starts_with("explorer ") {
            return Ok(());
        }
        let params: BTreeMap<String, String> =
            serde_json::from_str(line.params.get()).map_err(|error| error.to_string())?;
        let told = |name: &str| params.get(name).ok_or_else(|| format!("it does not tell its {name}"));
        if told("chain")? != self.chain.name() {
            return Ok(());
        }
        let host = told("explorer")?.clone();
        line.body()?;
        if let Some(address) = params.get("address") {
            self.accounts.insert(Account::parse(self.chain, address).map_err(|error| error.to_string())?);
        }
        let asked = params.iter().filter(|(name, _)| name.as_str() != "explorer");
        let mut parts: Vec<String> = asked.map(|(name, value)| format!("{name}={value}")).collect();
        parts.sort();
        self.answers.insert(format!("{} {}", line.method, parts.join("&")), at);
        self.hosts.insert(host);
        Ok(())
    }

    fn problem(&mut self, file: &Path, reason: String, text: &[u8]) {
        let record = short(&String::from_utf8_lossy(text), RECORD_CHARS_MAX);
        self.problems.push(Problem { file: file.display().to_string(), line: None, reason, record });
    }
}
