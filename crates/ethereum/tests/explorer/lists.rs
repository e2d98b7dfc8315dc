//! What each list tells, to the wei. The rows of block 17053184 are those that the tests of CSV exports read, and the lines that
//! come of them are the same.

use fundtrail_ethereum::explorer::{Batch, Fees, LeftOut, List, Pages, Paging, Query, Source};
use fundtrail_types::{Claim, Coverage, Direction, TxOrder, What};
use serde_json::{Value, json};

use crate::{
    all, explorer,
    ledger::{Ledger, address, hash, line},
    query,
    server::{Act, Server},
};

const PAYER: &str = "0x7b84437e46c138f4243d7ec08852191c6e418623";
const PAYEE: &str = "0x458104b5c0668ab2f2cb7054143182489dfba578";
const WETH: &str = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";
const USDT: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";
const CREATED: &str = "0x4f833a24e1f95d70f028921e27040ca56e09ab0b";

fn with(mut row: Value, changes: Value) -> Value {
    let row_fields = row.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(row_fields.remove(name)),
            value => drop(row_fields.insert(name.clone(), value.clone())),
        }
    }
    row
}

fn transaction(changes: Value) -> Value {
    let row = json!({
        "blockNumber": "17053184", "timeStamp": "1681571243", "nonce": "5", "blockHash": hash(7), "transactionIndex": "31",
        "hash": "0x34eaea6aeee885c1bca47e5806286b3e8fd94fbf6f67f12bb23d8dc0ac471b67", "from": PAYER, "to": PAYEE,
        "value": "3041416671280614839", "gas": "21000", "gasPrice": "39403029453", "isError": "0", "txreceipt_status": "1",
        "input": "0x", "contractAddress": "", "cumulativeGasUsed": "2100000", "gasUsed": "21000", "confirmations": "48476",
        "methodId": "0x", "functionName": "",
    });
    with(row, changes)
}

fn internal(changes: Value) -> Value {
    let row = json!({
        "blockNumber": "17053184", "timeStamp": "1681571243", "from": WETH, "to": PAYEE, "value": "328813513791976559",
        "hash": "0x88e2330c4361daeb25c1d54a673636cfb626d517bd943f0eed8d76089abcd17a", "contractAddress": "", "input": "",
        "type": "call", "gas": "2300", "gasUsed": "0", "traceId": "0_1", "isError": "0", "errCode": "",
    });
    with(row, changes)
}

fn token(changes: Value) -> Value {
    let row = json!({
        "blockNumber": "17053184", "timeStamp": "1681571243", "nonce": "1", "blockHash": hash(7), "from": PAYER, "to": PAYEE,
        "hash": "0x26f7a08102391b8d915f85b63c1ceaab9fc2d38d76464fe4482090d51c6e9476", "contractAddress": USDT,
        "value": "387865756", "tokenName": "Tether USD", "tokenSymbol": "USDT", "tokenDecimal": "6", "transactionIndex": "9",
        "gas": "1", "gasPrice": "1", "gasUsed": "1", "cumulativeGasUsed": "1", "input": "deprecated", "confirmations": "1",
    });
    with(row, changes)
}

const FEE: &str =
    "fee native 0x7b84437e46c138f4243d7ec08852191c6e418623 - 827463618513000 17053184 2023-04-15T15:07:23Z 0";
const VALUE: &str = "native native 0x7b84437e46c138f4243d7ec08852191c6e418623 0x458104b5c0668ab2f2cb7054143182489dfba578 \
                     3041416671280614839 17053184 2023-04-15T15:07:23Z 0";
const CALL: &str = "internal native 0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2 0x458104b5c0668ab2f2cb7054143182489dfba578 \
                    328813513791976559 17053184 2023-04-15T15:07:23Z";
const TRANSFER: &str = "token 0xdac17f958d2ee523a2206206994597c13d831ec7 0x7b84437e46c138f4243d7ec08852191c6e418623 \
                        0x458104b5c0668ab2f2cb7054143182489dfba578 387865756 17053184 2023-04-15T15:07:23Z";

