//! A small chain of made-up blocks, and a node that tells it.

use serde_json::{Value, json};

use crate::server::Act;

/// The result of a method, or code and message of an error.
pub(crate) type Told = Result<Value, (i64, String)>;

/// A chain with two transactions in each block. Blocks of another fork have other hashes.
#[derive(Clone, Copy)]
pub(crate) struct Chain {
    /// A digit that tells forks apart.
    pub(crate) fork: u64,
    /// From this height on the fork is a fork; below, every chain is the same.
    pub(crate) from: u64,
    /// The head.
    pub(crate) head: u64,
}

pub(crate) const CHAIN: Chain = Chain { fork: 0, from: 0, head: 30 };

pub(crate) fn hex(number: u64) -> String {
    format!("{number:#x}")
}

impl Chain {
    pub(crate) fn hash(&self, height: u64) -> String {
        let fork = if height >= self.from { self.fork } else { 0 };
        format!("0x{fork:08x}{:08x}{height:048x}", 0xb10c)
    }

    pub(crate) fn tx(&self, height: u64, index: u64) -> String {
        format!("0x{:016x}{height:016x}{index:032x}", 0x7a)
    }

    fn uncle(height: u64) -> String {
        format!("0x{:016x}{height:048x}", 0x00c1e)
    }

    pub(crate) fn block(&self, height: u64, whole: bool) -> Value {
        let txs: Vec<Value> = (0..2)
            .map(|index| match whole {
                true => json!({"hash": self.tx(height, index), "from": address(index), "to": address(9), "value": "0x1", "input": hex(height)}),
                false => json!(self.tx(height, index)),
            })
            .collect();
        let uncles: Vec<String> = if height % 10 == 5 { vec![Self::uncle(height)] } else { Vec::new() };
        let parent = height.checked_sub(1).map_or_else(|| format!("0x{:064x}", 0), |below| self.hash(below));
        json!({"number": hex(height), "hash": self.hash(height), "parentHash": parent, "transactions": txs, "uncles": uncles})
    }

    fn receipt(&self, height: u64, index: u64) -> Value {
        json!({"transactionHash": self.tx(height, index), "blockHash": self.hash(height), "blockNumber": hex(height),
            "cumulativeGasUsed": "0x5208", "status": "0x1", "logs": []})
    }

    fn traces(&self, height: u64, options: &Value) -> Value {
        let result = |index| match options["tracer"].as_str() {
            Some("callTracer") => {
                json!({"type": "CALL", "from": address(index), "to": address(9), "value": "0x1", "input": hex(height), "gas": "0x5208"})
            }
            _ => json!({"pre": {address(index): {"balance": "0x2"}}, "post": {address(index): {"balance": "0x1"}}}),
        };
        (0..2).map(|index| json!({"txHash": self.tx(height, index), "result": result(index)})).collect()
    }

    fn rows(&self, height: u64) -> Value {
        (0..2)
            .map(|index| {
                json!({"action": {"callType": "call", "from": address(index), "to": address(9), "value": "0x1"},
                    "blockHash": self.hash(height), "blockNumber": height, "transactionHash": self.tx(height, index),
                    "traceAddress": [], "type": "call"})
            })
            .collect()
    }

    /// What an honest node with every method tells.
    pub(crate) fn tell(&self, method: &str, params: &Value) -> Told {
        let tag = params[0].as_str().unwrap_or_default();
        let height = match tag {
            "latest" => self.head,
            "finalized" => self.head - 10,
            tag => u64::from_str_radix(tag.trim_start_matches("0x"), 16).unwrap_or(u64::MAX),
        };
        Ok(match method {
            "eth_chainId" => json!("0x1"),
            "eth_getTransactionReceipt" => {
                let (height, index) = (&tag[18..34], &tag[34..]);
                let read = |digits| u64::from_str_radix(digits, 16).unwrap();
                self.receipt(read(height), read(&index[16..]))
            }
            "eth_getBalance" => json!(hex(u64::from_str_radix(&tag[40..], 16).unwrap() + 1000)),
            _ if height > self.head => Value::Null,
            "eth_getBlockByNumber" => self.block(height, params[1] == true),
            "eth_getBlockReceipts" => (0..2).map(|index| self.receipt(height, index)).collect(),
            "debug_traceBlockByNumber" => self.traces(height, &params[1]),
            "trace_block" => self.rows(height),
            "eth_getUncleByBlockNumberAndIndex" => {
                json!({"number": hex(height - 1), "hash": Self::uncle(height), "parentHash": self.hash(height - 2), "uncles": []})
            }
            _ => return Err((-32601, format!("the method {method} does not exist/is not available"))),
        })
    }
}

pub(crate) fn address(index: u64) -> String {
    format!("0x{:040x}", index + 1)
}

/// A JSON-RPC reply to one request or to a batch.
pub(crate) fn reply(body: &Value, tell: &dyn Fn(&str, &Value) -> Told) -> Value {
    match body.as_array() {
        Some(batch) => batch.iter().map(|request| reply_one(request, tell)).collect(),
        None => reply_one(body, tell),
    }
}

fn reply_one(request: &Value, tell: &dyn Fn(&str, &Value) -> Told) -> Value {
    match tell(request["method"].as_str().unwrap(), &request["params"]) {
        Ok(result) => json!({"jsonrpc": "2.0", "id": request["id"], "result": result}),
        Err((code, message)) => {
            json!({"jsonrpc": "2.0", "id": request["id"], "error": {"code": code, "message": message}})
        }
    }
}

/// What an honest node does.
pub(crate) fn honest(body: &Value) -> Act {
    Act::Json(reply(body, &|method, params| CHAIN.tell(method, params)))
}
