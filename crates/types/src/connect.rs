//! How two accounts are connected.

use serde::{Deserialize, Serialize};

use crate::{Account, Traced};

/// What connects two accounts: what one sent to the other, where what both sent meets, and where what both received came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectAnswer {
    /// The two.
    pub accounts: [Account; 2],
    /// What the first sent, with the second as a target.
    pub there: Traced,
    /// What the second sent, with the first as a target.
    pub back: Traced,
    /// What both sent, with where it meets.
    pub descendants: Traced,
    /// What both received, with the sources that they share.
    pub ancestors: Traced,
}
