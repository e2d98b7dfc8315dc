//! `fundtrail tx`: one transaction, from our own tables, from blocks, and where it cannot be told.

use fundtrail::types::{Account, Kind, Side, TxAnswer, TxGap, TxOrder, What};
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    ledger::{HEADER, tx},
    node::{FakeNode, INNER, PAYEE, PAYER, State},
};

const SENDER: &str = "0x1111111111111111111111111111111111111111";
const POOL: &str = "0x5555555555555555555555555555555555555555";
const USDT: &str = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
/// On a list that comes with the program.
const LISTED: &str = "0x09278b36863bE4cCd3d0c22d643E8062D7a11377";
const DAY: &str = "--as-of 2026-01-01";

fn accounts(accounts: &[Account]) -> Vec<String> {
    accounts.iter().map(|account| account.address.to_string()).collect()
}

/// A swap, told by a table: 2 ETH against 5000 USDT; and a payment to a listed account on another chain.
fn swapped() -> Desk {
    let (one, two) = (tx(1), tx(2));
    Desk::with_rows(&format!(
        "{HEADER}eip155:1,{one},100,2025-03-01T00:00:00Z,native,{SENDER},{POOL},2000000000000000000\n\
         eip155:1,{one},100,2025-03-01T00:00:00Z,{USDT},{POOL},{SENDER},5000000000\n\
         eip155:1,{two},101,,native,{SENDER},{LISTED},7\n\
         eip155:137,{two},101,,native,{SENDER},{POOL},7\n"
    ))
}

#[test]
fn a_transaction_of_a_table_is_explained() {
    let desk = swapped();
    let words = format!("tx {} --db db {DAY}", tx(1));
    let answer: TxAnswer = desk.run(&format!("{words} --json")).done().json();
    assert_eq!((answer.height, answer.order, answer.complete), (Some(100), TxOrder::Unknown, false));
    assert_eq!(answer.movements.len(), 2);
    let reading = &answer.reading;
    assert_eq!(
        (accounts(&reading.converters), reading.sender.clone()),
        (vec![SENDER.to_owned(), POOL.to_owned()], None)
    );
    let of_sender: Vec<_> = reading.changes.iter().filter(|one| one.account.address.to_string() == SENDER).collect();
    let changes: Vec<_> = of_sender.iter().map(|one| (one.side, one.amount_raw.to_string())).collect();
    assert_eq!(changes, [(Side::Out, "2000000000000000000".to_owned()), (Side::In, "5000000000".to_owned())]);
    assert_eq!(
        answer.gaps,
        [TxGap::InternalMissing, TxGap::OrderUnknown, TxGap::MovementsUnordered { movements: 2 }],
        "a table tells no inner calls, no index and no order"
    );
    let text = desk.run(&words).done().text().to_owned();
    for part in [
        "block 100, 2025-03-01T00:00:00Z",
        "2 ETH (2000000000000000000 base units)",
        "5000 USDT (5000000000 base units)",
        &format!("{SENDER} converted 2 ETH (2000000000000000000 base units) into 5000 USDT (5000000000 base units)"),
        "inner calls",
        "no source says what it covers",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    assert_eq!(desk.run(&words).done().text(), text, "the same question has the same answer");
}

#[test]
fn labels_and_missing_times_are_told_and_one_id_on_two_chains_is_not_guessed() {
    let desk = swapped();
    let both = desk.run(&format!("tx {} --db db", tx(2))).ended(2);
    both.complains(&["eip155:1, eip155:137", "--chain"]);
    let answer: TxAnswer = desk.run(&format!("tx {} --db db --chain eip155:1 --json {DAY}", tx(2))).done().json();
    assert!(answer.gaps.contains(&TxGap::NoTime));
    let labelled: Vec<_> = answer.accounts.iter().filter(|one| !one.labels.is_empty()).collect();
    assert_eq!(labelled.iter().map(|one| one.account.address.to_string()).collect::<Vec<_>>(), [LISTED]);
    let text = desk.run(&format!("tx {} --db db --chain eip155:1 {DAY}", tx(2))).done().text().to_owned();
    assert!(text.contains(&format!("{LISTED} [")) && text.contains("time unknown"), "{text}");
    let bare = desk.run(&format!("tx {} --db db --chain eip155:1 --no-bundled-lists {DAY}", tx(2))).done();
    assert!(!bare.text().contains(&format!("{LISTED} [")), "{}", bare.text());
}

#[test]
fn what_is_not_stored_is_an_error() {
    let desk = swapped();
    for words in [tx(9), "0x12".to_owned(), format!("{} --chain eip155:10", tx(1))] {
        desk.run(&format!("tx {words} --db db")).ended(2).complains(&["holds no transaction", "--chain"]);
    }
    desk.run(&format!("tx {} --db db --out tx.graphml", tx(1))).ended(2).complains(&["graphml", "text or json"]);
    desk.run(&format!("tx {} --db db --out tx.txt", tx(1))).done();
    assert!(String::from_utf8(desk.read("tx.txt")).unwrap().starts_with("Transaction 0x"));
}

#[test]
fn a_transaction_of_a_block_is_told_whole_and_its_gap_where_it_was_not_traced() {
    let desk = Desk::new();
    let mut state = State::of(5);
    state.untraced = vec![3];
    let (whole, partial) = (state.tx(4), state.tx(3));
    let node = FakeNode::start(state);
    desk.run(&format!("ingest ethereum --rpc {} --db db --from 0", node.url)).ended(0);
    let ask = |id: &str| -> TxAnswer { desk.run(&format!("tx {id} --db db --json {DAY}")).done().json() };
    let answer = ask(&whole);
    assert_eq!((answer.order, answer.complete, answer.gaps.len()), (TxOrder::Index(0), true, 0));
    let kinds: Vec<Kind> = answer.movements.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::Fee, Kind::Fee, Kind::Native, Kind::Internal]);
    assert_eq!(answer.movements.iter().map(|one| one.leg).collect::<Vec<_>>(), [Some(0), Some(1), Some(2), Some(3)]);
    assert_eq!(answer.coverage.iter().map(|claim| claim.what).collect::<Vec<_>>(), [What::All]);
    assert_eq!(accounts(&answer.reading.payers), [PAYER]);
    assert_eq!(accounts(&answer.reading.payees), [PAYEE, INNER]);
    assert_eq!(answer.reading.actor.map(|actor| actor.address.to_string()).as_deref(), Some(PAYER));
    let answer = ask(&partial);
    assert_eq!((answer.complete, answer.gaps.as_slice()), (false, &[TxGap::InternalMissing][..]));
    assert!(answer.coverage.iter().all(|claim| claim.what != What::All && claim.what != What::Internal));
    let text = desk.run(&format!("tx {whole} --db db {DAY}")).done().text().to_owned();
    for part in ["block 4, index 0", "told whole", "nothing that a source could have told", "says blocks of a node"] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

