//! Where frames and rows are not the truth, and only balances tell. A decoding that has balances must book what is missing, and
//! one that has none cannot know.

use alloy::primitives::{U256, hex};

use crate::{
    anvil::Fork,
    code,
    npm::Packages,
    reconcile,
    stage::{Stage, Told, left_out, milli},
    tracers::{Leg, frame_legs, row_legs},
    tx::Tx,
};

/// Both tracers tell these legs, and the decoding books what balances say beside.
fn told(stage: &Stage, name: &'static str, tx: &Tx, legs: &[Leg]) {
    let sent = stage.done(tx);
    for mut seen in [frame_legs(&stage.node, sent.hash), row_legs(&stage.node, sent.hash)] {
        seen.retain(|(_, _, value)| !value.is_zero());
        assert_eq!(seen, legs, "if the node tells more of the truth now, be glad and write it here");
    }
    reconcile::booked(&stage.story(name, Told { from_height: sent.height, tokens: vec![], expected: vec![] }));
}

/// Since Cancun the node's tracers tell, of an older contract that is its own heir, a SELFDESTRUCT of whoever paid last: here of
/// Alice, once more in favour of the contract. An account destroys itself alone, so the reader here passes over that.
#[test]
fn a_death_that_the_node_invents() {
    let name = "invented death";
    let Some(packages) = Packages::find() else { return left_out(name) };
    let stage = Stage::open(packages, Fork::Prague);
    let alice = stage.person("alice");
    let contract = stage.deploy("own heir", alice, &code::creating(&code::dying_to_itself()), &[]);
    told(&stage, name, &Tx::pay(alice, contract, milli(6)), &[(alice, contract, milli(6))]);
    assert_eq!(stage.balance(contract), milli(6));
}

/// The same where the contract itself paid last: its payment to Carol is told once more. It was made once.
#[test]
fn a_payment_that_the_node_invents() {
    let Some(packages) = Packages::find() else { return left_out("invented payment") };
    let stage = Stage::open(packages, Fork::Prague);
    let (alice, carol) = (stage.person("alice"), stage.stranger("carol"));
    let nine = U256::from(9);
    // CALL(gas, carol, 9, 0, 0, 0, 0), then 30 ff: dies to itself.
    let runtime = [&hex!("60006000600060006009" "73")[..], carol.as_slice(), &hex!("5af1" "30ff")].concat();
    let contract = stage.deploy("contract", alice, &code::creating(&runtime), &[]);
    let legs = [(alice, contract, milli(1)), (contract, carol, nine), (contract, carol, nine)];
    told(&stage, "invented payment", &Tx::pay(alice, contract, milli(1)), &legs);
    assert_eq!((stage.balance(carol), stage.balance(contract)), (nine, milli(1) - nine));
}

/// A contract that has died is destroyed at the end of the transaction, with all that it was sent in the meantime. No frame tells
/// of that loss, on any node.
#[test]
fn a_payment_after_death_is_lost() {
    let Some(packages) = Packages::find() else { return left_out("payment after death") };
    let stage = Stage::open(packages, Fork::Prague);
    let (alice, heir) = (stage.person("alice"), stage.stranger("heir"));
    // calldatacopy(0, 0, size) and create(0, 0, size) | 60 00 x4, 60 06 value, 85 dup the child, 5a gas, f1 call | 00 stop
    let runtime = hex!("366000600037" "3660006000f0" "60006000600060006006" "855af1" "00");
    let maker = stage.deploy("maker", alice, &code::creating(&runtime), &[]);
    let child = code::created_by(maker, 1);
    // Born dead, with nothing for its heir, and paid 6 wei.
    let tx = Tx::raw(alice, maker, code::stillborn(heir)).value(milli(1));
    told(&stage, "payment after death", &tx, &[(alice, maker, milli(1)), (maker, child, U256::from(6))]);
    let left = [maker, child, heir].map(|account| stage.balance(account));
    assert_eq!(left, [milli(1) - U256::from(6), U256::ZERO, U256::ZERO]);
}
