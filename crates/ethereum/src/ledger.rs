//! What moved: the movements of a transaction and of a block.
//!
//! A failed transaction moves its fee alone. Value moves by calls that nothing undid, tokens by events; wrapping moves
//! both and tells of neither in a `Transfer`.

mod fees;
mod own;
mod steps;
mod tokens;

use std::collections::HashSet;

use alloy::primitives::{Address, U256};
use fundtrail_types::{Amount, Asset, Chain, Kind, Movement, Order, Time, Token, TxId, TxOrder};

use crate::{
    Rules,
    calls::{Call, CallKind, contexts, standing},
    decode::{LeftOut, noun},
    wire::{Header, Receipt, Transaction},
};
pub use fees::Fee;
pub(crate) use own::own;
use steps::{Step, steps};

/// Where a transaction stands.
pub(crate) struct Place<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) header: &'a Header,
    pub(crate) time: Option<Time>,
    pub(crate) index: u32,
}

/// What a transaction did.
pub(crate) struct Moved {
    pub(crate) succeeded: bool,
    pub(crate) fee: Fee,
    pub(crate) movements: Vec<Movement>,
}

/// Legs from here on are events, after all calls, where calls are not known: as in extractors' tables, so that partial
/// views of one transaction agree.
const EVENT_LEGS: u32 = 1 << 31;

/// Reads a transaction.
pub(crate) fn transaction(
    place: &Place<'_>,
    transaction: &Transaction,
    receipt: &Receipt,
    calls: Option<&[Call]>,
    left_out: &mut LeftOut,
) -> Result<Moved, String> {
    let succeeded = succeeded(transaction, receipt, calls)?;
    let mut legs = Legs::new(place, TxId::Evm(transaction.hash.0), calls.is_some());
    let fee = Fee::of(place.header, transaction, receipt)?;
    fees::pay(&mut legs, place, transaction, &fee)?;
    if let Some(mint) = transaction.mint.filter(|mint| !mint.is_zero()) {
        legs.native(Kind::Mint, None, Some(transaction.from), mint);
    }
    if !succeeded {
        left_out.failed += 1;
        return Ok(Moved { succeeded, fee, movements: legs.done() });
    }
    let Some(calls) = calls else {
        let to = transaction.to.or(receipt.contract_address);
        // Before all that its events tell.
        legs.at(Some(0));
        legs.native(Kind::Native, Some(transaction.from), to, transaction.value);
        for log in &receipt.logs {
            legs.at(u32::try_from(log.log_index).ok().and_then(|index| EVENT_LEGS.checked_add(index)));
            tokens::event(&mut legs, place.rules, log, left_out);
        }
        return Ok(Moved { succeeded, fee, movements: legs.done() });
    };
    let (standing, contexts) = (standing(calls), contexts(calls));
    let creates = |call: &&Call| matches!(call.kind, CallKind::Create | CallKind::Create2) && !call.failed;
    let created: HashSet<Address> = calls.iter().filter(creates).filter_map(|call| call.to).collect();
    for step in steps(calls, &standing, &contexts, &receipt.logs) {
        match step {
            Step::Call(at) => {
                let Some(call) = calls.get(at) else { continue };
                let stands = standing.get(at).copied().unwrap_or_default();
                left_out.undone += u64::from(call.moves() && !stands && !call.value.is_zero());
                let paid_by_itself = call.kind != CallKind::SelfDestruct || executes(call, &contexts);
                if call.moves() && stands && paid_by_itself {
                    value(&mut legs, place, &created, call, receipt);
                }
            }
            Step::Log(at) => {
                if let Some(log) = receipt.logs.get(at) {
                    tokens::event(&mut legs, place.rules, log, left_out);
                }
            }
        }
    }
    Ok(Moved { succeeded, fee, movements: legs.done() })
}

/// Whether a call is made by the account that its parent works on. A destruction of another account is none: since Cancun
/// some nodes (revm's inspectors, seen in anvil 1.7.1) report the payment before it a second time when a contract that lasts
/// names itself as heir.
fn executes(call: &Call, contexts: &[Option<Address>]) -> bool {
    let context = call.parent.and_then(|parent| contexts.get(parent).copied().flatten());
    context.is_none_or(|context| context == call.from)
}

