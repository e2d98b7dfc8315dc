//! Blocks from a node into the store: asked for by HTTP, decoded, held against balances, written.
//!
//! The node is made up and answers from memory, in this process, so that what is measured is Fundtrail and not a node. Each
//! block has as many transactions as one of Ethereum, each with a call that pays on and a transfer of a token.
//! `BENCH_BLOCKS` says how many blocks there are.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(clippy::print_stderr, reason = "what is measured once is told once")]
#![allow(missing_docs, reason = "criterion's macros make functions without docs")]

use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use fundtrail::{
    ChainReport, Chains, Endpoint, Listener, NodeSetting, Reconcile, RpcSettings, Store, Until, ingest_node,
};
use serde_json::{Value, json};

const BLOCKS: u64 = 100;
const TRANSACTIONS: u64 = 150;
const SAMPLES: usize = 10;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(20);
/// Accounts that pay each other.
const ACCOUNTS: u64 = 2_000;
const MAKER: u64 = 0xfee;
const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
/// What every transaction pays: gas, at a base of 5 wei a unit and 1 more for the maker.
const GAS: u64 = 21_000;
const BASE: u64 = 5;
const VALUE: u64 = 7;
/// What every account has before every transaction, so that differences need no bookkeeping.
const HAD: u64 = 1_000_000_000;

fn hex(number: u64) -> String {
    format!("{number:#x}")
}

fn word(number: u64) -> String {
    format!("0x{number:064x}")
}

fn address(number: u64) -> String {
    format!("0x{number:040x}")
}

/// A transaction, its receipt, its calls, and what it changed. The accounts of one transaction are four.
fn transaction(height: u64, index: u64) -> [Value; 4] {
    let number = height * TRANSACTIONS + index;
    let account = |place: u64| address(0x1000 + (number * 4 + place) % ACCOUNTS);
    let (hash, from, through, to, token) =
        (word(0x7a << 32 | number), account(0), account(1), account(2), address(0xda));
    let block = word(0xb << 32 | height);
    let told = json!({"hash": hash, "blockHash": block, "transactionIndex": hex(index), "from": from, "to": through,
        "value": hex(VALUE), "gas": hex(GAS), "gasPrice": hex(BASE + 1), "input": format!("0x{}", "ab".repeat(68))});
    let receipt = json!({"transactionHash": hash, "blockHash": block, "status": "0x1", "gasUsed": hex(GAS),
        "effectiveGasPrice": hex(BASE + 1), "cumulativeGasUsed": hex(GAS), "logs": [{"address": token, "logIndex": hex(index),
        "topics": [TRANSFER, word(0x1000 + number % ACCOUNTS), word(0x1001 + number % ACCOUNTS)], "data": word(number)}]});
    let below = json!([{"type": "CALL", "from": through, "to": to, "value": hex(VALUE), "input": "0x", "gas": "0x1"},
        {"type": "STATICCALL", "from": through, "to": token, "input": format!("0x{}", "cd".repeat(36)), "gas": "0x1"}]);
    let calls = json!({"txHash": hash, "result": {"type": "CALL", "from": from, "to": through, "value": hex(VALUE),
        "input": told["input"], "gas": hex(GAS), "calls": below}});
    let balance = |wei: u64| json!({"balance": hex(wei)});
    let pre = json!({from.as_str(): balance(HAD), to.as_str(): balance(HAD), address(MAKER): balance(HAD)});
    let post = json!({from: balance(HAD - VALUE - GAS * (BASE + 1)), to: balance(HAD + VALUE), address(MAKER): balance(HAD + GAS)});
    [told, receipt, calls, json!({"txHash": hash, "result": {"pre": pre, "post": post}})]
}

