//! From an answer as it came to what it moved. Pure: no network, no clock, and no panic on whatever came.
//!
//! What cannot be read is a problem with its place, and the rest goes on: a transaction that contradicts itself is left out
//! alone, a block that cannot be read at all is left out whole.

use fundtrail_types::{Address, Asset, Chain, Movement, Problem, Relation, Side, Time, TxId, TxOrder};
use serde_json::value::RawValue;

use crate::{
    RawBlock, RawTransaction, Reconciled,
    instruction::{self, Instruction},
    ledger::{self, Common, Gap, Input},
    message::{self, Message},
    owners::Owners,
    reconcile,
    wire::{Block, Entry, Key, Meta},
};

mod left_out;

pub use left_out::{LeftOut, Why};

/// What a block moved.
#[derive(Clone, Debug)]
pub struct DecodedBlock {
    /// Its slot.
    pub slot: u64,
    /// Its own hash.
    pub hash: [u8; 32],
    /// The hash of the block before it.
    pub parent: [u8; 32],
    /// The slot of the block before it.
    pub parent_slot: u64,
    /// How many blocks came before it; slots without a block are not counted. None if the source does not tell.
    pub height: Option<u64>,
    /// When; none if the source does not tell.
    pub time: Option<Time>,
    /// Its transactions, in order, but for those that are problems.
    pub transactions: Vec<DecodedTx>,
    /// What the block itself moved, after its transactions: rewards. Its hash and 32 zero bytes stand for the transaction that
    /// there is not.
    pub own: Vec<Movement>,
    /// What was left out, and why.
    pub problems: Vec<Problem>,
    /// How far movements and balances agree.
    pub reconciled: Reconciled,
    /// What is no movement, or not known.
    pub left_out: LeftOut,
}

/// What a transaction moved, and what it was read from.
#[derive(Clone, Debug)]
pub struct DecodedTx {
    /// Its id: the first signature.
    pub id: TxId,
    /// Its slot.
    pub slot: u64,
    /// Its place in its slot; none if the source does not know it.
    pub index: Option<u32>,
    /// When; none if the source does not tell.
    pub time: Option<Time>,
    /// Whether it succeeded. If not, it moved its fee alone. False too where the source kept nothing of what it did, see
    /// [`LeftOut::without_meta`].
    pub succeeded: bool,
    /// Whether the source told balances before and after, of lamports and of every token that moved.
    pub balances: bool,
    /// Whether nothing is missing: balances and what it called are told, and no amount is hidden or unknown.
    pub complete: bool,
    /// In order of execution, the fee first.
    pub movements: Vec<Movement>,
    /// What it shows of addresses besides, each once, in order.
    pub relations: Vec<Relation>,
    /// How far movements and balances agree.
    pub reconciled: Reconciled,
    /// What movements do not explain. Each is booked as a movement of kind `unexplained`.
    pub residues: Vec<Residue>,
    /// Token accounts that moved something and whose owner nobody knows. They stand in for him.
    pub owners_unknown: Vec<Address>,
    /// Its accounts: those of the message, then those from look-up tables. Instructions name them by their place.
    pub accounts: Vec<Address>,
    /// How many of the accounts signed: the first ones. The very first pays the fee.
    pub signers: usize,
    /// Its instructions in order of execution, each followed by what it called.
    pub instructions: Vec<Instruction>,
    /// What its programs logged, if the source kept it.
    pub logs: Vec<String>,
    /// What is no movement, or not known.
    pub left_out: LeftOut,
}

/// Something that an account has more, or less, than movements say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residue {
    /// On whom it is booked.
    pub address: Address,
    /// What.
    pub asset: Asset,
    /// More or less.
    pub side: Side,
    /// By how much, in base units.
    pub amount: u128,
    /// Why it is not explained.
    pub reason: Why,
}

/// Reads a transaction.
///
/// # Errors
/// If it cannot be read, or contradicts itself.
pub fn decode(raw: &RawTransaction, owners: &dyn Owners, chain: Chain) -> Result<DecodedTx, Problem> {
    let place = Place { chain, slot: raw.slot, index: raw.index, time: raw.time.and_then(Time::from_unix) };
    transaction(&raw.json, &place, owners)
}

/// Reads a block.
///
/// # Errors
/// If the block itself cannot be read; then nothing of it is known.
pub fn decode_block(raw: &RawBlock, owners: &dyn Owners, chain: Chain) -> Result<DecodedBlock, Problem> {
    let fail = |reason| problem(chain, raw.slot, reason, String::new());
    let block: Block<'_> = parse(&raw.json, "the block").map_err(fail)?;
    let time = block.block_time.and_then(Time::from_unix);
    if block.parent_slot >= raw.slot.max(1) {
        let parent = block.parent_slot;
        return Err(fail(format!(
            "the block names slot {parent} as the one before it: ask again, or mend the recording"
        )));
    }
    let told = block
        .transactions
        .ok_or_else(|| fail("it has no list of transactions: ask getBlock with transactionDetails full".to_owned()))?;
    let mut id = [0; 64];
    id.iter_mut().zip(block.blockhash.0).for_each(|(byte, of)| *byte = of);
    let order = TxOrder::Index(u32::MAX);
    let common = Common { chain, tx: TxId::Solana(id), height: raw.slot, order, time };
    let mut decoded = DecodedBlock {
        slot: raw.slot,
        hash: block.blockhash.0,
        parent: block.previous_blockhash.0,
        parent_slot: block.parent_slot,
        height: block.block_height,
        time,
        transactions: Vec::with_capacity(told.len()),
        own: ledger::movements(ledger::own(block.rewards.as_deref().unwrap_or_default()), &common),
        problems: Vec::new(),
        reconciled: Reconciled::default(),
        left_out: LeftOut::default(),
    };
    for (index, json) in (0_u32..).zip(told) {
        match transaction(json, &Place { chain, slot: raw.slot, index: Some(index), time }, owners) {
            Ok(one) => {
                decoded.reconciled.add(one.reconciled);
                decoded.left_out.add(&one.left_out);
                decoded.transactions.push(one);
            }
            Err(problem) => decoded.problems.push(problem),
        }
    }
    Ok(decoded)
}

