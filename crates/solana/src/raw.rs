//! A transaction or a block as its source told it, not yet understood.

use fundtrail_types::{Chain, Problem};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a source told of one transaction: the `result` of `getTransaction`, or one entry of the `transactions` of `getBlock`.
/// Encodings `json`, `jsonParsed`, `base64` and `base58` are read alike.
#[derive(Clone, Debug)]
pub struct RawTransaction {
    /// Its slot.
    pub slot: u64,
    /// Its place in its slot, from 0; none if the source does not know it.
    pub index: Option<u32>,
    /// Seconds since 1970; none if the source does not tell.
    pub time: Option<i64>,
    /// As it came.
    pub json: Box<RawValue>,
}

/// What a source told of one block: the `result` of `getBlock` with whole transactions. It does not name its own slot.
#[derive(Clone, Debug)]
pub struct RawBlock {
    /// Its slot, as it was asked for.
    pub slot: u64,
    /// As it came.
    pub json: Box<RawValue>,
}

/// Where the `result` of `getTransaction` says it belongs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    slot: u64,
    #[serde(default)]
    block_time: Option<i64>,
    /// Nodes tell it since 3.1.
    #[serde(default)]
    transaction_index: Option<u32>,
}

impl RawTransaction {
    /// Takes the `result` of `getTransaction`, which says itself where it belongs.
    ///
    /// # Errors
    /// If it does not.
    pub fn from_result(chain: Chain, json: Box<RawValue>) -> Result<Self, Problem> {
        let place: Place = serde_json::from_str(json.get()).map_err(|error| {
            let error = error.to_string();
            let reason = format!("the answer is no transaction ({error:.300}): ask getTransaction again");
            Problem { file: chain.to_string(), line: None, reason, record: json.get().chars().take(200).collect() }
        })?;
        Ok(Self { slot: place.slot, index: place.transaction_index, time: place.block_time, json })
    }
}
