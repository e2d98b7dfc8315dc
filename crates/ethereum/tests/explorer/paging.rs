//! Windows: whatever their size and wherever their borders, every row comes once.

use fundtrail_ethereum::explorer::{Batch, Error, List, Pages, Paging, Source, Starts};
use fundtrail_types::{Coverage, What, join_ranges};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    all, assert_says, explorer,
    ledger::{Ledger, address, hash, line},
    query,
    server::{Act, Server},
};

/// A transfer: of a block, one of its transactions, and an amount.
fn token(height: u64, tx: u64, value: u64) -> Value {
    json!({
        "blockNumber": height.to_string(), "timeStamp": "1681571243", "hash": hash(height * 16 + tx), "from": address(1),
        "to": address(2), "contractAddress": address(3), "value": value.to_string(), "transactionIndex": tx.to_string(),
    })
}

fn transaction(height: u64, index: u64) -> Value {
    json!({
        "blockNumber": height.to_string(), "timeStamp": "1681571243", "hash": hash(height << 20 | index), "from": address(1),
        "to": address(2), "value": index.to_string(), "gasUsed": "1", "gasPrice": "1", "isError": "0",
    })
}

/// What one page that holds everything tells.
async fn at_once(ledger: &Ledger) -> Vec<String> {
    let ledger = Ledger { window: 100_000, cap: 100_000, ..ledger.clone() };
    let server = Server::start(move |asked, _| ledger.answer(asked)).await;
    let paging = Paging { page_rows: 100_000, window_rows: 100_000 };
    let batches = all(explorer(&server), query(&address(1), Some(1_000)), paging).await.unwrap();
    batches.iter().flat_map(|batch| &batch.movements).map(line).collect()
}

/// All batches, each run after a batch beginning anew where it says.
async fn resumed(server: &Server, paging: Paging) -> Result<Vec<Batch>, Error> {
    let mut starts = Starts::from(0);
    let mut batches = Vec::new();
    let mut source = Source::from(explorer(server));
    loop {
        let mut query = query(&address(1), Some(1_000));
        query.starts = starts;
        let mut pages = Pages::new(source, query, paging)?;
        let Some(batch) = pages.next().await else { return Ok(batches) };
        source = pages.into_source();
        let batch = batch?;
        match batch.list {
            List::Transactions => starts.transactions = batch.next,
            List::Internal => starts.internal = batch.next,
            List::Tokens => starts.tokens = batch.next,
        }
        batches.push(batch);
    }
}

/// The claims join without a gap or an overlap.
fn assert_whole(batches: &[Batch]) {
    let claims: Vec<&Coverage> = batches.iter().flat_map(|batch| &batch.coverage).collect();
    for what in [What::Native, What::Fee, What::Internal, What::Token] {
        let of = claims.iter().filter(|claim| claim.what == what);
        let ranges: Vec<(u64, u64)> = of.map(|claim| (claim.from_height, claim.to_height)).collect();
        assert_eq!(join_ranges(ranges.clone()), [(0, 1_000)], "{what}");
        assert_eq!(ranges.iter().map(|(from, to)| to - from + 1).sum::<u64>(), 1_001, "{what}: {ranges:?}");
    }
}

/// A block: its height, and of each row the transaction and the amount.
type Block = (u64, Vec<(u64, u64)>);

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    // Few transactions and amounts, so that many rows are equal.
    let rows = prop::collection::vec((0_u64..3, 1_u64..3), 1..7);
    prop::collection::btree_map(0_u64..1_000, rows, 0..40).prop_map(|blocks| blocks.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_window_loses_or_doubles_a_row(blocks in blocks(), page_rows in 1_usize..12, window_rows in 1_usize..40) {
        let rows = |(height, rows): &Block| {
            let mut rows = rows.clone();
            rows.sort_by_key(|(tx, _)| *tx);
            rows.into_iter().map(|(tx, value)| token(*height, tx, value)).collect::<Vec<_>>()
        };
        let tokens: Vec<Value> = blocks.iter().flat_map(rows).collect();
        let indexed = |(height, rows): &Block| (0..rows.len()).map(|index| transaction(*height, index as u64)).collect::<Vec<_>>();
        let transactions: Vec<Value> = blocks.iter().flat_map(indexed).collect();
        let ledger = Ledger { tokens, transactions, window: window_rows, ..Ledger::default() };
        let reach = if page_rows > window_rows { window_rows } else { window_rows / page_rows * page_rows };
        let readable = blocks.iter().all(|(_, rows)| rows.len() < reach);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let expected = at_once(&ledger).await;
            let server = Server::start(move |asked, _| ledger.answer(asked)).await;
            let paging = Paging { page_rows, window_rows };
            let straight = all(explorer(&server), query(&address(1), Some(1_000)), paging).await;
            if readable {
                for batches in [straight.unwrap(), resumed(&server, paging).await.unwrap()] {
                    let told: Vec<String> = batches.iter().flat_map(|batch| &batch.movements).map(line).collect();
                    assert_eq!(told, expected);
                    assert_whole(&batches);
                }
            } else if let Err(error) = straight {
                assert!(matches!(error, Error::BlockTooLong { .. }), "{error:?}");
            } else {
                panic!("a block of more rows than a window shows was read");
            }
        });
    }
}

