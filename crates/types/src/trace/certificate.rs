//! The coverage certificate: what was searched and what was not, with every answer.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset, Chain, Coverage, Crossing, TxId};

use super::Method;

/// What was searched and what was not. "Nothing found" is never said without it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// How many accounts were opened.
    pub accounts_opened: usize,
    /// How many movements were read.
    pub movements_read: u64,
    /// Lowest and highest height read, per chain name.
    pub heights: Vec<(String, u64, u64)>,
    /// What sources claim to cover, of the accounts that were opened.
    pub coverage: Vec<Coverage>,
    /// What is missing, and how much hangs on it.
    pub gaps: Vec<Gap>,
    /// What the case or the source says about itself.
    pub statements: Vec<String>,
}

/// Something that was not searched or is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "gap")]
pub enum Gap {
    /// An account that value reached and whose outflows are not covered.
    NoCoverage {
        /// The account.
        account: Account,
        /// The asset that arrived.
        asset: Asset,
    },
    /// Heights of an opened account, from the first arrival on, for which sources list top-level value of the native coin and
    /// nobody lists inner calls: what it sent or got through a contract call is not in the answer.
    InternalMissing {
        /// The account.
        account: Account,
        /// First and last height, both included, in order and apart.
        heights: Vec<(u64, u64)>,
    },
    /// Nobody claims to list all that an account received of an asset until value left it for what a backward trace was asked about.
    /// What is missing would change what the known inflows are said to have given.
    InflowsNotListed {
        /// The account.
        account: Account,
        /// The asset.
        asset: Asset,
    },
    /// A method that looks at taint tells each source by itself, and there are too many of them for that.
    SourcesNotTold {
        /// The method.
        method: Method,
        /// How many sources.
        sources: usize,
    },
    /// An account paid out more than it is known to have received.
    UnknownInflow {
        /// The account.
        account: Account,
        /// The asset.
        asset: Asset,
        /// How much, in base units, after value had reached it.
        amount_raw: Amount,
    },
    /// The balance of an opened account changed by more than its movements tell, anywhere in its history. What came in so is
    /// not taken for clean: it was left out, until an outflow showed it as unknown inflow.
    Unexplained {
        /// The account.
        account: Account,
        /// The asset.
        asset: Asset,
        /// By how much it rose, in base units.
        in_raw: Amount,
        /// By how much it fell, in base units.
        out_raw: Amount,
    },
    /// In- and outflows of an account at one height whose order is not known: a fixed stand-in was used.
    UnknownOrder {
        /// The account.
        account: Account,
        /// The height.
        height: u64,
    },
    /// Several assets were given for several in one transaction. Their values are not known, so each was taken for an equal
    /// share. What was given in all is exact; how much of it stands for which is not.
    SharesStandIn {
        /// The transaction.
        tx: TxId,
    },
    /// Value went round in a transaction, so that how it passed through accounts cannot be told: it was followed leg by leg.
    Tangled {
        /// The transaction.
        tx: TxId,
    },
    /// A movement whose height is not known; it was taken to stand just before this height.
    UnknownHeight {
        /// The account that received it.
        account: Account,
        /// The height before which it happened.
        before: u64,
    },
    /// Movements of an account whose source told their time but not their height: they stand where their time puts them,
    /// after everything of the same second.
    PlacedByTime {
        /// The account.
        account: Account,
        /// How many of its movements.
        movements: u64,
    },
    /// A flagged account sent on what had reached it, and some came back. Too many accounts did so to look at each alone,
    /// so what came back is counted again in the amounts that reached it.
    CountedAgain {
        /// The account.
        account: Account,
    },
    /// The bounds of what reached targets were asked for and are not told.
    Unbounded {
        /// Of how many targets.
        targets: usize,
        /// Why not.
        why: Unbounded,
    },
    /// A bridge or mixer took traced value, and what it paid out for it is not joined, so that the way ends there.
    NotJoined {
        /// What is known of the crossing.
        crossing: Box<Crossing>,
        /// Why it leads nowhere.
        why: Unjoined,
    },
    /// A bridge took traced value and no id joins it with what was paid out for it: how many payments of the bridge on other chains could
    /// be that. None of them is followed.
    BridgeCandidates(Box<Candidates>),
    /// Value went to and fro between chains so often that it was not followed to its end.
    TooManyCrossings {
        /// How often all chains were gone through.
        rounds: u32,
    },
    /// What several crossings, or several payments of one, are worth is not known: each stands for an equal share.
    CrossingShared {
        /// What is known of the crossing.
        crossing: Box<Crossing>,
    },
    /// An account was not opened because of the limit on size.
    NotOpened {
        /// The account.
        account: Account,
    },
    /// What was found reached the limit on memory: nothing from this height on was followed on this chain.
    Stopped {
        /// The chain.
        chain: Chain,
        /// The height.
        height: u64,
    },
    /// An account without a label that has more movements than the question allows: it behaves like a service, and what reached
    /// it was not followed.
    Hub {
        /// The account.
        account: Account,
    },
    /// Movements of the starts without a time, so that nobody knows whether they belong to the span of time that was asked.
    NotChosen {
        /// The account.
        account: Account,
        /// How many of its movements.
        movements: usize,
    },
    /// The account where the trace began also paid out a token that no table knows; it was not followed. Laundering
    /// wallets are showered with such tokens. Name the asset, or give a token table, to follow it.
    UnverifiedAsset {
        /// The token.
        asset: Asset,
        /// In how many movements it was paid out.
        movements: usize,
    },
    /// Movements on the way without a time: what a listing was when they happened is unknown.
    NoTimes {
        /// How many movements on the traced way have no time.
        movements: usize,
    },
}

/// What a bridge paid out elsewhere that could be what a deposit was turned into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Candidates {
    /// The bridge, as the label names it.
    pub bridge: String,
    /// Its account that took the deposit.
    pub account: Account,
    /// The transaction of the deposit.
    pub tx: TxId,
    /// What was given.
    pub asset: Asset,
    /// How much, in base units.
    pub amount_raw: Amount,
    /// How many payments of accounts of the bridge on other chains fit: the same kind of asset, within a day, no more than was given and no
    /// less than nineteen twentieths of it.
    pub candidates: usize,
    /// Whether there is only one, and it fits no other deposit that the data has.
    pub mutual: bool,
    /// Whether the deposit has no time, so that none could fit.
    pub timeless: bool,
    /// Whether the bridge has more movements than were looked at.
    pub cut: bool,
    /// The first of them, by chain and transaction.
    pub named: Vec<(Chain, TxId)>,
}

/// Why a crossing leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "unjoined")]
pub enum Unjoined {
    /// Nobody tells what was paid out for it.
    OtherSideNotTold,
    /// The transaction in which it was paid out is not in the database.
    NotStored {
        /// Its chain.
        chain: Chain,
        /// The transaction.
        tx: TxId,
    },
    /// The transaction is there, but has no movement of the asset and amount told.
    NoSuchMovement {
        /// Its chain.
        chain: Chain,
        /// The transaction.
        tx: TxId,
    },
    /// Several deposits have its id, or several movements could be meant.
    Ambiguous,
    /// It goes through a mixer, which the question does not follow.
    Mixer,
}

/// Why bounds are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unbounded {
    /// More targets were reached than the question asks to bound.
    Number,
    /// The limit on hops or on accounts ended some of the value on its way, so that more could have arrived.
    Limits,
    /// More movements could carry the value than can be looked at in reasonable time.
    Size,
    /// Value was turned into another asset on its way, or came back from one.
    Converted,
}
