//! What an endpoint may do to us, and that nothing is lost by it: limits of rate, errors, silence, half answers, answers to
//! something else, forks, other chains, and streams without end. The server is made by hand, for no library sends such things.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod answers;
mod batches;
mod chain;
mod forks;
mod limits;
mod server;
mod untraced;

use std::time::Duration;

use fundtrail_ethereum::rpc::Node;
use fundtrail_rpc::{Client, Endpoint, Settings};
use server::{KEY, Server};

/// Pauses of milliseconds, so that trying again costs no time; time-outs that an honest answer on this machine never meets.
fn settings() -> Settings {
    Settings {
        pause_min: Duration::from_millis(1),
        pause_max: Duration::from_millis(5),
        retry_after_max: Duration::from_millis(20),
        ..Settings::default()
    }
}

fn client(server: &Server, settings: Settings) -> Client {
    Client::new(Endpoint::parse(&server.url()).unwrap(), settings).unwrap()
}

async fn node(server: &Server) -> Node {
    Node::connect(client(server, settings()), Some(1)).await.unwrap()
}

/// Every message names the endpoint, never its key, and what to do.
fn assert_says<E: std::error::Error>(error: &E, server: &Server, words: &[&str]) {
    let text = error.to_string();
    assert!(text.contains(&server.shown()), "no endpoint in: {text}");
    for text in [&text, &format!("{error:?}")] {
        assert!(!text.contains(KEY), "the key is in: {text}");
    }
    for word in words {
        assert!(text.contains(word), "no `{word}` in: {text}");
    }
}
