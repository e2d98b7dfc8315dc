//! Residues: what balances say moved, and no movement tells.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, TxId};

/// Native coin of an account that its movements do not explain: a node's balances changed by more, or by less.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Residue {
    /// The account.
    pub account: Account,
    /// The height.
    pub height: u64,
    /// The transaction; none if only the balances at both ends of the block are known.
    pub tx: Option<TxId>,
    /// Which movement is missing.
    pub side: Side,
    /// How much of it, in base units.
    pub amount: Amount,
}

/// Which side of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Something came in that no movement tells.
    In,
    /// Something went out that no movement tells.
    Out,
}
