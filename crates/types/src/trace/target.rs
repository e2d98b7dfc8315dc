//! Targets: flagged accounts, whether they were reached, by how much, and along which paths.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset, Date, Label, Time, TxId};

use super::{Method, SeedAmount};

/// A flagged account that the store knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The account.
    pub account: Account,
    /// What is asserted about it, as published by the day of the question.
    pub labels: Vec<Label>,
    /// Whether it was reached.
    pub state: ReachState,
    /// The fewest hops, if it was reached.
    pub hops: Option<u32>,
    /// When the first proven value arrived, if known.
    pub first_time: Option<Time>,
    /// The days on which proven value arrived, in order; none stands for a day that the source does not tell.
    #[serde(default)]
    pub arrived_on: Vec<Option<Date>>,
    /// If it was reached, all that it is known to have received from others, per asset: what the traced part is a part
    /// of.
    pub received: Vec<(Asset, Amount)>,
    /// The traced part, per method, seed and asset.
    pub reaches: Vec<Reach>,
    /// Between which amounts what reached it lies, whatever rule of accounting one argues for, per asset. Empty if that was not
    /// asked or could not be told; the certificate says why.
    #[serde(default)]
    pub bounds: Vec<Bounds>,
    /// The most valuable paths by which it was reached, each with what came along it.
    pub paths: Vec<FlowPath>,
    /// The accounts through which all of it had to pass, whatever way it took, in the order of the first path; none if more movements
    /// carried value than are looked through for that.
    #[serde(default)]
    pub must_pass: Option<Vec<Account>>,
    /// How many paths carried value there; more may exist than are listed. None if there are more than were looked at.
    pub paths_total: Option<u64>,
}

/// Whether a target was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReachState {
    /// Nothing that could be traced arrives there.
    NotReached,
    /// Only poison says so: an account that value had reached paid it, but no conserving method carries value there.
    PoisonOnly,
    /// Only value from unknown inflow arrives: it could be the seed's, but the data does not prove it.
    Possible,
    /// Traced value arrives under at least one conserving method.
    Proven,
}

/// How much arrived under one method. What leaves the target and comes back is counted once: the target is taken to
/// keep what reaches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The method.
    pub method: Method,
    /// The asset in which it arrived.
    pub asset: Asset,
    /// What is proven, per seed (by index).
    pub proven: Vec<(usize, SeedAmount)>,
    /// What could have arrived if every unknown inflow on the way were tainted: proven and more, in base units.
    pub possible_raw: Amount,
}

/// Between which amounts lies what reached some accounts, under any rule by which no more leaves an account than it holds, tainted
/// and clean apart, and nothing is lost. Given the data: unknown inflow counts as clean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// The seed, by index.
    pub seed: usize,
    /// Its asset, in which it arrived.
    pub asset: Asset,
    /// At least, in base units.
    pub lower_raw: Amount,
    /// At most, in base units.
    pub upper_raw: Amount,
    /// Where all of it could have been stopped as early as that is possible: payments not made and balances not let go, which come to
    /// `upper_raw` together. Nothing that comes to less would have stopped all of it under every rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_stops: Vec<Stop>,
    /// The same, as late as that is possible.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub last_stops: Vec<Stop>,
}

/// Something that could have been stopped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stop")]
pub enum Stop {
    /// A payment.
    Payment {
        /// The payment.
        at: StopAt,
        /// Who paid.
        from: Account,
        /// Who got it.
        to: Option<Account>,
        /// How much of it could be the seed's, in base units.
        amount_raw: Amount,
    },
    /// What an account held between two of its movements.
    Balance {
        /// The account.
        account: Account,
        /// From this movement on.
        after: StopAt,
        /// Until this one.
        before: StopAt,
        /// How much it held, in base units.
        amount_raw: Amount,
    },
}

impl Stop {
    /// How much is held back by it.
    pub fn amount_raw(&self) -> Amount {
        match self {
            Self::Payment { amount_raw, .. } | Self::Balance { amount_raw, .. } => *amount_raw,
        }
    }
}

/// A movement by which to name when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StopAt {
    /// Block or slot.
    pub height: u64,
    /// Time of the block, if the source told it.
    pub time: Option<Time>,
    /// The transaction.
    pub tx: TxId,
}

/// A path in order of time from a seed to a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowPath {
    /// The seed, by index; none if the path begins at an unknown inflow.
    pub seed: Option<usize>,
    /// The movements, by index into the flow graph.
    pub movements: Vec<usize>,
    /// Its narrowest movement, by index into `movements`: the one that carried the least traced value.
    #[serde(default)]
    pub narrowest: Option<usize>,
    /// What came along this path and no other, per method.
    pub along: Vec<PathAmount>,
}

/// What came along under one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathAmount {
    /// The method.
    pub method: Method,
    /// The asset in which it arrived.
    pub asset: Asset,
    /// How much.
    pub amount: SeedAmount,
}
