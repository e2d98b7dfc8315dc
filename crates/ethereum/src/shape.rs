//! What a reply says about where it belongs: its block, and its transactions.
//!
//! This is all that fetching and joining need to know of the replies. Whatever else stands in them is skipped, and what they
//! mean is not asked.

use std::{borrow::Cow, fmt};

use alloy::primitives::B256;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

/// A block's place: its own hash and its parent's, and what belongs to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BlockShape {
    #[serde(deserialize_with = "quantity")]
    pub(crate) number: u64,
    pub(crate) hash: B256,
    pub(crate) parent_hash: B256,
    /// None if the reply has no list at all, as with uncles.
    #[serde(default)]
    pub(crate) transactions: Option<Vec<TxShape>>,
    #[serde(default)]
    pub(crate) uncles: Vec<B256>,
}

/// A transaction in a block: whole, or only its hash.
#[derive(Clone, Debug)]
pub(crate) struct TxShape {
    pub(crate) hash: B256,
    pub(crate) whole: bool,
}

impl<'de> Deserialize<'de> for TxShape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TxVisitor)
    }
}

/// Told apart by hand: serde's untagged enums would keep every field of a whole transaction until they know.
struct TxVisitor;

impl<'de> Visitor<'de> for TxVisitor {
    type Value = TxShape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a transaction, or its hash")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<TxShape, E> {
        Ok(TxShape { hash: text.parse().map_err(E::custom)?, whole: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TxShape, A::Error> {
        #[derive(Deserialize)]
        struct Whole {
            hash: B256,
        }
        let Whole { hash } = Whole::deserialize(MapAccessDeserializer::new(map))?;
        Ok(TxShape { hash, whole: true })
    }
}

impl BlockShape {
    pub(crate) fn read(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    pub(crate) fn tx_hashes(&self) -> Vec<B256> {
        self.transactions.iter().flatten().map(|tx| tx.hash).collect()
    }

    /// Whether it has no transactions.
    pub(crate) fn is_empty(&self) -> bool {
        self.transactions.as_ref().is_none_or(Vec::is_empty)
    }

    /// Whether its transactions are told whole. A block without any is.
    pub(crate) fn is_whole(&self) -> bool {
        self.transactions.as_ref().is_some_and(|list| list.iter().all(|tx| tx.whole))
    }
}

/// A receipt's place.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptShape {
    pub(crate) transaction_hash: B256,
    pub(crate) block_hash: B256,
}

/// One element of what `debug_traceBlockByNumber` answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TraceShape<'a> {
    /// Older nodes leave it out.
    #[serde(default)]
    pub(crate) tx_hash: Option<B256>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
    /// Why this transaction could not be traced: a text, or the error of JSON-RPC.
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
    /// What calls have and nothing that stands around one.
    #[serde(default, rename = "type")]
    kind: Option<IgnoredAny>,
}

/// What an element of a list of traces tells.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Traced<'a> {
    /// What the tracer made.
    Result(&'a RawValue),
    /// The element is it.
    Bare,
    /// The node could not trace this transaction, and says why, as JSON, or not even that.
    Nothing(Option<&'a RawValue>),
}

impl<'a> TraceShape<'a> {
    /// What it tells. An error counts beside a result, too: then the result is not whole.
    pub(crate) fn traced(&self) -> Traced<'a> {
        match (self.result, self.error.filter(|error| error.get() != "\"\"")) {
            // Its error is the call's own and not the tracer's.
            _ if self.kind.is_some() => Traced::Bare,
            (Some(result), None) => Traced::Result(result),
            (_, error) => Traced::Nothing(error),
        }
    }
}

/// The place of a row of `trace_block`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowShape {
    pub(crate) block_hash: B256,
    /// None for the reward of a block.
    #[serde(default)]
    pub(crate) transaction_hash: Option<B256>,
}

/// A number as JSON-RPC writes it: `0x`, hexadecimal digits, no more than 64 bits.
pub(crate) fn parse_quantity(text: &str) -> Option<u64> {
    let digits = text.strip_prefix("0x").filter(|digits| !digits.starts_with('+'))?;
    u64::from_str_radix(digits, 16).ok()
}

fn quantity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    parse_quantity(&text).ok_or_else(|| D::Error::custom(format!("{text} is no quantity of 64 bits")))
}

/// A list as a reply holds it, each element as it came.
pub(crate) fn elements(text: &str) -> serde_json::Result<Vec<&RawValue>> {
    serde_json::from_str(text)
}

/// One list of separate replies, each element byte by byte as it came.
pub(crate) fn list_of(parts: &[Box<RawValue>]) -> serde_json::Result<Box<RawValue>> {
    let inner: Vec<&str> = parts.iter().map(|part| part.get()).collect();
    RawValue::from_string(format!("[{}]", inner.join(",")))
}
