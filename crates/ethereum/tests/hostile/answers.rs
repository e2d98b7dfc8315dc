//! Answers that are wrong in themselves: other ids, other chains, pages, nothing; batches that are refused; missing methods.

use alloy::primitives::U256;
use fundtrail_ethereum::{
    Error, RawCalls,
    rpc::{Calls, Diffs, Node, Receipts},
};
use fundtrail_rpc::{
    Call,
    Error::{Answered, NotJsonRpc},
};
use serde_json::{Value, json};

use crate::{
    assert_says,
    chain::{CHAIN, Told, address, honest, reply},
    client, node,
    server::{Act, KEY, Server},
    settings,
};

async fn refused(act: fn(&Value) -> Act) -> (fundtrail_rpc::Error, Server) {
    let server = Server::start(move |body, _| act(body)).await;
    let error = client(&server, settings()).call(Call::new("eth_chainId", json!([]))).await.unwrap_err();
    (error, server)
}

fn without(missing: &'static [&'static str]) -> impl Fn(&Value, usize) -> Act + Send + Sync {
    move |body, _| {
        Act::Json(reply(body, &|method, params| {
            let tracer = params[1]["tracer"].as_str().unwrap_or_default();
            if missing.contains(&method) || missing.contains(&tracer) {
                return Err((-32_601, format!("the method {method} does not exist/is not available")));
            }
            CHAIN.tell(method, params)
        }))
    }
}

#[tokio::test]
async fn answers_to_other_requests_are_not_taken() {
    let (error, server) = refused(|_| Act::Json(json!({"jsonrpc": "2.0", "id": 4711, "result": "0x1"}))).await;
    assert_says(&error, &server, &["answers request 4711, which was not asked", "JSON-RPC endpoint"]);
    assert_eq!(server.messages(), 3, "an accident of a load balancer would have passed");

    let server = Server::start(|body, before| match before {
        0 => Act::Json(json!({"jsonrpc": "2.0", "id": 4711, "result": "0x63"})),
        _ => honest(body),
    })
    .await;
    assert_eq!(node(&server).await.chain_id(), 1);
}

#[tokio::test]
async fn one_answer_twice_is_not_two() {
    let server = Server::start(|body, _| {
        let honest = reply(body, &|method, params| CHAIN.tell(method, params));
        Act::Json(match honest.as_array() {
            Some(list) => json!([list[0], list[0]]),
            None => honest,
        })
    })
    .await;
    let calls = [Call::new("eth_chainId", json!([])), Call::new("eth_getBlockByNumber", json!(["0x1", false]))];
    let results = client(&server, settings()).calls(&calls).await;
    assert_eq!(results[0].as_ref().unwrap().get(), "\"0x1\"");
    assert!(results[1].as_ref().unwrap().get().contains("parentHash"));
}

#[tokio::test]
async fn a_page_is_no_answer() {
    let (error, server) =
        refused(|_| Act::Page(200, vec![], "<html>\n <b>Welcome</b> to the portal</html>".into())).await;
    assert!(matches!(error, NotJsonRpc { .. }), "{error:?}");
    assert_says(&error, &server, &["<html> <b>Welcome</b> to the portal</html>", "path included"]);
    let (error, server) = refused(|_| Act::Json(json!({"hello": "world"}))).await;
    assert_says(&error, &server, &["{\"hello\":\"world\"}"]);
    let (error, server) = refused(|_| Act::Page(200, vec![], String::new())).await;
    assert_says(&error, &server, &["nothing that can be read"]);
}

