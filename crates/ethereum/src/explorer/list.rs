//! The three lists that an explorer keeps of an account.

use fundtrail_types::{Direction, What};

/// A list that an explorer keeps of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum List {
    /// Transactions that it sent, received, or was created by: `txlist`.
    Transactions,
    /// Native coin that calls inside transactions moved: `txlistinternal`.
    Internal,
    /// ERC-20 transfers: `tokentx`.
    Tokens,
}

impl List {
    /// Every list, in the order in which they are read.
    pub const ALL: [Self; 3] = [Self::Transactions, Self::Internal, Self::Tokens];

    /// What explorers call it.
    #[must_use]
    pub fn action(self) -> &'static str {
        match self {
            Self::Transactions => "txlist",
            Self::Internal => "txlistinternal",
            Self::Tokens => "tokentx",
        }
    }

    /// What recordings call a page of it.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Transactions => "explorer txlist",
            Self::Internal => "explorer txlistinternal",
            Self::Tokens => "explorer tokentx",
        }
    }

    /// What it tells of the account. Fees only where the account paid them.
    pub(super) fn tells(self) -> &'static [(What, Direction)] {
        match self {
            Self::Transactions => &[(What::Native, Direction::Both), (What::Fee, Direction::Out)],
            Self::Internal => &[(What::Internal, Direction::Both)],
            Self::Tokens => &[(What::Token, Direction::Both)],
        }
    }
}
