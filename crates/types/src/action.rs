//! Actions: what a transaction's movements mean together, and how sure we are.

use serde::{Deserialize, Serialize};

/// What a transaction's movements mean together. Each action names the legs it explains and how it was recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What it means.
    pub kind: ActionKind,
    /// The movements it explains, by index within the transaction.
    pub legs: Vec<u32>,
    /// Who recognised it: a decoder's name, or `generic` for the reading by net changes.
    pub recognised_by: String,
    /// How well that decoder has been tested.
    pub evidence: Evidence,
}

/// What movements can mean together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A plain transfer.
    Transfer,
    /// One asset given for another.
    Swap,
    /// Native coin to wrapped token or back.
    Wrap,
    /// Value given to a bridge.
    BridgeDeposit,
    /// Value paid out by a bridge.
    BridgeRelease,
    /// Value given to a mixer.
    MixerDeposit,
    /// Value paid out by a mixer.
    MixerWithdrawal,
    /// Several payees paid at once.
    BatchPayment,
    /// Staking or unstaking.
    Stake,
    /// Liquidity added or removed.
    Liquidity,
}

/// The evidence level of a decoder, from strongest to weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Tested on a real transaction.
    RealTransaction,
    /// Tested on the real bytecode or program, acted out.
    RealCode,
    /// Written from the ABI or IDL alone.
    InterfaceOnly,
}
