//! Who got the fees, on chains whose rule is not known: told by balances, and only where these prove it.
//!
//! What proves it: of all accounts none has less than its movements tell, and each that has more is the one that the block
//! names as its maker, or has to the wei a part of the fee (its base, what is paid beyond it, blobs, the chain below) or
//! some of these together; and together they have no more than the fee. Anything else stays unexplained.

use alloy::primitives::{Address, U256};
use fundtrail_types::{Kind, Movement};

use super::Missing;
use crate::{
    decode::{DecodedTx, noun},
    ledger::{Fee, count_equal, units},
};

/// Some of the four parts of a fee, a bit for each.
#[derive(Clone, Copy)]
struct Parts(usize);

impl Parts {
    /// Every choice of parts but none, in one order.
    fn all() -> impl Iterator<Item = Self> {
        (1..1 << 4).map(Self)
    }

    fn of(self, fee: &Fee) -> U256 {
        let chosen = fee.parts().into_iter().enumerate().filter(|(bit, _)| self.0 & (1 << bit) != 0);
        chosen.fold(U256::ZERO, |sum, (_, part)| sum.saturating_add(part))
    }
}

/// Books what accounts of one transaction got beyond its movements as its fee. Says how many; none if that is not proven.
pub(super) fn in_transaction(transaction: &mut DecodedTx, maker: Option<Address>, missing: &[Missing]) -> u64 {
    let fee = transaction.fee;
    let proven = |(account, came, wei): &Missing| {
        *came && (Some(*account) == maker || Parts::all().any(|parts| parts.of(&fee) == *wei))
    };
    if !missing.iter().all(proven) {
        return 0;
    }
    let receivers: Vec<(Address, U256)> = missing.iter().map(|(account, _, wei)| (*account, *wei)).collect();
    split(&mut transaction.movements, &fee, &receivers).map_or(0, |()| count(missing.len()))
}

/// The same for a block of which only the balances before and after it are known. Who got how much of which fee is proven
/// only if it is the same part of every fee.
pub(super) fn in_block(transactions: &mut [DecodedTx], missing: &[Missing]) -> u64 {
    let sum = |parts: Parts| {
        transactions.iter().fold(U256::ZERO, |sum, transaction| sum.saturating_add(parts.of(&transaction.fee)))
    };
    let sums: Vec<(Parts, U256)> = Parts::all().map(|parts| (parts, sum(parts))).collect();
    let parts_of = |(account, came, wei): &Missing| {
        let parts = sums.iter().find(|(_, sum)| came & (sum == wei)).map(|(parts, _)| *parts);
        Some((*account, parts?))
    };
    let Some(receivers) = missing.iter().map(parts_of).collect::<Option<Vec<_>>>() else { return 0 };
    let mut booked: Vec<Vec<Movement>> = Vec::with_capacity(transactions.len());
    for transaction in &*transactions {
        let of = receivers.iter().map(|(account, parts)| (*account, parts.of(&transaction.fee)));
        let receivers: Vec<(Address, U256)> = of.filter(|(_, wei)| !wei.is_zero()).collect();
        let mut movements = transaction.movements.clone();
        if !receivers.is_empty() && split(&mut movements, &transaction.fee, &receivers).is_none() {
            return 0;
        }
        booked.push(movements);
    }
    for (transaction, movements) in transactions.iter_mut().zip(booked) {
        transaction.movements = movements;
    }
    count(missing.len())
}

fn count(accounts: usize) -> u64 {
    u64::try_from(accounts).unwrap_or(u64::MAX)
}

/// Puts several movements in the place of the one fee to nobody; what is left of it goes to nobody still.
fn split(movements: &mut Vec<Movement>, fee: &Fee, receivers: &[(Address, U256)]) -> Option<()> {
    let given = receivers.iter().try_fold(U256::ZERO, |sum, (_, wei)| sum.checked_add(*wei))?;
    let rest = fee.whole().checked_sub(given)?;
    let at = movements.iter().position(|one| one.kind == Kind::Fee && one.to.is_none())?;
    let whole = movements.get(at).filter(|one| one.amount == units(fee.whole()))?.clone();
    let to =
        |(account, wei): &(Address, U256)| Movement { to: Some(noun(*account)), amount: units(*wei), ..whole.clone() };
    let rest = (!rest.is_zero()).then(|| Movement { amount: units(rest), ..whole.clone() });
    let parts: Vec<Movement> = rest.into_iter().chain(receivers.iter().map(to)).collect();
    movements.splice(at..=at, parts);
    // The legs of a transaction whose calls are known are numbered as they stand.
    for (movement, leg) in movements.iter_mut().zip(0..) {
        movement.order.leg = Some(leg);
    }
    count_equal(movements);
    Some(())
}