/// Where a transaction stands.
struct Place {
    chain: Chain,
    slot: u64,
    index: Option<u32>,
    time: Option<Time>,
}

fn transaction(json: &RawValue, place: &Place, owners: &dyn Owners) -> Result<DecodedTx, Problem> {
    let fail = |reason| problem(place.chain, place.slot, reason, String::new());
    let mut entry: Entry<'_> = parse(json, "a transaction").map_err(fail)?;
    if entry.slot.is_some_and(|slot| slot != place.slot) {
        let slot = entry.slot.unwrap_or_default();
        return Err(fail(format!("a transaction is of slot {slot}: ask again, or mend the recording")));
    }
    let logs = entry.meta.as_mut().and_then(|meta| meta.log_messages.take()).unwrap_or_default();
    let message = message::read(&entry).map_err(fail)?;
    let id = TxId::Solana(message.id);
    let fail = |reason| problem(place.chain, place.slot, reason, id.to_string());
    let mut decoded = match &entry.meta {
        Some(meta) => moved(&message, meta, place, owners).map_err(fail)?,
        None => unknown(&message, place),
    };
    decoded.logs = logs;
    decoded.instructions = message.instructions;
    Ok(decoded)
}

/// A transaction of which the source kept what was signed alone. Whether it succeeded nobody tells, so nothing moved for sure.
fn unknown(message: &Message<'_>, place: &Place) -> DecodedTx {
    DecodedTx {
        id: TxId::Solana(message.id),
        slot: place.slot,
        index: place.index,
        time: place.time,
        succeeded: false,
        balances: false,
        complete: false,
        movements: Vec::new(),
        relations: Vec::new(),
        reconciled: Reconciled::default(),
        residues: Vec::new(),
        owners_unknown: Vec::new(),
        accounts: message.keys.iter().map(|key| key.address()).collect(),
        signers: message.signers,
        instructions: Vec::new(),
        logs: Vec::new(),
        left_out: LeftOut { without_meta: 1, ..LeftOut::default() },
    }
}

fn moved(message: &Message<'_>, meta: &Meta<'_>, place: &Place, owners: &dyn Owners) -> Result<DecodedTx, String> {
    let succeeded = meta.succeeded();
    let has_lamports = meta.pre_balances.is_some() && meta.post_balances.is_some();
    // Without balances and without what it called, most of what it moved would be missing and nothing would tell.
    let readable = succeeded && (has_lamports || message.inner_known);
    let steps = if readable { instruction::steps(message)? } else { Vec::new() };
    let input = Input { slot: place.slot, message, meta, steps: &steps, owners };
    let mut ledger = ledger::replay(input)?;
    let order = place.index.map_or(TxOrder::Unknown, TxOrder::Index);
    let tx = TxId::Solana(message.id);
    let common = Common { chain: place.chain, tx: tx.clone(), height: place.slot, order, time: place.time };
    let relations = ledger::relations(&ledger, &common);
    let balances = has_lamports && ledger.left_out.untold_accounts == 0 && ledger.left_out.unknown_mints == 0;
    ledger.left_out.failed = u64::from(!succeeded);
    ledger.left_out.without_balances = u64::from(!balances);
    ledger.left_out.without_calls = u64::from(succeeded && !message.inner_known);
    ledger.left_out.owners_unknown = u64::from(!ledger.unowned.is_empty());
    let owners_unknown = ledger.unowned.iter().filter_map(|at| ledger.slots.get(*at)).map(|slot| slot.key.address());
    Ok(DecodedTx {
        id: tx,
        slot: place.slot,
        index: place.index,
        time: place.time,
        succeeded,
        balances,
        complete: balances
            && ledger.left_out.hidden == 0
            && ledger.left_out.unknown_amounts == 0
            && ledger.left_out.without_calls == 0,
        relations,
        reconciled: if has_lamports { reconcile::count(&ledger) } else { Reconciled::default() },
        residues: ledger.gaps.iter().map(|gap| residue(gap, &common)).collect(),
        owners_unknown: owners_unknown.collect(),
        movements: ledger::movements(std::mem::take(&mut ledger.legs), &common),
        accounts: message.keys.iter().map(|key| key.address()).collect(),
        signers: message.signers,
        instructions: Vec::new(),
        logs: Vec::new(),
        left_out: ledger.left_out,
    })
}

fn residue(gap: &Gap, common: &Common) -> Residue {
    Residue {
        address: Key::address(gap.holder),
        asset: common.asset(gap.mint),
        side: if gap.amount > 0 { Side::In } else { Side::Out },
        amount: gap.amount.unsigned_abs(),
        reason: gap.why,
    }
}

fn problem(chain: Chain, slot: u64, reason: String, record: String) -> Problem {
    Problem { file: format!("{chain} slot {slot}"), line: None, reason, record }
}

fn parse<'a, T: serde::Deserialize<'a>>(raw: &'a RawValue, what: &str) -> Result<T, String> {
    // The library quotes whatever it did not expect, however long it is.
    serde_json::from_str(raw.get()).map_err(|error| {
        format!("{what} cannot be read ({:.300}): it is no answer of a Solana node, ask again", error.to_string())
    })
}
