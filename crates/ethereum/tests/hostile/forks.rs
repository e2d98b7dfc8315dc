//! Nodes on several forks behind one address, and chains that are reorganised while they are read.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use fundtrail_ethereum::{Error, rpc::Blocks};
use serde_json::Value;

use crate::{
    assert_says,
    chain::{CHAIN, Chain, honest, reply},
    node,
    server::{Act, Server},
};

const OTHER: Chain = Chain { fork: 7, from: 12, head: 30 };

#[tokio::test]
async fn blocks_come_in_order_each_once() {
    let server = Server::start(|body, before| match before % 7 {
        3 => Act::Close,
        5 => Act::Page(503, vec![], String::new()),
        _ => honest(body),
    })
    .await;
    let mut node = node(&server).await;
    node.find_abilities(30).await.unwrap();
    let mut blocks = Blocks::new(&node, 2..=29, 4, Some(CHAIN.hash(1).parse().unwrap()));
    for height in 2..=29 {
        let block = blocks.next().await.unwrap().unwrap();
        assert_eq!((block.header.height, block.raw.height), (height, height));
        assert_eq!(block.header.hash.to_string(), CHAIN.hash(height));
        assert!(block.raw.calls.is_some() && block.raw.diffs.is_some() && block.raw.notes.is_empty());
    }
    assert!(blocks.next().await.is_none());
    assert!(blocks.next().await.is_none());
}

#[tokio::test]
async fn a_puller_can_be_dropped_at_any_time() {
    let server = Server::start(|body, before| if before > 20 { Act::Silence } else { honest(body) }).await;
    let node = node(&server).await;
    let mut blocks = Blocks::new(&node, 0..=30, 8, None);
    assert!(blocks.next().await.unwrap().is_ok());
    // The rest is under way and never answered; what waits for it goes away with the puller.
    drop(blocks);
}

#[tokio::test]
async fn parts_of_another_fork_are_asked_for_again() {
    for method in ["eth_getBlockReceipts", "trace_block", "eth_getTransactionReceipt"] {
        let strays = Arc::new(AtomicU64::new(0));
        let count = strays.clone();
        let server = Server::start(move |body, _| {
            Act::Json(reply(body, &|asked, params| match asked {
                "debug_traceBlockByNumber" if method == "trace_block" => Err((-32_601, "no".into())),
                "eth_getBlockReceipts" if method == "eth_getTransactionReceipt" => Err((-32_601, "no".into())),
                // The first two answers about block 20 come from a node on another fork.
                asked if asked == method && is_of(20, params) && count.fetch_add(1, Ordering::SeqCst) < 2 => {
                    OTHER.tell(asked, params)
                }
                asked => CHAIN.tell(asked, params),
            }))
        })
        .await;
        let mut node = node(&server).await;
        node.find_abilities(30).await.unwrap();
        let block = node.fetch(20).await.unwrap();
        assert_eq!(block.header.hash.to_string(), CHAIN.hash(20));
        assert!(!block.raw.receipts.unwrap().get().contains(&OTHER.hash(20)));
        assert!(strays.load(Ordering::SeqCst) > 2, "{method}");
    }
}

/// Whether the parameters are about a height, told as such or in a made-up transaction hash.
fn is_of(height: u64, params: &Value) -> bool {
    let text = params[0].as_str().unwrap_or_default();
    text == format!("{height:#x}") || text.starts_with(&CHAIN.tx(height, 0)[..34])
}

#[tokio::test]
async fn forks_that_never_agree_are_an_error() {
    let server = Server::start(|body, _| {
        Act::Json(reply(body, &|asked, params| match asked {
            "eth_getBlockReceipts" => OTHER.tell(asked, params),
            asked => CHAIN.tell(asked, params),
        }))
    })
    .await;
    let mut node = node(&server).await;
    node.find_abilities(30).await.unwrap();
    assert!(node.fetch(11).await.is_ok(), "below the fork all is the same");
    let error = node.fetch(12).await.unwrap_err();
    assert!(matches!(error, Error::Forks { height: 12, .. }), "{error:?}");
    assert_says(&error, &server, &["block 12", &CHAIN.hash(12), "ask for finalized blocks only"]);
}

#[tokio::test]
async fn a_reorganisation_is_told_so_that_it_can_be_undone() {
    // From the moment that block 16 is asked for, the node is on the other fork, which parts at 12.
    let switched = Arc::new(AtomicU64::new(0));
    let switch = switched.clone();
    let server = Server::start(move |body, _| {
        Act::Json(reply(body, &|asked, params| {
            if is_of(16, params) {
                switch.store(1, Ordering::SeqCst);
            }
            if switch.load(Ordering::SeqCst) == 1 { OTHER.tell(asked, params) } else { CHAIN.tell(asked, params) }
        }))
    })
    .await;
    let node = node(&server).await;
    let mut blocks = Blocks::new(&node, 10..=20, 1, None);
    let mut hashes = Vec::new();
    let error = loop {
        match blocks.next().await.unwrap() {
            Ok(block) => hashes.push(block.header),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Reorganised { height: 16, .. }), "{error:?}");
    assert_says(&error, &server, &["block 16", &CHAIN.hash(15), &OTHER.hash(15), "undo"]);
    assert!(blocks.next().await.is_none(), "nothing comes after it");
    // The caller walks down to the last block that both have, undoes what is above, and goes on from there.
    while let Some(last) = hashes.last() {
        if node.header(last.height).await.unwrap().hash == last.hash {
            break;
        }
        hashes.pop();
    }
    let last = *hashes.last().unwrap();
    assert_eq!(last.height, 11);
    let mut blocks = Blocks::new(&node, 12..=20, 3, Some(last.hash));
    while let Some(block) = blocks.next().await {
        hashes.push(block.unwrap().header);
    }
    let expected: Vec<String> = (10..=20).map(|height| OTHER.hash(height)).collect();
    assert_eq!(hashes.iter().map(|header| header.hash.to_string()).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn going_on_notices_a_reorganisation_too() {
    let server = Server::start(|body, _| honest(body)).await;
    let mut blocks = Blocks::new(&node(&server).await, 16..=20, 2, Some(OTHER.hash(15).parse().unwrap()));
    let error = blocks.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Reorganised { height: 16, .. }), "{error:?}");
}
