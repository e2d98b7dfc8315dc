//! Tornado Cash: what a pool takes and pays, and what only looks like it.

use fundtrail_types::{Action, ActionKind, Through};
use serde_json::{Value, json};

use crate::made::{Made, Tx, address, around, call, event, word};

const POOL_1: &str = "0x47ce0c6ed5b0ce3d3a51fdb1c52dc66a7c3c2936";
const DEPOSIT: &str = "0xa945e51eec50ab98c161376f0db4cf2aeba3ec92755fe2fcd388bdbbb80ff196";
const WITHDRAWAL: &str = "0xe9e508bad6d4c3227e881ca19068f099da81b5164dd6d62b2eaf1e8bc6c34931";
const POOL: u64 = 0x9001;
const USER: u64 = 0xa11ce;
const RELAYER: u64 = 0x4e1a;

fn at_pool(value: &Value) -> Value {
    crate::put_at(value, POOL, POOL_1)
}

fn read(root: &Value, log: Value) -> (Vec<Action>, Vec<String>) {
    let decoded = Made::of(&[Tx::of(at_pool(root), vec![log])]).decoded();
    let one = &decoded.transactions[0];
    (one.actions.clone(), one.unread.iter().map(|problem| problem.reason.clone()).collect())
}

fn words(words: &[u64]) -> String {
    format!("0x{}", words.iter().map(|one| word(*one).split_off(2)).collect::<String>())
}

#[test]
fn a_deposit_through_the_router_is_the_payment_to_the_pool() {
    let router = 0x4073;
    let calls = around(call("CALL", USER, router, 1000), vec![call("CALL", router, POOL, 1000)]);
    let log = event(POOL_1, &[DEPOSIT.to_owned(), word(77)], &words(&[31_337, 1_600_000_000]));
    let (actions, unread) = read(&calls, log);
    let [action] = actions.try_into().unwrap();
    assert_eq!((action.kind, action.note.as_deref()), (ActionKind::MixerDeposit, Some("pool 1 ETH, leaf 31337")));
    let crosses = action.crosses.unwrap();
    assert_eq!((crosses.through, crosses.id, crosses.recipient), (Through::Mixer, None, None));
    assert_eq!((action.gave.len(), unread), (1, Vec::new()));
}

#[test]
fn a_withdrawal_pays_its_recipient_and_its_relayer() {
    let withdraw = |fee: u64, paid: Vec<Value>| {
        let calls = around(call("CALL", RELAYER, POOL, 0), paid);
        let log = event(POOL_1, &[WITHDRAWAL.to_owned(), word(RELAYER)], &words(&[USER, 5, fee]));
        read(&calls, log)
    };
    let pay = |to, wei| call("CALL", POOL, to, wei);
    let (actions, _) = withdraw(30, vec![pay(USER, 970), pay(RELAYER, 30)]);
    assert_eq!((actions[0].kind, actions[0].got.len()), (ActionKind::MixerWithdrawal, 2));
    assert!(actions[0].note.as_ref().unwrap().contains("relayer 0x"), "{actions:?}");
    // Who withdraws for himself pays nobody for it.
    let (actions, _) = withdraw(0, vec![pay(USER, 1000)]);
    assert_eq!(actions[0].got.len(), 1);
    let (actions, unread) = withdraw(30, Vec::new());
    assert!(actions.is_empty() && unread[0].contains("nothing that moved is the withdrawal"), "{unread:?}");
}

#[test]
fn another_contract_with_the_same_event_is_no_pool() {
    let calls = call("CALL", USER, POOL, 1000);
    let mut log = event(POOL_1, &[DEPOSIT.to_owned(), word(77)], &words(&[1, 2]));
    log["address"] = json!(address(0xbad));
    assert_eq!(read(&calls, log), (Vec::new(), Vec::new()));
}

#[test]
fn where_inner_calls_are_not_known_nothing_is_said_to_be_missing() {
    let calls = around(call("CALL", RELAYER, POOL, 0), vec![call("CALL", POOL, USER, 1000)]);
    let log = event(POOL_1, &[WITHDRAWAL.to_owned(), word(RELAYER)], &words(&[USER, 5, 0]));
    let raw = Made::of(&[Tx::of(at_pool(&calls), vec![log])]).raw();
    let raw = fundtrail_ethereum::RawBlock { calls: None, ..raw };
    let decoded = fundtrail_ethereum::decode(&raw, &crate::made::ethereum()).unwrap();
    assert_eq!((&decoded.transactions[0].actions, &decoded.transactions[0].unread), (&Vec::new(), &Vec::new()));
}
