//! What a value on disk is, told by its content: names of files are not asked, for everybody names them differently.

use std::{borrow::Cow, collections::HashMap};

use alloy::primitives::{Address, B256, U256, keccak256};
use fundtrail_rpc::Told;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::{
    rpc::ask,
    shape::{BlockShape, ReceiptShape, RowShape, TraceShape, Traced, elements, parse_quantity},
};

/// A SHA-256, whole: a prefix could name a stranger.
pub(super) type Digest = [u8; 32];

/// A reply that was understood.
#[derive(Debug)]
pub(super) enum Kind {
    Block {
        shape: BlockShape,
        /// What the transactions ask for, in order, to find a trace that names none of them.
        asks: Option<Digest>,
    },
    Receipts(Vec<ReceiptShape>),
    Receipt(ReceiptShape),
    /// What `debug_traceBlockByNumber` answers.
    Traces {
        what: Tracer,
        /// The hashes of its transactions, where it names them.
        txs: Option<Digest>,
        /// What the transactions ask for, where it does not.
        asks: Option<Digest>,
    },
    /// What `trace_block` answers.
    Rows(B256),
    ChainId(u64),
    /// What an account has at the end of a block, in wei.
    Balance {
        address: Address,
        height: u64,
        amount: U256,
    },
    /// Known, and no part of a block.
    Beside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracer {
    Calls,
    Balances,
}

/// What a reply is, or why it is of no use, with the remedy.
pub(super) fn kind_of(told: &Told<'_>) -> Result<Kind, String> {
    told_by(told.method.as_deref(), &told.params, told.result.as_deref().map_err(Clone::clone)?)
}

/// The height that a reply was asked for, if it says.
pub(super) fn height_of(told: &Told<'_>) -> Option<u64> {
    told.params.first().and_then(|first| parse_quantity(first.as_str()?))
}

/// What a result is, with what was asked, if that is known.
fn told_by(method: Option<&str>, params: &[serde_json::Value], text: &str) -> Result<Kind, String> {
    match method {
        Some(ask::CHAIN_ID) => {
            let id: Option<u64> = serde_json::from_str::<String>(text).ok().and_then(|text| parse_quantity(&text));
            id.map(Kind::ChainId).ok_or_else(|| "it is no chain id: record it again".into())
        }
        Some(ask::BALANCE) => {
            let told = || {
                let [address, height] = params else { return None };
                let (address, height) = (address.as_str()?.parse().ok()?, parse_quantity(height.as_str()?)?);
                Some(Kind::Balance { address, height, amount: serde_json::from_str(text).ok()? })
            };
            told().ok_or_else(|| "it is no balance at a height: record it again".into())
        }
        Some("eth_blockNumber") => Ok(Kind::Beside),
        // Pages of an explorer's lists, which `explorer::Replay` reads.
        Some(method) if method.starts_with("explorer ") => Ok(Kind::Beside),
        _ => kind(text),
    }
}

const USELESS: &str = "it is no block, receipt, trace or uncle: nothing is taken from it";

fn kind(text: &str) -> Result<Kind, String> {
    match text.as_bytes().first() {
        Some(b'{') => object(text),
        Some(b'[') => list(text),
        Some(b'n') if text == "null" => {
            Err("it is null: the node did not have it; ask again and record the answer".into())
        }
        _ => match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => Err(USELESS.into()),
            Err(error) => Err(broken(&error)),
        },
    }
}

fn broken(error: &serde_json::Error) -> String {
    format!("it is no JSON ({error}): was it cut off? write it again")
}

fn unreadable(what: &str) -> impl Fn(serde_json::Error) -> String {
    move |error| format!("{what} cannot be read ({error}): write it again as the node sent it")
}

type Keys<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

fn object(text: &str) -> Result<Kind, String> {
    let keys: Keys<'_> = serde_json::from_str(text).map_err(|error| broken(&error))?;
    if ["number", "hash", "parentHash"].iter().all(|key| keys.contains_key(*key)) {
        if keys["hash"].get() == "null" {
            return Err("it is a pending block, which is no part of the chain: record it once it is".into());
        }
        let shape = BlockShape::read(text).map_err(unreadable("a block"))?;
        let root = keys.get("transactionsRoot").and_then(|root| serde_json::from_str::<B256>(root.get()).ok());
        if shape.is_empty() && shape.transactions.is_some() && root.is_some_and(|root| root != empty_root()) {
            return Err(
                "its transactions were taken out of it, for its transactionsRoot is not that of none: record it whole"
                    .into(),
            );
        }
        let asks = keys.get("transactions").filter(|_| shape.is_whole()).and_then(|txs| asks(txs.get(), Form::Txs));
        return Ok(Kind::Block { shape, asks });
    }
    if is_receipt(&keys) {
        return serde_json::from_str(text).map(Kind::Receipt).map_err(unreadable("a receipt"));
    }
    Err(USELESS.into())
}

