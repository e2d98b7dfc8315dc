//! Crossings: value that is given to a bridge on one chain and paid out on another, or to a mixer and paid out to somebody else.
//!
//! The two sides are two movements in two transactions. What joins them is an id that stands in both, or somebody's assertion.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset, Chain, TxId, names::names};

/// One side of a crossing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CrossingSide {
    /// Which crossing it is a side of.
    #[serde(flatten)]
    pub crossing: Crossing,
    /// Which side.
    pub side: CrossingEnd,
    /// Its transaction.
    pub tx: TxId,
    /// Who gave, or who got; where it is told, only a movement of that account is meant.
    pub account: Option<Account>,
    /// What was given or paid out. Its chain is the chain of the transaction.
    pub asset: Asset,
    /// How much, in base units.
    pub amount_raw: Amount,
}

impl CrossingSide {
    /// The chain of the transaction.
    pub fn chain(&self) -> Chain {
        self.asset.chain
    }
}

/// What joins the two sides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Crossing {
    /// The bridge or mixer.
    pub bridge: String,
    /// What tells this crossing from all others of the bridge: a message's number, an order's id, a deposit's hash.
    pub id: String,
    /// What it goes through.
    pub through: Through,
    /// How the sides are known to belong together.
    pub basis: Basis,
    /// Who says so.
    pub source: String,
}

names!(
    /// A side of a crossing.
    CrossingEnd, "side of a crossing", {
        /// Value is given.
        Deposit = "deposit",
        /// Value is paid out.
        Release = "release",
    }
);

names!(
    /// What a crossing goes through.
    Through, "way to cross", {
        /// A bridge, from chain to chain.
        Bridge = "bridge",
        /// A mixer, to somebody whom the mixer hides. Followed only if the question says so.
        Mixer = "mixer",
    }
);

names!(
    /// How the sides of a crossing are known to belong together.
    Basis, "basis of a crossing", {
        /// The same id stands in both transactions.
        Id = "id",
        /// Somebody asserts it, on evidence that is not in the transactions.
        Asserted = "asserted",
    }
);
