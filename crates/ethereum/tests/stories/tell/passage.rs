//! A passage: contracts that send on at once what they receive. Who is paid is at the end of the chain.

use serde_json::{Value, json};

use crate::{
    anvil::Fork,
    code,
    npm::Packages,
    stage::{Stage, Told, left_out, milli, play},
    tx::Tx,
};

#[test]
fn what_passes_through_stays_with_nobody_in_between() {
    play("passage", Fork::Prague, tell);
}

/// A story can be told again elsewhere, and its hashes be written down.
#[test]
fn the_same_story_has_the_same_hashes() {
    let last = || {
        let stage = Stage::open(Packages::find()?, Fork::Prague);
        tell(&stage);
        let block: Value = stage.node.get("eth_getBlockByNumber", json!(["latest", false]));
        Some(block["hash"].clone())
    };
    let Some(hash) = last() else { return left_out("twice") };
    assert_eq!(last(), Some(hash));
}

fn tell(stage: &Stage) -> Told {
    let alice = stage.person("alice");
    let carol = stage.stranger("carol");
    let second = stage.deploy("second", alice, &code::creating(&code::forwarding_to(carol)), &[]);
    let first = stage.deploy("first", alice, &code::creating(&code::forwarding_to(second)), &[]);
    let from_height = stage.next_height();

    let mut expected = Vec::new();
    // Two payments of the same amount in one block: equal movements of two transactions stay two.
    let pay = || Tx::pay(alice, first, milli(700));
    for paid in stage.together(&[pay(), pay()]) {
        expected.extend([
            paid.native(alice, first, milli(700)),
            paid.internal(first, second, milli(700)),
            paid.internal(second, carol, milli(700)),
        ]);
    }
    assert_eq!((stage.balance(first), stage.balance(second)), Default::default());
    assert_eq!(stage.balance(carol), milli(1400));
    Told { from_height, tokens: vec![], expected }
}
