//! A server that speaks just enough HTTP to break every rule of it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

/// What the server does with one HTTP request.
pub(crate) enum Act {
    /// 200 with this JSON.
    Json(Value),
    /// A status with headers and a page.
    Page(u16, Vec<(&'static str, String)>, String),
    /// Announces the whole answer, sends half of it, and closes.
    Half(Value),
    /// Ends the JSON early, though HTTP is in order.
    Short(Value),
    /// Closes without a word.
    Close,
    /// Never answers.
    Silence,
    /// Sends half of it and then nothing, with the connection open.
    Stall(Value),
    /// Sends digits for as long as the other side takes them.
    Endless,
    /// Sends this body, compressed with gzip.
    Gzip(Vec<u8>),
}

/// What was seen so far.
#[derive(Default)]
pub(crate) struct Seen {
    /// HTTP requests.
    pub(crate) messages: AtomicUsize,
    /// Bytes of endless streams that the other side took.
    pub(crate) endless_bytes: AtomicU64,
    /// Endless streams that the other side gave up.
    pub(crate) dropped: Notify,
    /// Bodies, in order.
    pub(crate) bodies: Mutex<Vec<Value>>,
}

pub(crate) struct Server {
    pub(crate) seen: Arc<Seen>,
    address: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A key that must never be seen in a message.
pub(crate) const KEY: &str = "s3cr3t-k3y-0123456789";

impl Server {
    /// Starts a server; `act` is given the body and how many requests came before.
    pub(crate) async fn start(act: impl Fn(&Value, usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Seen::default());
        let (act, inner) = (Arc::new(act), seen.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, act.clone(), inner.clone()));
            }
        });
        Self { seen, address, task }
    }

    /// Its URL, with a key in the path.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/v3/{KEY}", self.address)
    }

    /// How messages are to name it.
    pub(crate) fn shown(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn messages(&self) -> usize {
        self.seen.messages.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, act: Arc<impl Fn(&Value, usize) -> Act>, seen: Arc<Seen>) {
    while let Some(body) = read_request(&mut stream).await {
        let before = seen.messages.fetch_add(1, Ordering::SeqCst);
        seen.bodies.lock().unwrap().push(body.clone());
        if !perform(&mut stream, act(&body, before), &seen).await {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Value> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length: usize = head.split("content-length:").nth(1)?.lines().next()?.trim().parse().ok()?;
    while bytes.len() < end + length {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    }
    serde_json::from_slice(&bytes[end..]).ok()
}

/// Whether the connection may go on.
async fn perform(stream: &mut TcpStream, act: Act, seen: &Seen) -> bool {
    let head = |length: usize| {
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
    };
    match act {
        Act::Json(value) => {
            let body = value.to_string();
            stream.write_all((head(body.len()) + &body).as_bytes()).await.is_ok()
        }
        Act::Page(status, headers, body) => {
            let mut text = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                text += &format!("{name}: {value}\r\n");
            }
            stream.write_all((text + "\r\n" + &body).as_bytes()).await.is_ok()
        }
        Act::Half(value) => {
            let body = value.to_string();
            let _ = stream.write_all((head(body.len()) + &body[..body.len() / 2]).as_bytes()).await;
            false
        }
        Act::Short(value) => {
            let body = value.to_string();
            let half = &body[..body.len() / 2];
            stream.write_all((head(half.len()) + half).as_bytes()).await.is_ok()
        }
        Act::Close => false,
        Act::Silence => {
            std::future::pending::<()>().await;
            false
        }
        Act::Stall(value) => {
            let body = value.to_string();
            let _ = stream.write_all((head(body.len()) + &body[..body.len() / 2]).as_bytes()).await;
            std::future::pending::<()>().await;
            false
        }
        Act::Endless => {
            let start = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x";
            let mut going = stream.write_all(start.as_bytes()).await.is_ok();
            let digits = [b'7'; 16 << 10];
            while going {
                match stream.write(&digits).await {
                    Ok(count) => {
                        seen.endless_bytes.fetch_add(u64::try_from(count).unwrap(), Ordering::SeqCst);
                    }
                    Err(_) => going = false,
                }
            }
            seen.dropped.notify_one();
            false
        }
        Act::Gzip(body) => {
            let start = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(start.as_bytes()).await.is_ok() && stream.write_all(&body).await.is_ok()
        }
    }
}
