//! Uniswap V3 and the exchanges that run its pools. An amount over zero is what the pool got. Source: @uniswap/v3-core 1.0.1.

use alloy::{
    primitives::{Address, I256},
    sol,
    sol_types::SolEvent,
};
use fundtrail_types::{ActionKind, Evidence};

use crate::{
    protocols::{
        Group, Protocol, Told,
        scene::{As, Scene, read},
    },
    wire::Log,
};

sol! {
    event Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick);
}

pub(crate) const PROTOCOL: Protocol = Protocol {
    name: "uniswap-v3",
    group: Group::Dex,
    evidence: Evidence::RealTransaction,
    source: "@uniswap/v3-core 1.0.1; swaps in block 17053184 of Ethereum",
    contracts: &[],
    events: &[(Swap::SIGNATURE_HASH, swap)],
    calls: &[],
    silent: None,
};

fn swap(scene: &mut Scene<'_>, log: &Log) -> Told {
    let Some(event) = read::<Swap>(log) else { return Ok(None) };
    Ok(between(scene, log.address, event.recipient, [event.amount0, event.amount1]))
}

/// What a pool got and paid, by the signs of its two amounts.
pub(super) fn between(
    scene: &mut Scene<'_>,
    pool: Address,
    to: Address,
    amounts: [I256; 2],
) -> Option<fundtrail_types::Action> {
    let (mut gave, mut got) = (Vec::new(), Vec::new());
    for amount in amounts {
        let units = amount.unsigned_abs();
        if amount.is_positive() {
            gave.extend(scene.take_received(pool, units));
        } else if amount.is_negative() {
            got.extend(scene.take(As::Got, |leg| leg.from == Some(pool) && leg.to == Some(to) && leg.amount == units));
        }
    }
    (!gave.is_empty() && !got.is_empty()).then(|| scene.action(ActionKind::Swap, pool, &gave, &got))
}