async fn read_as(ledger: Ledger, fees: Fees) -> Vec<Batch> {
    let server = Server::start(move |asked, _| ledger.answer(asked)).await;
    let query = Query { fees, ..query(PAYEE, Some(20_000_000)) };
    all(explorer(&server), query, Paging::default()).await.unwrap()
}

async fn read(ledger: Ledger) -> Vec<Batch> {
    read_as(ledger, Fees::GasTimesPrice).await
}

fn lines(batch: &Batch) -> Vec<String> {
    batch.movements.iter().map(line).collect()
}

#[tokio::test]
async fn the_three_lists_tell_what_their_exports_tell() {
    let ledger = Ledger {
        transactions: vec![transaction(json!({}))],
        // Two equal calls, and two equal transfers, of one transaction.
        internal: vec![internal(json!({})), internal(json!({"traceId": "0_2"}))],
        tokens: vec![token(json!({})), token(json!({}))],
        ..Ledger::default()
    };
    let server = Server::start(move |asked, _| ledger.answer(asked)).await;
    let host = server.host().to_owned();
    let batches = all(explorer(&server), query(PAYEE, Some(20_000_000)), Paging::default()).await.unwrap();
    let [transactions, internal, tokens] = batches.as_slice() else { panic!("{batches:?}") };
    assert_eq!(lines(transactions), [FEE, VALUE]);
    assert_eq!(lines(internal), [format!("{CALL} 0"), format!("{CALL} 1")]);
    assert_eq!(lines(tokens), [format!("{TRANSFER} 0"), format!("{TRANSFER} 1")]);

    assert!(transactions.movements.iter().all(|one| one.order.tx == TxOrder::Index(31) && one.order.leg == Some(0)));
    assert!(internal.movements.iter().all(|one| one.order.tx == TxOrder::Unknown));
    assert!(internal.movements[0].order.leg.unwrap() < internal.movements[1].order.leg.unwrap());
    assert_eq!(tokens.movements[0].order.tx, TxOrder::Index(9));
    let [symbol] = tokens.symbols.as_slice() else { panic!("{:?}", tokens.symbols) };
    assert_eq!((symbol.symbol.as_str(), symbol.decimals, symbol.verified), ("USDT", Some(6), false));

    let claim = |what, direction| Coverage {
        chain: query(PAYEE, None).account.chain,
        account: Some(query(PAYEE, None).account),
        what,
        direction,
        asset: None,
        from_height: 0,
        to_height: 20_000_000,
        claim: Claim::Listed,
        source: format!("explorer {host}"),
        note: None,
    };
    assert_eq!(transactions.coverage, [claim(What::Native, Direction::Both), claim(What::Fee, Direction::Out)]);
    assert_eq!(internal.coverage, [claim(What::Internal, Direction::Both)]);
    assert_eq!(tokens.coverage, [claim(What::Token, Direction::Both)]);
    assert!(batches.iter().all(|batch| batch.next.is_none() && batch.problems.is_empty() && batch.note.is_none()));
    assert!(server.asked.lock().unwrap().iter().all(|asked| asked["apikey"] == crate::KEY && asked["path"] == "/api"));
}

