//! From a block as it came to what it moved. Pure: no network, no clock, and no panic on whatever came.
//!
//! What cannot be read is a problem with its place, and the rest goes on: a transaction whose receipt or calls contradict
//! it is left out alone, a block that cannot be read at all is left out whole.

use alloy::primitives::Address;
use fundtrail_types::{Action, Movement, Problem, Time, TxId};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::{
    FeeRule, RawBlock, RawCalls, RawTransaction, Rules,
    calls::{self, BlockRows, Call, RowReward, TxCalls},
    ledger::{self, Fee, Place},
    protocols,
    reconcile::{self, Reconciled},
    wire::{Block, Body, Header, Receipt, Transaction, Uncle},
};

/// What a block moved.
#[derive(Clone, Debug)]
pub struct DecodedBlock {
    /// Height.
    pub height: u64,
    /// Its own hash.
    pub hash: [u8; 32],
    /// The hash of the block before it.
    pub parent: [u8; 32],
    /// When.
    pub time: Option<Time>,
    /// Who made it, as it says itself.
    pub maker: Option<Address>,
    /// Where fees go on its chain.
    pub fees: FeeRule,
    /// Its transactions, in order, but for those that are problems.
    pub transactions: Vec<DecodedTx>,
    /// What the block itself moved, after its transactions: rewards and withdrawals.
    pub own: Vec<Movement>,
    /// What was left out, and why. First what the source says itself that it could not tell.
    pub problems: Vec<Problem>,
    /// How many of them are the source's own words.
    pub notes: usize,
    /// Whether all of them were held against balances, and explain them.
    pub verified: bool,
    /// How far the two agree.
    pub reconciled: Reconciled,
    /// Events and values that are no movements.
    pub left_out: LeftOut,
}

/// What a transaction moved, and what it was read from.
#[derive(Clone, Debug)]
pub struct DecodedTx {
    /// Its id.
    pub id: TxId,
    /// Its index in the block.
    pub index: u32,
    /// Whether it succeeded. If not, it moved its fee alone.
    pub succeeded: bool,
    /// Whether its inner calls are known, so that nothing is missing.
    pub complete: bool,
    /// What its fee is made of. Who got it is among the movements, as far as that is known.
    pub fee: Fee,
    /// In order of execution, the fee first.
    pub movements: Vec<Movement>,
    /// What they mean together, as far as a protocol is recognised.
    pub actions: Vec<Action>,
    /// What claims to be of a known protocol and cannot be read: what moved is known all the same.
    pub unread: Vec<Problem>,
    /// As the node told it.
    pub transaction: Transaction,
    /// As the node told it.
    pub receipt: Receipt,
    /// Its calls, in order of execution; empty if they are not known.
    pub calls: Vec<Call>,
}

/// How much was seen that is no movement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Transfers of pictures and the like (ERC-721).
    pub nfts: u64,
    /// Events that call themselves a transfer and have the form of none.
    pub odd_transfers: u64,
    /// Transactions that failed: their value did not move.
    pub failed: u64,
    /// Calls with value that were undone by a failure above them.
    pub undone: u64,
}

