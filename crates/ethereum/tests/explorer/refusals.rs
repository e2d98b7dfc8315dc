//! What an explorer may say instead of rows, and what people are told to do about it.

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use fundtrail_ethereum::explorer::{Batch, Error, Explorer, Pages, Paging, Site};
use fundtrail_rpc::Settings;
use fundtrail_types::Chain;
use serde_json::json;

use crate::{
    all, assert_says, explorer,
    ledger::{Ledger, address, refuse},
    query,
    server::{Act, Asked, KEY, Server},
    settings,
};

async fn refused(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> (Error, Server) {
    let server = Server::start(move |asked, _| act(asked)).await;
    let error = all(explorer(&server), query(&address(1), Some(9)), Paging::default()).await.unwrap_err();
    (error, server)
}

#[tokio::test]
async fn a_rate_limit_passes() {
    for said in [
        "Max rate limit reached, please use API Key for higher rate limit",
        "Max calls per sec rate limit reached (3/sec)",
    ] {
        let server = Server::start(move |asked, before| match before {
            0 | 1 => refuse(said),
            2 => Act::Page(429, "slow down".into()),
            3 => Act::Page(503, "busy".into()),
            4 => Act::Half(json!({"status": "1", "message": "OK", "result": []})),
            5 => Act::Short(json!({"status": "1", "message": "OK", "result": []})),
            6 => refuse("Query Timeout occured. Please select a smaller result dataset"),
            _ => Ledger::default().answer(asked),
        })
        .await;
        let batches = all(explorer(&server), query(&address(1), Some(9)), Paging::default()).await.unwrap();
        assert_eq!((batches.len(), server.questions()), (3, 7 + 3));
    }
}

#[tokio::test]
async fn a_rate_limit_that_stays_is_an_error() {
    let (error, server) = refused(|_| refuse("Max calls per sec rate limit reached (3/sec)")).await;
    assert!(matches!(error, Error::RateLimited { tries: 9, .. }), "{error:?}");
    assert_says(&error, &[server.host(), "(3/sec)", "set a lower rate"]);
}

#[tokio::test]
async fn other_refusals_are_final_and_say_what_to_do() {
    for (said, words) in [
        ("Invalid API Key", ["does not take the key", "give a valid key"]),
        ("Missing/Invalid API Key", ["does not take the key", "give a valid key"]),
        ("Too many invalid api key attempts, please try again later", ["does not take the key", "give a valid key"]),
        ("Max daily rate limit reached. 100000 (100%) of 100000 day/limit", ["for now", "when the limit is reset"]),
        (
            "Free API access is not supported for this chain. Please upgrade your api plan for full chain coverage.",
            ["on this plan", "use a larger plan"],
        ),
        (
            "You are using a deprecated V1 endpoint, switch to Etherscan API V2 using https://docs.etherscan.io/v2-migration",
            ["switch to Etherscan API V2", "https://api.etherscan.io/v2/api"],
        ),
        ("Error! Invalid address format", ["refuses txlist", "Invalid address format"]),
    ] {
        let (error, server) = refused(move |_| refuse(said)).await;
        assert_says(&error, &[server.host()]);
        assert_says(&error, &words);
        assert_eq!(server.questions(), 1, "{said}");
    }
}

#[tokio::test]
async fn the_key_is_in_no_message() {
    let repeats = |asked: &Asked| format!("no such key: {}, see ?apikey={}", asked["apikey"], asked["apikey"]);
    let (error, _) = refused(move |asked| refuse(&repeats(asked))).await;
    assert_says(&error, &["no such key: ***"]);
    let (error, _) = refused(move |asked| Act::Page(403, repeats(asked))).await;
    assert_says(&error, &["no such key: ***"]);
    let (error, _) = refused(move |asked| Act::Page(200, format!("<html>{}</html>", repeats(asked)))).await;
    assert_says(&error, &["<html>no such key: ***", "such as https://HOST/api"]);
    let site = Site::new("http://127.0.0.1:1/api", Chain::ETHEREUM, Some(KEY)).unwrap();
    let gone = Explorer::new(site, settings()).unwrap();
    let pages = Pages::new(gone, query(&address(1), Some(9)), Paging::default()).unwrap();
    assert!(!format!("{pages:?}").contains(KEY), "{pages:?}");
    let error = all(pages.into_source(), query(&address(1), Some(9)), Paging::default()).await.unwrap_err();
    assert_says(&error, &["127.0.0.1:1", "check that it can be reached"]);
}

#[tokio::test]
async fn pages_and_statuses_are_no_answers() {
    let (error, server) = refused(|_| Act::Page(200, "<html>Just a moment...</html>".into())).await;
    assert_says(&error, &["<html>Just a moment...</html>", "Etherscan-compatible"]);
    assert_eq!(server.questions(), 3, "an accident would have passed");
    let (error, _) = refused(|_| Act::Page(404, "not found".into())).await;
    assert_says(&error, &["HTTP 404", "check its URL"]);
    let (error, _) = refused(|_| Act::Page(302, String::new())).await;
    assert_says(&error, &["HTTP 302"]);
    let (error, _) = refused(|_| Act::Json(json!({"jsonrpc": "2.0", "id": 1, "result": "0x1"}))).await;
    assert_says(&error, &["0x1"]);
    let (error, _) = refused(|_| Act::Half(json!({"status": "1", "message": "OK", "result": []}))).await;
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_list_that_is_refused_does_not_keep_back_the_others() {
    let server = Server::start(|asked, _| match asked["action"].as_str() {
        "txlistinternal" => {
            refuse("Sorry, it looks like you are trying to access an API Pro endpoint. Contact us to upgrade")
        }
        _ => Ledger::default().answer(asked),
    })
    .await;
    let mut pages = Pages::new(explorer(&server), query(&address(1), Some(9)), Paging::default()).unwrap();
    let whats = |batch: Batch| batch.coverage.len();
    assert_eq!(pages.next().await.unwrap().map(whats).unwrap(), 2);
    assert_says(&pages.next().await.unwrap().unwrap_err(), &["txlistinternal on this plan"]);
    assert_eq!(pages.next().await.unwrap().map(whats).unwrap(), 1);
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn the_second_form_names_the_chain() {
    let server = Server::start(|asked, _| match asked.get("chainid").map(String::as_str) {
        Some("8453") if asked["path"] == "/v2/api" => Ledger::default().answer(asked),
        _ => refuse("Missing or unsupported chainid parameter (required for v2 api), please see chainlist"),
    })
    .await;
    let base: Chain = "eip155:8453".parse().unwrap();
    let site = |path: &str, chain| Site::new(&server.url(path), chain, Some(KEY)).unwrap();
    let ask = |site: Site| async {
        let mut query = query(&address(1), Some(9));
        query.account.chain = site.chain();
        all(Explorer::new(site, settings()).unwrap(), query, Paging::default()).await
    };
    assert_eq!(ask(site("/v2/api", base)).await.unwrap().len(), 3);
    assert_eq!(ask(site("/v2/api?chainid=8453", base)).await.unwrap().len(), 3);
    let words = ["does not know the chain", "https://api.etherscan.io/v2/api"];
    assert_says(&ask(site("/api", base)).await.unwrap_err(), &words);
    assert_says(&ask(site("/v2/api", Chain::ETHEREUM)).await.unwrap_err(), &words);
    let other = Explorer::new(site("/v2/api", base), settings()).unwrap();
    let error = Pages::new(other, query(&address(1), None), Paging::default()).unwrap_err();
    assert_says(&error, &["eip155:8453", "eip155:1"]);
}

#[tokio::test]
async fn the_rate_is_kept() {
    assert_eq!(fundtrail_ethereum::explorer::settings().rate.map(NonZeroU32::get), Some(3));
    let server = Server::start(|asked, _| Ledger::default().answer(asked)).await;
    let site = Site::new(&server.url("/api"), Chain::ETHEREUM, None).unwrap();
    let slow = Explorer::new(site, Settings { rate: NonZeroU32::new(20), ..settings() }).unwrap();
    let begun = Instant::now();
    all(slow, query(&address(1), Some(9)), Paging::default()).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(95), "three questions at 20 a second: {:?}", begun.elapsed());
}
