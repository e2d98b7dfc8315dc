//! Contracts that destroy themselves: what they held goes to an heir, or is lost where the heir is the contract itself.
//!
//! Since Cancun (EIP-6780) only a contract of the same transaction is destroyed; an older one pays its heir and stays.

use alloy::primitives::{Address, Bytes};
use serde_json::json;

use crate::{
    anvil::Fork,
    code,
    fact::Fact,
    stage::{Stage, Told, milli, play},
    tx::Tx,
};

#[test]
fn before_cancun_the_contract_is_gone() {
    play("destroyed before cancun", Fork::Shanghai, |stage| tell(stage, true));
}

#[test]
fn before_the_merge_the_contract_is_gone() {
    play("destroyed before the merge", Fork::London, |stage| tell(stage, true));
}

#[test]
fn since_cancun_an_older_contract_stays() {
    play("destroyed since cancun", Fork::Prague, |stage| tell(stage, false));
}

fn tell(stage: &Stage, gone: bool) -> Told {
    let alice = stage.person("alice");
    let heir = stage.stranger("heir");
    let from_height = stage.next_height();
    let mut expected = at_once(stage, alice, heir);
    expected.extend(later(stage, alice, heir, gone));
    Told { from_height, tokens: vec![], expected }
}

/// Created and destroyed by one transaction, on top and inside.
fn at_once(stage: &Stage, alice: Address, heir: Address) -> Vec<Fact> {
    let top = stage.done(&Tx::create(alice, code::stillborn(heir)).value(milli(1000)));
    let stillborn = stage.named("stillborn", top.created.unwrap());
    let maker = stage.deploy("maker", alice, &code::creating(&code::creating_calldata()), &[]);
    let [inner, suicide] = [1, 2].map(|nonce| code::created_by(maker, nonce));
    stage.named("inner", inner);
    stage.named("dies to itself at once", suicide);
    let inside = stage.done(&Tx::raw(alice, maker, code::stillborn(heir)).value(milli(2000)));
    // Under every rule: what the dying contract holds is destroyed with it.
    let lost = stage.done(&Tx::raw(alice, maker, code::dying_to_itself().into()).value(milli(30)));
    assert_eq!(stage.balance(suicide), milli(0));
    vec![
        top.native(alice, stillborn, milli(1000)),
        top.internal(stillborn, heir, milli(1000)),
        inside.native(alice, maker, milli(2000)),
        inside.internal(maker, inner, milli(2000)),
        inside.internal(inner, heir, milli(2000)),
        lost.native(alice, maker, milli(30)),
        lost.internal(maker, suicide, milli(30)),
        lost.burnt(suicide, milli(30)),
    ]
}

/// Destroyed by a later transaction, with what it held and what that transaction brought.
fn later(stage: &Stage, alice: Address, heir: Address, gone: bool) -> Vec<Fact> {
    let create = |runtime: &[u8]| stage.done(&Tx::create(alice, code::creating(runtime)).value(milli(400)));
    let stands = |contract: Address| {
        let code: Bytes = stage.node.get("eth_getCode", json!([contract, "latest"]));
        !code.is_empty()
    };
    let made = create(&code::dying_to(heir));
    let old = stage.named("old", made.created.unwrap());
    let died = stage.done(&Tx::pay(alice, old, milli(5)));
    assert_eq!(stands(old), !gone);
    let mut expected = vec![
        made.native(alice, old, milli(400)),
        died.native(alice, old, milli(5)),
        died.internal(old, heir, milli(405)),
    ];
    // Where it stays, being its own heir changes nothing, and the node's tracers tell a lie: see `beyond_frames`.
    if gone {
        let made = create(&code::dying_to_itself());
        let own_heir = stage.named("own heir", made.created.unwrap());
        let died = stage.done(&Tx::pay(alice, own_heir, milli(6)));
        assert!(!stands(own_heir));
        expected.extend([
            made.native(alice, own_heir, milli(400)),
            died.native(alice, own_heir, milli(6)),
            died.burnt(own_heir, milli(406)),
        ]);
        assert_eq!(stage.balance(own_heir), milli(0));
    }
    expected
}
