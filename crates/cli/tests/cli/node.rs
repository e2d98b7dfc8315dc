//! A node of a made-up chain, for tests of how blocks are loaded: one payment a block, and a fork when the test wants one. It
//! serves the same chain as an explorer does, too.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::desk::Desk;

pub(crate) const PAYER: &str = "0x1111111111111111111111111111111111111111";
pub(crate) const PAYEE: &str = "0x2222222222222222222222222222222222222222";
/// Gets what is paid through the contract, on chains whose node tells inner calls.
pub(crate) const INNER: &str = "0x3333333333333333333333333333333333333333";
const MINER: &str = "0x4444444444444444444444444444444444444444";
/// The root of no transactions, and any other.
const NO_TRANSACTIONS: &str = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";
const TRANSACTIONS: &str = "0x00000000000000000000000000000000000000000000000000000000000000aa";

/// What is stored, as an export has it: transactions, and claims of coverage. Which loads made it does not count.
pub(crate) fn everything(desk: &Desk) -> Vec<String> {
    desk.run("db export all.jsonl --db db").done();
    let text = String::from_utf8(desk.read("all.jsonl")).unwrap();
    let told = |line: &&str| line.starts_with("{\"transaction\":") || line.starts_with("{\"coverage\":");
    let lines: Vec<String> = text.lines().filter(told).map(str::to_owned).collect();
    assert!(!lines.is_empty(), "nothing is stored: {text}");
    lines
}

/// Of that, the transactions.
pub(crate) fn transactions(desk: &Desk) -> Vec<String> {
    everything(desk).into_iter().filter(|line| line.starts_with("{\"transaction\":")).collect()
}

/// What the node has and tells.
#[derive(Clone)]
pub(crate) struct State {
    /// One digit for each height: blocks of another digit have another hash and pay another amount.
    pub(crate) forks: Vec<u8>,
    pub(crate) finalized: u64,
    pub(crate) traces: bool,
    /// Heights whose transaction the tracer gives up on.
    pub(crate) untraced: Vec<u64>,
    /// Says this in place of the gas that a transaction used.
    pub(crate) says: Option<String>,
    /// Refuses to tell blocks from this height on.
    pub(crate) refuses_from: Option<u64>,
    /// Heights that were asked for with their transactions.
    pub(crate) asked: Vec<u64>,
    /// What each payment is more than it was: the same block, told or understood otherwise.
    pub(crate) more: u64,
    /// Names another parent of this block, once.
    pub(crate) strays_at: Option<u64>,
    /// Once this block was asked for with its transactions, the chain goes another way from a block on.
    pub(crate) turns: Option<(u64, u64)>,
    /// What becomes of requests that name this method or action.
    pub(crate) trouble: Option<(&'static str, Trouble)>,
    /// How often there was trouble.
    pub(crate) troubles: u64,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It is answered with HTTP 503.
    Refused,
    /// It is not answered.
    Ignored,
}

/// Longer than any test waits.
const IGNORED: Duration = Duration::from_secs(60);

/// A node that listens until the test ends.
pub(crate) struct FakeNode {
    pub(crate) url: String,
    pub(crate) state: Arc<Mutex<State>>,
}

impl FakeNode {
    pub(crate) fn start(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://127.0.0.1:{}/v3/secret-key", listener.local_addr().unwrap().port());
        let state = Arc::new(Mutex::new(state));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { url, state }
    }

    /// Heights that were asked for since the last look.
    pub(crate) fn asked(&self) -> Vec<u64> {
        let mut asked = std::mem::take(&mut self.state.lock().unwrap().asked);
        asked.sort_unstable();
        asked.dedup();
        asked
    }
}

impl State {
    pub(crate) fn of(height: u64) -> Self {
        let forks = vec![0; usize::try_from(height).unwrap() + 1];
        Self {
            forks,
            finalized: height,
            traces: true,
            says: None,
            refuses_from: None,
            untraced: Vec::new(),
            asked: Vec::new(),
            more: 0,
            strays_at: None,
            turns: None,
            trouble: None,
            troubles: 0,
        }
    }