impl LeftOut {
    /// The numbers, each with what it counts.
    pub fn reasons(&self) -> [(&'static str, u64); 4] {
        [
            ("ERC-721 transfers", self.nfts),
            ("events that call themselves a transfer and have the form of none", self.odd_transfers),
            ("failed transactions, of which only the fee moved", self.failed),
            ("calls with value that a failure above them undid", self.undone),
        ]
    }
}

/// Reads a block.
///
/// # Errors
/// If the block itself, or the answer with its receipts, cannot be read; then nothing of it is known.
pub fn decode(raw: &RawBlock, rules: &Rules) -> Result<DecodedBlock, Problem> {
    let fail = |reason: String| problem(rules, raw.height, reason, String::new());
    let (header, body) = parse::<Block>(&raw.block, "the block").map_err(fail)?.parts();
    let receipts = raw.receipts.as_ref().ok_or_else(|| {
        fail("its receipts are missing, and nobody knows which of its transactions failed: record them too".to_owned())
    })?;
    let receipts: Vec<Receipt> = parse(receipts, "its receipts").map_err(fail)?;
    if header.number != raw.height {
        return Err(fail(format!("the answer is block {}: ask again, or mend the recording", header.number)));
    }
    if receipts.len() != body.transactions.len() {
        let (receipts, transactions) = (receipts.len(), body.transactions.len());
        return Err(fail(format!("it has {transactions} transactions and {receipts} receipts: ask again")));
    }
    if !body.transactions.is_sorted_by(|a, b| a.transaction_index < b.transaction_index) {
        return Err(fail("its transactions are not in their order: ask again".to_owned()));
    }
    let mut problems: Vec<Problem> = raw.notes.iter().map(|note| fail(note.clone())).collect();
    let (called, rewards) = read_calls(raw, &body).unwrap_or_else(|reason| {
        problems.push(fail(format!("{reason}; what its transactions moved by inner calls is not known")));
        (None, None)
    });
    let uncles = raw.uncles.iter().map(|uncle| parse::<Uncle>(uncle, "an uncle")).collect::<Result<Vec<_>, _>>();
    let own = uncles.and_then(|uncles| ledger::own(&header, &body, rules, &uncles, rewards.as_deref()));
    let mut decoded = DecodedBlock {
        height: header.number,
        hash: header.hash.0,
        parent: header.parent_hash.0,
        time: time(&header),
        maker: header.maker(),
        fees: rules.fees,
        transactions: Vec::with_capacity(body.transactions.len()),
        own: own.unwrap_or_else(|reason| {
            problems.push(fail(reason));
            Vec::new()
        }),
        notes: raw.notes.len(),
        problems,
        verified: false,
        reconciled: Reconciled::default(),
        left_out: LeftOut::default(),
    };
    let mut called = called.map(Vec::into_iter);
    for (transaction, receipt) in body.transactions.into_iter().zip(receipts) {
        let calls = called.as_mut().and_then(Iterator::next).and_then(|one| one.calls);
        match transaction_of(&header, rules, transaction, receipt, calls, &mut decoded.left_out) {
            Ok(transaction) => decoded.transactions.push(transaction),
            Err(problem) => decoded.problems.push(problem),
        }
    }
    match raw.diffs.as_ref().map(|raw| reconcile::diffs(raw)) {
        Some(Ok(diffs)) => {
            reconcile::by_transaction(&mut decoded, &diffs);
        }
        Some(Err(reason)) => {
            decoded.problems.push(fail(format!("balances were told and cannot be read: {reason:.300}")))
        }
        None => {}
    }
    Ok(decoded)
}

/// Reads one transaction.
///
/// # Errors
/// If an answer cannot be read, or belongs to another transaction.
pub fn decode_transaction(raw: &RawTransaction, rules: &Rules) -> Result<DecodedTx, Problem> {
    let parsed = || {
        let header: Header = parse(&raw.header, "the block")?;
        let transaction: Transaction = parse(&raw.transaction, "the transaction")?;
        let receipt: Receipt = parse(&raw.receipt, "the receipt")?;
        let calls = raw.calls.as_ref().map(|raw| calls::frame(raw)).transpose().map_err(|error| error.to_string())?;
        let calls = calls.flatten();
        Ok((header, transaction, receipt, calls))
    };
    let (header, transaction, receipt, calls) = parsed().map_err(|reason| problem(rules, 0, reason, String::new()))?;
    transaction_of(&header, rules, transaction, receipt, calls, &mut LeftOut::default())
}

fn transaction_of(
    header: &Header,
    rules: &Rules,
    transaction: Transaction,
    receipt: Receipt,
    calls: Option<Vec<Call>>,
    left_out: &mut LeftOut,
) -> Result<DecodedTx, Problem> {
    let moved = belongs(header, &transaction, &receipt, calls.as_deref()).and_then(|()| {
        let place = Place { rules, header, time: time(header), index: transaction.transaction_index };
        ledger::transaction(&place, &transaction, &receipt, calls.as_deref(), left_out)
    });
    let record = transaction.hash.to_string();
    let fail = |reason| problem(rules, header.number, reason, record.clone());
    let moved = moved.map_err(fail)?;
    let (mut actions, mut unread) = (Vec::new(), Vec::new());
    if moved.succeeded {
        let calls = calls.as_deref().unwrap_or_default();
        (actions, unread) = protocols::actions(rules.chain, &transaction, &receipt.logs, calls, &moved.movements);
    }
    Ok(DecodedTx {
        id: TxId::Evm(transaction.hash.0),
        index: transaction.transaction_index,
        succeeded: moved.succeeded,
        complete: calls.is_some(),
        fee: moved.fee,
        movements: moved.movements,
        actions,
        unread: unread.into_iter().map(fail).collect(),
        transaction,
        receipt,
        calls: calls.unwrap_or_default(),
    })
}

fn problem(rules: &Rules, height: u64, reason: String, record: String) -> Problem {
    Problem { file: format!("{} block {height}", rules.chain), line: None, reason, record }
}

pub(crate) fn time(header: &Header) -> Option<Time> {
    i64::try_from(header.timestamp).ok().and_then(Time::from_unix)
}

/// A receipt of another fork would give value to who never got it.
fn belongs(
    header: &Header,
    transaction: &Transaction,
    receipt: &Receipt,
    calls: Option<&[Call]>,
) -> Result<(), String> {
    if receipt.transaction_hash != transaction.hash {
        return Err(format!("the receipt beside it is that of {}: ask again", receipt.transaction_hash));
    }
    if !receipt.logs.is_sorted_by(|a, b| a.log_index < b.log_index) {
        return Err("its events are not in their order: ask again".to_owned());
    }
    if receipt.block_hash != header.hash || transaction.block_hash != header.hash {
        return Err("it, its receipt and its block are not of one block: ask again".to_owned());
    }
    let agrees = |root: &Call| root.from == transaction.from && root.value == transaction.value;
    match calls.map(<[Call]>::first) {
        None => Ok(()),
        Some(Some(root)) if agrees(root) => Ok(()),
        Some(_) => Err("the calls told for it are those of another transaction: ask again".to_owned()),
    }
}

type Called = (Option<Vec<TxCalls>>, Option<Vec<RowReward>>);

/// The calls of each transaction, in order, and what the block created if the answer tells it. A transaction that the
/// source could not trace lacks its calls alone.
fn read_calls(raw: &RawBlock, block: &Body) -> Result<Called, String> {
    let (calls, rewards) = match &raw.calls {
        None => return Ok((None, None)),
        Some(RawCalls::Frames(raw)) => (calls::frames(raw).map_err(|error| error.to_string())?, None),
        Some(RawCalls::Rows(raw)) => {
            let BlockRows { mut transactions, rewards } = calls::rows(raw).map_err(|error| error.to_string())?;
            let told = transactions.len();
            let count = u64::try_from(block.transactions.len()).unwrap_or(u64::MAX);
            let calls: Vec<TxCalls> = (0..count).map(|at| transactions.remove(&at).unwrap_or_default()).collect();
            if !transactions.is_empty() || (told == 0 && count > 0) {
                return Err(format!(
                    "it has {count} transactions, and rows of {told} are told, not all of them its own"
                ));
            }
            (calls, Some(rewards))
        }
    };
    if calls.len() != block.transactions.len() {
        let (transactions, told) = (block.transactions.len(), calls.len());
        return Err(format!("it has {transactions} transactions, and calls of {told} are told"));
    }
    let other = block.transactions.iter().zip(&calls).find(|(one, told)| told.tx.is_some_and(|tx| tx != one.hash));
    match other {
        Some((one, _)) => Err(format!("the calls told for {} are another transaction's", one.hash)),
        None => Ok((Some(calls), rewards)),
    }
}

fn parse<T: DeserializeOwned>(raw: &RawValue, what: &str) -> Result<T, String> {
    // The library quotes whatever it did not expect, however long it is.
    serde_json::from_str(raw.get()).map_err(|error| {
        format!("{what} cannot be read ({:.300}): it is no answer of an Ethereum node, ask again", error.to_string())
    })
}

/// An address as the nouns have it.
pub(crate) fn noun(address: Address) -> fundtrail_types::Address {
    fundtrail_types::Address::Evm(address.0.0)
}
