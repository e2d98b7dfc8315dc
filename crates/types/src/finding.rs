//! Findings: reasons to look. A rule a person can read, never a score of a person.

use serde::{Deserialize, Serialize};

use crate::{Account, FlowPath, Label, PathAmount, ReachState, Standing};

/// A reason to look, with what shows it and what would refute it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that found it.
    pub rule: String,
    /// How heavy it is.
    pub severity: Severity,
    /// Whom it is about.
    pub subject: Subject,
    /// One sentence, in plain words.
    pub summary: String,
    /// The labels it rests on, each with who says so.
    pub labels: Vec<Label>,
    /// What those labels were, legally, when the value moved; in the order of `labels`.
    pub standing_then: Vec<Standing>,
    /// The same on the day of the answer.
    pub standing_now: Vec<Standing>,
    /// Whether the reach is proven by the data.
    pub state: ReachState,
    /// The fewest hops.
    pub hops: u32,
    /// What is proven to have arrived, per method and asset, over all seeds.
    pub amounts: Vec<PathAmount>,
    /// The most valuable paths that show it.
    pub paths: Vec<FlowPath>,
    /// What would show that it is wrong.
    pub refuted_by: String,
}

/// How heavy a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth a look.
    Review,
    /// A listing or an authority's attribution is reached by proven value.
    Escalate,
}

/// Whom a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The account where the question began.
    pub from: Account,
    /// The account that was reached.
    pub reached: Account,
}
