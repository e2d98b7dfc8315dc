//! THORChain: swaps across chains, by vaults that read memos.
//!
//! A payment to a vault goes through a router, whose event tells vault, amount and memo. What the network pays out for it names the
//! transaction of the payment in its own memo, so the two join exactly. Others run the same router under their own names, so that only
//! the network's own contracts count. Native coin can also be sent to a vault with the memo as its data: no event tells that, and anybody
//! can write a memo, so such a deposit is only what its payer said until a payment answers it.
//!
//! Source: routers in code-423n4/2024-06-thorchain and the network's own lists; addresses in `data/labels/services.csv`.

mod memo;

use alloy::{primitives::Address, primitives::address, sol, sol_types::SolEvent};
use fundtrail_types::{Account, Action, ActionKind, Crosses, CrossingEnd, Evidence, Through};

use self::memo::Memo;
use crate::{
    calls::Call,
    protocols::{
        Contract, Group, Protocol, Told,
        scene::{As, Leg, Scene, read_own},
    },
    wire::Log,
};

sol! {
    event Deposit(address indexed to, address indexed asset, uint256 amount, string memo);
    event TransferOut(address indexed vault, address indexed to, address asset, uint256 amount, string memo);
    event TransferAllowance(address indexed oldVault, address indexed newVault, address asset, uint256 amount, string memo);
}

pub(crate) const PROTOCOL: Protocol = Protocol {
    name: "thorchain",
    group: Group::Bridge,
    evidence: Evidence::InterfaceOnly,
    source: "code-423n4/2024-06-thorchain (routers, memos); thorchain/thornode (addresses)",
    contracts: &[
        Contract { chain: 1, address: address!("0x42A5Ed456650a09Dc10EBc6361A7480fDd61f27B"), what: "router V1" },
        Contract { chain: 1, address: address!("0xC145990E84155416144C532E31f89B840Ca8c2cE"), what: "router V2" },
        Contract { chain: 1, address: address!("0x3624525075b88B24ecc29CE226b0CEc1fFcB6976"), what: "router V3" },
        Contract { chain: 1, address: address!("0xD37BbE5744D730a1d98d8DC97c42F0Ca46aD7146"), what: "router V4.1" },
        Contract { chain: 43114, address: address!("0x00dc6100103BC402d490aEE3F9a5560cBd91f1d4"), what: "router V6.1" },
        Contract { chain: 8453, address: address!("0x00dc6100103BC402d490aEE3F9a5560cBd91f1d4"), what: "router V6.1" },
        Contract { chain: 56, address: address!("0xb30eC53F98ff5947EDe720D32aC2da7e52A5f56b"), what: "router V4.1" },
    ],
    events: &[
        (Deposit::SIGNATURE_HASH, deposit),
        (TransferOut::SIGNATURE_HASH, transfer_out),
        (TransferAllowance::SIGNATURE_HASH, allowance),
    ],
    calls: &[],
    silent: Some(by_memo),
};

/// Letters of a note that are kept: no memo of the network is longer.
const MEMO_LEN_MAX: usize = 250;

fn deposit(scene: &mut Scene<'_>, log: &Log) -> Told {
    if !PROTOCOL.is_own(scene.chain, &log.address) {
        return Ok(None);
    }
    let event = read_own::<Deposit>(log)?;
    let token = Some(event.asset).filter(|asset| !asset.is_zero());
    // Native coin goes on to the vault; a token stays with the router, which keeps what each vault may spend. A token that takes a fee
    // for itself arrives as less than was sent, and the event tells what arrived.
    let is_it = |leg: &Leg| leg.token == token && leg.amount == event.amount;
    let given = scene.take(As::Gave, |leg| is_it(leg) && leg.to == Some(event.to));
    let given = given.or_else(|| scene.take(As::Gave, |leg| is_it(leg) && leg.to == Some(log.address)));
    let Some(given) = given else { return scene.missing("nothing that moved is the deposit") };
    let memo = Memo::parse(&event.memo);
    let kind = match memo {
        Some(Memo::Internal | Memo::Out(_) | Memo::Refund(_)) => ActionKind::BridgeInternal,
        _ => ActionKind::BridgeDeposit,
    };
    let action = Action { note: note(&event.memo), ..scene.action(kind, log.address, &[given], &[]) };
    if kind == ActionKind::BridgeInternal {
        return Ok(Some(action));
    }
    let id = Some(format!("{:X}", scene.transaction.hash));
    let recipient = memo.as_ref().and_then(Memo::recipient);
    Ok(Some(crossing(action, CrossingEnd::Deposit, id, recipient, false)))
}

