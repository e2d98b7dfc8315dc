//! Actions: what a transaction's movements mean together, as a decoder of a protocol tells it, and how sure it is.

use serde::{Deserialize, Serialize};

use crate::{Account, CrossingEnd, Through, names::names};

/// What movements of one transaction mean together. It names the movements that it explains: there is nothing in it that did not move,
/// but for what it says of other chains.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Action {
    /// What it means.
    pub kind: ActionKind,
    /// The decoder that recognised it, by the name under which `fundtrail protocols` lists it.
    pub protocol: String,
    /// How well that decoder has been tested.
    pub evidence: Evidence,
    /// The contract or program that did it.
    pub by: Account,
    /// The movements by which something was given, by their places in the execution of the transaction (the legs of their orders).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gave: Vec<u32>,
    /// The movements by which something was got for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub got: Vec<u32>,
    /// If it is one side of a crossing, which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crosses: Option<Box<Crosses>>,
    /// What else was told: a memo, a reference, the number of a stream. Others wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One side of a crossing, as its transaction tells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Crosses {
    /// The bridge or mixer: one name for all chains, so that both sides meet under it.
    pub bridge: String,
    /// What it goes through.
    pub through: Through,
    /// Which side.
    pub end: CrossingEnd,
    /// What tells this crossing from all others of the bridge and stands in both transactions; none if the bridge has nothing of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who shall get it on the other chain, as far as the deposit tells. A chain that is not ingested is a foreign one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Account>,
    /// Whether nothing but what the payer wrote says so: the account that got it is not known to be the bridge's. Anybody can write that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_said: bool,
}

names!(
    /// What movements can mean together.
    ActionKind, "kind of action", {
        /// One asset given for another.
        Swap = "swap",
        /// Value given to a bridge.
        BridgeDeposit = "bridge_deposit",
        /// Value paid out by a bridge.
        BridgeRelease = "bridge_release",
        /// Value that a bridge gave back.
        BridgeRefund = "bridge_refund",
        /// Value moved between a bridge's own accounts.
        BridgeInternal = "bridge_internal",
        /// Value given to a mixer.
        MixerDeposit = "mixer_deposit",
        /// Value paid out by a mixer.
        MixerWithdrawal = "mixer_withdrawal",
        /// What an account of several owners, or of a contract, paid on their orders: who sent the transaction paid nothing.
        Payment = "payment",
        /// Several payees paid at once.
        BatchPayment = "batch_payment",
        /// Value put into a stream of payments.
        StreamDeposit = "stream_deposit",
        /// Value taken out of a stream of payments.
        StreamWithdrawal = "stream_withdrawal",
        /// Staking or unstaking.
        Stake = "stake",
        /// Liquidity added or removed.
        Liquidity = "liquidity",
        /// Something that failed inside a transaction that succeeded: it was meant to move value and moved none.
        Failure = "failure",
    }
);

names!(
    /// The evidence level of a decoder, from strongest to weakest.
    Evidence, "evidence level", {
        /// Tested on a real transaction.
        RealTransaction = "real_transaction",
        /// Tested on the real bytecode or program, acted out.
        RealCode = "real_code",
        /// Written from the ABI or IDL alone.
        InterfaceOnly = "interface_only",
    }
);

impl Action {
    /// Every movement that it explains.
    pub fn legs(&self) -> impl Iterator<Item = u32> + '_ {
        self.gave.iter().chain(&self.got).copied()
    }
}