    fn hash(&self, height: u64) -> String {
        // What follows a fork has other hashes, too.
        let way: u64 = self.forks.iter().zip(0..=height).map(|(fork, _)| u64::from(*fork)).sum();
        format!("0x{way:032x}{height:032x}")
    }

    pub(crate) fn tx(&self, height: u64) -> String {
        format!("0x{:032x}{height:031x}f", self.forks[usize::try_from(height).unwrap()])
    }

    /// The genesis is empty.
    fn block(&self, height: u64, whole: bool) -> Value {
        let transaction = json!({
            "hash": self.tx(height), "blockHash": self.hash(height), "transactionIndex": "0x0", "from": PAYER, "to": PAYEE,
            "value": self.value(height), "gas": "0x7530", "gasPrice": "0x3b9aca00", "input": "0x",
        });
        let transactions = match (height, whole) {
            (0, _) => json!([]),
            (_, true) => json!([transaction]),
            (_, false) => json!([self.tx(height)]),
        };
        json!({
            "number": format!("{height:#x}"), "hash": self.hash(height), "miner": MINER, "uncles": [],
            "parentHash": height.checked_sub(1).map_or_else(|| format!("0x{:064x}", 0), |below| self.hash(below)),
            "timestamp": format!("{:#x}", 1_700_000_000 + 12 * height), "baseFeePerGas": "0x1dcd6500",
            "transactionsRoot": if height == 0 { NO_TRANSACTIONS } else { TRANSACTIONS }, "transactions": transactions,
        })
    }

    fn value(&self, height: u64) -> String {
        format!("{:#x}", 1_000_000 * height + u64::from(self.forks[usize::try_from(height).unwrap()]) + self.more)
    }

    fn answer(&mut self, call: &Value) -> Result<Value, &'static str> {
        let params = &call["params"];
        let last = u64::try_from(self.forks.len()).unwrap() - 1;
        let height = match params[0].as_str().unwrap_or_default() {
            "latest" => last,
            "finalized" => self.finalized,
            text => u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap_or_default(),
        };
        match call["method"].as_str().unwrap() {
            "eth_chainId" => Ok(json!("0x7a69")),
            "eth_getBlockByNumber" if height > last => Ok(Value::Null),
            "eth_getBlockByNumber" => {
                let whole = params[1] == json!(true);
                if whole && self.refuses_from.is_some_and(|from| height >= from) {
                    return Err("the plan does not reach so far");
                }
                let mut block = self.block(height, whole);
                if whole {
                    self.asked.push(height);
                    if self.strays_at.take_if(|at| *at == height).is_some() {
                        block["parentHash"] = json!(format!("0x{:064x}", 0xbad));
                    }
                    if let Some((_, from)) = self.turns.take_if(|(at, _)| *at == height) {
                        self.forks[usize::try_from(from).unwrap()] += 1;
                    }
                }
                Ok(block)
            }
            "eth_getBlockReceipts" if height == 0 => Ok(json!([])),
            "eth_getBlockReceipts" => Ok(json!([{
                "transactionHash": self.tx(height), "blockHash": self.hash(height), "status": "0x1",
                "gasUsed": self.says.as_deref().unwrap_or("0x5208"),
                "cumulativeGasUsed": "0x5208",
                "effectiveGasPrice": "0x3b9aca00", "logs": [],
            }])),
            "debug_traceBlockByNumber" if params[1]["tracer"] == "callTracer" && self.untraced.contains(&height) => {
                Ok(json!([{"txHash": self.tx(height), "error": "execution timeout"}]))
            }
            "debug_traceBlockByNumber" if self.traces && params[1]["tracer"] == "callTracer" && height > 0 => {
                Ok(json!([{
                    "txHash": self.tx(height),
                    "result": {
                        "type": "CALL", "from": PAYER, "to": PAYEE, "value": self.value(height), "input": "0x",
                        "calls": [{"type": "CALL", "from": PAYEE, "to": INNER, "value": "0x5", "input": "0x", "gas": "0x1"}],
                    },
                }]))
            }
            _ => Err("the method does not exist/is not available"),
        }
    }
}

