//! What was asked: where to begin, how to account, where to stop.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset, Date, TxId};

/// What a trace was asked, with every setting that bears on the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The account whose payments are followed.
    pub from: Account,
    /// If not empty, what `from` received in these transactions is followed instead of all that it paid out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub received_in: Vec<TxId>,
    /// Only these assets; empty for native coins and for tokens that a token table vouches for.
    pub assets: Vec<Asset>,
    /// The accounting methods, in order.
    pub methods: Vec<Method>,
    /// Value is followed over at most so many hops.
    pub hops_max: u32,
    /// At most so many accounts are opened.
    pub accounts_max: usize,
    /// Pieces of traced value under this many base units of their asset are not followed.
    pub dust_raw: Amount,
    /// Labels published by this day count.
    pub as_of: Date,
    /// Accounts that are looked for whether anybody flags them or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Account>,
    /// At most so many paths are listed for each target.
    pub paths_max: usize,
    /// Of at most so many targets the bounds are told, and of all together if this is not zero.
    #[serde(default)]
    pub bounds_max: usize,
}

/// How an outflow takes taint along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// In proportion to the tainted share of the balance (pro rata, pari passu).
    Haircut,
    /// First in, first out (Clayton's case).
    Fifo,
    /// Last in, first out.
    Lifo,
    /// Tainted value leaves before clean value does.
    DirtyFirst,
    /// Clean value leaves first: the holder spends his own money first (lowest intermediate balance rule).
    CleanFirst,
    /// Every outflow after the first tainted inflow is wholly tainted. Reach, not amount.
    Poison,
}

impl Method {
    /// Every method, in the order in which answers list them.
    pub const ALL: [Self; 6] =
        [Self::Haircut, Self::Fifo, Self::Lifo, Self::DirtyFirst, Self::CleanFirst, Self::Poison];

    /// Those that are asked if the question names none.
    pub const USUAL: [Self; 3] = [Self::Haircut, Self::Fifo, Self::Poison];

    /// Whether dispositions add up to the seed.
    pub fn conserves(self) -> bool {
        self != Self::Poison
    }

    /// Whether what it takes along depends on what is tainted. If not, what came along one path can be told apart from the rest.
    pub fn looks_at_taint(self) -> bool {
        matches!(self, Self::DirtyFirst | Self::CleanFirst | Self::Poison)
    }

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Haircut => "haircut",
            Self::Fifo => "fifo",
            Self::Lifo => "lifo",
            Self::DirtyFirst => "dirty-first",
            Self::CleanFirst => "clean-first",
            Self::Poison => "poison",
        }
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|method| method.name() == text)
            .ok_or_else(|| format!("`{text}` is not a method: write one of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Value whose way is followed: what one account paid out of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed {
    /// The account.
    pub account: Account,
    /// The asset.
    pub asset: Asset,
    /// How much in all, in base units.
    pub amount_raw: Amount,
    /// In how many movements.
    pub movements: usize,
}

/// An amount of traced value: what is held, and how much of a seed it stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedAmount {
    /// In base units of the asset it is held in.
    pub held_raw: Amount,
    /// In base units of the seed.
    pub seed_raw: Amount,
}
