//! THORChain: deposits with their memos, payments that answer them, and what only claims to be either.

use fundtrail_types::{Action, ActionKind, CrossingEnd};
use serde_json::{Value, json};

use crate::made::{Made, Tx, address, around, call, event, transfer, word};

const ROUTER: &str = "0xd37bbe5744d730a1d98d8dc97c42f0ca46ad7146";
const DEPOSIT: &str = "0xef519b7eb82aaf6ac376a6df2d793843ebfd593de5f1a0601d3cc6ab49ebb395";
const TRANSFER_OUT: &str = "0xa9cd03aa3c1b4515114539cd53d22085129d495cb9e9f9af77864526240f1bf7";
const SWAP: &str = "=:BTC.BTC:bc1qr930z62t42mnqy25h2tgcu7knpngjtxld33maa:10808311:t:15";
const IN: &str = "0EDB54F21A9E1CB4C6D6D9B0B7F1AB7C4A2F9C05E5B6D1D1E8A7C0C5E7F3A921";
const USER: u64 = 0xa11ce;
const VAULT: u64 = 0xa59a2d;
const TOKEN: u64 = 0x70ce4;

/// Words and then a text, as the ABI has it.
fn data(words: &[u64], text: &str) -> String {
    let mut data: String = words.iter().map(|one| word(*one).split_off(2)).collect();
    data += &word(32 * (words.len() as u64 + 1)).split_off(2);
    data += &word(text.len() as u64).split_off(2);
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{data}{hex:0<width$}", width = hex.len().div_ceil(64) * 64)
}

fn router() -> u64 {
    // Numbers of made addresses are short: the router stands in for this one.
    0x4073
}

/// A call with the made router's address replaced by the real one.
fn at_router(value: &Value) -> Value {
    crate::put_at(value, router(), ROUTER)
}

fn actions(call: &Value, logs: Vec<Value>) -> Vec<Action> {
    let tx = Tx::of(at_router(call), logs.iter().map(at_router).collect());
    let decoded = Made::of(&[tx]).decoded();
    assert_eq!(decoded.problems, []);
    let one = &decoded.transactions[0];
    assert_eq!(one.unread, []);
    one.actions.clone()
}

fn deposit(asset: u64, amount: u64, memo: &str) -> Value {
    event(ROUTER, &[DEPOSIT.to_owned(), word(VAULT), word(asset)], &data(&[amount], memo))
}

fn transfer_out(to: u64, asset: u64, amount: u64, memo: &str) -> Value {
    event(ROUTER, &[TRANSFER_OUT.to_owned(), word(VAULT), word(to)], &data(&[asset, amount], memo))
}

#[test]
fn ether_goes_on_to_the_vault_and_its_memo_names_the_recipient() {
    let calls = around(call("CALL", USER, router(), 500), vec![call("CALL", router(), VAULT, 500)]);
    let [action] = actions(&calls, vec![deposit(0, 500, SWAP)]).try_into().unwrap();
    let crosses = action.crosses.unwrap();
    assert_eq!((action.kind, action.note.as_deref()), (ActionKind::BridgeDeposit, Some(SWAP)));
    assert_eq!((crosses.bridge.as_str(), crosses.end, crosses.only_said), ("thorchain", CrossingEnd::Deposit, false));
    // The hash of the transaction, as answers name it.
    assert_eq!(crosses.id, Some(Made::tx(0).split_off(2).to_uppercase()));
    assert_eq!(crosses.recipient.unwrap().address.to_string(), "bc1qr930z62t42mnqy25h2tgcu7knpngjtxld33maa");
    assert_eq!(action.gave.len(), 1);
}

#[test]
fn a_token_stays_with_the_router() {
    let calls = call("CALL", USER, router(), 0);
    let moved = at_router(&transfer(TOKEN, USER, router(), 700));
    let [action] = actions(&calls, vec![moved, deposit(TOKEN, 700, "=:e:alice")]).try_into().unwrap();
    // A name of the network is nobody's address.
    assert_eq!(action.crosses.unwrap().recipient, None);
    assert_eq!(action.gave.len(), 1);
}