#[tokio::test]
async fn a_block_longer_than_a_window_says_so() {
    let tokens = (0..30).map(|value| token(7, 0, value)).collect();
    let ledger = Ledger { tokens, window: 20, ..Ledger::default() };
    let server = Server::start(move |asked, _| ledger.answer(asked)).await;
    let paging = Paging { page_rows: 10, window_rows: 20 };
    let error = all(explorer(&server), query(&address(1), Some(1_000)), paging).await.unwrap_err();
    assert!(matches!(error, Error::BlockTooLong { height: 7, rows: 20, .. }), "{error:?}");
    assert_says(&error, &["block 7 has 20 rows or more of tokentx", "ask a node for this block"]);
}

#[tokio::test]
async fn a_cap_that_is_not_told_is_found_out() {
    for rows in [59_u64, 60, 61, 120, 250] {
        let tokens: Vec<Value> = (0..rows).map(|row| token(row / 4, row % 4, 1)).collect();
        let ledger = Ledger { tokens, cap: 60, ..Ledger::default() };
        let expected = at_once(&ledger).await;
        let server = Server::start(move |asked, _| ledger.answer(asked)).await;
        let batches = all(explorer(&server), query(&address(1), Some(1_000)), Paging::default()).await.unwrap();
        let told: Vec<String> = batches.iter().flat_map(|batch| &batch.movements).map(line).collect();
        assert_eq!((told.len() as u64, &told), (rows, &expected));
        assert_whole(&batches);
    }
}

#[tokio::test]
async fn an_explorer_that_does_not_page_as_asked_is_not_believed() {
    async fn astray(act: impl Fn(usize) -> Vec<Value> + Send + Sync + 'static, words: &[&str]) {
        let server = Server::start(move |asked, _| match asked["action"].as_str() {
            "tokentx" => {
                Act::Json(json!({"status": "1", "message": "OK", "result": act(asked["page"].parse().unwrap())}))
            }
            _ => Ledger::default().answer(asked),
        })
        .await;
        let paging = Paging { page_rows: 3, window_rows: 9 };
        let error = all(explorer(&server), query(&address(1), Some(1_000)), paging).await.unwrap_err();
        assert!(matches!(error, Error::Astray { .. }), "{error:?}");
        assert_says(&error, words);
    }
    let row = |height| token(height, 0, 1);
    astray(move |_| vec![row(7), row(7), row(8)], &["a row of block 7 came where blocks 8 to 1000 were asked for"])
        .await;
    astray(move |_| vec![row(7); 4], &["4 rows came where 3 were asked for"]).await;
    astray(move |_| vec![row(8), row(7)], &["a row of block 7 came where blocks 8 to 1000 were asked for"]).await;
    astray(move |_| vec![row(1_001)], &["a row of block 1001 came"]).await;
    astray(move |page| vec![row(9 - page as u64); 3], &["a row of block 7 came"]).await;
}

#[tokio::test]
async fn a_row_without_a_height_is_one_problem_at_a_border_too() {
    let mut tokens: Vec<Value> = (0..9).map(|row| token(row / 3, 0, row)).collect();
    tokens[4]["blockNumber"] = json!("?");
    let server = Server::start(move |asked, _| {
        // It is shown wherever its neighbours are.
        let (start, page, offset): (u64, usize, usize) =
            (asked["startblock"].parse().unwrap(), asked["page"].parse().unwrap(), asked["offset"].parse().unwrap());
        let rows = if asked["action"] == "tokentx" { tokens.as_slice() } else { &[] };
        let rows = rows.iter().enumerate().filter(|(at, _)| *at as u64 / 3 >= start).map(|(_, row)| row);
        let rows: Vec<&Value> = rows.skip((page - 1) * offset).take(offset).collect();
        Act::Json(json!({"status": "1", "message": "OK", "result": rows}))
    })
    .await;
    let paging = Paging { page_rows: 5, window_rows: 5 };
    let batches = all(explorer(&server), query(&address(1), Some(1_000)), paging).await.unwrap();
    assert_eq!(batches.iter().map(|batch| batch.problems.len()).sum::<usize>(), 1);
    assert_eq!(batches.iter().map(|batch| batch.movements.len()).sum::<usize>(), 8);
    let tokens: Vec<&Batch> = batches.iter().filter(|batch| batch.list == List::Tokens).collect();
    assert_eq!(tokens.iter().map(|batch| batch.coverage.len()).collect::<Vec<_>>(), [1, 0, 1]);
}
