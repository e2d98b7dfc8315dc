//! Errors of the ways in. Each names the endpoint (without its key) or the file, and what to do.

use fundtrail_types::Chain;

/// Why transactions could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The endpoint did not answer, or a recording cannot be written or read.
    #[error(transparent)]
    Rpc(#[from] fundtrail_rpc::Error),
    /// A source of another chain.
    #[error("{source_name} is of {found}, not of {expected}: give a node of {expected}, or name `--chain {found}`")]
    WrongChain {
        /// The endpoint or the folder.
        source_name: String,
        /// The chain that was expected.
        expected: Chain,
        /// The chain that it is of.
        found: Chain,
    },
    /// A recording that does not say of which chain it is.
    #[error("the replies in {source_name} do not tell their chain: name it, for example `--chain {}`", Chain::SOLANA)]
    ChainNotNamed {
        /// The folder.
        source_name: String,
    },
    /// An answer in a form that its method does not have.
    #[error(
        "{source_name} answers {method} with something else than {expected} ({why}): use another node, or record again"
    )]
    Malformed {
        /// The endpoint or the folder.
        source_name: String,
        /// What was asked.
        method: &'static str,
        /// What should have come.
        expected: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A question to which no answer was recorded.
    #[error(
        "{source_name} holds no answer to {method} {params}: record the whole load again, or load without naming accounts or slots to take all that is there"
    )]
    NotRecorded {
        /// The folder.
        source_name: String,
        /// What was asked.
        method: &'static str,
        /// With what.
        params: String,
    },
}

impl Error {
    /// Whether the source answered, and did not give what was asked for: another question may be answered.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Rpc(fundtrail_rpc::Error::Answered { .. }) | Self::NotRecorded { .. })
    }
}
