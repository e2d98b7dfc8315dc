//! What a block moves besides its transactions: rewards before the merge, withdrawals from consensus staking after it.
//! The block's hash stands for the transaction that there is not.
//!
//! Source: the Yellow Paper, section 11.3 (an uncle that is d blocks older gets (8-d)/8 of the reward, and who names it
//! 1/32 of it); EIP-649 and EIP-1234 for the reward; EIP-4895 for withdrawals.

use alloy::primitives::{Address, U256};
use fundtrail_types::{Kind, TxId, TxOrder};

use super::{Legs, Movement};
use crate::{
    Rules,
    calls::RowReward,
    decode::time,
    wire::{Body, Header, Uncle},
};

const WEI_PER_GWEI: u64 = 1_000_000_000;
const UNCLE_PARTS: u64 = 8;
const NEPHEW_PARTS: u64 = 32;

/// The movements of a block itself. `told` are its rewards, if the source tells them.
pub(crate) fn own(
    header: &Header,
    body: &Body,
    rules: &Rules,
    uncles: &[Uncle],
    told: Option<&[RowReward]>,
) -> Result<Vec<Movement>, String> {
    // As extractors have it: after all transactions.
    let order = TxOrder::Index(u32::MAX);
    let (chain, height, tx) = (rules.chain, header.number, TxId::Evm(header.hash.0));
    let mut legs =
        Legs { chain, height, order, time: time(header), tx, numbered: true, leg: None, movements: Vec::new() };
    let told = told.filter(|told| !told.is_empty());
    let rewards: Vec<(Address, U256)> = match told {
        Some(told) => told.iter().map(|reward| (reward.author, reward.value)).collect(),
        None => computed(header, body, rules, uncles)?,
    };
    for (author, wei) in rewards {
        legs.native(Kind::Reward, None, Some(author), wei);
    }
    for withdrawal in body.withdrawals.iter().flatten() {
        let wei = withdrawal.amount.checked_mul(U256::from(WEI_PER_GWEI));
        let wei = wei.ok_or("a withdrawal does not fit 256 bits: the answer is damaged, ask again")?;
        legs.native(Kind::Withdrawal, None, Some(withdrawal.address), wei);
    }
    Ok(legs.done())
}

fn computed(header: &Header, body: &Body, rules: &Rules, uncles: &[Uncle]) -> Result<Vec<(Address, U256)>, String> {
    let reward = rules.reward(header.number);
    if reward.is_zero() {
        return Ok(Vec::new());
    }
    if uncles.len() != body.uncles.len() {
        return Err(format!(
            "it names {} uncles and {} are told, so its rewards are not known: record eth_getUncleByBlockNumberAndIndex",
            body.uncles.len(),
            uncles.len()
        ));
    }
    let named = u64::try_from(uncles.len()).unwrap_or(u64::MAX);
    // Two uncles at most, each a 32nd.
    let nephew = reward.saturating_mul(U256::from(named)) / U256::from(NEPHEW_PARTS);
    let nobody = "the block, or an uncle, does not tell who made it: ask another node";
    let mut rewards = vec![(header.maker().ok_or(nobody)?, reward.saturating_add(nephew))];
    for uncle in uncles {
        let older = header.number.checked_sub(uncle.number).filter(|older| (1..UNCLE_PARTS).contains(older));
        let older =
            older.ok_or_else(|| format!("an uncle of height {} is none of its own: ask again", uncle.number))?;
        rewards
            .push((uncle.maker().ok_or(nobody)?, reward * U256::from(UNCLE_PARTS - older) / U256::from(UNCLE_PARTS)));
    }
    Ok(rewards)
}
