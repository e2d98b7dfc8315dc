//! A node of a made-up cluster of Solana, for tests of how its transactions are loaded: payments in lamports between two
//! owners, and payments of a token into a token account, which do not name its owner.

use std::{
    collections::BTreeMap,
    io::Write,
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use fundtrail::types::{Address, TxId};
use serde_json::{Value, json};

use crate::node::{reply, request};

const SYSTEM: &str = "11111111111111111111111111111111";
const TOKEN: &str = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
/// The hash of the first block; its beginning names the chain.
const GENESIS: &str = "Made1upC1usterMade1upC1usterMade1upC1uster11";
pub(crate) const CHAIN: &str = "solana:Made1upC1usterMade1upC1usterMade";

/// An address that is a number repeated.
pub(crate) fn key(number: u8) -> String {
    Address::Solana([number; 32]).to_string()
}

pub(crate) fn owner() -> String {
    key(1)
}

/// Whom the owner pays.
pub(crate) fn friend() -> String {
    key(2)
}

/// The owner's token account, and who pays into it from which.
pub(crate) fn token_account() -> String {
    key(3)
}

const PAYER: u8 = 4;
const PAYER_ACCOUNT: u8 = 5;
pub(crate) const MINT: u8 = 6;

/// Longer than any test waits.
const IGNORED: Duration = Duration::from_secs(120);

/// What a transaction does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// The owner pays the friend this many lamports.
    Pay(u64),
    /// The payer pays this many tokens into the owner's token account.
    PayTokens(u64),
    /// The owner pays, and it fails.
    Fail,
}

/// What the cluster has and tells.
#[derive(Default)]
pub(crate) struct State {
    /// What was done, by slot, in order. A slot that is not there was skipped.
    pub(crate) blocks: BTreeMap<u64, Vec<Deed>>,
    pub(crate) finalized: u64,
    pub(crate) first: u64,
    /// Rows of a page, at most.
    pub(crate) page: usize,
    /// Slots whose blocks and transactions are no longer kept.
    pub(crate) gone: Vec<u64>,
    /// Refuses transactions from this slot on.
    pub(crate) refuses_from: Option<u64>,
    /// So many messages to come are answered "too many requests".
    pub(crate) busy: usize,
    /// So many messages that ask for transactions are answered with the first half of an answer, and such calls with these
    /// errors.
    pub(crate) cut: usize,
    pub(crate) errors: Vec<i64>,
    /// What is told of the block and the transactions of a slot instead.
    pub(crate) told: BTreeMap<u64, (i64, &'static str)>,
    /// Slots before, and hashes of the blocks before, that blocks name and should not.
    pub(crate) parents: BTreeMap<u64, (u64, u8)>,
    /// Does not answer messages that hold this text, and counts them.
    pub(crate) silent: Option<String>,
    pub(crate) ignored: usize,
    /// Repeats the last row of a page as the first of the next.
    pub(crate) repeats: bool,
    /// What was asked for: methods and first parameters.
    pub(crate) asked: Vec<(String, Value)>,
}

pub(crate) struct FakeCluster {
    pub(crate) url: String,
    pub(crate) state: Arc<Mutex<State>>,
}

impl FakeCluster {
    pub(crate) fn start(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/a-key-that-nobody-sees", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(state));
        let served = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = Arc::clone(&served);
                thread::spawn(move || serve(&stream, &served));
            }
        });
        Self { url, state }
    }

    /// What was asked since the last time.
    pub(crate) fn asked(&self, method: &str) -> usize {
        let asked = std::mem::take(&mut self.state.lock().unwrap().asked);
        asked.iter().filter(|(one, _)| one == method).count()
    }
}

impl State {
    /// A payment in every slot from 10 to `last`, but for each fifth, which was skipped; tokens in each seventh; a failure in
    /// each eleventh beside a payment.
    pub(crate) fn up_to(last: u64) -> Self {
        let deeds = |slot: u64| match slot {
            slot if slot % 7 == 0 => vec![Deed::PayTokens(slot)],
            slot if slot % 11 == 0 => vec![Deed::Fail, Deed::Pay(slot)],
            slot => vec![Deed::Pay(slot)],
        };
        let blocks = (10..=last).filter(|slot| slot % 5 != 0).map(|slot| (slot, deeds(slot))).collect();
        Self { blocks, finalized: last, page: 4, ..Self::default() }
    }

    pub(crate) fn id(slot: u64, index: usize) -> String {
        let mut bytes = [u8::try_from(index).unwrap() + 1; 64];
        bytes[..8].copy_from_slice(&slot.to_be_bytes());
        TxId::Solana(bytes).to_string()
    }

