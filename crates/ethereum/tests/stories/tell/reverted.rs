//! What looks like a payment in a trace and is none: reverted calls, failed transactions, and calls that carry no value.

use alloy::primitives::{Address, Bytes, U256};

use crate::{
    anvil::Fork,
    code,
    fact::Fact,
    stage::{Stage, Told, milli, play},
    tx::Tx,
};

#[test]
fn what_was_reverted_moves_nothing() {
    play("reverted", Fork::Prague, tell);
}

fn tell(stage: &Stage) -> Told {
    let alice = stage.person("alice");
    let carol = stage.stranger("carol");
    let contract = |name, runtime: &[u8]| stage.deploy(name, alice, &code::creating(runtime), &[]);
    let refusing = contract("refusing", &code::refusing());
    let to_refusing = contract("forwarder to refusing", &code::forwarding_to(refusing));
    let takes_back = contract("takes back", &code::forwarding_then_reverting(carol));
    let to_takes_back = contract("forwarder to takes back", &code::forwarding_to(takes_back));
    let from_height = stage.next_height();

    let mut expected = Vec::new();
    // The inner call is refused, and nobody minds: the value stays with the forwarder.
    let refused = stage.done(&Tx::pay(alice, to_refusing, milli(100)));
    expected.push(refused.native(alice, to_refusing, milli(100)));
    // Carol's payment succeeds by itself, under a call that then reverts.
    let taken_back = stage.done(&Tx::pay(alice, to_takes_back, milli(200)));
    expected.push(taken_back.native(alice, to_takes_back, milli(200)));
    // Failed as a whole, after a successful inner payment, and at once, and out of gas: only fees.
    assert!(!stage.send(&Tx::pay(alice, takes_back, milli(300))).ok);
    assert!(!stage.send(&Tx::pay(alice, refusing, milli(400))).ok);
    assert!(!stage.send(&Tx::pay(alice, to_refusing, milli(500)).with("gas", "0x5300".into())).ok);
    assert!(!stage.send(&Tx::create(alice, code::refusing().into()).value(milli(600))).ok);
    expected.extend(created(stage, alice));
    expected.extend(four_ways(stage, alice, carol));
    Told { from_height, tokens: vec![], expected }
}

/// CREATE and CREATE2 with value, and a CREATE whose code refuses its value.
fn created(stage: &Stage, alice: Address) -> Vec<Fact> {
    let makers = [("maker", code::creating_calldata()), ("maker2", code::creating2_calldata())];
    let mut expected = Vec::new();
    for (name, runtime) in makers {
        let maker = stage.deploy(name, alice, &code::creating(&runtime), &[]);
        let good = code::creating(&code::refusing());
        let made = match name {
            // A contract's nonce begins with 1.
            "maker" => code::created_by(maker, 1),
            _ => maker.create2_from_code([0; 32], &good),
        };
        let made = stage.named("made", made);
        let sent = stage.done(&Tx::raw(alice, maker, good).value(milli(50)));
        expected.extend([sent.native(alice, maker, milli(50)), sent.internal(maker, made, milli(50))]);
        assert_eq!(stage.balance(made), milli(50));
        let failed = stage.done(&Tx::raw(alice, maker, Bytes::from(code::refusing())).value(milli(60)));
        expected.push(failed.native(alice, maker, milli(60)));
    }
    expected
}

/// A caller that uses CALL, CALLCODE, DELEGATECALL and STATICCALL on a forwarder to Carol.
fn four_ways(stage: &Stage, alice: Address, carol: Address) -> Vec<Fact> {
    let forwarder = stage.deploy("forwarder", alice, &code::creating(&code::forwarding_to(carol)), &[]);
    let caller = stage.deploy("caller", alice, &code::creating(&code::calling_in_four_ways(forwarder)), &[]);
    let (seven, before) = (U256::from(7), stage.balance(carol));
    let sent = stage.done(&Tx::pay(alice, caller, milli(10)));
    // 14 wei are gone when DELEGATECALL comes to send on the call's whole value: it must be there in full.
    let rich = stage.done(&Tx::pay(alice, caller, milli(10)));
    assert_eq!(stage.balance(carol) - before, seven * U256::from(4) + milli(10), "the second time only");
    let each = |sent: &crate::sent::Sent| {
        vec![
            sent.native(alice, caller, milli(10)),
            sent.internal(caller, forwarder, seven),
            sent.internal(forwarder, carol, seven),
            // The forwarder's code run by the caller, with 7 wei shown.
            sent.internal(caller, carol, seven),
        ]
    };
    let delegated = rich.internal(caller, carol, milli(10));
    [each(&sent), each(&rich), vec![delegated]].concat()
}