#[tokio::test]
async fn what_cannot_succeed_is_asked_once() {
    let moved = vec![("location", "http://192.0.2.1/elsewhere".to_owned())];
    type Case = (u16, Vec<(&'static str, String)>, &'static [&'static str]);
    let cases: [Case; 4] = [
        (401, vec![], &["does not let us in", "HTTP 401", "check the key"]),
        (403, vec![], &["does not let us in", "HTTP 403", "plan allows"]),
        (404, vec![], &["HTTP 404", "path included"]),
        (307, moved, &["HTTP 307", "check that its URL"]),
    ];
    for (status, headers, words) in cases {
        let page = headers.clone();
        let server = Server::start(move |_, _| Act::Page(status, page.clone(), "no".into())).await;
        let error = client(&server, settings()).call(Call::new("eth_chainId", json!([]))).await.unwrap_err();
        assert_says(&error, &server, words);
        assert_eq!(server.messages(), 1, "{status}");
    }
    let server = Server::start(without(&["eth_chainId"])).await;
    let error = Node::connect(client(&server, settings()), None).await.unwrap_err();
    assert!(matches!(error, Error::Rpc(Answered { code: -32_601, .. })), "{error:?}");
    assert_says(&error, &server, &["eth_chainId", "does not exist", "use a node that serves this method"]);
    assert_eq!(server.messages(), 1);
}

#[tokio::test]
async fn an_error_that_comes_with_a_bad_status_is_read() {
    let (error, _server) = refused(|body| {
        let error = reply(body, &|_, _| Err((-32_602, "invalid argument 0".into())));
        Act::Page(400, vec![], error.to_string())
    })
    .await;
    assert!(matches!(error, Answered { code: -32_602, .. }), "{error:?}");
}

#[tokio::test]
async fn what_an_endpoint_says_is_quoted_briefly_and_without_the_key() {
    let told = |id: Value| {
        let message = format!("no project {KEY}: {}", "blah ".repeat(10_000));
        move |_: &Value, _| {
            Act::Json(json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32_000, "message": message}}))
        }
    };
    for id in [json!(1), Value::Null] {
        let server = Server::start(told(id)).await;
        let error = client(&server, settings()).call(Call::new("eth_chainId", json!([]))).await.unwrap_err();
        assert_says(&error, &server, &["no project ***: blah"]);
        assert!(error.to_string().len() < 500, "{error}");
    }
    let (error, server) =
        refused(|_| Act::Json(json!({"jsonrpc": "2.0", "id": format!("{KEY} {}", "x".repeat(9999)), "result": 1})))
            .await;
    assert_says(&error, &server, &["answers request ***"]);
}

#[tokio::test]
async fn another_chain_is_an_error() {
    let server = Server::start(|body, _| Act::Json(reply(body, &|_, _| Ok(json!("0x89"))))).await;
    let error = Node::connect(client(&server, settings()), Some(1)).await.unwrap_err();
    assert!(matches!(error, Error::WrongChain { expected: 1, found: 137, .. }), "{error:?}");
    assert_says(&error, &server, &["chain 137", "not of chain 1", "give a node of chain 1"]);
    assert_eq!(Node::connect(client(&server, settings()), None).await.unwrap().chain_id(), 137);
}

#[tokio::test]
async fn finalized_and_latest_are_told_apart() {
    let server = Server::start(|body, _| honest(body)).await;
    let node = node(&server).await;
    assert_eq!(node.finalized().await.unwrap().height, 20);
    let latest = node.latest().await.unwrap();
    assert_eq!((latest.height, latest.hash.to_string()), (30, CHAIN.hash(30)));
    assert_eq!(latest.parent, node.header(29).await.unwrap().hash);

    let tell = |method: &str, params: &Value| -> Told {
        match params[0].as_str() {
            Some("finalized") => Err((-32_602, "unknown tag finalized".into())),
            _ => CHAIN.tell(method, params),
        }
    };
    let server = Server::start(move |body, _| Act::Json(reply(body, &tell))).await;
    let error = self::node(&server).await.finalized().await.unwrap_err();
    assert!(matches!(error, Error::NoFinalized { .. }), "{error:?}");
    assert_says(&error, &server, &["unknown tag finalized", "name the last height"]);
}

#[tokio::test]
async fn a_null_block_is_an_error_that_says_so() {
    let server = Server::start(|body, _| honest(body)).await;
    let error = node(&server).await.fetch(31).await.unwrap_err();
    assert!(matches!(error, Error::NoBlock { height: 31, .. }), "{error:?}");
    assert_says(&error, &server, &["does not have block 31 (yet)", "wait until it has caught up"]);
    // One that lags behind for a moment is waited for.
    let server = Server::start(|body, before| match before {
        1 => Act::Json(reply(body, &|_, _| Ok(Value::Null))),
        _ => honest(body),
    })
    .await;
    assert_eq!(node(&server).await.fetch(30).await.unwrap().header.height, 30);
}

