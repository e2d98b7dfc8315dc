//! What was asked: where to begin, how to account, where to stop.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset, Chain, Date, Source, Time, TxId};

/// What a trace was asked, with every setting that bears on the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Where value went, or where it came from.
    pub way: Way,
    /// Where the trace begins. What each of them begins with is kept apart.
    pub starts: Vec<Start>,
    /// Which movements of the starts are followed.
    #[serde(default, skip_serializing_if = "Chosen::is_all")]
    pub chosen: Chosen,
    /// Only these assets; empty for native coins and for tokens that a token table vouches for.
    pub assets: Vec<Asset>,
    /// The accounting methods, in order.
    pub methods: Vec<Method>,
    /// Value is followed over at most so many hops.
    pub hops_max: u32,
    /// At most so many accounts are opened.
    pub accounts_max: usize,
    /// What is found on the way holds at most so many bytes of memory, as the engine counts them; without a limit if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_max: Option<u64>,
    /// An account with more movements than this, of which no label says what it is, behaves like a service: value that reaches it
    /// is not followed into it. The starts are.
    pub hub_movements: u64,
    /// Whether value is followed through mixers where somebody asserts which withdrawal is of which deposit.
    #[serde(default)]
    pub through_mixers: bool,
    /// Whether value ends at every flagged account that it reaches, as exposure has it, instead of being followed on. Backward it
    /// always does.
    #[serde(default)]
    pub stop_at_flagged: bool,
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

impl Question {
    /// The chain of the first start, which readers need not be told again and again; none if there is no start.
    pub fn home(&self) -> Option<Chain> {
        self.starts.first().map(Start::chain)
    }

    /// The accounts that are named as starts, in order.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.starts.iter().filter_map(Start::account)
    }
}

/// Which way value is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Where it went.
    Forward,
    /// Where it came from: the source of funds.
    Backward,
}

/// Where a trace begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "start")]
pub enum Start {
    /// All that an account paid out; backward, all that it received.
    Account {
        /// The account.
        account: Account,
    },
    /// What an account received in some transactions.
    Received {
        /// The account.
        account: Account,
        /// The transactions.
        txs: Vec<TxId>,
    },
    /// What accounts received in a transaction, without what only passed through them.
    Transaction {
        /// Its chain.
        chain: Chain,
        /// The transaction.
        tx: TxId,
    },
    /// One movement.
    Movement {
        /// Its chain.
        chain: Chain,
        /// Its transaction.
        tx: TxId,
        /// Which of the transaction's movements, counted from 1 in the order in which it lists them.
        number: usize,
    },
}

impl Start {
    /// All that an account paid out, or received.
    pub fn of(account: Account) -> Self {
        Self::Account { account }
    }

    /// Its chain.
    pub fn chain(&self) -> Chain {
        match self {
            Self::Account { account } | Self::Received { account, .. } => account.chain,
            Self::Transaction { chain, .. } | Self::Movement { chain, .. } => *chain,
        }
    }

    /// The account that it names.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Account { account } | Self::Received { account, .. } => Some(account),
            Self::Transaction { .. } | Self::Movement { .. } => None,
        }
    }
}

impl fmt::Display for Start {
    /// As it is written on the command line; of received payments, the account alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account { account } | Self::Received { account, .. } => account.fmt(f),
            Self::Transaction { chain, tx } => write!(f, "{chain}:{tx}"),
            Self::Movement { chain, tx, number } => write!(f, "{chain}:{tx}#{number}"),
        }
    }
}

/// Which movements of the starts are followed; all, if nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Not before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// Not after this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Of at least so many base units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_raw: Option<Amount>,
    /// Of at most so many base units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_raw: Option<Amount>,
}

impl Chosen {
    /// Whether all movements are.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a movement is. One without a time is in no span of time.
    pub fn has(&self, time: Option<Time>, amount: Amount) -> bool {
        self.since.is_none_or(|since| time.is_some_and(|time| time >= since))
            && self.until.is_none_or(|until| time.is_some_and(|time| time <= until))
            && self.least_raw.is_none_or(|least| amount >= least)
            && self.most_raw.is_none_or(|most| amount <= most)
    }
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

/// Value whose way is followed: what one account paid out or received of one asset.
///
/// Of a backward trace, the seeds are the sources, and what was asked about is an [`Asked`] each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed {
    /// With which start of the question it begins, by index; none for a source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<usize>,
    /// What makes it a source; none where the trace goes forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The account.
    pub account: Account,
    /// The asset.
    pub asset: Asset,
    /// How much in all, in base units.
    pub amount_raw: Amount,
    /// In how many movements.
    pub movements: usize,
}

/// What a backward trace was asked about: what one account received of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// By which start of the question, by index.
    pub start: usize,
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
