//! A reorganisation: heights that had one block have another, and the payment in it went elsewhere.

use alloy::primitives::B256;
use serde_json::{Value, json};

use crate::{
    anvil::Fork,
    npm::Packages,
    reconcile,
    stage::{Stage, Told, left_out, milli},
    tx::Tx,
};

#[test]
fn the_same_height_twice() {
    let name = "reorganised";
    let Some(packages) = Packages::find() else { return left_out(name) };
    let stage = Stage::open(packages, Fork::Prague);
    let [alice, bob] = ["alice", "bob"].map(|name| stage.person(name));
    let [carol, dave] = ["carol", "dave"].map(|name| stage.stranger(name));
    stage.done(&Tx::pay(alice, bob, milli(1)));
    let from_height = stage.next_height();

    let mut expected = Vec::new();
    for amount in [10, 20, 30] {
        let paid = stage.done(&Tx::pay(alice, carol, milli(amount)));
        expected.push(paid.native(alice, carol, milli(amount)));
    }
    let first = hashes(&stage, from_height);
    reconcile::prove(&stage.story(name, Told { from_height, tokens: vec![], expected: expected.clone() }));

    // The last two blocks are replaced: one pays Dave instead, the other is empty; a third makes the new chain longer.
    let pay = json!({"from": alice, "to": dave, "value": milli(20), "gas": "0x5208"});
    let _: Value = stage.node.get("anvil_reorg", json!([2, [[pay, 0]]]));
    expected.truncate(1);
    let block: Value = stage.node.get("eth_getBlockByNumber", json!([format!("{:#x}", from_height + 1), false]));
    let instead: B256 = serde_json::from_value(block["transactions"][0].clone()).unwrap();
    expected.push(crate::sent::Sent::of(&stage.node, instead).native(alice, dave, milli(20)));
    let on = stage.done(&Tx::pay(bob, dave, milli(40)));
    expected.push(on.native(bob, dave, milli(40)));

    let second = hashes(&stage, from_height);
    assert_eq!(first[0], second[0], "what lies before is the same");
    assert!(first[1] != second[1] && first[2] != second[2], "{first:?} {second:?}");
    assert_eq!((stage.balance(carol), stage.balance(dave)), (milli(10), milli(60)));
    reconcile::prove(&stage.story(name, Told { from_height, tokens: vec![], expected }));
}

/// Of three blocks.
fn hashes(stage: &Stage, from_height: u64) -> Vec<B256> {
    let hash = |height: u64| {
        let block: Value = stage.node.get("eth_getBlockByNumber", json!([format!("{height:#x}"), false]));
        serde_json::from_value(block["hash"].clone()).unwrap()
    };
    (from_height..from_height + 3).map(hash).collect()
}
