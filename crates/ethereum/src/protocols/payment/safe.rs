//! Safe: accounts of several owners. Who sends the transaction pays nothing but gas: the payer is the Safe.
//!
//! A transaction that the Safe ran and that failed is told by an event, and its outer transaction succeeds all the same: what it was
//! meant to pay was not paid. Every Safe is a proxy of its own, so that its event counts together with the call that it answers. The
//! event's hash is indexed from 1.4.1 on, under the same first topic. Source: @gnosis.pm/safe-contracts 1.3.0 and
//! @safe-global/safe-contracts 1.4.1.

use alloy::{
    primitives::Address,
    sol,
    sol_types::{SolCall, SolEvent},
};
use fundtrail_types::{Action, ActionKind, Evidence};

use crate::{
    calls::Call,
    protocols::{
        Group, Protocol, Told,
        scene::{As, Scene},
    },
    wire::Log,
};

sol! {
    event ExecutionSuccess(bytes32 txHash, uint256 payment);
    event ExecutionFailure(bytes32 txHash, uint256 payment);
    event ExecutionFromModuleSuccess(address indexed module);
    function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures);
    function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation);
    function execTransactionFromModuleReturnData(address to, uint256 value, bytes data, uint8 operation);
}

pub(crate) const PROTOCOL: Protocol = Protocol {
    name: "safe",
    group: Group::Payment,
    evidence: Evidence::RealCode,
    source: "@gnosis.pm/safe-contracts 1.3.0 (its code; modules by its interface); @safe-global/safe-contracts 1.4.1 (its interface)",
    contracts: &[],
    events: &[
        (ExecutionSuccess::SIGNATURE_HASH, succeeded),
        (ExecutionFailure::SIGNATURE_HASH, failed),
        (ExecutionFromModuleSuccess::SIGNATURE_HASH, by_module),
    ],
    calls: &[],
    silent: None,
};

/// Whether a Safe was called so; where calls are not known, by the transaction itself.
fn is_called(scene: &Scene<'_>, safe: Address, selectors: &[[u8; 4]]) -> bool {
    let is_it = |to: Option<Address>, input: &[u8]| {
        to == Some(safe) && input.first_chunk::<4>().is_some_and(|selector| selectors.contains(selector))
    };
    let outer = scene.transaction;
    let is_plain = |call: &&Call| call.moves();
    is_it(outer.to, &outer.input) || scene.calls.iter().filter(is_plain).any(|call| is_it(call.to, &call.input))
}

fn succeeded(scene: &mut Scene<'_>, log: &Log) -> Told {
    paid(scene, log.address, &[execTransactionCall::SELECTOR])
}

fn by_module(scene: &mut Scene<'_>, log: &Log) -> Told {
    let selectors = [execTransactionFromModuleCall::SELECTOR, execTransactionFromModuleReturnDataCall::SELECTOR];
    let module = log.topics.get(1).map(|topic| Address::from_word(*topic));
    let told = paid(scene, log.address, &selectors)?;
    let note = |module: Address| format!("by the module {module}, without its owners' signatures");
    Ok(told.map(|action| Action { note: module.map(note), ..action }))
}

fn paid(scene: &mut Scene<'_>, safe: Address, selectors: &[[u8; 4]]) -> Told {
    if !is_called(scene, safe, selectors) {
        return Ok(None);
    }
    let gave = scene.take_all(As::Gave, |leg| leg.from == Some(safe));
    // Settings are changed in the same way, and move nothing.
    if gave.is_empty() {
        return Ok(None);
    }
    let mut payees: Vec<Option<Address>> = gave.iter().map(|leg| leg.to).collect();
    payees.sort_unstable();
    payees.dedup();
    let kind = if payees.len() > 1 { ActionKind::BatchPayment } else { ActionKind::Payment };
    Ok(Some(scene.action(kind, safe, &gave, &[])))
}

fn failed(scene: &mut Scene<'_>, log: &Log) -> Told {
    if !is_called(scene, log.address, &[execTransactionCall::SELECTOR]) {
        return Ok(None);
    }
    let failed = scene.action(ActionKind::Failure, log.address, &[], &[]);
    Ok(Some(Action { note: Some("what the Safe was to do failed, and nothing of it moved".to_owned()), ..failed }))
}
