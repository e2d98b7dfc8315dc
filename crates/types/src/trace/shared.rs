//! Where the value of several starts meets.

use serde::{Deserialize, Serialize};

use crate::{Account, Asset};

use super::{Method, SeedAmount};

/// An account at which value of several starts arrived; backward, a source of what several starts asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The account.
    pub account: Account,
    /// What arrived there, or, backward, in what was asked about.
    pub parts: Vec<SharedPart>,
}

/// The part of one start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedPart {
    /// The start, by index into the question's.
    pub start: usize,
    /// The method; only those that conserve tell amounts.
    pub method: Method,
    /// The asset in which it arrived.
    pub asset: Asset,
    /// How much, in all arrivals together: what went on from there and came back is counted each time.
    pub amount: SeedAmount,
}