#[test]
fn answers_join_the_payment_that_they_name() {
    let paid = |memo: &str| {
        let calls = around(call("CALL", VAULT, router(), 90), vec![call("CALL", router(), USER, 90)]);
        let [action] = actions(&calls, vec![transfer_out(USER, 0, 90, memo)]).try_into().unwrap();
        let id = action.crosses.as_ref().and_then(|one| one.id.clone());
        (action.kind, id, action.got.len())
    };
    assert_eq!(paid(&format!("OUT:{IN}")), (ActionKind::BridgeRelease, Some(IN.to_owned()), 1));
    assert_eq!(paid(&format!("REFUND:{IN}")), (ActionKind::BridgeRefund, Some(IN.to_owned()), 1));
    assert_eq!(paid("MIGRATE:18765432"), (ActionKind::BridgeInternal, None, 1));
}

#[test]
fn a_payment_that_bounced_is_told_as_one_that_failed() {
    // The receiver refuses, and the vault has it back: the event is there all the same.
    let refused = crate::made::failed(call("CALL", router(), USER, 90));
    let calls = around(call("CALL", VAULT, router(), 90), vec![refused, call("CALL", router(), VAULT, 90)]);
    let [action] = actions(&calls, vec![transfer_out(USER, 0, 90, &format!("OUT:{IN}"))]).try_into().unwrap();
    assert!(action.kind == ActionKind::Failure && action.crosses.is_none() && action.legs().count() == 0);
}

#[test]
fn ether_sent_straight_to_a_vault_is_only_what_its_payer_said() {
    let said = |memo: &str| {
        let mut sent = call("CALL", USER, VAULT, 500);
        sent["input"] = json!(format!("0x{}", memo.bytes().map(|byte| format!("{byte:02x}")).collect::<String>()));
        actions(&sent, Vec::new())
    };
    let [action] = said(SWAP).try_into().unwrap();
    let crosses = action.crosses.unwrap();
    assert!(crosses.only_said && crosses.recipient.is_some());
    let [answer] = said(&format!("OUT:{IN}")).try_into().unwrap();
    assert_eq!((answer.kind, answer.crosses.unwrap().id), (ActionKind::BridgeRelease, Some(IN.to_owned())));
    for other in ["hello", "=:BTC.BTC:nobody", "+:ETH.ETH", "OUT:12", ""] {
        assert_eq!(said(other), [], "{other}");
    }
}

#[test]
fn the_same_event_of_another_router_is_none_of_it() {
    let calls = around(call("CALL", USER, 0xbad, 500), vec![call("CALL", 0xbad, VAULT, 500)]);
    let mut log = deposit(0, 500, SWAP);
    log["address"] = json!(address(0xbad));
    assert_eq!(actions(&calls, vec![log]), []);
}

#[test]
fn what_the_event_tells_and_nobody_moved_is_a_problem() {
    let tx = Tx::of(at_router(&call("CALL", USER, router(), 5)), vec![deposit(0, 500, SWAP)]);
    let decoded = Made::of(&[tx]).decoded();
    let one = &decoded.transactions[0];
    assert!(
        one.actions.is_empty() && one.unread[0].reason.contains("nothing that moved is the deposit"),
        "{:?}",
        one.unread
    );
    // What moved is known all the same.
    assert_eq!(decoded.problems, []);
    assert_eq!(one.movements.len(), 3);
}

#[test]
fn where_inner_calls_are_not_known_nothing_is_said_to_have_failed() {
    let calls = around(call("CALL", VAULT, router(), 90), vec![call("CALL", router(), USER, 90)]);
    let logs = vec![transfer_out(USER, 0, 90, &format!("OUT:{IN}"))];
    let raw = Made::of(&[Tx::of(at_router(&calls), logs)]).raw();
    let raw = fundtrail_ethereum::RawBlock { calls: None, ..raw };
    let decoded = fundtrail_ethereum::decode(&raw, &crate::made::ethereum()).unwrap();
    assert_eq!((&decoded.transactions[0].actions, &decoded.transactions[0].unread), (&Vec::new(), &Vec::new()));
}
