//! The flow graph of an answer: accounts, and the movements between them that carried traced value.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset, Crossing, CrossingEnd, Kind, Label, Time, TxId};

use super::{Method, SeedAmount};

/// Accounts and the movements between them that carried, or possibly carried, traced value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowGraph {
    /// In the order in which value first reached them.
    pub accounts: Vec<FlowAccount>,
    /// In the order of time.
    pub movements: Vec<FlowMovement>,
}

/// An account that traced value reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowAccount {
    /// The account.
    pub account: Account,
    /// The fewest hops by which value reached it, proven or possible.
    pub hops: u32,
    /// What is asserted about it.
    pub labels: Vec<Label>,
    /// What it paid out beyond what it is known to have received, per asset, after value had reached it.
    pub unknown_inflow: Vec<(Asset, Amount)>,
}

/// A movement that carried traced value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowMovement {
    /// The transaction: the evidence.
    pub tx: TxId,
    /// Block or slot.
    pub height: u64,
    /// If set, the height is not known: the movement happened before it.
    pub before_height: bool,
    /// If set, the height is not known: by its time the movement happened after it.
    pub after_height: bool,
    /// Whether the order within the height is known, or stands in.
    pub order_known: bool,
    /// Time of the block, if the source told it.
    pub time: Option<Time>,
    /// How it moved.
    pub kind: Kind,
    /// Who gave.
    pub from: Account,
    /// Who got; none if it left all accounts (fees, burns) or no movement tells where to.
    pub to: Option<Account>,
    /// What moved.
    pub asset: Asset,
    /// How much in all, in base units.
    pub amount_raw: Amount,
    /// What was given for it in the same transaction, if it is something else, with how much in base units. Who gave and who got are
    /// the same if an account converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gave: Option<Box<(Asset, Amount)>>,
    /// If a bridge or mixer took it or paid it out, which crossing it is a side of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crossing: Option<Box<(CrossingEnd, Crossing)>>,
    /// Whether a backward trace was asked about it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// Accounts through which it may have passed in the transaction. They held nothing of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<Account>,
    /// The traced part, per method and seed.
    pub shares: Vec<Share>,
}

impl FlowMovement {
    /// The crossing that it is a side of, in one line: `deposit bridge BRIDGE ID`.
    pub fn crossing_line(&self) -> Option<String> {
        let (end, crossing) = self.crossing.as_deref()?;
        Some(format!("{end} {} {} {}", crossing.through, crossing.bridge, crossing.id))
    }
}

/// The traced part of a movement under one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The method.
    pub method: Method,
    /// The seed, by index; none for value from unknown inflow, which is possible and not proven.
    pub seed: Option<usize>,
    /// The fewest hops by which any of it came, this one included.
    #[serde(default)]
    pub hops: u32,
    /// How much.
    pub amount: SeedAmount,
}
