//! A transaction that a node cannot trace costs only itself: the others of its block keep their inner calls, and their
//! balances are held against movements.

use fundtrail_ethereum::{DecodedBlock, RawCalls, Reconciled, decode};
use fundtrail_types::{Kind, Movement};
use serde_json::{Value, json};

use crate::made::{FEE, MAKER, Made, TIP, Tx, address, around, call, ethereum, hex, leg, legs, raw, word};

/// Three transactions, each paying by an inner call.
fn three() -> Made {
    let tx = |who: u64| Tx::of(around(call("CALL", who, 50, 7), vec![call("CALL", 50, who + 10, 7)]), Vec::new());
    let made = Made::of(&[tx(1), tx(2), tx(3)]);
    let had = 1_000_000;
    let changes = |who: u64| [(who, had, had - 7 - FEE), (who + 10, 0, 7), (MAKER, had, had + TIP)];
    made.changed(&[&changes(1), &changes(2), &changes(3)])
}

fn inner(block: &DecodedBlock) -> Vec<Option<&Movement>> {
    block.transactions.iter().map(|tx| tx.movements.iter().find(|one| one.kind == Kind::Internal)).collect()
}

fn second_is_missing(block: &DecodedBlock) {
    assert_eq!(block.problems.len(), block.notes, "{:?}", block.problems);
    assert_eq!(block.transactions.iter().map(|tx| tx.complete).collect::<Vec<_>>(), [true, false, true]);
    let found = inner(block);
    assert!(found[0].is_some() && found[1].is_none() && found[2].is_some(), "{found:?}");
    // What stands in the transaction itself is told nevertheless.
    assert_eq!(legs(&block.transactions[1].movements), [leg(Kind::Native, 2, 50, 7)]);
    assert_eq!(legs(&block.transactions[2].movements), [leg(Kind::Native, 3, 50, 7), leg(Kind::Internal, 50, 13, 7)]);
}

#[test]
fn frames_of_one_transaction_may_be_missing() {
    let errors = [
        json!({"txHash": Made::tx(1), "error": "execution timeout"}),
        json!({"txHash": Made::tx(1), "result": null, "error": {"code": -32000, "message": "execution timeout"}}),
        json!({"txHash": Made::tx(1), "result": null}),
        json!({"error": "execution timeout"}),
        json!(null),
        // What is told beside an error is not whole.
        json!({"txHash": Made::tx(1), "error": "out of memory", "result": call("CALL", 2, 50, 7)}),
    ];
    for error in errors {
        let mut made = three();
        made.calls[1] = error.clone();
        let block = made.decoded();
        second_is_missing(&block);
        assert!(!block.verified, "{error}");
        // Only the two whole ones were held against balances, and they agree.
        let shares = Reconciled { checked: 8, unexplained: 0, receivers: 0 };
        assert_eq!(block.reconciled, shares, "{error}");
    }
}

#[test]
fn a_call_that_failed_is_no_failure_of_the_tracer() {
    let mut made = Made::of(&[Tx { succeeds: false, ..Tx::plain(1, 2, 5) }]);
    made.calls =
        json!([{"type": "CALL", "from": address(1), "to": address(2), "value": "0x5", "error": "execution reverted"}]);
    let block = made.decoded();
    assert_eq!(block.problems, []);
    assert!(block.transactions[0].complete && !block.transactions[0].succeeded);
}

#[test]
fn no_calls_may_be_written_as_null() {
    let mut made = three();
    made.calls[1]["result"]["calls"][0]["calls"] = Value::Null;
    let block = made.decoded();
    assert_eq!(block.problems, []);
    assert!(block.verified && inner(&block).iter().all(Option::is_some));
}

#[test]
fn differences_of_one_transaction_may_be_missing() {
    let errors = [
        json!({"txHash": Made::tx(1), "error": "execution timeout"}),
        json!({"txHash": Made::tx(1), "error": {"code": -32000}, "result": {"pre": {}, "post": {}}}),
        json!({"error": "execution timeout"}),
    ];
    assert!(three().decoded().verified);
    for error in errors {
        let mut made = three();
        made.diffs.as_mut().unwrap()[1] = error.clone();
        let block = made.decoded();
        assert_eq!(block.problems, []);
        assert!(block.transactions.iter().all(|tx| tx.complete) && !block.verified, "{error}");
        assert_eq!(block.reconciled, Reconciled { checked: 8, unexplained: 0, receivers: 0 }, "{error}");
        // The others are still held: what they do not explain shows.
        made.diffs.as_mut().unwrap()[2]["result"]["post"][address(13)] = json!({"balance": hex(9)});
        assert_eq!(made.decoded().reconciled.unexplained, 1, "{error}");
    }
}

#[test]
fn rows_of_one_transaction_may_be_missing() {
    let row = |index: u64, path: &[u64], from: u64, to: u64| {
        json!({"type": "call", "action": {"callType": "call", "from": address(from), "to": address(to), "value": "0x7", "input": "0x"},
            "traceAddress": path, "transactionHash": Made::tx(index), "transactionPosition": index, "blockHash": word(crate::made::HEIGHT)})
    };
    let rows = |index, who| [row(index, &[], who, 50), row(index, &[0], 50, who + 10)];
    let told: Value = [rows(0, 1), rows(2, 3)].concat().into();
    let mut made = three().raw();
    made.calls = Some(RawCalls::Rows(raw(&told)));
    second_is_missing(&decode(&made, &ethereum()).unwrap());
    // Of a transaction that the block does not have, and of none at all: not this block's.
    for told in [[rows(0, 1), rows(1, 2), rows(2, 3), rows(3, 4)].concat(), Vec::new()] {
        made.calls = Some(RawCalls::Rows(raw(&told.into())));
        let block = decode(&made, &ethereum()).unwrap();
        assert_eq!(block.problems.len(), 1);
        assert!(block.transactions.iter().all(|tx| !tx.complete));
    }
}

/// Differences are told by transaction. What came of a withdrawal nobody said.
#[test]
fn a_block_with_movements_of_its_own_is_not_verified_by_differences() {
    let mut made = three();
    assert!(made.decoded().verified);
    made.block["withdrawals"] =
        json!([{"index": "0x0", "validatorIndex": "0x0", "address": address(77), "amount": "0x5"}]);
    let block = made.decoded();
    assert_eq!((block.own.len(), block.reconciled.unexplained), (1, 0));
    assert!(!block.verified);
}
