//! Recorded answers instead of an explorer: a run again, without any network.
//!
//! What [`super::Explorer::record`] wrote is read: `replies-000001.jsonl.zst` and so on, or the same files unpacked as `.jsonl`.
//! The folder is read once to find out where each answer stands; an answer itself is read when it is asked for. Where a
//! question was recorded more than once, the last answer counts.

mod gather;
mod line;

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use fundtrail_rpc::in_file;
use fundtrail_types::{Account, Chain, Problem};
use serde_json::value::RawValue;

use super::{
    Error,
    answer::{self, Page},
    ask::Ask,
};
use gather::Gathering;
use line::At;

/// Recorded answers of one explorer.
pub struct Replay {
    path: PathBuf,
    chain: Chain,
    host: String,
    answers: HashMap<String, At>,
    accounts: BTreeSet<Account>,
    problems: Vec<Problem>,
}

impl Replay {
    /// Finds out what a folder (or one file) holds of a chain's explorer. Other recorded replies in it are passed over.
    ///
    /// # Errors
    /// [`Error::Way`] if it cannot be read or holds nothing of an explorer of this chain; [`Error::SeveralExplorers`].
    pub fn open(path: &Path, chain: Chain) -> Result<Self, Error> {
        let mut files = Vec::new();
        let is_file = fs::metadata(path).map_err(in_file(path))?.is_file();
        if is_file {
            files.push(path.to_owned());
        } else {
            for entry in fs::read_dir(path).map_err(in_file(path))? {
                files.push(entry.map_err(in_file(path))?.path());
            }
        }
        files.sort();
        let mut gathering = Gathering::new(chain);
        for file in files {
            gathering.file(&file).map_err(in_file(&file))?;
        }
        let Gathering { hosts, answers, accounts, problems, .. } = gathering;
        let mut names = hosts.into_iter();
        match (names.next(), names.next()) {
            (None, _) => Err(fundtrail_rpc::Error::NothingRecorded { path: path.to_owned() }.into()),
            (Some(host), None) => Ok(Self { path: path.to_owned(), chain, host, answers, accounts, problems }),
            (Some(one), Some(other)) => {
                Err(Error::SeveralExplorers { path: path.to_owned(), explorers: format!("{one}, {other}") })
            }
        }
    }

    /// The accounts that were asked about.
    #[must_use]
    pub fn accounts(&self) -> &BTreeSet<Account> {
        &self.accounts
    }

    /// What could not be used.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(super) fn chain(&self) -> Chain {
        self.chain
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn page(&self, ask: &Ask) -> Result<Page, Error> {
        let body = self.body(ask)?.ok_or_else(|| self.missing(ask))?;
        answer::page(&body).map_err(|refusal| self.strange(ask, format!("{refusal:?}")))
    }

    pub(super) fn head(&self) -> Result<Option<u64>, Error> {
        for ask in [Ask::head(), Ask::blockscout_head()] {
            if let Some(body) = self.body(&ask)? {
                let height = answer::height(&body).map_err(|refusal| self.strange(&ask, format!("{refusal:?}")))?;
                return Ok(Some(height));
            }
        }
        Ok(None)
    }

    fn body(&self, ask: &Ask) -> Result<Option<Box<RawValue>>, Error> {
        let Some(at) = self.answers.get(&ask.key(self.chain)) else { return Ok(None) };
        let body = at.body().map_err(in_file(&at.file))?;
        body.map(Some).map_err(|why| fundtrail_rpc::Error::Changed { path: at.file.clone(), why }.into())
    }

    fn missing(&self, ask: &Ask) -> Error {
        let question = ask.query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        Error::NotRecorded { path: self.path.clone(), question }
    }

    fn strange(&self, ask: &Ask, why: String) -> Error {
        Error::NotExplorer { explorer: self.host.clone(), action: ask.action, why }
    }
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Replay({}: {} answers of {})", self.path.display(), self.answers.len(), self.host)
    }
}
