//! The kinds of transactions there are, by their envelope: each pays its fee in its own way.

use alloy::primitives::{Address, Bytes, U64};
use serde_json::{Value, json};

use crate::{
    anvil::Fork,
    sent::Sent,
    stage::{Stage, Told, milli, play},
    tx::Tx,
};

/// Bytes in a blob.
const BLOB: usize = 131_072;

#[test]
fn every_envelope_pays() {
    play("envelopes", Fork::Prague, tell);
}

#[test]
fn before_the_merge_too() {
    play("envelopes before the merge", Fork::London, |stage| {
        let (alice, carol) = (stage.person("alice"), stage.stranger("carol"));
        let from_height = stage.next_height();
        let sent = stage.together(&priced(alice, carol));
        let expected = sent.iter().map(|one| one.native(alice, carol, milli(1))).collect();
        Told { from_height, tokens: vec![], expected }
    });
}

fn tell(stage: &Stage) -> Told {
    let (alice, carol) = (stage.person("alice"), stage.stranger("carol"));
    let from_height = stage.next_height();
    // All in one block, and the blob's once more alone.
    let mut txs = priced(alice, carol);
    txs.push(blob(alice, carol));
    let mut sent = stage.together(&txs);
    sent.push(stage.done(&blob(alice, carol)));
    let types: Vec<u64> = sent.iter().map(|one| type_of(stage, one)).collect();
    assert_eq!(types, [0, 1, 2, 3, 3]);
    let expected = sent.iter().map(|one| one.native(alice, carol, milli(1))).collect();
    assert_eq!(stage.balance(carol), milli(5));
    Told { from_height, tokens: vec![], expected }
}

fn type_of(stage: &Stage, sent: &Sent) -> u64 {
    let tx: Value = stage.node.get("eth_getTransactionByHash", json!([sent.hash]));
    serde_json::from_value::<U64>(tx["type"].clone()).unwrap().to()
}

/// Legacy, with an access list, with a tip above the base fee.
fn priced(alice: Address, carol: Address) -> Vec<Tx> {
    let pay = || Tx::pay(alice, carol, milli(1));
    let list = json!([{"address": carol, "storageKeys": []}]);
    vec![
        pay().with("gasPrice", json!("0xb2d05e00")),
        pay().with("type", json!("0x1")).with("gasPrice", json!("0xb2d05e01")).with("accessList", list),
        pay().with("maxFeePerGas", json!("0xb2d05e02")).with("maxPriorityFeePerGas", json!("0x3b9aca07")),
    ]
}

/// A blob of zeros: its commitment and its proof are the point at infinity, so nothing needs to be computed. The hash is
/// 1 followed by the SHA-256 of that commitment without its first byte.
fn blob(alice: Address, carol: Address) -> Tx {
    let infinity = Bytes::from([&[0xc0][..], &[0; 47]].concat());
    let mut hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&infinity).into();
    hash[0] = 1;
    Tx::pay(alice, carol, milli(1))
        .with("type", json!("0x3"))
        .with("maxFeePerGas", json!("0xb2d05e03"))
        .with("maxPriorityFeePerGas", json!("0x3b9aca08"))
        .with("maxFeePerBlobGas", json!("0x10"))
        .with("blobVersionedHashes", json!([Bytes::copy_from_slice(&hash)]))
        .with("blobs", json!([Bytes::from(vec![0; BLOB])]))
        .with("commitments", json!([infinity]))
        .with("proofs", json!([infinity]))
}
