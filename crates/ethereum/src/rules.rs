//! What differs between chains that run Ethereum's machine: who gets the fees, what a block creates, which token wraps
//! the native coin. Data, not code: the caller gives it with its source.

use alloy::primitives::{Address, U256};
use fundtrail_types::{Amount, Chain};
use serde::{Deserialize, Serialize};

/// The rules of one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The chain.
    pub chain: Chain,
    /// Contracts that wrap the native coin as WETH9 does: `Deposit` creates tokens, `Withdrawal` destroys them, and no
    /// `Transfer` tells of either.
    pub wrapped: Vec<fundtrail_types::Address>,
    /// Where fees go.
    pub fees: FeeRule,
    /// Wei that a block creates for its miner, from each height on, in order of height. Empty if blocks create nothing.
    pub rewards: Vec<(u64, Amount)>,
    /// Since when (seconds since 1970) SELFDESTRUCT destroys only what the same transaction created (EIP-6780); none if
    /// it always did.
    pub lasting_since: Option<u64>,
}

/// Where the fee of a transaction goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeRule {
    /// As on Ethereum: the base fee and the blob fee are destroyed, the rest is for the block's fee recipient.
    BurnAndTip,
    /// It is not known who gets it: the fee is told as one movement to nobody.
    Whole,
}

impl Rules {
    /// What is assumed of a chain of which nothing is known: as Ethereum, but nobody knows who gets the fees.
    pub fn unknown(chain: Chain) -> Self {
        Self { chain, wrapped: Vec::new(), fees: FeeRule::Whole, rewards: Vec::new(), lasting_since: Some(0) }
    }

    /// Whether a contract wraps the native coin.
    pub(crate) fn wraps(&self, contract: &Address) -> bool {
        self.wrapped.iter().any(|one| one.as_bytes() == contract.as_slice())
    }

    /// Wei that the block at a height creates for its miner.
    pub(crate) fn reward(&self, height: u64) -> U256 {
        let rule = self.rewards.iter().rev().find(|(from, _)| *from <= height);
        rule.map_or(U256::ZERO, |(_, wei)| U256::from_be_slice(&wei.to_be_bytes_trimmed()))
    }

    /// Whether at a time SELFDESTRUCT destroys a contract that the transaction did not create.
    pub(crate) fn destroys_old(&self, time: u64) -> bool {
        self.lasting_since.is_none_or(|since| time < since)
    }
}
