//! Uniswap V2 and the many exchanges that run its pools: SushiSwap, PancakeSwap V2, ShibaSwap.
//!
//! A pool knows what it got from its balances alone, so that what came in stands in no fixed relation to a transfer's argument: the
//! movements tell. Both sides of what came in can be there at once, as in a flash swap. Source: @uniswap/v2-core 1.0.1.

use alloy::{primitives::U256, sol, sol_types::SolEvent};
use fundtrail_types::{ActionKind, Evidence};

use crate::{
    protocols::{
        Group, Protocol, Told,
        scene::{As, Scene, read},
    },
    wire::Log,
};

sol! {
    event Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to);
}

pub(crate) const PROTOCOL: Protocol = Protocol {
    name: "uniswap-v2",
    group: Group::Dex,
    evidence: Evidence::RealTransaction,
    source: "@uniswap/v2-core 1.0.1; swaps in blocks 11098450 and 17053184 of Ethereum",
    contracts: &[],
    events: &[(Swap::SIGNATURE_HASH, swap)],
    calls: &[],
    silent: None,
};

fn swap(scene: &mut Scene<'_>, log: &Log) -> Told {
    // Any contract may emit the same event: what moved tells whether it is a pool.
    let Some(event) = read::<Swap>(log) else { return Ok(None) };
    let pool = log.address;
    let mut got = Vec::new();
    for amount in [event.amount0Out, event.amount1Out].into_iter().filter(|amount| !amount.is_zero()) {
        got.extend(
            scene.take(As::Got, |leg| leg.from == Some(pool) && leg.to == Some(event.to) && leg.amount == amount),
        );
    }
    let mut gave = Vec::new();
    for amount in [event.amount0In, event.amount1In].into_iter().filter(|amount| *amount != U256::ZERO) {
        gave.extend(scene.take_received(pool, amount));
    }
    let is_swap = !gave.is_empty() && !got.is_empty();
    Ok(is_swap.then(|| scene.action(ActionKind::Swap, pool, &gave, &got)))
}
