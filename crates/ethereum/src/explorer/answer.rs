//! What an answer says: rows, nothing, or a refusal in one of many words.
//!
//! An answer is `{"status":..,"message":..,"result":..}`. Status 1 brings rows. Status 0 brings either nothing ("No
//! transactions found" is no error) or a refusal, with its reason in `result` or in `message`. Blockscout's status 2 brings the
//! rows that it has, and says that it has not processed all blocks. HTTP says 200 in each case.
//!
//! Sources: docs.etherscan.io (common error messages), Blockscout's `rpc_view.ex` and `address_controller.ex`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A page of a list.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) rows: Vec<Box<RawValue>>,
    /// Why rows may be missing, if the explorer says so.
    pub(super) partial: Option<String>,
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Too many requests, for a moment.
    SlowDown(String),
    /// Too much for it just now.
    Busy(String),
    /// The requests of the day or month are used up.
    Quota(String),
    Key(String),
    Plan(String),
    Chain(String),
    Other(String),
    /// It is none of these answers.
    Strange(String),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    status: Option<&'a RawValue>,
    #[serde(default, borrow)]
    message: Option<&'a RawValue>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
}

/// Reads an answer to a question for a list.
pub(super) fn page(body: &RawValue) -> Result<Page, Refusal> {
    let envelope = envelope(body)?;
    let rows: Option<Vec<Box<RawValue>>> = envelope.result.and_then(|result| serde_json::from_str(result.get()).ok());
    let (status, message) = (envelope.status.and_then(text), envelope.message.and_then(text).unwrap_or_default());
    match (status.as_deref(), rows) {
        (Some("1"), Some(rows)) => Ok(Page { rows, partial: None }),
        (Some("2"), Some(rows)) => Ok(Page { rows, partial: Some(message.into_owned()) }),
        (Some("0"), rows) if rows.as_ref().is_none_or(Vec::is_empty) => {
            let said = reason(&envelope);
            if is_nothing(&message) || is_nothing(&said) {
                return Ok(Page { rows: Vec::new(), partial: None });
            }
            Err(refusal(said))
        }
        (status, _) => match reason(&envelope) {
            said if said.is_empty() => Err(Refusal::Strange(format!("its status is {}", status.unwrap_or("not told")))),
            said => Err(refusal(said)),
        },
    }
}

/// Reads an answer to the question for the head: a height, in hexadecimal as nodes write it, or in decimal.
pub(super) fn height(body: &RawValue) -> Result<u64, Refusal> {
    let envelope = envelope(body)?;
    let told = envelope.result.and_then(text).unwrap_or_default();
    let height = match told.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => told.parse().ok(),
    };
    height.ok_or_else(|| match reason(&envelope) {
        said if said.is_empty() => Refusal::Strange("it tells no height".into()),
        said => refusal(said),
    })
}

fn envelope(body: &RawValue) -> Result<Envelope<'_>, Refusal> {
    serde_json::from_str(body.get()).map_err(|_| Refusal::Strange("its answer is not made as theirs are".into()))
}

/// The reason of a refusal: in the result, else in the error or the message.
fn reason(envelope: &Envelope<'_>) -> String {
    let parts = [envelope.result, envelope.error, envelope.message];
    let mut told = parts.into_iter().flatten().filter_map(|part| match text(part) {
        Some(text) => Some(text.into_owned()),
        None => Some(part.get().to_owned()).filter(|part| part.starts_with('{')),
    });
    told.find(|told| !told.trim().is_empty()).unwrap_or_default()
}

fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    match raw.get().as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(raw.get()).ok().map(Cow::Owned),
        b'0'..=b'9' | b'-' => Some(Cow::Borrowed(raw.get())),
        _ => None,
    }
}

/// "No transactions found", "No internal transactions found", "No token transfers found", "No records found".
fn is_nothing(said: &str) -> bool {
    let said = said.to_lowercase();
    said.starts_with("no ") && said.contains("found")
}