fn transfer_out(scene: &mut Scene<'_>, log: &Log) -> Told {
    if !PROTOCOL.is_own(scene.chain, &log.address) {
        return Ok(None);
    }
    let event = read_own::<TransferOut>(log)?;
    let token = Some(event.asset).filter(|asset| !asset.is_zero());
    let paid = scene.take(As::Got, |leg| {
        leg.from == Some(log.address) && leg.to == Some(event.to) && leg.token == token && leg.amount == event.amount
    });
    let Some(paid) = paid else {
        if !scene.has_calls() {
            return Ok(None);
        }
        // The router tells of it also if the receiver refused the coin and the vault has it back.
        let failed = scene.action(ActionKind::Failure, log.address, &[], &[]);
        return Ok(Some(Action { note: note(&event.memo), ..failed }));
    };
    Ok(Some(paid_out(scene, log.address, paid, &event.memo, false)))
}

/// What a vault paid, by its memo.
fn paid_out(scene: &Scene<'_>, by: Address, paid: Leg, text: &str, only_said: bool) -> Action {
    let (kind, id) = match Memo::parse(text) {
        Some(Memo::Out(id)) => (ActionKind::BridgeRelease, Some(id)),
        Some(Memo::Refund(id)) => (ActionKind::BridgeRefund, Some(id)),
        Some(Memo::Internal) => (ActionKind::BridgeInternal, None),
        _ => (ActionKind::BridgeRelease, None),
    };
    let action = Action { note: note(text), ..scene.action(kind, by, &[], &[paid]) };
    match kind {
        ActionKind::BridgeInternal => action,
        _ => crossing(action, CrossingEnd::Release, id, None, only_said),
    }
}

/// A vault hands over what it may spend of the router's tokens: nothing moves.
fn allowance(scene: &mut Scene<'_>, log: &Log) -> Told {
    if !PROTOCOL.is_own(scene.chain, &log.address) {
        return Ok(None);
    }
    let event = read_own::<TransferAllowance>(log)?;
    let action = scene.action(ActionKind::BridgeInternal, log.address, &[], &[]);
    Ok(Some(Action { note: note(&event.memo), ..action }))
}

/// A transaction that sends native coin with a memo as its data, and does nothing else.
fn by_memo(scene: &mut Scene<'_>, call: &Call) -> Told {
    Ok(said(scene, call))
}

fn said(scene: &mut Scene<'_>, call: &Call) -> Option<Action> {
    let text = std::str::from_utf8(&call.input).ok().filter(|text| (3..=MEMO_LEN_MAX).contains(&text.len()))?;
    let (memo, to) = (Memo::parse(text)?, call.to?);
    let is_crossing = matches!(memo, Memo::Out(_) | Memo::Refund(_)) || memo.recipient().is_some();
    if scene.calls.len() > 1 || !is_crossing {
        return None;
    }
    let sent = scene.take(As::Gave, |leg| leg.token.is_none() && leg.to == Some(to) && leg.from == Some(call.from))?;
    if !matches!(memo, Memo::Swap { .. }) {
        return Some(paid_out(scene, call.from, sent, text, true));
    }
    let action = Action { note: note(text), ..scene.action(ActionKind::BridgeDeposit, to, &[sent], &[]) };
    let id = Some(format!("{:X}", scene.transaction.hash));
    Some(crossing(action, CrossingEnd::Deposit, id, memo.recipient(), true))
}

fn crossing(
    action: Action,
    end: CrossingEnd,
    id: Option<String>,
    recipient: Option<Account>,
    only_said: bool,
) -> Action {
    let (bridge, through) = (PROTOCOL.name.to_owned(), Through::Bridge);
    Action { crosses: Some(Box::new(Crosses { bridge, through, end, id, recipient, only_said })), ..action }
}

fn note(memo: &str) -> Option<String> {
    Some(memo.chars().take(MEMO_LEN_MAX).collect())
}
