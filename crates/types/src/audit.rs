//! The answer to a payout audit: for every payee, what was found and what was not searched.

use serde::{Deserialize, Serialize};

use crate::{Account, AssetInfo, Certificate, Date, Finding, FlowGraph, Label, Payout, Problem, TxId};

/// The answer to a payout audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAnswer {
    /// Labels published by this day count.
    pub as_of: Date,
    /// The assets that occur.
    pub assets: Vec<AssetInfo>,
    /// One answer per payee, in the order of their names.
    pub payees: Vec<PayeeAnswer>,
    /// Rows of the payout file that could not be read.
    pub rejected: Vec<Problem>,
}

/// What was found about one payee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeAnswer {
    /// The payer's id for the payee.
    pub payee: String,
    /// The wallets that were paid.
    pub wallets: Vec<Account>,
    /// What is asserted about those wallets themselves.
    pub labels: Vec<Label>,
    /// Each payout, and the movement that shows it.
    pub payouts: Vec<PayoutMatch>,
    /// The movements that carried what the payee was paid. Paths in findings are indices into it.
    pub flow: FlowGraph,
    /// Reasons to look, heaviest first.
    pub findings: Vec<Finding>,
    /// What was searched and what was not.
    pub certificate: Certificate,
}

/// A payout and how it was found on chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutMatch {
    /// The row of the payer's books.
    pub payout: Payout,
    /// The transaction that shows it; none if it was not found.
    pub found: Option<TxId>,
    /// How it was matched, or why not.
    pub how: String,
}