/// The root of a tree without transactions: the hash of RLP's empty text.
fn empty_root() -> B256 {
    keccak256([0x80])
}

fn is_receipt(keys: &Keys<'_>) -> bool {
    keys.contains_key("transactionHash") && keys.contains_key("cumulativeGasUsed")
}

fn list(text: &str) -> Result<Kind, String> {
    let all = elements(text).map_err(|error| broken(&error))?;
    let Some(first) = all.first() else { return Ok(Kind::Beside) };
    let Ok(keys) = serde_json::from_str::<Keys<'_>>(first.get()) else { return Err(USELESS.into()) };
    if is_receipt(&keys) {
        return serde_json::from_str(text).map(Kind::Receipts).map_err(unreadable("a list of receipts"));
    }
    if keys.contains_key("action") && keys.contains_key("blockHash") {
        let rows: Vec<RowShape> = serde_json::from_str(text).map_err(unreadable("a list of trace_block"))?;
        let block = rows.first().map(|row| row.block_hash).unwrap_or_default();
        if rows.iter().any(|row| row.block_hash != block) {
            return Err("its rows are of several blocks: write one block in each list".into());
        }
        return Ok(Kind::Rows(block));
    }
    if keys.contains_key("type") && keys.contains_key("from") && keys.contains_key("gas") && !keys.contains_key("hash")
    {
        return Ok(Kind::Traces { what: Tracer::Calls, txs: None, asks: asks(text, Form::Frames) });
    }
    if keys.contains_key("result") || keys.contains_key("txHash") {
        return traces(text);
    }
    Err(USELESS.into())
}

fn traces(text: &str) -> Result<Kind, String> {
    let list: Vec<TraceShape<'_>> = serde_json::from_str(text).map_err(unreadable("a list of traces"))?;
    let sample = list.iter().find_map(|trace| match trace.traced() {
        Traced::Result(result) => Some(result.get()),
        Traced::Bare | Traced::Nothing(_) => None,
    });
    let keys: Keys<'_> = serde_json::from_str(sample.unwrap_or("{}")).unwrap_or_default();
    let what = if keys.contains_key("pre") && keys.contains_key("post") {
        Tracer::Balances
    } else if keys.contains_key("from") || keys.is_empty() {
        Tracer::Calls
    } else {
        return Err("it was made by a tracer that is not read: use callTracer, or prestateTracer in diff mode".into());
    };
    let hashes: Option<Vec<B256>> = list.iter().map(|trace| trace.tx_hash).collect();
    let asks = if hashes.is_none() && what == Tracer::Calls { asks(text, Form::Results) } else { None };
    Ok(Kind::Traces { what, txs: hashes.map(|hashes| digest_of(&hashes)), asks })
}

/// The digest of a list of transactions.
pub(super) fn digest_of(hashes: &[B256]) -> Digest {
    let mut sha = Sha256::new();
    hashes.iter().for_each(|hash| sha.update(hash));
    sha.finalize().into()
}

enum Form {
    Txs,
    Frames,
    Results,
}

/// Sender, receiver, value and input of each transaction, as transactions and their outermost calls both hold them.
fn asks(text: &str, form: Form) -> Option<Digest> {
    #[derive(Deserialize)]
    struct Ask<'a> {
        #[serde(borrow)]
        from: Cow<'a, str>,
        #[serde(default, borrow)]
        to: Option<Cow<'a, str>>,
        #[serde(default)]
        value: U256,
        #[serde(default, borrow, alias = "data")]
        input: Cow<'a, str>,
        #[serde(default, borrow, rename = "type")]
        form: Option<Cow<'a, str>>,
    }
    #[derive(Deserialize)]
    struct Wrapped<'a> {
        #[serde(borrow)]
        result: Ask<'a>,
    }
    let list: Vec<Ask<'_>> = match form {
        Form::Results => {
            serde_json::from_str::<Vec<Wrapped<'_>>>(text).ok()?.into_iter().map(|one| one.result).collect()
        }
        Form::Txs | Form::Frames => serde_json::from_str(text).ok()?,
    };
    let mut sha = Sha256::new();
    for ask in list {
        // A call that creates names the address that it made; the transaction names none.
        let creates = ask.form.is_some_and(|form| form.starts_with("CREATE"));
        let to = ask.to.filter(|_| !creates).unwrap_or_default();
        for part in [&ask.from, &to, &ask.input] {
            sha.update(part.to_lowercase());
            sha.update([0]);
        }
        sha.update(ask.value.to_be_bytes::<32>());
    }
    Some(sha.finalize().into())
}
