//! A server that answers questions by GET, rightly or wrongly.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

/// A key that must never be seen.
pub(crate) const KEY: &str = "S3CR3TK3Y0123456789";

/// What is asked: the path under `path`, and the query.
pub(crate) type Asked = BTreeMap<String, String>;

/// What the server does with one question.
pub(crate) enum Act {
    Json(Value),
    Page(u16, String),
    /// Announces the whole answer, sends half of it, and closes.
    Half(Value),
    /// Ends the JSON early, though HTTP is in order.
    Short(Value),
}

pub(crate) struct Server {
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    address: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts a server; `act` is given the question and how many came before.
    pub(crate) async fn start(act: impl Fn(&Asked, usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (act, inner) = (Arc::new(act), asked.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, act.clone(), inner.clone()));
            }
        });
        Self { asked, address, task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How sources name it.
    pub(crate) fn host(&self) -> &str {
        &self.address
    }

    pub(crate) fn questions(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn serve(mut stream: TcpStream, act: Arc<impl Fn(&Asked, usize) -> Act>, seen: Arc<Mutex<Vec<Asked>>>) {
    while let Some(asked) = read_request(&mut stream).await {
        let before = {
            let mut seen = seen.lock().unwrap();
            seen.push(asked.clone());
            seen.len() - 1
        };
        if !perform(&mut stream, act(&asked, before)).await {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    }
    let text = String::from_utf8(bytes).unwrap();
    let target = text.strip_prefix("GET ").unwrap().split(' ').next().unwrap();
    let url = Url::parse(&format!("http://x{target}")).unwrap();
    let mut asked: Asked = url.query_pairs().into_owned().collect();
    asked.insert("path".into(), url.path().into());
    Some(asked)
}

async fn perform(stream: &mut TcpStream, act: Act) -> bool {
    let (status, body, sent, goes_on) = match act {
        Act::Json(value) => (200, value.to_string(), usize::MAX, true),
        Act::Page(status, page) => (status, page, usize::MAX, true),
        Act::Half(value) => (200, value.to_string(), value.to_string().len() / 2, false),
        Act::Short(value) => {
            let body = value.to_string();
            (200, body[..body.len() / 2].to_owned(), usize::MAX, true)
        }
    };
    let head = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\n\r\n", body.len());
    let sent = &body[..sent.min(body.len())];
    stream.write_all((head + sent).as_bytes()).await.is_ok() && goes_on
}