    fn transaction(slot: u64, index: usize, deed: Deed) -> Value {
        let (keys, signers, read_only, program, accounts, data, pre, post, err) = match deed {
            Deed::Pay(lamports) => {
                let data = [&2_u32.to_le_bytes()[..], &lamports.to_le_bytes()].concat();
                let post = json!([1_000_000 - 5_000 - lamports, 1_000_000 + lamports, 1]);
                (
                    vec![owner(), friend(), SYSTEM.into()],
                    1,
                    1,
                    2,
                    vec![0, 1],
                    data,
                    json!([1_000_000, 1_000_000, 1]),
                    post,
                    Value::Null,
                )
            }
            Deed::Fail => {
                let data = [&2_u32.to_le_bytes()[..], &9_u64.to_le_bytes()].concat();
                let err = json!({"InstructionError": [0, {"Custom": 1}]});
                let post = json!([995_000, 1_000_000, 1]);
                (
                    vec![owner(), friend(), SYSTEM.into()],
                    1,
                    1,
                    2,
                    vec![0, 1],
                    data,
                    json!([1_000_000, 1_000_000, 1]),
                    post,
                    err,
                )
            }
            Deed::PayTokens(amount) => {
                let data = [&[3][..], &amount.to_le_bytes()].concat();
                let keys = vec![key(PAYER), key(PAYER_ACCOUNT), token_account(), TOKEN.into()];
                let pre = json!([1_000_000, 2_039_280, 2_039_280, 1]);
                (keys, 1, 1, 3, vec![1, 2, 0], data, pre, json!([995_000, 2_039_280, 2_039_280, 1]), Value::Null)
            }
        };
        let balance = |place: u8, whose: String, amount: u64| {
            json!({
                "accountIndex": place, "mint": key(MINT), "owner": whose, "programId": TOKEN,
                "uiTokenAmount": {"amount": amount.to_string(), "decimals": 6, "uiAmount": null, "uiAmountString": ""},
            })
        };
        let (before, after) = match deed {
            Deed::PayTokens(amount) => (
                json!([balance(1, key(PAYER), 1_000), balance(2, owner(), 0)]),
                json!([balance(1, key(PAYER), 1_000 - amount), balance(2, owner(), amount)]),
            ),
            _ => (json!([]), json!([])),
        };
        json!({
            "transaction": {
                "signatures": [Self::id(slot, index)],
                "message": {
                    "header": {"numRequiredSignatures": signers, "numReadonlySignedAccounts": 0, "numReadonlyUnsignedAccounts": read_only},
                    "accountKeys": keys, "recentBlockhash": key(9),
                    "instructions": [{"programIdIndex": program, "accounts": accounts, "data": bs58::encode(data).into_string(), "stackHeight": null}],
                },
            },
            "meta": {
                "err": err, "fee": 5_000, "preBalances": pre, "postBalances": post, "preTokenBalances": before,
                "postTokenBalances": after, "innerInstructions": [], "logMessages": [], "rewards": [],
                "loadedAddresses": {"writable": [], "readonly": []}, "status": {"Ok": null},
            },
            "version": "legacy",
        })
    }

    fn rows(&self, address: &str) -> Vec<Value> {
        let names = |deed: &Deed| match deed {
            Deed::PayTokens(_) => [key(PAYER), key(PAYER_ACCOUNT), token_account()].contains(&address.to_owned()),
            _ => [owner(), friend()].contains(&address.to_owned()),
        };
        let row = |slot: u64, index: usize, deed: &Deed| {
            let err = if *deed == Deed::Fail { json!({"InstructionError": [0, {"Custom": 1}]}) } else { Value::Null };
            json!({
                "signature": Self::id(slot, index), "slot": slot, "err": err, "memo": null, "blockTime": time(slot),
                "confirmationStatus": "finalized",
            })
        };
        let mut rows = Vec::new();
        for (slot, deeds) in self.blocks.range(self.first..=self.finalized) {
            let named = deeds.iter().enumerate().filter(|(_, deed)| names(deed));
            rows.extend(named.map(|(index, deed)| row(*slot, index, deed)));
        }
        rows.reverse();
        rows
    }