/// Nine wei that came from nowhere.
#[test]
fn what_only_a_balance_tells_is_told_as_such() {
    let desk = Desk::new();
    let (id, block) = (tx(7), tx(70));
    let maker = "0x4444444444444444444444444444444444444444";
    let lines: [Value; 4] = [
        json!({"number": "0x64", "hash": block, "parentHash": tx(69), "timestamp": "0x66000000", "miner": maker, "uncles": [],
            "baseFeePerGas": "0x1", "transactions": [{"hash": id, "blockHash": block, "transactionIndex": "0x0", "from": PAYER,
            "to": PAYEE, "value": "0x5", "gas": "0x5208", "gasPrice": "0x3", "input": "0x"}]}),
        json!([{"transactionHash": id, "blockHash": block, "status": "0x1", "gasUsed": "0x5208", "cumulativeGasUsed": "0x5208",
            "effectiveGasPrice": "0x3", "logs": []}]),
        json!([{"txHash": id, "result": {"type": "CALL", "from": PAYER, "to": PAYEE, "value": "0x5", "input": "0x", "gas": "0x0"}}]),
        json!([{"txHash": id, "result": {
            "pre": {PAYER: {"balance": "0xf4240"}, PAYEE: {"balance": "0x0"}, INNER: {"balance": "0x0"}, maker: {"balance": "0x0"}},
            "post": {PAYER: {"balance": "0xe4c23"}, PAYEE: {"balance": "0x5"}, INNER: {"balance": "0x9"}, maker: {"balance": "0xa410"}}}}]),
    ];
    desk.write("replies.jsonl", lines.map(|line| line.to_string()).join("\n"));
    desk.run("ingest ethereum --recorded replies.jsonl --chain eip155:31337 --db db --json").done();
    let answer: TxAnswer = desk.run(&format!("tx {id} --db db --json {DAY}")).done().json();
    let [gap] = answer.gaps.as_slice() else { panic!("{:?}", answer.gaps) };
    let TxGap::Unexplained(change) = gap else { panic!("{gap:?}") };
    assert_eq!(
        (change.account.address.to_string().as_str(), change.side, change.amount_raw.to_string().as_str()),
        (INNER, Side::In, "9")
    );
    let text = desk.run(&format!("tx {id} --db db {DAY}")).done().text().to_owned();
    assert!(text.contains("nobody knows where that came from"), "{text}");
}