/// What a refusal means. The order counts: a rate limit is told with the advice to use a key.
fn refusal(said: String) -> Refusal {
    let lower = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["daily", "per day", "monthly", "quota", "resets 20"]) {
        Refusal::Quota(said)
    } else if has(&["too many invalid api key"]) {
        Refusal::Key(said)
    } else if has(&["rate limit", "max calls per sec", "too many requests", "throttl"]) {
        Refusal::SlowDown(said)
    } else if has(&["timeout", "timed out", "too busy", "try again", "temporarily"]) {
        Refusal::Busy(said)
    } else if has(&["api access is not supported", "upgrade", "pro endpoint", "api pro", "premium"]) {
        Refusal::Plan(said)
    } else if has(&["chainid", "chain_id", "unsupported chain", "deprecated v1"]) {
        Refusal::Chain(said)
    } else if has(&["api key", "apikey"]) {
        Refusal::Key(said)
    } else {
        Refusal::Other(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    fn refused(said: &str) -> Refusal {
        page(&raw(&format!(r#"{{"status":"0","message":"NOTOK","result":"{said}"}}"#))).unwrap_err()
    }

    #[test]
    fn nothing_is_no_error() {
        for body in [
            r#"{"status":"0","message":"No transactions found","result":[]}"#,
            r#"{"status":0,"message":"No internal transactions found","result":null}"#,
            r#"{"status":"0","message":"NOTOK","result":"No token transfers found"}"#,
            r#"{"status":"1","message":"OK","result":[]}"#,
        ] {
            assert!(page(&raw(body)).unwrap().rows.is_empty(), "{body}");
        }
        let partial =
            page(&raw(r#"{"status":"2","message":"Some have not yet been processed","result":[{}]}"#)).unwrap();
        assert_eq!((partial.rows.len(), partial.partial.as_deref()), (1, Some("Some have not yet been processed")));
    }

    #[test]
    fn what_refusals_mean() {
        for said in [
            "Max rate limit reached, please use API Key for higher rate limit",
            "Max calls per sec rate limit reached (3/sec)",
            "Max calls per sec rate limit reached (2/sec). Please switch to API V2",
        ] {
            assert_eq!(refused(said), Refusal::SlowDown(said.into()));
        }
        for (said, expected) in [
            (
                "Max daily rate limit reached. 100000 (100%) of 100000 day/limit",
                Refusal::Quota as fn(String) -> Refusal,
            ),
            ("Query Timeout occured. Please select a smaller result dataset", Refusal::Busy),
            ("Error! Unexpected error, timeout or server too busy. Please try again later", Refusal::Busy),
            ("Invalid API Key", Refusal::Key),
            ("Missing/Invalid API Key", Refusal::Key),
            ("Too many invalid api key attempts, please try again later", Refusal::Key),
            ("Free API access is not supported for this chain. Please upgrade your api plan", Refusal::Plan),
            ("Missing or unsupported chainid parameter (required for v2 api)", Refusal::Chain),
            ("You are using a deprecated V1 endpoint, switch to Etherscan API V2", Refusal::Chain),
            ("Error! Invalid address format", Refusal::Other),
        ] {
            assert_eq!(refused(said), expected(said.into()));
        }
        let message = page(&raw(r#"{"message":"Unknown module","result":null,"status":"0"}"#)).unwrap_err();
        assert_eq!(message, Refusal::Other("Unknown module".into()));
        let strange = page(&raw(r#"{"status":"1","result":{"items":[]}}"#)).unwrap_err();
        assert_eq!(strange, Refusal::Other(r#"{"items":[]}"#.into()));
        assert!(matches!(page(&raw("[]")), Err(Refusal::Strange(_))));
        assert!(matches!(page(&raw(r#"{"status":"0","message":"NOTOK","result":[]}"#)), Err(Refusal::Other(_))));
    }

    #[test]
    fn heights() {
        assert_eq!(height(&raw(r#"{"jsonrpc":"2.0","id":83,"result":"0x10"}"#)), Ok(16));
        assert_eq!(height(&raw(r#"{"status":"1","message":"OK","result":"12712551"}"#)), Ok(12_712_551));
        let said = height(&raw(r#"{"status":"0","message":"NOTOK","result":"Invalid API Key"}"#));
        assert_eq!(said, Err(Refusal::Key("Invalid API Key".into())));
    }
}