    fn block(&self, slot: u64, whole: bool) -> Result<Value, (i64, String)> {
        if let Some((code, message)) = self.told.get(&slot) {
            return Err((*code, (*message).to_owned()));
        }
        let skipped = (-32_009, format!("Slot {slot} was skipped, or missing in long-term storage"));
        if self.gone.contains(&slot) {
            return Err(skipped);
        }
        let deeds = self.blocks.get(&slot).ok_or(skipped)?;
        let parent = self.blocks.range(..slot).next_back().map_or(slot - 1, |(slot, _)| *slot);
        let (parent, hash) = self.parents.get(&slot).copied().unwrap_or((parent, u8::try_from(parent).unwrap()));
        let mut block = json!({
            "blockhash": key(u8::try_from(slot).unwrap()), "previousBlockhash": key(hash),
            "parentSlot": parent, "blockHeight": slot, "blockTime": time(slot),
        });
        let more = if whole {
            let all: Vec<Value> =
                deeds.iter().enumerate().map(|(index, deed)| Self::transaction(slot, index, *deed)).collect();
            json!({"transactions": all, "rewards": [{"pubkey": key(8), "lamports": 2_500, "postBalance": 9, "rewardType": "Fee"}]})
        } else {
            json!({"signatures": (0..deeds.len()).map(|index| Self::id(slot, index)).collect::<Vec<_>>()})
        };
        block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Ok(block)
    }

    fn answer(&mut self, call: &Value) -> Result<Value, (i64, String)> {
        let (method, params) = (call["method"].as_str().unwrap(), &call["params"]);
        self.asked.push((method.to_owned(), params[0].clone()));
        if method == "getTransaction"
            && let Some(code) = self.errors.pop()
        {
            return Err((code, "not now".into()));
        }
        match method {
            "getGenesisHash" => Ok(json!(GENESIS)),
            "getSlot" => Ok(json!(self.finalized)),
            "getFirstAvailableBlock" => Ok(json!(self.first)),
            "getTokenAccountsByOwner" => {
                let his = params[0] == json!(owner()) && params[1]["programId"] == json!(TOKEN);
                let value = if his { json!([{"pubkey": token_account(), "account": {}}]) } else { json!([]) };
                Ok(json!({"context": {"slot": self.finalized}, "value": value}))
            }
            "getSignaturesForAddress" => {
                let rows = self.rows(params[0].as_str().unwrap());
                let before = params[1]["before"].as_str();
                let start =
                    before.map_or(0, |before| rows.iter().position(|row| row["signature"] == before).unwrap() + 1);
                let again = usize::from(self.repeats && start > 0 && start < rows.len());
                Ok(rows.into_iter().skip(start - again).take(self.page).collect())
            }
            "getTransaction" => {
                let wanted = params[0].as_str().unwrap();
                let found = self.blocks.iter().find_map(|(slot, deeds)| {
                    let index = (0..deeds.len()).find(|index| Self::id(*slot, *index) == wanted)?;
                    Some((*slot, index, deeds[index]))
                });
                let Some((slot, index, deed)) = found else { return Ok(Value::Null) };
                if self.refuses_from.is_some_and(|from| slot >= from) {
                    return Err((-32_602, "the plan does not reach so far".into()));
                }
                if let Some((code, message)) = self.told.get(&slot) {
                    return Err((*code, (*message).to_owned()));
                }
                if self.gone.contains(&slot) {
                    return Ok(Value::Null);
                }
                let mut transaction = Self::transaction(slot, index, deed);
                transaction["slot"] = json!(slot);
                transaction["blockTime"] = json!(time(slot));
                Ok(transaction)
            }
            "getBlocks" => {
                let (from, to) = (params[0].as_u64().unwrap(), params[1].as_u64().unwrap());
                Ok(self.blocks.range(from..=to).map(|(slot, _)| json!(slot)).collect())
            }
            "getBlock" => self.block(params[0].as_u64().unwrap(), params[1]["transactionDetails"] == "full"),
            _ => Err((-32_601, "Method not found".into())),
        }
    }
}

fn time(slot: u64) -> u64 {
    1_700_000_000 + slot * 3_600
}

fn serve(mut stream: &std::net::TcpStream, state: &Mutex<State>) {
    let Some((_, body)) = request(stream) else { return };
    let mut state = state.lock().unwrap();
    if state.busy > 0 {
        state.busy -= 1;
        let _ = write!(
            stream,
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        return;
    }
    let text = String::from_utf8_lossy(&body);
    if state.silent.as_ref().is_some_and(|silent| text.contains(silent)) {
        state.ignored += 1;
        drop(state);
        return thread::sleep(IGNORED);
    }
    let asked: Value = serde_json::from_str(&text).unwrap();
    let mut answer = |call: &Value| match state.answer(call) {
        Ok(result) => json!({"jsonrpc": "2.0", "id": call["id"], "result": result}),
        Err((code, message)) => {
            json!({"jsonrpc": "2.0", "id": call["id"], "error": {"code": code, "message": message}})
        }
    };
    let answer = match &asked {
        Value::Array(calls) => Value::Array(calls.iter().map(answer).collect()),
        call => answer(call),
    };
    if state.cut > 0 && text.contains("getTransaction") {
        state.cut -= 1;
        let whole = answer.to_string();
        let half = &whole[..whole.len() / 2];
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{half}", whole.len());
        return;
    }
    reply(stream, &answer);
}