#[tokio::test]
async fn abilities_are_found_by_asking() {
    let cases: [(&[&str], Receipts, Calls, Diffs, &str); 4] = [
        (&[], Receipts::ByBlock, Calls::Frames, Diffs::Prestate, "internal calls: debug_traceBlockByNumber"),
        (&["callTracer"], Receipts::ByBlock, Calls::Rows, Diffs::Prestate, "internal calls: trace_block"),
        (
            &["debug_traceBlockByNumber", "eth_getBlockReceipts"],
            Receipts::OneByOne,
            Calls::Rows,
            Diffs::None,
            "receipts: one by one",
        ),
        (
            &["debug_traceBlockByNumber", "trace_block"],
            Receipts::ByBlock,
            Calls::None,
            Diffs::None,
            "internal calls: none",
        ),
    ];
    for (missing, receipts, calls, diffs, words) in cases {
        let server = Server::start(without(missing)).await;
        let mut node = node(&server).await;
        let found = node.find_abilities(30).await.unwrap();
        assert_eq!((found.receipts, found.calls, found.diffs), (receipts, calls, diffs), "{missing:?}");
        assert!(found.to_string().contains(words), "{found}");
        let reasons = usize::from(calls == Calls::None) * 2 + usize::from(diffs == Diffs::None);
        assert_eq!(found.reasons.len(), reasons, "{:?}", found.reasons);
        let raw = node.fetch(25).await.unwrap().raw;
        assert_eq!(raw.receipts.unwrap().get().matches("cumulativeGasUsed").count(), 2);
        assert!(matches!(
            (&raw.calls, calls),
            (Some(RawCalls::Frames(_)), Calls::Frames) | (Some(RawCalls::Rows(_)), Calls::Rows) | (None, Calls::None)
        ));
        assert_eq!(raw.diffs.is_some(), diffs == Diffs::Prestate);
        assert_eq!((raw.uncles.len(), raw.notes.len()), (1, 0));
    }
}

#[tokio::test]
async fn a_tracer_that_traces_something_else_is_missing() {
    let tell = |method: &str, params: &Value| -> Told {
        match method {
            // A node that ignores the tracer it is asked for.
            "debug_traceBlockByNumber" => Ok(json!([{"result": {"structLogs": []}}, {"result": {"structLogs": []}}])),
            "trace_block" => Err((-32_601, "no".into())),
            _ => CHAIN.tell(method, params),
        }
    };
    let server = Server::start(move |body, _| Act::Json(reply(body, &tell))).await;
    let mut node = node(&server).await;
    let found = node.find_abilities(30).await.unwrap();
    assert_eq!((found.calls, found.diffs), (Calls::None, Diffs::None));
    assert!(found.reasons[0].contains("something else than was asked for"), "{:?}", found.reasons);
}

#[tokio::test]
async fn pruned_state_leaves_a_note_and_goes_on() {
    let tell = |method: &str, params: &Value| -> Told {
        match (method, params[0].as_str().unwrap_or_default()) {
            ("debug_traceBlockByNumber", "0x3") => {
                Err((-32_000, "required historical state unavailable (reexec=128)".into()))
            }
            ("debug_traceBlockByNumber", "0x4") => Err((-32_000, "something odd".into())),
            ("debug_traceBlockByNumber", "0x6") => Ok(
                json!([{"txHash": CHAIN.tx(6, 0), "result": {}}, {"txHash": CHAIN.tx(6, 1), "error": "execution timeout"}]),
            ),
            _ => CHAIN.tell(method, params),
        }
    };
    let server = Server::start(move |body, _| Act::Json(reply(body, &tell))).await;
    let mut node = node(&server).await;
    node.find_abilities(30).await.unwrap();
    for (height, words) in [(3, "historical state unavailable"), (4, "something odd")] {
        let raw = node.fetch(height).await.unwrap().raw;
        assert!(raw.calls.is_none() && raw.diffs.is_none() && raw.receipts.is_some());
        assert_eq!(raw.notes.len(), 2);
        assert!(
            raw.notes[0].contains("no internal calls of this block") && raw.notes[0].contains(words),
            "{:?}",
            raw.notes
        );
    }
    let raw = node.fetch(6).await.unwrap().raw;
    assert!(raw.calls.is_some());
    assert!(raw.notes[0].contains(&CHAIN.tx(6, 1)) && raw.notes[0].contains("execution timeout"), "{:?}", raw.notes);
    assert!(node.fetch(5).await.unwrap().raw.notes.is_empty());
}

#[tokio::test]
async fn balances_come_in_the_order_of_the_addresses() {
    let server = Server::start(|body, _| honest(body)).await;
    let node = node(&server).await;
    let addresses: Vec<_> = (0..50).map(|index| address(index).parse().unwrap()).collect();
    let balances = node.balances(7, &addresses).await.unwrap();
    let expected: Vec<U256> = (0..50).map(|index| U256::from(index + 1001)).collect();
    assert_eq!(balances.amounts_wei, expected);
    assert_eq!(server.messages(), 1 + 3, "fifty requests are three batches");
}
