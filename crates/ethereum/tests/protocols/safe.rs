//! Safe: payments, failures inside a transaction that succeeds, and modules.

use fundtrail_types::{Action, ActionKind};
use serde_json::{Value, json};

use crate::made::{Made, Tx, address, around, call, event, word};

const SUCCESS: &str = "0x442e715f626346e8c54381002da614f62bee8d27386535b2521ec8540898556e";
const FAILURE: &str = "0x23428b18acfb3ea64b08dc0c1d296ea9c09702c09083ca5272e64d115b687d23";
const BY_MODULE: &str = "0x6895c13664aa4f67288b25d7a21d7aaa34916e355fb9b6fae0a139a9085becb8";
const EXECUTE: &str = "0x6a761202";
const SAFE: u64 = 0x5afe;
const SENDER: u64 = 0xa11ce;

fn acted(input: &str, below: Vec<Value>, log: Value) -> Vec<Action> {
    let mut root = call("CALL", SENDER, SAFE, 0);
    root["input"] = json!(input);
    let decoded = Made::of(&[Tx::of(around(root, below), vec![log])]).decoded();
    assert_eq!(decoded.transactions[0].unread, []);
    decoded.transactions[0].actions.clone()
}

fn pays(payments: &[(u64, u64)]) -> Vec<Value> {
    payments.iter().map(|(to, wei)| call("CALL", SAFE, *to, *wei)).collect()
}

#[test]
fn both_forms_of_the_event_tell_a_payment() {
    // The hash among the data, as up to 1.3.0, and among the topics, as from 1.4.1 on.
    let old = event(&address(SAFE), &[SUCCESS.to_owned()], &format!("{}{}", word(9), &word(0)[2..]));
    let new = event(&address(SAFE), &[SUCCESS.to_owned(), word(9)], &word(0));
    for log in [old, new] {
        let [action] = acted(EXECUTE, pays(&[(7, 100)]), log).try_into().unwrap();
        assert_eq!(
            (action.kind, action.by.address.to_string().to_lowercase(), action.gave.len()),
            (ActionKind::Payment, address(SAFE), 1)
        );
    }
}

#[test]
fn several_payees_are_a_batch() {
    let log = event(&address(SAFE), &[SUCCESS.to_owned()], &format!("{}{}", word(9), &word(0)[2..]));
    let [action] = acted(EXECUTE, pays(&[(7, 100), (8, 50), (7, 100)]), log).try_into().unwrap();
    assert_eq!((action.kind, action.gave.len()), (ActionKind::BatchPayment, 3));
}

#[test]
fn a_failure_moved_nothing_though_its_transaction_succeeded() {
    let log = event(&address(SAFE), &[FAILURE.to_owned()], &format!("{}{}", word(9), &word(0)[2..]));
    let [action] = acted(EXECUTE, vec![crate::made::failed(call("CALL", SAFE, 7, 100))], log).try_into().unwrap();
    assert_eq!((action.kind, action.legs().count()), (ActionKind::Failure, 0));
}

#[test]
fn a_module_is_named() {
    let module = 0x30d;
    let log = event(&address(SAFE), &[BY_MODULE.to_owned(), word(module)], "0x");
    let [action] = acted("0x468721a7", pays(&[(7, 100)]), log).try_into().unwrap();
    assert!(action.note.unwrap().to_lowercase().contains(&address(module)));
}

#[test]
fn the_event_alone_is_no_safe() {
    let log = event(&address(SAFE), &[SUCCESS.to_owned()], &format!("{}{}", word(9), &word(0)[2..]));
    assert_eq!(acted("0xdeadbeef", pays(&[(7, 100)]), log), []);
}
