//! The answer to a trace: where value went, along which movements, and what was not searched.
//!
//! Every export, the CLI, the library and the HTTP API give this one type. Amounts are base units as strings; lists
//! are in an order that depends on the data alone.

mod certificate;
mod flow;
mod question;
mod shared;
mod source;
mod target;

use serde::{Deserialize, Serialize};

pub use certificate::{Candidates, Certificate, Gap, Unbounded, Unjoined};
pub use flow::{FlowAccount, FlowGraph, FlowMovement, Share};
pub use question::{Asked, Chosen, Method, Question, Seed, SeedAmount, Start, Way};
pub use shared::{Shared, SharedPart};
pub use source::Source;
pub use target::{Bounds, FlowPath, PathAmount, Reach, ReachState, Stop, StopAt, Target};

use crate::{AssetInfo, Disposition, Finding};

/// The answer to a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceAnswer {
    /// What was asked.
    pub question: Question,
    /// The assets that occur, with what is known of them.
    pub assets: Vec<AssetInfo>,
    /// What was asked about, if the question goes backward.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Asked>,
    /// Where the traced value came from. Other parts of the answer refer to a seed by its index here.
    pub seeds: Vec<Seed>,
    /// One answer per method, in the order asked.
    pub methods: Vec<MethodAnswer>,
    /// The movements that carried traced value.
    pub flow: FlowGraph,
    /// The flagged accounts that the store knows, and whether and how each was reached.
    pub targets: Vec<Target>,
    /// Where the value of several starts meets: those of most starts first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<Shared>,
    /// The bounds of what reached any of the flagged accounts, all of them taken together.
    #[serde(default)]
    pub bounds: Vec<Bounds>,
    /// Reasons to look, heaviest first.
    pub findings: Vec<Finding>,
    /// What was searched and what was not.
    pub certificate: Certificate,
}

/// One trace of a larger answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Traced {
    /// Its answer.
    Answer(Box<TraceAnswer>),
    /// Why there was nothing to follow.
    Nothing(String),
}

impl Traced {
    /// The answer, if there is one.
    pub fn answer(&self) -> Option<&TraceAnswer> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Nothing(_) => None,
        }
    }
}

/// What became of the seeds under one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodAnswer {
    /// The method.
    pub method: Method,
    /// For conserving methods, every unit of every seed has one disposition. Poison has none: it is reach, not amount.
    pub dispositions: Vec<Disposition>,
}
