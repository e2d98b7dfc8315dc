//! What is no movement, or is not known, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much was seen that is no movement, or of which something is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Transactions that failed: nothing but their fee moved.
    pub failed: u64,
    /// Transactions of which the source kept nothing but what was signed.
    pub without_meta: u64,
    /// Transactions of which some balances are not told, so that nothing can be held against them.
    pub without_balances: u64,
    /// Transactions that succeeded and of which it is not told what their instructions called.
    pub without_calls: u64,
    /// Transactions that moved something in a token account whose owner nobody knows.
    pub owners_unknown: u64,
    /// Token accounts of which no balance is told.
    pub untold_accounts: u64,
    /// Instructions with confidential amounts.
    pub hidden: u64,
    /// Instructions that moved an amount which nothing tells.
    pub unknown_amounts: u64,
    /// Token transfers of which nothing tells the mint.
    pub unknown_mints: u64,
    /// Instructions of the system and token programs that cannot be read.
    pub odd_instructions: u64,
}

impl LeftOut {
    /// The numbers, each with what it counts.
    pub fn reasons(&self) -> [(&'static str, u64); 10] {
        [
            ("failed transactions, of which only the fee moved", self.failed),
            ("transactions of which the source kept only what was signed", self.without_meta),
            ("transactions of which some balances are not told", self.without_balances),
            ("transactions of which it is not told what they called", self.without_calls),
            ("transactions with a token account whose owner nobody knows", self.owners_unknown),
            ("token accounts of which no balance is told", self.untold_accounts),
            ("instructions with confidential amounts", self.hidden),
            ("instructions that moved an amount which nothing tells", self.unknown_amounts),
            ("token transfers of which nothing tells the mint", self.unknown_mints),
            ("instructions of known programs that cannot be read", self.odd_instructions),
        ]
    }

    /// Adds the numbers of another.
    pub fn add(&mut self, other: &Self) {
        let sums = [
            (&mut self.failed, other.failed),
            (&mut self.without_meta, other.without_meta),
            (&mut self.without_balances, other.without_balances),
            (&mut self.without_calls, other.without_calls),
            (&mut self.owners_unknown, other.owners_unknown),
            (&mut self.untold_accounts, other.untold_accounts),
            (&mut self.hidden, other.hidden),
            (&mut self.unknown_amounts, other.unknown_amounts),
            (&mut self.unknown_mints, other.unknown_mints),
            (&mut self.odd_instructions, other.odd_instructions),
        ];
        for (sum, more) in sums {
            *sum = sum.saturating_add(more);
        }
    }
}

/// Why something is not explained by movements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is not told what its instructions called.
    CallsUnknown,
    /// Programs changed lamports of several accounts directly, and nothing tells who paid whom.
    Direct,
    /// It went into, or came out of, a confidential balance.
    Hidden,
    /// An instruction of a known program could not be read.
    Odd,
    /// Balances and instructions contradict each other.
    BalancesDiffer,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CallsUnknown => "the source does not tell what the instructions called",
            Self::Direct => "programs changed several accounts directly, and nothing tells who paid whom",
            Self::Hidden => "it went into or came out of a confidential balance",
            Self::Odd => "an instruction of a known program could not be read",
            Self::BalancesDiffer => "balances and instructions contradict each other",
        })
    }
}
