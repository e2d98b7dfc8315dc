//! An explorer's API, served as Etherscan and Blockscout serve it, with what they do wrong: windows, silent caps, refusals in
//! the body of a good answer, pages, half answers. What the ledger holds is read once, no row lost and none doubled.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod ledger;
mod lists;
mod paging;
mod recording;
mod refusals;
mod server;

use std::time::Duration;

use fundtrail_ethereum::explorer::{self, Batch, Error, Explorer, Fees, Pages, Paging, Query, Site, Source, Starts};
use fundtrail_rpc::Settings;
use fundtrail_types::{Account, Chain};
use server::{KEY, Server};

/// Pauses of milliseconds, so that trying again costs no time.
fn settings() -> Settings {
    Settings {
        rate: None,
        pause_min: Duration::from_millis(1),
        pause_max: Duration::from_millis(5),
        retry_after_max: Duration::from_millis(20),
        ..explorer::settings()
    }
}

fn explorer(server: &Server) -> Explorer {
    Explorer::new(Site::new(&server.url("/api"), Chain::ETHEREUM, Some(KEY)).unwrap(), settings()).unwrap()
}

fn query(address: &str, to: Option<u64>) -> Query {
    let account = Account::parse(Chain::ETHEREUM, address).unwrap();
    Query { account, starts: Starts::from(0), to, fees: Fees::GasTimesPrice }
}

/// All batches; the first error ends them.
async fn all(source: impl Into<Source>, query: Query, paging: Paging) -> Result<Vec<Batch>, Error> {
    let mut pages = Pages::new(source, query, paging).unwrap();
    let mut batches = Vec::new();
    while let Some(batch) = pages.next().await {
        batches.push(batch?);
    }
    Ok(batches)
}

/// Every message says what to do, and none the key.
fn assert_says(error: &Error, words: &[&str]) {
    let text = error.to_string();
    assert!(!format!("{text} {error:?}").contains(KEY), "the key is in: {text} {error:?}");
    for word in words {
        assert!(text.contains(word), "no `{word}` in: {text}");
    }
}