impl State {
    /// A list of an account, in Etherscan's form.
    fn list(&self, query: &str) -> Value {
        let field = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .into_iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_ascii_lowercase())
                .unwrap_or_default()
        };
        let last = u64::try_from(self.forks.len()).unwrap() - 1;
        if field("module") == "proxy" {
            return json!({"jsonrpc": "2.0", "id": 83, "result": format!("{last:#x}")});
        }
        let (from, to) = (field("startblock").parse().unwrap_or(0), field("endblock").parse().unwrap_or(last));
        let row = |height: u64| {
            let value = u64::from_str_radix(&self.value(height)[2..], 16).unwrap();
            let time = 1_700_000_000 + 12 * height;
            let mut row = json!({
                "blockNumber": height.to_string(), "timeStamp": time.to_string(), "hash": self.tx(height), "isError": "0",
            });
            let more = match field("action").as_str() {
                "txlist" => json!({
                    "from": PAYER, "to": PAYEE, "value": value.to_string(), "gas": "30000", "gasPrice": "1000000000",
                    "gasUsed": "21000", "transactionIndex": "0", "txreceipt_status": "1", "contractAddress": "", "input": "0x",
                    "blockHash": self.hash(height), "nonce": "0", "confirmations": "1", "cumulativeGasUsed": "21000",
                }),
                _ => json!({
                    "from": PAYEE, "to": INNER, "value": "5", "type": "call", "traceId": "0", "contractAddress": "",
                    "gas": "1", "gasUsed": "1", "errCode": "", "input": "",
                }),
            };
            row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            row
        };
        let parties: &[&str] = match field("action").as_str() {
            "txlist" => &[PAYER, PAYEE],
            "txlistinternal" => &[PAYEE, INNER],
            _ => &[],
        };
        let first_page = field("page").is_empty() || field("page") == "1";
        let rows: Vec<Value> = (from.max(1)..=to.min(last))
            .filter(|_| first_page && parties.contains(&field("address").as_str()))
            .map(row)
            .collect();
        match rows.is_empty() {
            true => json!({"status": "0", "message": "No transactions found", "result": []}),
            false => json!({"status": "1", "message": "OK", "result": rows}),
        }
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let Some((target, body)) = request(&stream) else { return };
    let mut state = state.lock().unwrap();
    let asked = format!("{target} {}", String::from_utf8_lossy(&body));
    if let Some((_, trouble)) = state.trouble.filter(|(of, _)| asked.contains(of)) {
        state.troubles += 1;
        drop(state);
        return make(trouble, &stream);
    }
    if let Some((_, query)) = target.split_once('?') {
        return reply(&stream, &state.list(query));
    }
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let mut answer = |call: &Value| match state.answer(call) {
        Ok(result) => json!({"jsonrpc": "2.0", "id": call["id"], "result": result}),
        Err(message) => json!({"jsonrpc": "2.0", "id": call["id"], "error": {"code": -32601, "message": message}}),
    };
    let answer = match &asked {
        Value::Array(calls) => Value::Array(calls.iter().map(answer).collect()),
        call => answer(call),
    };
    reply(&stream, &answer);
}

fn make(trouble: Trouble, mut stream: &TcpStream) {
    match trouble {
        Trouble::Refused => {
            let _ = write!(stream, "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
        Trouble::Ignored => thread::sleep(IGNORED),
    }
}

pub(crate) fn reply(mut stream: &TcpStream, answer: &Value) {
    let body = answer.to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    // Whoever was stopped does not wait for its answer.
    let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
}

/// What is asked for, and the body.
pub(crate) fn request(stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((first.split(' ').nth(1)?.to_owned(), body))
}