/// Every answer about a chain, by what is asked.
fn answers(blocks: u64) -> HashMap<String, String> {
    let mut answers = HashMap::from([("eth_chainId".to_owned(), "\"0x1\"".to_owned())]);
    for height in 0..=blocks {
        let of: Vec<[Value; 4]> =
            (0..if height == 0 { 0 } else { TRANSACTIONS }).map(|at| transaction(height, at)).collect();
        let part = |place: usize| -> Value { of.iter().map(|parts| parts[place].clone()).collect() };
        let mut block = json!({"number": hex(height), "hash": word(0xb << 32 | height), "timestamp": hex(1_700_000_000 + 12 * height),
            "parentHash": height.checked_sub(1).map_or(word(0), |below| word(0xb << 32 | below)), "miner": address(MAKER),
            "baseFeePerGas": hex(BASE), "uncles": [], "transactions": part(0)});
        let tag = hex(height);
        let mut add = |method: &str, more: &str, answer: &Value| {
            answers.insert(format!("{method} {tag} {more}"), answer.to_string())
        };
        add("eth_getBlockByNumber", "true", &block);
        block["transactions"] = of.iter().map(|parts| parts[0]["hash"].clone()).collect();
        add("eth_getBlockByNumber", "false", &block);
        add("eth_getBlockReceipts", "", &part(1));
        add("debug_traceBlockByNumber", "callTracer", &part(2));
        add("debug_traceBlockByNumber", "prestateTracer", &part(3));
        if height == blocks {
            for tag in ["latest", "finalized"] {
                answers.insert(format!("eth_getBlockByNumber {tag} false"), block.to_string());
            }
        }
    }
    answers
}

fn answer(answers: &HashMap<String, String>, call: &Value) -> String {
    let (method, params) = (call["method"].as_str().unwrap(), &call["params"]);
    let more = match &params[1] {
        Value::Bool(whole) => whole.to_string(),
        options => options["tracer"].as_str().unwrap_or_default().to_owned(),
    };
    let key = format!("{method} {} {more}", params[0].as_str().unwrap_or_default());
    match answers.get(&key).or_else(|| answers.get(method)) {
        Some(result) => format!("{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":{result}}}", call["id"]),
        None => json!({"jsonrpc": "2.0", "id": call["id"], "error": {"code": -32_601, "message": key}}).to_string(),
    }
}

/// Answers one connection until it is closed.
fn serve(mut stream: &TcpStream, answers: &HashMap<String, String>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let body = match serde_json::from_slice::<Value>(&body).unwrap() {
            Value::Array(calls) => {
                format!("[{}]", calls.iter().map(|call| answer(answers, call)).collect::<Vec<_>>().join(","))
            }
            call => answer(answers, &call),
        };
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    }
}

/// Starts the node, and says where it listens.
fn start(blocks: u64) -> String {
    let (listener, answers) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(answers(blocks)));
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = answers.clone();
            thread::spawn(move || serve(&stream, &answers));
        }
    });
    url
}

fn load(store: &Store, url: &str, reconcile: Reconcile, blocks: u64) -> ChainReport {
    let chains = Chains::bundled().unwrap();
    let setting = NodeSetting {
        endpoint: Endpoint::parse(url).unwrap(),
        rpc: RpcSettings::default(),
        chain: None,
        from: 1,
        to: Until::Height(blocks),
        reconcile,
        again: false,
        record: None,
        chains: &chains,
    };
    let mut listener = Listener { progress: &mut |_| true, rejected: &mut |_| Ok(()) };
    ingest_node(store, &setting, &mut listener).unwrap()
}

fn ingest(criterion: &mut Criterion) {
    let blocks = env::var("BENCH_BLOCKS").ok().and_then(|text| text.parse().ok()).unwrap_or(BLOCKS);
    let url = start(blocks);
    let mut group = criterion.benchmark_group("ingest");
    group.sample_size(SAMPLES).warm_up_time(WARM_UP).measurement_time(MEASURED).sampling_mode(SamplingMode::Flat);
    for (name, reconcile) in [("held against balances", Reconcile::Auto), ("not held", Reconcile::Off)] {
        let fresh = || {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path()).unwrap();
            (folder, store)
        };
        let (_folder, store) = fresh();
        let report = load(&store, &url, reconcile, blocks);
        // A number for a load that lost something would say nothing.
        assert_eq!((report.blocks, report.rejected, report.not_told, report.blocks_without_calls), (blocks, 0, 0, 0));
        assert_eq!(report.balances_unexplained, 0);
        assert_eq!(report.balances_checked > 0, reconcile == Reconcile::Auto);
        eprintln!("{name}: {} transactions, {} movements", report.transactions, report.movements);
        group.throughput(Throughput::Elements(report.transactions));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                fresh,
                |(folder, store)| {
                    load(&store, &url, reconcile, blocks);
                    (folder, store)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
