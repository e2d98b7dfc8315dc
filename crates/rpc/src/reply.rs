//! One recorded reply: our own line with its digest, a whole answer of JSON-RPC, a batch of them, or a bare result.

use std::{borrow::Cow, ops::Range};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::digest;

/// What a value on disk tells.
#[derive(Debug)]
pub struct Told<'a> {
    /// Where its result stands, in bytes of the value.
    pub span: Range<usize>,
    /// Whether the result is written as a text.
    pub escaped: bool,
    /// Whether it carries a digest, as what we record does.
    pub recorded: bool,
    /// What was asked, if the value says so.
    pub method: Option<Cow<'a, str>>,
    /// With which parameters, if the value says so.
    pub params: Vec<serde_json::Value>,
    /// The result; or why it is of no use, with the remedy.
    pub result: Result<Cow<'a, str>, String>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    jsonrpc: Option<&'a RawValue>,
    #[serde(default, borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    params: Option<&'a RawValue>,
    #[serde(default, borrow)]
    sha256: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(default, borrow)]
    result_text: Option<&'a RawValue>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
    #[serde(default, borrow, rename = "txHash")]
    tx_hash: Option<&'a RawValue>,
}

/// A field that is there, even if it is `null`.
fn present<'a, D: serde::Deserializer<'a>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl Envelope<'_> {
    fn is_one(&self) -> bool {
        let reply =
            self.jsonrpc.is_some() || self.sha256.is_some() || (self.result.is_some() && self.tx_hash.is_none());
        reply && (self.result.is_some() || self.result_text.is_some() || self.error.is_some() || self.method.is_some())
    }
}

/// All replies in a value: one, or as many as a batch has.
pub(crate) fn sort_out(text: &str) -> Vec<Told<'_>> {
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && let Ok(batch) = serde_json::from_str::<Vec<&RawValue>>(trimmed)
        && !batch.is_empty()
        && batch
            .iter()
            .all(|one| serde_json::from_str::<Envelope<'_>>(one.get()).is_ok_and(|one| one.jsonrpc.is_some()))
    {
        return batch.iter().map(|one| reply(text, one.get())).collect();
    }
    vec![reply(text, trimmed)]
}

fn reply<'a>(whole: &'a str, text: &'a str) -> Told<'a> {
    let envelope = serde_json::from_str::<Envelope<'a>>(text).ok().filter(Envelope::is_one);
    let Some(envelope) = envelope else {
        let (span, result) = (span(whole, text), Ok(text.into()));
        return Told { span, escaped: false, recorded: false, method: None, params: Vec::new(), result };
    };
    let params = envelope.params.and_then(|params| serde_json::from_str(params.get()).ok()).unwrap_or_default();
    let (recorded, method) = (envelope.sha256.is_some(), envelope.method);
    let told =
        |part: &str, escaped, result| Told { span: span(whole, part), escaped, recorded, method, params, result };
    let held = |result: Cow<'a, str>| match &envelope.sha256 {
        Some(sha256) if !sha256.eq_ignore_ascii_case(&digest(&result)) => Err(format!(
            "its SHA-256 is {} and not {sha256} as recorded: it was changed since; take it from the original recording, or record it again",
            digest(&result)
        )),
        _ => Ok(result),
    };
    match (envelope.result, envelope.result_text) {
        (Some(result), _) => told(result.get(), false, held(result.get().into())),
        (None, Some(literal)) => {
            let decoded: Result<String, _> = serde_json::from_str(literal.get());
            let result = decoded.map_err(|error| error.to_string()).and_then(|result| held(result.into()));
            told(literal.get(), true, result)
        }
        (None, None) => {
            let error = envelope.error.map_or("no result", |error| error.get());
            told(text, false, Err(format!("it is no result but {error:.120}: ask again and record the answer")))
        }
    }
}

/// Where a part stands in a text that it was borrowed from.
fn span(whole: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - whole.as_ptr() as usize;
    start..start + part.len()
}
