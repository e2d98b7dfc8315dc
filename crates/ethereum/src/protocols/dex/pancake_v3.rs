//! PancakeSwap V3: Uniswap V3's pools, whose event tells two fees more. The event is computed from its signature; the deployed contracts
//! were not read.

use alloy::{sol, sol_types::SolEvent};
use fundtrail_types::Evidence;

use super::uniswap_v3::between;
use crate::{
    protocols::{
        Group, Protocol, Told,
        scene::{Scene, read},
    },
    wire::Log,
};

sol! {
    event Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick, uint128 protocolFeesToken0, uint128 protocolFeesToken1);
}

pub(crate) const PROTOCOL: Protocol = Protocol {
    name: "pancake-v3",
    group: Group::Dex,
    evidence: Evidence::InterfaceOnly,
    source: "the event's signature, of Uniswap V3's pools with two fields more",
    contracts: &[],
    events: &[(Swap::SIGNATURE_HASH, swap)],
    calls: &[],
    silent: None,
};

fn swap(scene: &mut Scene<'_>, log: &Log) -> Told {
    let Some(event) = read::<Swap>(log) else { return Ok(None) };
    Ok(between(scene, log.address, event.recipient, [event.amount0, event.amount1]))
}
