//! Transactions and blocks of Solana as nodes tell them, from any JSON at all.

use fundtrail_solana::{DecodedBlock, NoHistory, Owners, RawBlock, RawTransaction, decode_block};
use fundtrail_types::Chain;
use serde_json::{Value, value::RawValue};

use crate::{
    Tally,
    moved::{Reading, Rumour, check, is_short, read, reading},
};

/// The result of `getTransaction` or of `getBlock`. What is no JSON was not told.
///
/// Read with a history that knows nothing, and with one that may be wrong.
///
/// # Panics
/// If a transaction is told in a way that no transaction can be.
pub fn transactions(data: &[u8]) -> Tally {
    let mut tally = Tally::default();
    let Ok(json) = serde_json::from_slice::<Box<RawValue>>(data) else { return tally };
    // What is nested too deep is no value, and may be a transaction even so.
    let told: Option<Value> = serde_json::from_str(json.get()).ok();
    match RawTransaction::from_result(Chain::SOLANA, json.clone()) {
        Ok(raw) => {
            for owners in [&NoHistory as &dyn Owners, &Rumour] {
                tally.add(counted(read(&raw, owners, told.as_ref()).is_ok()));
            }
        }
        Err(problem) => {
            is_short(&problem);
            tally.add(counted(false));
        }
    }
    tally.add(block(json, told.as_ref()));
    tally
}

fn counted(good: bool) -> Tally {
    Tally { good: u64::from(good), rejected: u64::from(!good) }
}

/// The same JSON, taken for a block.
fn block(json: Box<RawValue>, told: Option<&Value>) -> Tally {
    let slot = told.and_then(|told| told["parentSlot"].as_u64()).map_or(1, |slot| slot.saturating_add(1));
    let raw = RawBlock { slot, json };
    let mut tally = Tally::default();
    for owners in [&NoHistory as &dyn Owners, &Rumour] {
        match decode_block(&raw, owners, Chain::SOLANA) {
            Ok(block) => {
                let again = decode_block(&raw, owners, Chain::SOLANA).map(|again| readings(&again));
                assert_eq!(again, Ok(readings(&block)), "the same answer tells the same");
                check_block(&block, told, raw.json.get().len());
                tally.good += number(block.transactions.len());
                tally.rejected += number(block.problems.len());
            }
            Err(problem) => {
                is_short(&problem);
                tally.rejected += 1;
            }
        }
    }
    tally
}

fn readings(block: &DecodedBlock) -> Vec<Reading> {
    block.transactions.iter().map(reading).collect()
}

fn check_block(block: &DecodedBlock, told: Option<&Value>, bytes: usize) {
    assert!(block.own.len() + block.transactions.len() + block.problems.len() <= bytes);
    block.problems.iter().for_each(is_short);
    let places = block.transactions.iter().map(|one| one.index);
    assert!(places.is_sorted() && block.transactions.iter().all(|one| one.index.is_some()));
    for one in &block.transactions {
        let of_it =
            |told: &'_ Value| one.index.and_then(|at| told["transactions"].get(usize::try_from(at).ok()?).cloned());
        check(one, told.and_then(of_it).as_ref(), bytes);
    }
    let checked: u64 = block.transactions.iter().map(|one| one.reconciled.checked).sum();
    assert_eq!(block.reconciled.checked, checked);
}

fn number(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
