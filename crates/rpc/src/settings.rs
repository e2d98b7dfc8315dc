//! How hard to ask: numbers that depend on the endpoint and not on the chain.

use std::{num::NonZeroU32, time::Duration};

use crate::Budget;

/// How an endpoint is asked. [`Settings::default`] suits a node of one's own and is polite to a paid provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// HTTP messages under way at once, at least 1. Together with `answer_bytes_max` it bounds the memory.
    pub concurrency: usize,
    /// Requests in one HTTP message, at least 1; 1 sends no batches. An endpoint that refuses batches, or such large ones,
    /// gets smaller ones by itself.
    pub batch: usize,
    /// Requests per second, each request of a batch counted; none asks as fast as answers come.
    pub rate: Option<NonZeroU32>,
    /// How often a request is sent again after a passing trouble without any answer in between.
    pub retries: usize,
    /// The first pause before a request is sent again; it doubles from there, with jitter.
    pub pause_min: Duration,
    /// The longest pause that is our own choice.
    pub pause_max: Duration,
    /// The longest pause that an endpoint may ask for by `Retry-After`; longer wishes are cut to it.
    pub retry_after_max: Duration,
    /// Time to connect.
    pub connect: Duration,
    /// Time until the answer begins. A node that traces a full block computes for a while before its first byte.
    pub first_byte: Duration,
    /// Time between two pieces of an answer.
    pub between_pieces: Duration,
    /// Time for one exchange in all, so that nobody keeps us with a byte a minute.
    pub whole: Duration,
    /// Bytes of one answer, after decompression.
    ///
    /// The traced blocks of mainnet that we have take 0.1 to 0.3 MB, busy ones of today some tens of MB, and callTracer writes
    /// the input of every call out, so a block made to hurt can be far larger. 256 MiB leaves room for a batch of them and
    /// keeps the worst case of 8 messages at once (each held as text and as values) within 4 GiB.
    pub answer_bytes_max: usize,
    /// How many calls may be made in all.
    pub budget: Budget,
    /// Codes of JSON-RPC errors that may pass on this chain, beside those that pass everywhere.
    pub passing: &'static [i64],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 8,
            batch: 20,
            rate: None,
            retries: 8,
            pause_min: Duration::from_millis(500),
            pause_max: Duration::from_secs(30),
            retry_after_max: Duration::from_secs(300),
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(120),
            between_pieces: Duration::from_secs(30),
            whole: Duration::from_secs(600),
            answer_bytes_max: 256 << 20,
            budget: Budget::default(),
            passing: &[],
        }
    }
}
