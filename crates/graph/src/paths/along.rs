//! What came along one path and no other.
//!
//! The value of the first movement is coloured, every other value is clean, and the accounts on the path are replayed
//! one after the other. FIFO and haircut do not look at colours, so this is exactly the part of the whole trace that
//! took this way (under haircut up to a base unit a hop, because each hop rounds).

use fundtrail_store::{AccountId, Entry, Side, StoreError};
use fundtrail_types::{Amount, Method, SeedAmount};

use crate::{
    Ledger,
    flow::Flow,
    lot::{Lot, Origin, Parcel, Taint, by_origin},
    methods::pool,
    unexplained::is_left_out,
};

/// What arrives at the end of a path of movements (by index), under a conserving method.
pub(crate) fn along(
    ledger: &impl Ledger,
    flow: &Flow<'_>,
    method: Method,
    path: &[usize],
) -> Result<SeedAmount, StoreError> {
    let Some((first, rest)) = path.split_first() else { return Ok(SeedAmount::default()) };
    let first = &flow.carried[*first].entry;
    let mut parcel: Parcel = vec![Lot { amount: first.amount, taint: Some(coloured(first.amount)) }];
    let mut arrived = first;
    for index in rest {
        let movement = &flow.carried[*index];
        parcel = through(ledger, movement.from, method, (arrived, parcel), &movement.entry)?;
        arrived = &movement.entry;
    }
    Ok(by_origin(&parcel).into_iter().map(|(.., sum)| sum).next().unwrap_or_default())
}

fn coloured(seed: Amount) -> Taint {
    Taint { origin: Origin::Seed(0), hops: 0, seed }
}

/// What an outflow takes along of a coloured inflow.
fn through(
    ledger: &impl Ledger,
    account: AccountId,
    method: Method,
    (arrived, parcel): (&Entry, Parcel),
    left: &Entry,
) -> Result<Parcel, StoreError> {
    let mut pool = pool(method);
    // Until the coloured inflow, all that is held is one clean sum.
    let (mut balance, mut waiting, mut out) = (Amount::ZERO, Some(parcel), Parcel::new());
    for entry in ledger.history(account) {
        let entry = entry?;
        if entry.asset != left.asset || entry.counterparty == account {
            continue;
        }
        if entry.side == Side::In {
            if let Some(lots) = waiting.take_if(|_| entry.position == arrived.position) {
                if !balance.is_zero() {
                    pool.pay_in(&[Lot::clean(balance)]);
                }
                pool.pay_in(&lots);
            } else if is_left_out(&entry) {
                continue;
            } else if waiting.is_none() {
                pool.pay_in(&[Lot::clean(entry.amount)]);
            }
            balance = balance.saturating_add(entry.amount);
            continue;
        }
        let missing = entry.amount.saturating_sub(balance);
        balance = balance.saturating_sub(entry.amount);
        if waiting.is_some() {
            continue;
        }
        if !missing.is_zero() {
            pool.pay_in(&[Lot::clean(missing)]);
        }
        out.clear();
        pool.pay_out(entry.amount, &mut out);
        if entry.position == left.position {
            return Ok(out);
        }
    }
    Ok(Parcel::new())
}
