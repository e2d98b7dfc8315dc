//! Dispositions: what became of a piece of traced value. Nothing disappears; what was not followed has one.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset};

/// What became of a piece of traced value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fate")]
pub enum Fate {
    /// Still there at the height to which the account's outflows are covered.
    AtRest {
        /// The last covered height.
        height: u64,
    },
    /// The account's outflows are not covered (any more): what happened next is not in the data.
    DataEnds,
    /// Reached a service that keeps its customers' value together.
    Service {
        /// The service, as the label names it.
        entity: String,
    },
    /// Entered a mixer.
    Mixer {
        /// The mixer, as the label names it.
        entity: String,
    },
    /// Left by a bridge that could not be joined to the other side.
    Bridge {
        /// The bridge, as the label names it.
        entity: String,
    },
    /// Reached a flagged account, where the question has it end.
    Flagged {
        /// Who that is, as the heaviest label names it.
        entity: String,
    },
    /// Came back to the account where the trace began, or to another of them.
    ReturnedToSeed,
    /// Fell under the dust line.
    Dust,
    /// Reached an account that behaves like a service, though no label says so.
    Hub,
    /// Arrived in what a backward trace was asked about.
    Asked,
    /// Cut by the limit on hops.
    HopLimit,
    /// Cut by the limit on size.
    SizeLimit,
    /// Spent as a transaction fee.
    Fee,
    /// Destroyed.
    Burned,
    /// Left by a balance that fell, and no movement tells where to.
    Unexplained,
    /// Lost in a conversion: what came out was too little for a unit of it.
    ConversionLoss,
}

impl Fate {
    /// A short name, the same as in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AtRest { .. } => "at_rest",
            Self::DataEnds => "data_ends",
            Self::Service { .. } => "service",
            Self::Mixer { .. } => "mixer",
            Self::Bridge { .. } => "bridge",
            Self::Flagged { .. } => "flagged",
            Self::ReturnedToSeed => "returned_to_seed",
            Self::Dust => "dust",
            Self::Hub => "hub",
            Self::Asked => "asked",
            Self::HopLimit => "hop_limit",
            Self::SizeLimit => "size_limit",
            Self::Fee => "fee",
            Self::Burned => "burned",
            Self::Unexplained => "unexplained",
            Self::ConversionLoss => "conversion_loss",
        }
    }

    /// What it means, for people.
    pub fn describe(&self) -> String {
        match self {
            Self::AtRest { height } => format!("at rest (as of block {height})"),
            Self::DataEnds => "data ends here".to_owned(),
            Self::Service { entity } => format!("reached the service {entity}"),
            Self::Mixer { entity } => format!("entered the mixer {entity}"),
            Self::Bridge { entity } => format!("left by the bridge {entity}, not joined"),
            Self::Flagged { entity } => format!("reached the flagged account of {entity}"),
            Self::ReturnedToSeed => "returned to the seed account".to_owned(),
            Self::Dust => "under the dust line".to_owned(),
            Self::Hub => "reached an account that behaves like a service".to_owned(),
            Self::Asked => "arrived in what was asked about".to_owned(),
            Self::HopLimit => "cut by the hop limit".to_owned(),
            Self::SizeLimit => "cut by the size limit".to_owned(),
            Self::Fee => "spent as fee".to_owned(),
            Self::Burned => "burned".to_owned(),
            Self::Unexplained => "left unexplained: no movement tells where to".to_owned(),
            Self::ConversionLoss => "lost in a conversion: too little for a unit of what came out".to_owned(),
        }
    }
}

/// A piece of traced value with its end. For every seed, the dispositions of a conserving method add up to the seed in
/// seed units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposition {
    /// Which seed it stands for, by index into the answer's seeds.
    pub seed: usize,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
    /// The account where it ended; none if it left all accounts (fees, burns) or no movement tells where to.
    pub account: Option<Account>,
    /// The asset it was held in at the end.
    pub asset: Asset,
    /// How much of that asset, in its base units.
    pub held_raw: Amount,
    /// How much of the seed it stands for, in the seed's base units.
    pub seed_raw: Amount,
    /// The fewest hops by which any of it came.
    pub hops: u32,
}
