//! Protocols that are recognised, as they are listed for people.

use serde::{Deserialize, Serialize};

use crate::{Account, Evidence};

/// A protocol that is recognised, and how sure its decoder is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolInfo {
    /// Its name in actions.
    pub name: String,
    /// What it is for: `dex`, `mixer`, `bridge` or `payment`.
    pub group: String,
    /// The chains that it is looked for on: `ethereum` and chains like it, or `solana`.
    pub chains: String,
    /// How well its decoder is tested.
    pub evidence: Evidence,
    /// What it is tested with, and where its facts are from.
    pub source: String,
    /// Contracts or programs of its own. Empty if it is known by its events alone, whoever emits them.
    pub contracts: Vec<ProtocolContract>,
}

/// A contract or program of a protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolContract {
    /// Where it is.
    pub account: Account,
    /// What it is.
    pub what: String,
}
