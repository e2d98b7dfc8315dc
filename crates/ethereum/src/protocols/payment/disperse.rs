//! Disperse: one payer, many payees, in one transaction and without events. Source: the contract's published interface.

use alloy::{primitives::address, sol, sol_types::SolCall};
use fundtrail_types::{ActionKind, Evidence};

use crate::{
    calls::Call,
    protocols::{
        Contract, Group, Protocol, Told,
        scene::{As, Leg, Scene},
    },
};

sol! {
    function disperseEther(address[] recipients, uint256[] values);
    function disperseToken(address token, address[] recipients, uint256[] values);
    function disperseTokenSimple(address token, address[] recipients, uint256[] values);
}

pub(crate) const PROTOCOL: Protocol = Protocol {
    name: "disperse",
    group: Group::Payment,
    evidence: Evidence::InterfaceOnly,
    source: "the interface in public repositories; the address in `data/labels/services.csv`",
    contracts: &[Contract {
        chain: 1,
        address: address!("0xD152f549545093347A162Dce210e7293f1452150"),
        what: "batch payments",
    }],
    events: &[],
    calls: &[
        (disperseEtherCall::SELECTOR, batch),
        (disperseTokenCall::SELECTOR, batch),
        (disperseTokenSimpleCall::SELECTOR, batch),
    ],
    silent: None,
};

fn batch(scene: &mut Scene<'_>, call: &Call) -> Told {
    let Some(contract) = call.to.filter(|to| call.moves() && PROTOCOL.is_own(scene.chain, to)) else { return Ok(None) };
    let odd = |error: alloy::sol_types::Error| format!("its arguments: {error}");
    let selector = call.input.first_chunk::<4>().copied().unwrap_or_default();
    let (token, payees, simple) = match selector {
        disperseEtherCall::SELECTOR => {
            (None, disperseEtherCall::abi_decode(&call.input).map_err(odd)?.recipients, false)
        }
        disperseTokenCall::SELECTOR => {
            let call = disperseTokenCall::abi_decode(&call.input).map_err(odd)?;
            (Some(call.token), call.recipients, false)
        }
        _ => {
            let call = disperseTokenSimpleCall::abi_decode(&call.input).map_err(odd)?;
            (Some(call.token), call.recipients, true)
        }
    };
    // The simple form pulls from the payer to each payee; the others pay out of what they took in, and give back what is left.
    let payer = if simple { call.from } else { contract };
    let gave = if simple {
        Vec::new()
    } else {
        scene.take_all(As::Gave, |leg| leg.token == token && leg.from == Some(call.from) && leg.to == Some(contract))
    };
    let is_paid = |leg: &Leg| {
        let to_payee = leg.to.is_some_and(|to| payees.contains(&to) || to == call.from);
        leg.token == token && leg.from == Some(payer) && to_payee
    };
    let got = scene.take_all(As::Got, is_paid);
    Ok((!got.is_empty()).then(|| scene.action(ActionKind::BatchPayment, contract, &gave, &got)))
}
