//! Batches, and how much is asked at once.

use std::sync::atomic::Ordering;

use fundtrail_rpc::{Call, Settings};
use serde_json::{Value, json};

use crate::{
    assert_says,
    chain::{CHAIN, hex, honest, reply},
    client,
    server::{Act, Server},
    settings,
};

/// How an endpoint refuses a batch.
type Refusal = Box<dyn Fn(&Value) -> Act + Send + Sync>;

#[tokio::test]
async fn batches_are_answered_each_on_its_own() {
    let server = Server::start(|body, before| {
        // In the first batch one request meets the limit, one is left out, and one cannot succeed.
        let mut answer = reply(body, &|method, params| match params[0].as_str().unwrap() {
            "0x2" if before == 0 => Err((-32_005, "limit exceeded".into())),
            "0x4" => Err((-32_602, "no such block".into())),
            _ => CHAIN.tell(method, params),
        });
        if before == 0 {
            answer.as_array_mut().unwrap().remove(3);
            answer.as_array_mut().unwrap().reverse();
        }
        Act::Json(answer)
    })
    .await;
    let calls: Vec<Call> =
        (0..6).map(|height| Call::new("eth_getBlockByNumber", json!([hex(height), false]))).collect();
    let results = client(&server, settings()).calls(&calls).await;
    for (height, result) in (0..6).zip(results) {
        match result {
            Ok(block) => assert!(block.get().contains(&CHAIN.hash(height)), "{height}"),
            Err(error) => {
                assert_eq!(height, 4);
                assert_says(&error, &server, &["no such block"]);
            }
        }
    }
    let bodies = server.seen.bodies.lock().unwrap();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[1].as_array().unwrap().len(), 2, "only what is open is asked again");
}

#[tokio::test]
async fn batches_that_are_refused_become_smaller() {
    let too_large = |body: &Value| json!({"jsonrpc": "2.0", "id": body[0]["id"], "error": {"code": -32_600, "message": "batch too large"}});
    let refusals: [Refusal; 4] = [
        Box::new(move |body| Act::Json(too_large(body))),
        Box::new(move |body| Act::Json(json!([too_large(body)]))),
        Box::new(|_| Act::Page(413, vec![], "too large".into())),
        Box::new(|_| Act::Page(200, vec![], "<html>what?</html>".into())),
    ];
    for refuse in refusals {
        let server = Server::start(move |body, _| match body.as_array() {
            Some(list) if list.len() > 3 => refuse(body),
            _ => honest(body),
        })
        .await;
        let calls: Vec<Call> =
            (0..20).map(|height| Call::new("eth_getBlockByNumber", json!([hex(height), false]))).collect();
        let client = client(&server, settings());
        for _ in 0..2 {
            for (height, result) in (0..).zip(client.calls(&calls).await) {
                assert!(result.unwrap().get().contains(&CHAIN.hash(height)), "{height}");
            }
        }
    }
}

#[tokio::test]
async fn an_endpoint_without_batches_gets_single_requests() {
    let server =
        Server::start(|body, _| if body.is_array() { Act::Page(400, vec![], String::new()) } else { honest(body) })
            .await;
    let client = client(&server, settings());
    let calls: Vec<Call> =
        (0..20).map(|height| Call::new("eth_getBlockByNumber", json!([hex(height), false]))).collect();
    assert!(client.calls(&calls).await.iter().all(Result::is_ok));
    let before = server.messages();
    assert!(client.calls(&calls).await.iter().all(Result::is_ok));
    assert_eq!(server.messages() - before, 20, "what was learnt is kept");
}

#[tokio::test]
async fn a_rate_is_kept() {
    let server = Server::start(|body, _| honest(body)).await;
    let client = client(&server, Settings { rate: std::num::NonZeroU32::new(50), ..settings() });
    let start = std::time::Instant::now();
    let calls: Vec<Call> = (0..11).map(|_| Call::new("eth_chainId", json!([]))).collect();
    assert!(client.calls(&calls).await.iter().all(Result::is_ok));
    // Eleven requests at fifty a second: ten gaps of 20 ms, however many come in one message.
    assert!(start.elapsed() >= std::time::Duration::from_millis(190), "{:?}", start.elapsed());
    assert_eq!(server.messages(), 1);
}

#[tokio::test]
async fn no_more_messages_are_under_way_than_allowed() {
    let under_way = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = under_way.clone();
    // The server counts what has arrived and answers nothing, so whatever may be sent is sent.
    let server = Server::start(move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        Act::Silence
    })
    .await;
    let patient =
        Settings { concurrency: 3, batch: 1, retries: 0, whole: std::time::Duration::from_millis(300), ..settings() };
    let client = client(&server, patient);
    let calls: Vec<Call> = (0..10).map(|_| Call::new("eth_chainId", json!([]))).collect();
    let waiting = tokio::spawn(async move { client.calls(&calls).await });
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    assert!(under_way.load(Ordering::SeqCst) <= 3);
    waiting.abort();
}