#[tokio::test]
async fn transactions_that_failed_that_create_and_that_were_before_receipts() {
    let transactions = vec![
        with(
            transaction(json!({"blockNumber": "0", "from": "GENESIS", "timeStamp": "1438269973"})),
            json!({"hash": "GENESIS_ddbd"}),
        ),
        // Before Byzantium receipts say nothing.
        transaction(json!({"blockNumber": "5", "hash": hash(1), "txreceipt_status": "", "timeStamp": "1438269999"})),
        transaction(json!({"hash": hash(2), "isError": "1", "txreceipt_status": "0"})),
        // Blockscout has been seen with one of the two only.
        transaction(json!({"hash": hash(3), "isError": null, "txreceipt_status": "0"})),
        transaction(json!({"hash": hash(4), "to": "", "contractAddress": CREATED, "value": "0"})),
        // Numbers may be numbers; more than 64 bits of them keep every digit. Twice told is once.
        transaction(json!({"hash": hash(5), "blockNumber": 17_053_185, "gasUsed": 21_000})),
        transaction(json!({"hash": hash(5), "blockNumber": 17_053_185, "gasUsed": 21_000})),
    ];
    let batches = read(Ledger { transactions, ..Ledger::default() }).await;
    let fee = |height: u64, time: &str| format!("fee native {PAYER} - 827463618513000 {height} {time} 0");
    let told = "2023-04-15T15:07:23Z";
    assert_eq!(
        lines(&batches[0]),
        [
            fee(5, "2015-07-30T15:26:39Z"),
            format!("native native {PAYER} {PAYEE} 3041416671280614839 5 2015-07-30T15:26:39Z 0"),
            fee(17_053_184, told),
            fee(17_053_184, told),
            fee(17_053_184, told),
            format!("native native {PAYER} {CREATED} 0 17053184 {told} 0"),
            fee(17_053_185, told),
            format!("native native {PAYER} {PAYEE} 3041416671280614839 17053185 {told} 0"),
        ]
    );
    assert_eq!(batches[0].left_out, LeftOut { failed: 2, no_transaction: 1, ..LeftOut::default() });
    assert!(
        batches[0].coverage.iter().all(|claim| claim.from_height == 1),
        "what was before the first block is no movement"
    );
}

#[tokio::test]
async fn fees_are_told_where_they_are_what_the_rows_say() {
    let ledger = |changes| Ledger { transactions: vec![transaction(changes)], ..Ledger::default() };
    for (ledger, fees) in [(ledger(json!({})), Fees::NotTold), (ledger(json!({"gasPrice": ""})), Fees::GasTimesPrice)] {
        let batches = read_as(ledger, fees).await;
        assert_eq!(lines(&batches[0]), [VALUE]);
        assert_eq!(batches[0].left_out.fees_unknown, 1);
        assert!(batches[0].coverage.iter().all(|claim| claim.what == What::Native));
    }
}

#[tokio::test]
async fn calls_that_move_and_calls_that_do_not() {
    let rows = vec![
        internal(json!({"type": "create2", "to": "", "contractAddress": CREATED})),
        internal(json!({"type": "suicide", "hash": hash(1)})),
        internal(json!({"type": "selfdestruct", "hash": hash(2), "traceId": null})),
        internal(json!({"value": "0"})),
        internal(json!({"isError": "1", "errCode": "Reverted"})),
        internal(json!({"isError": "0", "errCode": "out of gas"})),
        internal(json!({"type": "delegatecall_0_1"})),
    ];
    let batches = read(Ledger { internal: rows, ..Ledger::default() }).await;
    let created = CALL.replace(PAYEE, CREATED);
    assert_eq!(lines(&batches[1]), [format!("{created} 0"), format!("{CALL} 0"), format!("{CALL} 0")]);
    assert_eq!(batches[1].left_out, LeftOut { failed: 2, zero_calls: 1, borrowed: 1, ..LeftOut::default() });
    assert_eq!(batches[1].coverage.len(), 1);
}

