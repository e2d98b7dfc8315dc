//! EIP-7702: an account of a person that runs code. It has code and is no contract, and what it pays are inner calls.

use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::SolValue,
};
use serde_json::{Value, json};

use crate::{
    anvil::Fork,
    contracts::{Erc20, erc20},
    stage::{Stage, Told, milli, play},
    tx::Tx,
    user_ops::{Call, SmartAccount, simple_7702},
};

#[test]
fn a_delegated_account_pays_by_inner_calls() {
    play("delegated account", Fork::Prague, tell);
}

fn tell(stage: &Stage) -> Told {
    let alice = stage.person("alice");
    let [ann, ben] = ["ann", "ben"].map(|name| stage.stranger(name));
    let usd = erc20(stage, alice, "USD", milli(1_000_000), alice);
    let code = simple_7702(stage, alice);
    let (authority, authorization) = authorize(stage, code);
    let from_height = stage.next_height();

    let delegate = Tx::pay(alice, authority, milli(4000)).with("authorizationList", json!([authorization]));
    let funded = stage.done(&delegate);
    let code_of: Bytes = stage.node.get("eth_getCode", json!([authority, "latest"]));
    assert_eq!(code_of, [&[0xef, 0x01, 0x00], code.as_slice()].concat());
    let funded_usd = stage.done(&Tx::call(alice, usd, &Erc20::transferCall { to: authority, amount: milli(900) }));
    // Nobody has the key; the node lets the account act nevertheless.
    let _: Value = stage.node.get("anvil_impersonateAccount", json!([authority]));
    let token = alloy::sol_types::SolCall::abi_encode(&Erc20::transferCall { to: ben, amount: milli(300) });
    let calls = vec![
        Call { target: ann, value: milli(1000), data: Bytes::new() },
        Call { target: ben, value: milli(1100), data: Bytes::new() },
        Call { target: usd, value: milli(0), data: token.into() },
    ];
    // Sender and receiver are one: its own code runs as itself.
    let paid = stage.done(&Tx::call(authority, authority, &SmartAccount::executeBatchCall { calls }));
    // Who pays himself moves nothing but the fee.
    stage.done(&Tx::pay(authority, authority, milli(77)));
    let expected = vec![
        funded.native(alice, authority, milli(4000)),
        funded_usd.token(usd, alice, authority, milli(900)),
        paid.internal(authority, ann, milli(1000)),
        paid.internal(authority, ben, milli(1100)),
        paid.token(usd, authority, ben, milli(300)),
    ];
    Told { from_height, tokens: vec![usd], expected }
}

/// An account that nobody has the key of, and its authorization: a signature is made up, and whoever it recovers to is the
/// account. The chain's own precompile 1 recovers.
fn authorize(stage: &Stage, code: Address) -> (Address, Value) {
    // keccak(05 | RLP of [chain 0, which is any chain; the code's address; nonce 0]): d7 list of 23 bytes, 80 nothing, 94 text of 20.
    let hash = keccak256([&[0x05, 0xd7, 0x80, 0x94], code.as_slice(), &[0x80]].concat());
    let s = U256::from(1);
    let recovered = (1..100).map(U256::from).find_map(|r| {
        let data = Bytes::from((hash, U256::from(27), r, s).abi_encode());
        let answer: Bytes =
            stage.node.get("eth_call", json!([{"to": Address::with_last_byte(1), "data": data}, "latest"]));
        // Not every number is a point's.
        (answer.len() == 32).then(|| (Address::from_word(B256::from_slice(&answer)), r))
    });
    let (authority, r) = recovered.unwrap();
    let authorization = json!({"chainId": "0x0", "address": code, "nonce": "0x0", "yParity": "0x0", "r": r, "s": s});
    (stage.named("authority", authority), authorization)
}
