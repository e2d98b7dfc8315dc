//! What the chain itself says about balances, asked before and after every block, for every account that the block touched.

use std::collections::{BTreeMap, BTreeSet};

use alloy::{
    primitives::{Address, B256, Bytes, I256, U64, U256},
    sol_types::SolCall,
};
use serde_json::{Value, json};

use crate::{
    contracts::Erc20,
    fact::Story,
    fetch::{Form, raw_block},
    rpc::Node,
};

/// Balances at the end of every block, and the fees of each.
#[derive(Default)]
pub(crate) struct Truth {
    /// By height, what each touched account gained or lost in wei.
    pub(crate) native: BTreeMap<u64, BTreeMap<Address, I256>>,
    /// By height, what each (token, account) gained or lost.
    pub(crate) tokens: BTreeMap<u64, BTreeMap<(Address, Address), I256>>,
    /// By height, the part of `native` that is fees: paid by senders, tips to the builder.
    pub(crate) fees: BTreeMap<u64, BTreeMap<Address, I256>>,
}

/// The difference of two balances. No supply comes near the limit.
pub(crate) fn change(before: U256, after: U256) -> I256 {
    I256::try_from(after).unwrap() - I256::try_from(before).unwrap()
}

impl Truth {
    /// Asks for all blocks of the chain up to the story's end.
    pub(crate) fn of(node: &Node, story: &Story) -> Self {
        let mut truth = Self::default();
        let mut touched: BTreeSet<Address> = story.accounts.iter().map(|(_, account)| *account).collect();
        for height in 1..=story.to_height {
            touched.extend(addresses(node, height));
            truth.fees.insert(height, fees(node, height));
        }
        let touched: Vec<Address> = touched.into_iter().collect();
        let mut before = Balances::at(node, 0, &touched, &story.tokens);
        for height in 1..=story.to_height {
            let after = Balances::at(node, height, &touched, &story.tokens);
            let pairs = touched.iter().zip(before.native.iter().zip(&after.native));
            truth.native.insert(height, pairs.map(|(one, (old, new))| (*one, change(*old, *new))).collect());
            let keys = after.tokens.iter();
            let old = |key| before.tokens.get(key).copied().unwrap_or_default();
            truth.tokens.insert(height, keys.map(|(key, new)| (*key, change(old(key), *new))).collect());
            before = after;
        }
        truth
    }
}

struct Balances {
    native: Vec<U256>,
    tokens: BTreeMap<(Address, Address), U256>,
}

impl Balances {
    fn at(node: &Node, height: u64, accounts: &[Address], tokens: &[Address]) -> Self {
        let at = U64::from(height);
        let questions: Vec<Value> = accounts.iter().map(|account| json!([account, at])).collect();
        let native = node.many("eth_getBalance", &questions).into_iter().map(Result::unwrap).collect();
        let keys = tokens.iter().flat_map(|token| accounts.iter().map(move |account| (*token, *account)));
        let keys: Vec<(Address, Address)> = keys.collect();
        let question = |(token, account): &(Address, Address)| {
            let data = Bytes::from(Erc20::balanceOfCall { account: *account }.abi_encode());
            json!([{"to": token, "data": data}, at])
        };
        let questions: Vec<Value> = keys.iter().map(question).collect();
        let answers = node.many::<Bytes>("eth_call", &questions).into_iter();
        // Before its creation a token answers with nothing.
        let answers = answers.map(|answer| U256::try_from_be_slice(&answer.unwrap()).unwrap());
        Self { native, tokens: keys.into_iter().zip(answers).collect() }
    }
}

/// Everything in a block's JSON that could be an account: whatever has 20 bytes, and words of 32 that begin with 12 zeros
/// (topics of events). Too many are harmless, for their balances do not change.
fn addresses(node: &Node, height: u64) -> BTreeSet<Address> {
    let raw = raw_block(node, height, Form::Frames);
    let mut found = BTreeSet::new();
    for json in [Some(&raw.block), raw.receipts.as_ref(), raw.diffs.as_ref()].into_iter().flatten() {
        gather(&serde_json::from_str(json.get()).unwrap(), &mut found);
    }
    if let Some(fundtrail_ethereum::RawCalls::Frames(frames)) = &raw.calls {
        gather(&serde_json::from_str(frames.get()).unwrap(), &mut found);
    }
    found
}

fn gather(json: &Value, into: &mut BTreeSet<Address>) {
    let mut take = |text: &str| {
        let word = text.parse::<B256>().ok().filter(|word| word.starts_with(&[0; 12])).map(Address::from_word);
        into.extend(text.parse::<Address>().ok().or(word));
    };
    match json {
        Value::String(text) => take(text),
        Value::Array(items) => items.iter().for_each(|item| gather(item, into)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            // The diffs have accounts for names.
            into.extend(name.parse::<Address>().ok());
            gather(value, into);
        }),
        _ => {}
    }
}

/// What the receipts of a block say was paid: gas and blob gas by the sender, what is above the base fee to the builder.
fn fees(node: &Node, height: u64) -> BTreeMap<Address, I256> {
    let at = U64::from(height);
    let block: Value = node.get("eth_getBlockByNumber", json!([at, false]));
    let receipts: Vec<Value> = node.get("eth_getBlockReceipts", json!([at]));
    let number = |json: &Value| json.as_str().map_or(U256::ZERO, |text| text.parse().unwrap());
    let account = |json: &Value| json.as_str().unwrap().parse::<Address>().unwrap();
    let mut fees: BTreeMap<Address, I256> = BTreeMap::new();
    for receipt in receipts {
        let (gas, price) = (number(&receipt["gasUsed"]), number(&receipt["effectiveGasPrice"]));
        let blobs = number(&receipt["blobGasUsed"]) * number(&receipt["blobGasPrice"]);
        let tip = gas * (price - number(&block["baseFeePerGas"]));
        *fees.entry(account(&receipt["from"])).or_default() -= I256::try_from(gas * price + blobs).unwrap();
        *fees.entry(account(&block["miner"])).or_default() += I256::try_from(tip).unwrap();
    }
    fees
}
