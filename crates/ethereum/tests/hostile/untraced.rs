//! A node that cannot trace one transaction of a block tells of the others.

use fundtrail_ethereum::{
    Error, RawCalls,
    rpc::{Calls, Diffs},
};
use serde_json::{Value, json};

use crate::{
    chain::{CHAIN, Told, reply},
    node,
    server::{Act, Server},
};

#[tokio::test]
async fn a_tracer_that_fails_on_one_transaction_is_a_tracer() {
    let errors = [json!("execution timeout"), json!({"code": -32000, "message": "execution timeout"})];
    for error in errors {
        let tell = move |method: &str, params: &Value| -> Told {
            let mut told = CHAIN.tell(method, params)?;
            if method == "debug_traceBlockByNumber" {
                told[1] = json!({"txHash": told[1]["txHash"], "result": null, "error": error});
            }
            Ok(told)
        };
        let server = Server::start(move |body, _| Act::Json(reply(body, &tell))).await;
        let mut node = node(&server).await;
        let found = node.find_abilities(30).await.unwrap();
        assert_eq!((found.calls, found.diffs, found.reasons.len()), (Calls::Frames, Diffs::Prestate, 0));
        let raw = node.fetch(30).await.unwrap().raw;
        assert!(raw.calls.is_some() && raw.diffs.is_some());
        let [calls, diffs] = raw.notes.as_slice() else { panic!("{:?}", raw.notes) };
        for (note, what) in [(calls, "no internal calls of"), (diffs, "no balance differences of")] {
            assert!(note.contains(what) && note.contains(&CHAIN.tx(30, 1)) && note.contains("timeout"), "{note}");
        }
    }
}

/// A node that tells rows, without those of the second transaction or with some of a third.
async fn rows(change: fn(&mut Vec<Value>)) -> Result<fundtrail_ethereum::RawBlock, Error> {
    let tell = move |method: &str, params: &Value| -> Told {
        if method == "debug_traceBlockByNumber" {
            return Err((-32_601, "no".into()));
        }
        let mut told = CHAIN.tell(method, params)?;
        if (method, params[0].as_str()) == ("trace_block", Some("0x6")) {
            change(told.as_array_mut().unwrap());
        }
        Ok(told)
    };
    let server = Server::start(move |body, _| Act::Json(reply(body, &tell))).await;
    let mut node = node(&server).await;
    node.find_abilities(30).await.unwrap();
    node.fetch(6).await.map(|block| block.raw)
}

#[tokio::test]
async fn rows_of_one_transaction_may_be_missing_but_none_may_be_of_another_block() {
    let raw = rows(|rows| rows.truncate(1)).await.unwrap();
    assert!(matches!(raw.calls, Some(RawCalls::Rows(_))));
    assert!(raw.notes[0].contains(&CHAIN.tx(6, 1)), "{:?}", raw.notes);
    let strange = rows(|rows| rows[1]["transactionHash"] = json!(CHAIN.tx(7, 1))).await.unwrap_err();
    assert!(matches!(strange, Error::Forks { .. }), "{strange}");
    let none = rows(|rows| rows.clear()).await.unwrap_err();
    assert!(matches!(none, Error::Forks { .. }), "{none}");
}
