//! Why something that a record speaks of is no movement.

use serde::{Deserialize, Serialize};

/// Why something that a record speaks of is no movement. Such records are good, and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// It failed, so it moved nothing but its fee.
    Failed,
    /// Only one side of it is told. As a movement it would be a mint or a burn, which it is not.
    OneSided,
    /// It is something else than a movement, such as the opening of an account.
    NoMovement,
    /// A call inside a transaction, or one around it, failed.
    Reverted,
    /// A call in another's name, which moves no value however its value looks.
    Borrowed,
    /// A call inside a transaction, without value.
    ZeroCall,
    /// A contract that destroyed itself in its own favour: whether its coin was burnt depends on the fork.
    ToItself,
    /// A transfer of an NFT, whose number is no amount.
    Nft,
    /// An event that begins as a transfer does and is none.
    OddEvent,
    /// Another table of the command tells it, and tells more.
    OtherTable,
    /// The value is taken, but not all parts of the fee are told.
    FeeUnknown,
}

impl LeftOut {
    /// What a report says of it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Failed => "failed, so that nothing but a fee moved",
            Self::OneSided => "only one side is told",
            Self::NoMovement => "no movement",
            Self::Reverted => "in a call that failed, so that nothing moved",
            Self::Borrowed => "a call in another's name, which moves no value",
            Self::ZeroCall => "a call inside a transaction, without value",
            Self::ToItself => "a contract destroyed in its own favour: whether its coin was burnt is not told",
            Self::Nft => "a transfer of an NFT",
            Self::OddEvent => "an event that begins as a transfer does and is none",
            Self::OtherTable => "told by another table of the command",
            Self::FeeUnknown => "the fee is not told whole, and left out",
        }
    }
}
