//! What a block moves besides its transactions: rewards. The leader's share of fees is one of them.
//!
//! A negative reward is something that was taken: rent from an account that had too little, until 2023.

use fundtrail_types::Kind;

use super::legs::Leg;
use crate::wire::{Key, Reward};

/// The legs of a block itself.
pub(crate) fn own(rewards: &[Reward]) -> Vec<Leg> {
    let mut legs = Vec::with_capacity(rewards.len());
    for one in rewards {
        reward(&mut legs, 0, one.pubkey, one);
    }
    legs
}

pub(super) fn reward(legs: &mut Vec<Leg>, at: u32, holder: Key, reward: &Reward) {
    let amount = u128::from(reward.lamports.unsigned_abs());
    let (kind, from, to) = match reward.lamports {
        0 => return,
        1.. => (Kind::Reward, None, Some(holder)),
        _ => (if reward.is_rent() { Kind::Rent } else { Kind::Reward }, Some(holder), None),
    };
    legs.push(Leg { at, kind, mint: None, from, to, amount });
}
