//! What is recorded can be read again, checked and read on after a crash; and what other programs wrote is understood by its
//! content. Real replies are read where `FUNDTRAIL_SHARED_DATA` names the folder that holds them.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]
#![allow(clippy::print_stdout, reason = "a test that cannot run here says so")]

#[path = "../hostile/chain.rs"]
#[allow(dead_code, reason = "the other tests need more of it")]
mod chain;
mod foreign;
mod real;
mod recording;
#[path = "../hostile/server.rs"]
#[allow(dead_code, reason = "here the server is honest")]
mod server;

use std::path::Path;

use fundtrail_ethereum::{
    RawBlock, RawCalls,
    recorded::Recorded,
    rpc::{Block, Blocks, Node},
};
use fundtrail_rpc::{Client, Endpoint, Settings};
use serde_json::Value;

/// Blocks of the made-up chain as a node tells them that lacks some methods or tracers.
async fn fetch(
    missing: &'static [&'static str],
    heights: std::ops::RangeInclusive<u64>,
    at_once: usize,
) -> (Node, Vec<Block>) {
    let server = server::Server::start(move |body, _| {
        server::Act::Json(chain::reply(body, &|method, params| {
            let tracer = params[1]["tracer"].as_str().unwrap_or_default();
            match missing.contains(&method) || missing.contains(&tracer) {
                true => Err((-32_601, "no".into())),
                false => chain::CHAIN.tell(method, params),
            }
        }))
    })
    .await;
    let client = Client::new(Endpoint::parse(&server.url()).unwrap(), Settings::default()).unwrap();
    let mut node = Node::connect(client, Some(1)).await.unwrap();
    node.find_abilities(30).await.unwrap();
    let mut pull = Blocks::new(&node, heights, at_once, None);
    let mut blocks = Vec::new();
    while let Some(block) = pull.next().await {
        blocks.push(block.unwrap());
    }
    (node, blocks)
}

/// Every byte of a block, to compare.
fn parts(raw: &RawBlock) -> Vec<String> {
    let calls = match &raw.calls {
        Some(RawCalls::Frames(list)) => format!("frames {list}"),
        Some(RawCalls::Rows(list)) => format!("rows {list}"),
        None => "none".into(),
    };
    let text =
        |part: &Option<Box<serde_json::value::RawValue>>| part.as_ref().map_or("none".into(), |part| part.to_string());
    let mut parts = vec![raw.height.to_string(), raw.block.to_string(), text(&raw.receipts), calls, text(&raw.diffs)];
    parts.extend(raw.uncles.iter().map(|uncle| uncle.to_string()));
    parts.extend(raw.notes.iter().cloned());
    parts
}

fn read_all(folder: &Path) -> (Recorded, Vec<RawBlock>) {
    let mut recorded = Recorded::open(folder).unwrap();
    let blocks = recorded.blocks(0..=u64::MAX).map(Result::unwrap).collect();
    (recorded, blocks)
}

fn json(text: &serde_json::value::RawValue) -> Value {
    serde_json::from_str(text.get()).unwrap()
}
