//! Limits of rate, troubles that pass, time and size.

use std::{
    io::Write,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use fundtrail_rpc::{Call, Client, Endpoint, Error, Settings};
use serde_json::{Value, json};

use crate::{
    assert_says,
    chain::{CHAIN, honest, reply},
    client,
    server::{Act, KEY, Server},
    settings,
};

fn chain_id() -> Call {
    Call::new("eth_chainId", json!([]))
}

/// The trouble comes twice, then the answer; nobody notices but the server.
async fn passes(trouble: fn(&Value) -> Act) {
    let server = Server::start(move |body, before| if before < 2 { trouble(body) } else { honest(body) }).await;
    let result = client(&server, settings()).call(chain_id()).await.unwrap();
    assert_eq!(result.get(), "\"0x1\"");
    assert_eq!(server.messages(), 3);
}

/// The trouble never ends.
async fn stays(trouble: fn(&Value) -> Act, settings: Settings) -> (Error, Server) {
    let server = Server::start(move |body, _| trouble(body)).await;
    let error = client(&server, settings).call(chain_id()).await.unwrap_err();
    (error, server)
}

fn slow_down(headers: Vec<(&'static str, String)>) -> Act {
    Act::Page(429, headers, format!("project {KEY} has no requests left"))
}

#[tokio::test]
async fn too_many_requests_is_waited_out() {
    passes(|_| slow_down(vec![])).await;
    passes(|_| slow_down(vec![("retry-after", "0".into())])).await;
    passes(|body| Act::Json(reply(body, &|_, _| Err((-32_005, "limit exceeded".into()))))).await;
    passes(|_| Act::Json(json!({"jsonrpc": "2.0", "id": null, "error": {"code": 429, "message": "slow"}}))).await;
}

#[tokio::test]
async fn too_many_requests_forever_is_an_error() {
    let (error, server) = stays(|_| slow_down(vec![]), Settings { retries: 3, ..settings() }).await;
    assert!(matches!(error, Error::RateLimited { tries: 4, .. }), "{error:?}");
    assert_says(&error, &server, &["set a lower rate", "eth_chainId", "project *** has"]);
    assert_eq!(server.messages(), 4);
}

#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept_by_all() {
    let pause = Duration::from_secs(1);
    let server = Server::start(move |body, before| match before {
        0 => slow_down(vec![("Retry-After", "1".into())]),
        _ => honest(body),
    })
    .await;
    let client = client(&server, Settings { concurrency: 1, batch: 1, retry_after_max: pause, ..settings() });
    let start = Instant::now();
    let results = client.calls(&[chain_id(), chain_id()]).await;
    assert!(results.iter().all(Result::is_ok));
    assert!(start.elapsed() >= pause, "went on after {:?}", start.elapsed());
}

#[tokio::test]
async fn an_absurd_pause_is_cut() {
    passes(|_| slow_down(vec![("retry-after", "86400".into())])).await;
}

#[tokio::test]
async fn troubles_of_the_server_pass() {
    passes(|_| Act::Page(503, vec![], "<html>down for maintenance</html>".into())).await;
    passes(|_| Act::Page(502, vec![], String::new())).await;
    passes(|_| Act::Close).await;
    passes(|body| Act::Half(reply(body, &|method, params| CHAIN.tell(method, params)))).await;
    passes(|body| Act::Short(reply(body, &|method, params| CHAIN.tell(method, params)))).await;
}

#[tokio::test]
async fn troubles_that_stay_name_endpoint_and_remedy() {
    let few = || Settings { retries: 2, ..settings() };
    for trouble in [
        |_: &Value| Act::Page(503, vec![], format!("<html>no node for {KEY}</html>")),
        |_: &Value| Act::Close,
        |_: &Value| Act::Half(json!({"jsonrpc": "2.0", "id": 1, "result": "0x1"})),
    ] {
        let (error, server) = stays(trouble, few()).await;
        assert!(matches!(error, Error::Unreachable { tries: 3, .. }), "{error:?}");
        assert_says(&error, &server, &["check that the node runs"]);
        assert_eq!(server.messages(), 3);
    }
}

#[tokio::test]
async fn nobody_there_is_an_error() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = Endpoint::parse(&format!("http://{address}/{KEY}")).unwrap();
    let client = Client::new(endpoint, Settings { retries: 1, ..settings() }).unwrap();
    let error = client.call(chain_id()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { tries: 2, .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(&format!("http://{address} did not answer")) && !text.contains(KEY), "{text}");
}

#[tokio::test]
async fn silence_and_stalling_end_in_time() {
    let brief = Duration::from_millis(150);
    let (error, server) = stays(|_| Act::Silence, Settings { retries: 1, first_byte: brief, ..settings() }).await;
    assert_says(&error, &server, &["no answer within 0.15 s"]);
    let hasty = Settings { retries: 1, between_pieces: brief, ..settings() };
    let (error, server) = stays(|_| Act::Stall(json!("0x1111111111")), hasty).await;
    assert_says(&error, &server, &["no further piece of the answer within 0.15 s"]);
    let whole = Settings { retries: 0, whole: brief, ..settings() };
    let (error, server) = stays(|_| Act::Silence, whole).await;
    assert_says(&error, &server, &["no whole answer within 0.15 s"]);
}

#[tokio::test]
async fn a_slow_answer_is_asked_for_again() {
    let server = Server::start(|body, before| if before < 2 { Act::Silence } else { honest(body) }).await;
    let hasty = Settings { retries: 50, first_byte: Duration::from_millis(200), ..settings() };
    assert_eq!(client(&server, hasty).call(chain_id()).await.unwrap().get(), "\"0x1\"");
}

#[tokio::test]
async fn an_endless_stream_costs_no_more_than_the_limit() {
    const LIMIT: usize = 1 << 20;
    let (error, server) = stays(|_| Act::Endless, Settings { answer_bytes_max: LIMIT, ..settings() }).await;
    assert!(matches!(error, Error::TooLarge { bytes_max: LIMIT, .. }), "{error:?}");
    assert_says(&error, &server, &["1048576 bytes", "raise the limit"]);
    assert_eq!(server.messages(), 1, "what is too long once is too long again");
    // The connection is dropped: the server gets an error when it writes on.
    server.seen.dropped.notified().await;
    let taken = server.seen.endless_bytes.load(Ordering::SeqCst);
    // Beside the limit, the buffers of both sockets hold some megabytes at most.
    assert!(taken < 64 << 20, "{taken} bytes were taken");
}

#[tokio::test]
async fn a_compressed_answer_is_counted_unpacked() {
    fn bomb(_: &Value) -> Act {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"").unwrap();
        for _ in 0..64 {
            packer.write_all(&[b'0'; 64 << 10]).unwrap();
        }
        packer.write_all(b"\"}").unwrap();
        Act::Gzip(packer.finish().unwrap())
    }
    let (error, _server) = stays(bomb, Settings { answer_bytes_max: 1 << 20, ..settings() }).await;
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
    let server = Server::start(|body, _| bomb(body)).await;
    let result = client(&server, Settings { answer_bytes_max: 8 << 20, ..settings() }).call(chain_id()).await.unwrap();
    assert_eq!(result.get().len(), (4 << 20) + 2);
}
