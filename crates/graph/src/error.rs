//! Why a trace could not be answered.

use fundtrail_store::StoreError;
use fundtrail_types::{Account, Chain};

/// Why a trace could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The store has never seen the account.
    #[error("nothing in the database touches {0}: check the address and its chain, or load data that holds it")]
    UnknownAccount(Account),
    /// The account is known, but there is nothing to follow.
    #[error("{0} has nothing that could be followed: {1}")]
    NothingToFollow(Account, String),
    /// Foreign chains are terminal.
    #[error("{0} is not a chain that fundtrail reads: addresses there can be screened, not traced")]
    Foreign(Chain),
    /// An amount does not fit 256 bits.
    #[error("balances of {0} do not fit 256 bits: a hostile token contract; leave the token out with --asset")]
    Overflow(Account),
    /// The caller asked to stop.
    #[error("interrupted: nothing was answered")]
    Interrupted,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
