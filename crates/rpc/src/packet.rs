//! The messages of JSON-RPC 2.0: strict in what is sent, lenient in what is taken.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Value, value::RawValue};

/// One request.
#[derive(Debug, Serialize)]
pub(crate) struct Request<'a> {
    jsonrpc: &'static str,
    pub(crate) id: u64,
    method: &'static str,
    params: &'a Value,
}

impl<'a> Request<'a> {
    pub(crate) fn new(id: u64, method: &'static str, params: &'a Value) -> Self {
        Self { jsonrpc: "2.0", id, method, params }
    }
}

/// The text of one message: a request by itself, or a batch.
pub(crate) fn message(requests: &[Request<'_>]) -> serde_json::Result<Vec<u8>> {
    match requests {
        [single] => serde_json::to_vec(single),
        batch => serde_json::to_vec(batch),
    }
}

/// One response: the result as it came, `null` included, or the error of the other side.
#[derive(Debug)]
pub(crate) struct Response {
    /// Null, or missing, where the other side could not read what it was asked.
    pub(crate) id: Value,
    pub(crate) payload: Result<Box<RawValue>, ErrorObject>,
}

/// An error of JSON-RPC.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ErrorObject {
    pub(crate) code: i64,
    #[serde(default)]
    pub(crate) message: String,
}

/// What comes back for one message.
#[derive(Debug)]
pub(crate) enum Answer {
    Single(Response),
    Batch(Vec<Response>),
}

impl Answer {
    pub(crate) fn parse(body: &[u8]) -> serde_json::Result<Self> {
        if body.trim_ascii_start().starts_with(b"[") {
            serde_json::from_slice(body).map(Self::Batch)
        } else {
            serde_json::from_slice(body).map(Self::Single)
        }
    }

    pub(crate) fn is_error(&self) -> bool {
        matches!(self, Self::Single(Response { payload: Err(_), .. }))
    }

    pub(crate) fn responses(&self) -> &[Response] {
        match self {
            Self::Single(response) => std::slice::from_ref(response),
            Self::Batch(responses) => responses,
        }
    }

    pub(crate) fn into_responses(self) -> Vec<Response> {
        match self {
            Self::Single(response) => vec![response],
            Self::Batch(responses) => responses,
        }
    }
}

impl<'de> Deserialize<'de> for Response {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Shape {
            #[serde(default)]
            id: Value,
            // `null` is a result like any other; only what is not there is none.
            #[serde(default, deserialize_with = "present")]
            result: Option<Box<RawValue>>,
            #[serde(default)]
            error: Option<ErrorObject>,
        }
        let shape = Shape::deserialize(deserializer)?;
        let payload = match (shape.error, shape.result) {
            (Some(error), _) => Err(error),
            (None, Some(result)) => Ok(result),
            (None, None) => return Err(D::Error::custom("it has neither `result` nor `error`")),
        };
        Ok(Self { id: shape.id, payload })
    }
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_a_result_and_nothing_is_none() {
        let Answer::Single(response) = Answer::parse(br#"{"jsonrpc":"2.0","id":1,"result":null}"#).unwrap() else {
            panic!("a batch")
        };
        assert_eq!(response.payload.unwrap().get(), "null");
        assert!(Answer::parse(br#"{"jsonrpc":"2.0","id":1}"#).is_err());
        let refused = Answer::parse(br#" {"id":null,"result":null,"error":{"code":-32700,"message":"no"}}"#).unwrap();
        assert!(refused.is_error());
    }

    #[test]
    fn one_request_is_no_batch() {
        let params = serde_json::json!([]);
        let one = Request::new(7, "getSlot", &params);
        assert_eq!(message(&[one]).unwrap(), br#"{"jsonrpc":"2.0","id":7,"method":"getSlot","params":[]}"#);
    }
}
