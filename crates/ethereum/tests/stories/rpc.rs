//! A small JSON-RPC client for tests. The product has its own, which must not vouch for itself.

use std::time::Duration;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};
use tokio::runtime::{Builder, Runtime};

/// Questions in one request: anvil takes 2 MB, which thousands of questions for balances stay far below.
const BATCH_MAX: usize = 500;
const TIMEOUT: Duration = Duration::from_secs(60);

/// A node, asked one thing after another, so that stories read as a sequence.
pub(crate) struct Node {
    pub(crate) url: String,
    client: reqwest::Client,
    runtime: Runtime,
}

#[derive(Deserialize)]
struct Reply {
    id: usize,
    result: Option<Box<RawValue>>,
    error: Option<Value>,
}

impl Reply {
    fn value(self) -> Result<Box<RawValue>, String> {
        match self.error {
            Some(error) => Err(error.to_string()),
            // serde reads `"result":null` as none.
            None => Ok(self.result.unwrap_or_else(|| RawValue::from_string("null".to_owned()).unwrap())),
        }
    }
}

impl Node {
    pub(crate) fn at(url: String) -> Self {
        // Fails where another test has installed it before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().unwrap();
        Self { url, client, runtime: Builder::new_current_thread().enable_all().build().unwrap() }
    }

    fn post<T: DeserializeOwned>(&self, body: &Value) -> Result<T, String> {
        let answer = async {
            let reply = self.client.post(&self.url).json(body).send().await?;
            reply.bytes().await
        };
        let bytes = self.runtime.block_on(answer).map_err(|error| error.to_string())?;
        serde_json::from_slice(&bytes).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&bytes)))
    }

    /// The `result` as it came, or the node's error.
    pub(crate) fn ask(&self, method: &str, params: &Value) -> Result<Box<RawValue>, String> {
        let body = json!({"jsonrpc": "2.0", "id": 0, "method": method, "params": params});
        self.post::<Reply>(&body)?.value()
    }

    /// The `result`, which must be there.
    pub(crate) fn get<T: DeserializeOwned>(&self, method: &str, params: Value) -> T {
        let raw = self.ask(method, &params).unwrap_or_else(|error| panic!("{method} {params}: {error}"));
        serde_json::from_str(raw.get()).unwrap_or_else(|error| panic!("{method} {params}: {error}: {raw}"))
    }

    /// Many answers of one method, in the order of the questions; an error stays with its question.
    pub(crate) fn many<T: DeserializeOwned>(&self, method: &str, questions: &[Value]) -> Vec<Result<T, String>> {
        let mut answers = Vec::new();
        for some in questions.chunks(BATCH_MAX) {
            let body = some.iter().enumerate();
            let body = body.map(|(id, params)| json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
            let mut replies: Vec<Reply> = self.post(&body.collect()).unwrap();
            replies.sort_by_key(|reply| reply.id);
            assert_eq!(replies.len(), some.len());
            answers.extend(replies.into_iter().map(|reply| {
                let raw = reply.value()?;
                serde_json::from_str(raw.get()).map_err(|error| error.to_string())
            }));
        }
        answers
    }
}
