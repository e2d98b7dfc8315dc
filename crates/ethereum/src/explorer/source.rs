//! Who answers: an explorer, or a recording of one.

use fundtrail_types::Chain;

use super::{Error, Explorer, Replay, answer::Page, ask::Ask};

/// Who answers: an explorer, or a recording of one.
#[derive(Debug)]
pub enum Source {
    /// An explorer.
    Explorer(Box<Explorer>),
    /// A recording.
    Replay(Replay),
}

impl From<Explorer> for Source {
    fn from(explorer: Explorer) -> Self {
        Self::Explorer(Box::new(explorer))
    }
}

impl From<Replay> for Source {
    fn from(replay: Replay) -> Self {
        Self::Replay(replay)
    }
}

impl Source {
    /// The height of the explorer's last block; none if it does not tell, as many small ones do not. The last blocks of a chain
    /// may still be replaced by others: who wants facts that stay stops some blocks below (64 on Ethereum).
    ///
    /// # Errors
    /// [`Error`] if it cannot be asked at all.
    pub async fn head(&mut self) -> Result<Option<u64>, Error> {
        match self {
            Self::Explorer(explorer) => explorer.head().await,
            Self::Replay(replay) => replay.head(),
        }
    }

    /// The last height to ask for: what is named, but never more than there is, for what lies beyond the head would be claimed
    /// to be empty. The head if nothing is named; none if neither is known.
    ///
    /// # Errors
    /// As [`Self::head`].
    pub async fn up_to(&mut self, named: Option<u64>) -> Result<Option<u64>, Error> {
        Ok(match (named, self.head().await?) {
            (Some(named), Some(head)) => Some(named.min(head)),
            (named, head) => named.or(head),
        })
    }

    /// Waits until what was recorded is on the disk. Whoever keeps a checkpoint calls this before it moves on.
    ///
    /// # Errors
    /// [`Error::Way`] if the disk refuses.
    pub fn sync(&self) -> Result<(), Error> {
        match self {
            Self::Explorer(explorer) => explorer.sync(),
            Self::Replay(_) => Ok(()),
        }
    }

    /// Whose facts these are: `explorer HOST`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("explorer {}", self.host())
    }

    /// The chain.
    #[must_use]
    pub fn chain(&self) -> Chain {
        match self {
            Self::Explorer(explorer) => explorer.site().chain(),
            Self::Replay(replay) => replay.chain(),
        }
    }

    pub(super) fn host(&self) -> &str {
        match self {
            Self::Explorer(explorer) => explorer.site().host(),
            Self::Replay(replay) => replay.host(),
        }
    }

    pub(super) async fn page(&mut self, ask: &Ask) -> Result<Page, Error> {
        match self {
            Self::Explorer(explorer) => explorer.page(ask).await,
            Self::Replay(replay) => replay.page(ask),
        }
    }
}
