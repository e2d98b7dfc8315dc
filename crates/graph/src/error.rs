//! Why a trace could not be answered.

use fundtrail_store::StoreError;
use fundtrail_types::{Account, Chain, Start};

/// Why a trace could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The store has never seen the account.
    #[error("nothing in the database touches {0}: check the address and its chain, or load data that holds it")]
    UnknownAccount(Account),
    /// The account is known, but there is nothing to follow.
    #[error("{start} has nothing that could be followed: {why}")]
    NothingToFollow {
        /// Where the trace was to begin.
        start: Box<Start>,
        /// Why not, and what to do.
        why: String,
    },
    /// The store has never seen the transaction.
    #[error("the database does not hold the transaction of {0}: check its id and chain, or load data that holds it")]
    UnknownTransaction(Box<Start>),
    /// The transaction has fewer movements.
    #[error(
        "{start} is not there: the transaction has {movements} movements; `fundtrail tx` lists them with their numbers"
    )]
    UnknownMovement {
        /// What was asked for.
        start: Box<Start>,
        /// How many it has.
        movements: usize,
    },
    /// The question names no start.
    #[error("nothing to begin with: name an account, a transaction or a movement")]
    NoStart,
    /// Foreign chains are terminal.
    #[error("{0} is not a chain that fundtrail reads: addresses there can be screened, not traced")]
    Foreign(Chain),
    /// An amount does not fit 256 bits.
    #[error("balances of {0} do not fit 256 bits: a hostile token contract; leave the token out with --asset")]
    Overflow(Account),
    /// An amount does not fit 256 bits.
    #[error("what a bridge took does not fit 256 bits: check the amounts of the crossings")]
    OverflowCrossing,
    /// An amount does not fit 256 bits.
    #[error(
        "the amounts of a transaction at height {height} of {chain} do not fit 256 bits: a hostile token contract; leave the token out with --asset"
    )]
    OverflowIn {
        /// The chain.
        chain: Chain,
        /// The height.
        height: u64,
    },
    /// The caller asked to stop.
    #[error("interrupted: nothing was answered")]
    Interrupted,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
