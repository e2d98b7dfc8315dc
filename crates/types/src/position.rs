//! Order: where a movement stands in its chain's history.
//!
//! Identity and order are two things. A movement is identified by what it moved (see [`Movement`](crate::Movement));
//! its order is what its source knew. Most exports do not know the index of a transaction in its block. Then a fixed
//! rank derived from the transaction id stands in, so that the same input always gives the same order, and the
//! position says that it is such a stand-in.

use serde::{Deserialize, Serialize};

use crate::Time;

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
    /// Not even the height is known, only a time: some explorers' exports have no other. Until another source tells the
    /// height, the transaction stands after everything whose block is not later than it.
    Timed,
}

/// What a source told about the order of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order {
    /// Block number or slot. For [`TxOrder::Timed`] a stand-in above every real height: see [`Order::timed`].
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

    /// The order of a row that knows its time only. Its height is 2^63 and the seconds since 1970, so that such rows
    /// stand apart from those of known height, and among each other in the order of time.
    pub fn timed(time: Time) -> Self {
        // No chain has a block before 1970; a time before it would only stand first.
        let seconds = u64::try_from(time.unix()).unwrap_or_default();
        Self { height: TIMED_HEIGHT | seconds, tx: TxOrder::Timed, leg: None }
    }
}

/// Heights from here on are no heights but times: see [`Order::timed`].
pub const TIMED_HEIGHT: u64 = 1 << 63;

/// A place in a chain's total order of movements: (height, stand-in, transaction, leg), all decided.
///
/// `tx` is the transaction's slot in the store's order: see the store's key format for how indices and ranks map to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Block number or slot.
    pub height: u64,
    /// 0; or, for a transaction of which only the time is known, its stand-in height (see [`Order::timed`]). It stands after
    /// everything of `height`, the last one that is not later than it.
    pub timed: u64,
    /// Slot of the transaction within the height.
    pub tx: u64,
    /// Index of the movement within the transaction.
    pub leg: u32,
}