#[tokio::test]
async fn blockscout_names_and_numbers_some_things_otherwise() {
    let tx = "0x88e2330c4361daeb25c1d54a673636cfb626d517bd943f0eed8d76089abcd17a";
    let call = |changes| {
        let row =
            internal(json!({"hash": null, "traceId": null, "transactionHash": tx, "callType": "call", "index": "3"}));
        with(row, changes)
    };
    let ledger = Ledger {
        transactions: vec![transaction(json!({"methodId": null, "functionName": null, "nonce": 5}))],
        internal: vec![
            // The creation itself stands in `txlist` already.
            call(json!({"type": "create", "callType": "", "index": "0", "to": "", "contractAddress": CREATED})),
            call(json!({})),
            call(json!({"index": 4})),
            call(json!({"index": 4})),
            call(json!({"index": "5", "callType": "delegatecall"})),
            call(json!({"index": "6", "type": "reward", "transactionHash": ""})),
        ],
        tokens: vec![
            token(json!({"logIndex": "40", "input": null})),
            token(json!({"logIndex": 41})),
            token(json!({"logIndex": 41})),
            token(json!({"logIndex": "42", "value": null, "tokenID": "7"})),
            token(json!({"logIndex": "43", "value": null, "tokenIDs": ["7", "8"], "values": ["1", "1"]})),
        ],
        ..Ledger::default()
    };
    let batches = read(ledger).await;
    assert_eq!(lines(&batches[0]), [FEE, VALUE]);
    assert_eq!(lines(&batches[1]), [format!("{CALL} 0"), format!("{CALL} 1")]);
    assert_eq!(batches[1].movements[1].order.leg, Some(4));
    let left_out = LeftOut { top_level: 1, borrowed: 1, no_transaction: 1, ..LeftOut::default() };
    assert_eq!(batches[1].left_out, left_out);
    assert_eq!(lines(&batches[2]), [format!("{TRANSFER} 0"), format!("{TRANSFER} 1")]);
    // As the events that a node tells without its calls.
    assert_eq!(batches[2].movements[1].order.leg, Some((1 << 31) + 41));
    assert_eq!(batches[2].left_out, LeftOut { nfts: 2, ..LeftOut::default() });
}

