//! Wrapping and unwrapping, which pays nobody.

use alloy::{primitives::Bytes, sol_types::SolEvent};
use fundtrail_types::Kind;

use crate::{
    anvil::Fork,
    code,
    contracts::{Erc20, Weth9, weth},
    decoded,
    fact::Story,
    fetch::{Form, raw_block},
    rpc::Node,
    stage::{Stage, Told, milli, play_and},
    tx::Tx,
};

#[test]
fn wrapping_is_no_payment() {
    play_and("weth", Fork::Prague, tell, in_order);
}

/// WETH pays before it says so. Only the place of an event among the calls tells, which frames have and rows do not.
fn in_order(story: &Story) {
    let node = Node::at(story.rpc_url.clone());
    let kinds = |form| -> Vec<Kind> {
        let heights = story.from_height..=story.to_height;
        let moved = heights.flat_map(|height| decoded::movements(&raw_block(&node, height, form), story).0);
        moved.map(|movement| movement.kind).filter(|kind| [Kind::Internal, Kind::Unwrap].contains(kind)).collect()
    };
    assert_eq!(kinds(Form::Frames), [Kind::Internal, Kind::Internal, Kind::Unwrap]);
    assert_eq!(kinds(Form::Rows), [Kind::Internal, Kind::Unwrap, Kind::Internal]);
}

fn tell(stage: &Stage) -> Told {
    let [alice, bob] = ["alice", "bob"].map(|name| stage.person(name));
    let carol = stage.stranger("carol");
    let weth = weth(stage, alice);
    // Sends what it gets on to WETH, whose fallback wraps it: the wrapped coin is the forwarder's.
    let forwarder = stage.deploy("forwarder", alice, &code::creating(&code::forwarding_to(weth)), &[]);
    // Says `Deposit(address,uint256)` as WETH does, of money that it keeps: a stake, or whatever.
    let stake = stage.deploy("stake", alice, &code::creating(&code::noting(Weth9::Deposit::SIGNATURE_HASH)), &[]);
    let from_height = stage.next_height();

    let mut expected = Vec::new();
    let by_call = stage.done(&Tx::call(alice, weth, &Weth9::depositCall {}).value(milli(5000)));
    expected.extend([by_call.native(alice, weth, milli(5000)), by_call.wrap(weth, alice, milli(5000))]);
    let by_fallback = stage.done(&Tx::pay(bob, weth, milli(1500)));
    expected.extend([by_fallback.native(bob, weth, milli(1500)), by_fallback.wrap(weth, bob, milli(1500))]);
    let through = stage.done(&Tx::raw(bob, forwarder, Bytes::new()).value(milli(250)));
    expected.extend([
        through.native(bob, forwarder, milli(250)),
        through.internal(forwarder, weth, milli(250)),
        through.wrap(weth, forwarder, milli(250)),
    ]);
    let paid = stage.done(&Tx::call(alice, weth, &Erc20::transferCall { to: carol, amount: milli(2000) }));
    expected.push(paid.token(weth, alice, carol, milli(2000)));
    let back = stage.done(&Tx::call(alice, weth, &Weth9::withdrawCall { wad: milli(3000) }));
    expected.extend([back.unwrap(weth, alice, milli(3000)), back.internal(weth, alice, milli(3000))]);
    let staked = stage.done(&Tx::pay(alice, stake, milli(32_000)));
    expected.push(staked.native(alice, stake, milli(32_000)));
    // More than she has left: nothing moves.
    assert!(!stage.send(&Tx::call(alice, weth, &Weth9::withdrawCall { wad: milli(1) })).ok);
    Told { from_height, tokens: vec![weth], expected }
}
