//! The answer about one transaction: what it moved, what that means together, and what of it is not known.

use serde::{Deserialize, Serialize};

use crate::{
    Account, Amount, Asset, AssetInfo, Chain, Coverage, Date, Kind, Label, RelationKind, Side, Time, TxId, TxOrder,
};

/// What is stored of one transaction. Lists are in an order that depends on the data alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxAnswer {
    /// The chain.
    pub chain: Chain,
    /// The transaction.
    pub tx: TxId,
    /// Its block or slot; none if only a time is known, or only that it was before some height (see the gaps).
    pub height: Option<u64>,
    /// Where it stands in its block, as far as that is known.
    pub order: TxOrder,
    /// Time of the block, if a source told it.
    pub time: Option<Time>,
    /// Whether all that it moved is known, by a source that tells whole transactions.
    pub complete: bool,
    /// Labels published by this day are told.
    pub as_of: Date,
    /// What it moved, fees first, then in order of execution as far as that is known.
    pub movements: Vec<TxMovement>,
    /// What it shows of two accounts besides, in order. Only of a transaction that is known whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<TxRelation>,
    /// The accounts on either side of movements and relations, in order.
    pub accounts: Vec<TxAccount>,
    /// The assets that occur, with what is known of them.
    pub assets: Vec<AssetInfo>,
    /// What the movements mean together, without knowing any protocol.
    pub reading: TxReading,
    /// What of it is not known.
    pub gaps: Vec<TxGap>,
    /// What sources claim to cover at its height, of the chain and of its accounts. No source is kept for each movement.
    pub coverage: Vec<Coverage>,
}

/// One movement of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxMovement {
    /// How it moved.
    pub kind: Kind,
    /// Who gave; none if it was created.
    pub from: Option<Account>,
    /// Who got; none if it was destroyed, or if nobody knows.
    pub to: Option<Account>,
    /// What moved.
    pub asset: Asset,
    /// How much, in base units. Zero is an event that moved nothing.
    pub amount_raw: Amount,
    /// Its place in the execution, if a source told it.
    pub leg: Option<u32>,
}

/// What a transaction shows of two accounts: an observation, and no judgement of who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxRelation {
    /// What it shows; what subject and object are is said there.
    pub kind: RelationKind,
    /// Whom it is said of.
    pub subject: Account,
    /// The other one.
    pub object: Account,
    /// Of which asset; none if it is not about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<Asset>,
}

/// An account of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxAccount {
    /// The account.
    pub account: Account,
    /// What is said of it.
    pub labels: Vec<Label>,
}

/// What the movements of a transaction mean together: see [`crate::Reading`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxReading {
    /// Who sent it and pays its fee; none if no movement tells.
    pub sender: Option<Account>,
    /// Whose value moved; none if only knowledge of the protocol could tell.
    pub actor: Option<Account>,
    /// What each account ends with, more or less, fees apart.
    pub changes: Vec<TxChange>,
    /// Who ends with less of something and with more of nothing.
    pub payers: Vec<Account>,
    /// Who ends with more of something and with less of nothing.
    pub payees: Vec<Account>,
    /// Who ends with less of one asset and more of another.
    pub converters: Vec<Account>,
    /// Who took in and paid out, and ends as before.
    pub passages: Vec<Account>,
    /// What a sender got back that paid nothing itself.
    pub compensation: Vec<TxChange>,
}

/// What an account ends with, more or less, of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxChange {
    /// The account.
    pub account: Account,
    /// The asset.
    pub asset: Asset,
    /// More or less.
    pub side: Side,
    /// By how much, in base units.
    pub amount_raw: Amount,
}

/// What is not known of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "gap")]
pub enum TxGap {
    /// Sources told a part of what it moved, and nobody lists all of its inner calls: native coin that contracts moved may be
    /// missing.
    InternalMissing,
    /// Sources told a part of what it moved, and nobody claims that this is all.
    Partial,
    /// A balance changed by more than its movements tell: nobody knows where that came from or went.
    Unexplained(Box<TxChange>),
    /// Sources contradict each other about it.
    Conflict,
    /// Its place in its block is not known: a fixed stand-in is used.
    OrderUnknown,
    /// The order of some of its movements is not known.
    MovementsUnordered {
        /// Of how many, the fees apart.
        movements: usize,
    },
    /// Its height is not known; it is taken to stand just before this one.
    HeightUnknown {
        /// The height before which it happened.
        before: u64,
    },
    /// Its height is not known; it stands where its time puts it.
    PlacedByTime,
    /// Its time is not known.
    NoTime,
}