#[tokio::test]
async fn amounts_keep_every_digit_and_mints_come_from_nobody() {
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    let zero = "0x0000000000000000000000000000000000000000";
    let raw: Value = serde_json::from_str(r#"{"value": 12345678901234567}"#).unwrap();
    let rows = vec![token(json!({"value": most})), token(raw), token(json!({"from": zero, "value": "0"}))];
    let batches = read(Ledger { tokens: rows, ..Ledger::default() }).await;
    let told = lines(&batches[2]);
    assert!(told[0].contains(&format!(" {most} ")) && told[1].contains(" 12345678901234567 "), "{told:?}");
    assert!(told[2].contains(&format!(" {zero} {PAYEE} 0 ")), "as the export has it: {told:?}");
    assert_eq!(batches[2].movements[2].canonical().1, None);
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_told_and_the_others_are_read() {
    for (changes, reason) in [
        (json!({"hash": "0x12"}), "`hash`: `0x12` is not a transaction hash"),
        (json!({"hash": null}), "`hash` is missing"),
        (json!({"blockNumber": "soon"}), "`blockNumber`: `soon` is no whole number"),
        (json!({"blockNumber": null}), "`blockNumber` is missing"),
        (json!({"timeStamp": "99999999999999"}), "`timeStamp`: `99999999999999` is no time of a block"),
        (json!({"from": "0x1"}), "`from`: `0x1` is not an EVM address"),
        (json!({"to": ""}), "`to` and `contractAddress` are both empty"),
        (json!({"value": "1.5"}), "`value`: `1.5` is no amount in base units"),
        (json!({"value": 1e30}), "`value`: `1e+30` is no amount in base units"),
        (json!({"isError": "2"}), "`isError`: `2` is neither 0 nor 1"),
        (json!({"isError": null, "txreceipt_status": null}), "neither `isError` nor `txreceipt_status`"),
        (json!({"gasPrice": "9".repeat(75)}), "`gasUsed` times `gasPrice` does not fit"),
    ] {
        let transactions = vec![transaction(json!({})), with(transaction(json!({"hash": hash(9)})), changes)];
        let batches = read(Ledger { transactions, ..Ledger::default() }).await;
        assert_eq!(lines(&batches[0]), [FEE, VALUE], "{reason}");
        let [problem] = batches[0].problems.as_slice() else { panic!("{reason}: {:?}", batches[0].problems) };
        assert!(problem.reason.starts_with(reason), "{}", problem.reason);
        assert!(
            problem.file.contains("txlist of 0x458104") && problem.record.contains("\"confirmations\":\"48476\""),
            "{problem:?}"
        );
        assert!(
            batches[0].coverage.is_empty() && batches[1].coverage.len() == 1,
            "only what was read whole is claimed"
        );
    }
    // One transaction, told in two ways.
    let transactions = vec![transaction(json!({})), transaction(json!({"value": "1"}))];
    let batches = read(Ledger { transactions, ..Ledger::default() }).await;
    assert_eq!(lines(&batches[0]), [FEE, VALUE]);
    assert!(batches[0].problems[0].reason.starts_with("the explorer tells it twice, differently"));
    let strange = read(Ledger { internal: vec![internal(json!({"type": "stop"}))], ..Ledger::default() }).await;
    assert!(strange[1].problems[0].reason.starts_with("`type`: `stop ` is no known type of call"));
}

#[tokio::test]
async fn an_account_without_anything_is_known_to_have_nothing() {
    let batches = read(Ledger::default()).await;
    assert_eq!(batches.iter().map(|batch| batch.list).collect::<Vec<_>>(), List::ALL);
    assert!(batches.iter().all(|batch| batch.movements.is_empty() && batch.heights == Some((0, 20_000_000))));
    assert_eq!(batches.iter().map(|batch| batch.coverage.len()).sum::<usize>(), 4);
}

#[tokio::test]
async fn what_an_explorer_says_is_missing_is_not_claimed() {
    let server = Server::start(|asked, _| match asked["action"].as_str() {
        "txlistinternal" => {
            let message = "Some internal transactions within this block range have not yet been processed";
            Act::Json(json!({"status": "2", "message": message, "result": [internal(json!({}))]}))
        }
        _ => Ledger::default().answer(asked),
    })
    .await;
    let batches = all(explorer(&server), query(PAYEE, Some(20_000_000)), Paging::default()).await.unwrap();
    assert_eq!((lines(&batches[1]).len(), batches[1].coverage.len()), (1, 0));
    assert!(batches[1].note.as_ref().unwrap().contains("not yet been processed"));
}

#[tokio::test]
async fn without_a_last_height_the_last_block_is_not_claimed() {
    let ledger =
        Ledger { tokens: vec![token(json!({})), token(json!({"blockNumber": "17053190"}))], ..Ledger::default() };
    let server = Server::start(move |asked, _| ledger.answer(asked)).await;
    let batches = all(explorer(&server), query(&address(1), None), Paging::default()).await.unwrap();
    assert_eq!(batches[2].movements.len(), 2);
    assert_eq!((batches[2].coverage[0].from_height, batches[2].coverage[0].to_height), (0, 17_053_189));
    assert!(batches[0].coverage.is_empty(), "an empty list tells no height");
}

#[tokio::test]
async fn the_head_is_told_in_two_ways_or_not_at_all() {
    let head = |act: fn(&str) -> Act| async move {
        let server = Server::start(move |asked, _| act(asked["action"].as_str())).await;
        let source = Pages::new(explorer(&server), query(PAYEE, None), Paging::default()).unwrap();
        source.into_source().head().await
    };
    let etherscan = head(|_| Act::Json(json!({"jsonrpc": "2.0", "id": 83, "result": "0x1326a1e"}))).await;
    assert_eq!(etherscan.unwrap(), Some(20_081_182));
    let blockscout = head(|action| match action {
        "eth_block_number" => Act::Json(json!({"jsonrpc": "2.0", "id": 1, "result": "0x10"})),
        _ => Act::Json(json!({"status": "0", "message": "Unknown module", "result": null})),
    });
    assert_eq!(blockscout.await.unwrap(), Some(16));
    assert_eq!(head(|_| Act::Page(404, "not here".into())).await.unwrap(), None);
    let server = Server::start(|asked, _| Ledger::default().answer(asked)).await;
    let mut source = Source::from(explorer(&server));
    for (named, up_to) in [(None, 20_000_000), (Some(5), 5), (Some(20_000_001), 20_000_000)] {
        assert_eq!(source.up_to(named).await.unwrap(), Some(up_to), "nothing is claimed beyond the head");
    }
    let refused = head(|_| Act::Json(json!({"status": "0", "message": "NOTOK", "result": "Invalid API Key"}))).await;
    crate::assert_says(&refused.unwrap_err(), &["does not take the key", "the head"]);
}
