//! Disperse: one payer, many payees.

use fundtrail_types::ActionKind;
use serde_json::{Value, json};

use crate::made::{Made, Tx, around, call, transfer, word};

const CONTRACT: &str = "0xd152f549545093347a162dce210e7293f1452150";
const SELF: u64 = 0xd15;
const PAYER: u64 = 0xa11ce;
const TOKEN: u64 = 0x70ce4;

fn at_contract(value: &Value) -> Value {
    crate::put_at(value, SELF, CONTRACT)
}

fn input(selector: &str, words: &[u64]) -> Value {
    json!(format!("0x{selector}{}", words.iter().map(|one| word(*one).split_off(2)).collect::<String>()))
}

fn batch(
    mut root: Value,
    input: Value,
    below: Vec<Value>,
    logs: &[Value],
) -> (Vec<fundtrail_types::Action>, Vec<String>) {
    root["input"] = input;
    let tx = Tx::of(at_contract(&around(root, below)), logs.iter().map(at_contract).collect());
    let decoded = Made::of(&[tx]).decoded();
    let one = &decoded.transactions[0];
    (one.actions.clone(), one.unread.iter().map(|problem| problem.reason.clone()).collect())
}

#[test]
fn ether_for_three_and_the_rest_back() {
    let arguments = input("e63d38ed", &[64, 192, 3, 1, 2, 3, 3, 10, 20, 30]);
    let paid = [(1, 10), (2, 20), (3, 30), (PAYER, 5)].map(|(to, wei)| call("CALL", SELF, to, wei));
    let (actions, unread) = batch(call("CALL", PAYER, SELF, 65), arguments, paid.to_vec(), &[]);
    assert_eq!(unread, Vec::<String>::new());
    assert_eq!((actions[0].kind, actions[0].gave.len(), actions[0].got.len()), (ActionKind::BatchPayment, 1, 4));
}

#[test]
fn tokens_through_the_contract_or_past_it() {
    let through = input("c73a2d60", &[TOKEN, 96, 192, 2, 1, 2, 2, 10, 20]);
    let logs =
        [(PAYER, SELF, 30), (SELF, 1, 10), (SELF, 2, 20)].map(|(from, to, units)| transfer(TOKEN, from, to, units));
    let (actions, _) = batch(call("CALL", PAYER, SELF, 0), through, Vec::new(), &logs);
    assert_eq!((actions[0].gave.len(), actions[0].got.len()), (1, 2));
    let past = input("51ba162c", &[TOKEN, 96, 192, 2, 1, 2, 2, 10, 20]);
    let logs = [(PAYER, 1, 10), (PAYER, 2, 20)].map(|(from, to, units)| transfer(TOKEN, from, to, units));
    let (actions, _) = batch(call("CALL", PAYER, SELF, 0), past, Vec::new(), &logs);
    assert_eq!((actions[0].gave.len(), actions[0].got.len()), (0, 2));
}

#[test]
fn arguments_that_cannot_be_read_are_a_problem() {
    // The list of payees begins far beyond the end.
    let (actions, unread) =
        batch(call("CALL", PAYER, SELF, 65), input("e63d38ed", &[u64::MAX, 192]), vec![call("CALL", SELF, 1, 10)], &[]);
    assert!(actions.is_empty() && unread[0].contains("disperse"), "{unread:?}");
    // Of any other contract it is none.
    let mut other = call("CALL", PAYER, 0xbad, 0);
    other["input"] = input("e63d38ed", &[u64::MAX, 192]);
    assert_eq!(Made::of(&[Tx::of(other, Vec::new())]).decoded().transactions[0].unread, []);
}
