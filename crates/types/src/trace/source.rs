//! Sources: where a backward trace stops looking further back, and why.

use serde::{Deserialize, Serialize};

/// Why value is not followed further back than to an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "source")]
pub enum Source {
    /// It is flagged, or was asked for by name.
    LookedFor,
    /// A service that keeps its customers' value together.
    Service {
        /// The service, as the label names it.
        entity: String,
    },
    /// A mixer.
    Mixer {
        /// The mixer, as the label names it.
        entity: String,
    },
    /// A bridge whose other side is not joined.
    Bridge {
        /// The bridge, as the label names it.
        entity: String,
    },
    /// Newly made: minted, or paid by the chain itself.
    Made,
    /// The account paid out more than it is known to have received.
    UnknownInflow,
    /// The account that was asked about: what it paid away came back.
    Itself,
    /// Behaves like a service, though no label says so.
    Hub,
    /// As many hops back as the question allows.
    HopLimit,
    /// As many accounts as the question allows were opened.
    SizeLimit,
}

impl Source {
    /// What it means, for people.
    pub fn describe(&self) -> String {
        match self {
            Self::LookedFor => "an account that is looked for".to_owned(),
            Self::Service { entity } => format!("the service {entity}"),
            Self::Mixer { entity } => format!("the mixer {entity}"),
            Self::Bridge { entity } => format!("the bridge {entity}, not joined"),
            Self::Made => "newly made: minted, or paid by the chain".to_owned(),
            Self::UnknownInflow => "not in the data: paid out beyond what is known to have come in".to_owned(),
            Self::Itself => "came back to the account that was asked about".to_owned(),
            Self::Hub => "behaves like a service, without a label".to_owned(),
            Self::HopLimit => "cut by the hop limit".to_owned(),
            Self::SizeLimit => "cut by the size limit".to_owned(),
        }
    }
}
