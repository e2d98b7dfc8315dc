//! Order: where a movement stands in its chain's history.
//!
//! Identity and order are two things. A movement is identified by what it moved (see [`Movement`](crate::Movement));
//! its order is what its source knew. Most exports do not know the index of a transaction in its block. Then a fixed
//! rank derived from the transaction id stands in, so that the same input always gives the same order, and the
//! position says that it is such a stand-in.

use serde::{Deserialize, Serialize};

/// Where a transaction stands within its height. The order of the variants is the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TxOrder {
    /// An opening fact: the transfer is known, its height is not, but it happened before this one.
    Opening,
    /// The index in the block or slot, counted from 0.
    Index(u32),
    /// Not known. A rank derived from the transaction id stands in, after all known indices.
    Unknown,
}

/// What a source told about the order of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order {
    /// Block number or slot.
    pub height: u64,
    /// Where the transaction stands in it.
    pub tx: TxOrder,
    /// Execution order inside the transaction, where the source knows it.
    pub leg: Option<u32>,
}

impl Order {
    /// The order of a row that knows its height only.
    pub fn at(height: u64) -> Self {
        Self { height, tx: TxOrder::Unknown, leg: None }
    }
}

/// A place in a chain's total order of movements: (height, transaction, leg), all three decided.
///
/// `tx` is the transaction's slot in the store's order: see the store's key format for how indices and ranks map to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Block number or slot.
    pub height: u64,
    /// Slot of the transaction within the height.
    pub tx: u64,
    /// Index of the movement within the transaction.
    pub leg: u32,
}