/// The value of a call that nothing undid.
fn value(legs: &mut Legs, place: &Place<'_>, created: &HashSet<Address>, call: &Call, receipt: &Receipt) {
    if call.parent.is_none() {
        // Told also if it is nothing: that somebody called is an event, as explorers have it.
        legs.native(Kind::Native, Some(call.from), call.to.or(receipt.contract_address), call.value);
        return;
    }
    if call.value.is_zero() {
        return;
    }
    if call.kind == CallKind::SelfDestruct && call.to == Some(call.from) {
        // What a contract leaves to itself is destroyed with it; a contract that lasts keeps it.
        if place.rules.destroys_old(place.header.timestamp) || created.contains(&call.from) {
            legs.native(Kind::Burn, Some(call.from), None, call.value);
        }
        return;
    }
    legs.native(Kind::Internal, Some(call.from), call.to, call.value);
}

/// Whether a transaction succeeded. Before Byzantium receipts did not say, but a failure took all gas.
fn succeeded(transaction: &Transaction, receipt: &Receipt, calls: Option<&[Call]>) -> Result<bool, String> {
    let by_receipt = receipt.status.map(|status| !status.is_zero());
    let by_calls = calls.and_then(<[Call]>::first).map(|root| !root.failed);
    match (by_receipt, by_calls) {
        (Some(told), Some(seen)) if told != seen => {
            Err("its receipt and its calls disagree on whether it succeeded: ask again, or ask another node".to_owned())
        }
        (Some(known), _) | (None, Some(known)) => Ok(known),
        (None, None) if receipt.gas_used < transaction.gas || transaction.value.is_zero() => Ok(true),
        (None, None) => {
            Err("it is from before Byzantium and used all its gas, so nothing tells whether it succeeded: \
                             a node that traces calls knows"
                .to_owned())
        }
    }
}

/// Movements of one transaction while they are found.
pub(crate) struct Legs {
    chain: Chain,
    height: u64,
    order: TxOrder,
    time: Option<Time>,
    tx: TxId,
    /// Whether legs are numbered as they come; else each is told by `at`.
    numbered: bool,
    leg: Option<u32>,
    movements: Vec<Movement>,
}

impl Legs {
    fn new(place: &Place<'_>, tx: TxId, numbered: bool) -> Self {
        let order = TxOrder::Index(place.index);
        let (chain, height, time) = (place.rules.chain, place.header.number, place.time);
        Self { chain, height, order, time, tx, numbered, leg: None, movements: Vec::new() }
    }

    fn at(&mut self, leg: Option<u32>) {
        self.leg = leg;
    }

    fn native(&mut self, kind: Kind, from: Option<Address>, to: Option<Address>, wei: U256) {
        self.add(kind, Asset::native(self.chain), from, to, wei);
    }

    fn token(&mut self, kind: Kind, contract: Address, from: Option<Address>, to: Option<Address>, units: U256) {
        self.add(kind, Asset { chain: self.chain, token: Token::Contract(noun(contract)) }, from, to, units);
    }

    fn add(&mut self, kind: Kind, asset: Asset, from: Option<Address>, to: Option<Address>, amount: U256) {
        let leg = if self.numbered { u32::try_from(self.movements.len()).ok() } else { self.leg };
        self.movements.push(Movement {
            chain: self.chain,
            tx: self.tx.clone(),
            kind,
            asset,
            from: from.map(noun),
            to: to.map(noun),
            amount: units(amount),
            n: 0,
            order: Order { height: self.height, tx: self.order, leg },
            time: self.time,
        });
    }

    fn done(mut self) -> Vec<Movement> {
        count_equal(&mut self.movements);
        self.movements
    }
}

/// Numbers movements that are equal but for their place, in their order.
pub(crate) fn count_equal(movements: &mut [Movement]) {
    let mut order: Vec<usize> = (0..movements.len()).collect();
    let key = |at: &usize| {
        movements.get(*at).map(|one| {
            let (kind, from, to) = one.canonical();
            (kind.class(), &one.asset, from, to, one.amount)
        })
    };
    order.sort_by(|a, b| key(a).cmp(&key(b)).then(a.cmp(b)));
    let mut numbers = vec![0_u32; movements.len()];
    for pair in order.windows(2) {
        if let [before, at] = pair
            && key(before) == key(at)
        {
            numbers[*at] = numbers[*before].saturating_add(1);
        }
    }
    movements.iter_mut().zip(numbers).for_each(|(one, n)| one.n = n);
}

/// An amount as the nouns have it.
pub(crate) fn units(amount: U256) -> Amount {
    Amount::from_be_bytes(&amount.to_be_bytes::<32>()).unwrap_or_default()
}
