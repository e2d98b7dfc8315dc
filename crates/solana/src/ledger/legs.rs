//! Movements of one transaction while they are found, and what becomes of them.

use std::collections::HashMap;

use fundtrail_types::{Amount, Asset, Chain, Kind, KindClass, Movement, Order, Time, Token, TxId, TxOrder};

use super::Ledger;
use crate::wire::Key;

/// Where legs stand that belong to no instruction: after all.
pub(crate) const END: u32 = u32::MAX;

/// A movement, but for what all movements of its transaction have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leg {
    /// 0 for the fee, then the message's own instructions from 1, then what belongs to none.
    pub(crate) at: u32,
    pub(crate) kind: Kind,
    /// None for lamports.
    pub(crate) mint: Option<Key>,
    pub(crate) from: Option<Key>,
    pub(crate) to: Option<Key>,
    pub(crate) amount: u128,
}

/// Where the legs of one of the message's own instructions stand.
pub(crate) fn place(top: usize) -> u32 {
    u32::try_from(top).ok().and_then(|top| top.checked_add(1)).unwrap_or(END)
}

impl Ledger<'_> {
    /// Books what moved. Nothing, and what an owner moves to himself, is dropped.
    pub(super) fn leg(&mut self, kind: Kind, mint: Option<Key>, from: Option<Key>, to: Option<Key>, amount: i128) {
        if amount > 0 && from != to {
            self.event(kind, mint, from, to, amount);
        }
    }

    /// Books an event, though it may have moved nothing.
    pub(super) fn event(&mut self, kind: Kind, mint: Option<Key>, from: Option<Key>, to: Option<Key>, amount: i128) {
        if let Ok(amount) = u128::try_from(amount) {
            self.legs.push(Leg { at: self.at, kind, mint, from, to, amount });
        }
    }

    pub(super) fn native(&mut self, kind: Kind, from: Key, to: Key, lamports: i128) {
        self.leg(kind, None, Some(from), Some(to), lamports);
    }
}

/// What all movements of a transaction have in common.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    pub(crate) chain: Chain,
    pub(crate) tx: TxId,
    pub(crate) height: u64,
    pub(crate) order: TxOrder,
    pub(crate) time: Option<Time>,
}

impl Common {
    pub(crate) fn asset(&self, mint: Option<Key>) -> Asset {
        let token = mint.map_or(Token::Native, |mint| Token::Contract(mint.address()));
        Asset { chain: self.chain, token }
    }
}

type Same = (KindClass, Option<Key>, Option<Key>, Option<Key>, u128);

/// The movements, in order of execution, equal ones numbered.
pub(crate) fn movements(mut legs: Vec<Leg>, common: &Common) -> Vec<Movement> {
    legs.sort_by_key(|leg| leg.at);
    let mut seen: HashMap<Same, u32> = HashMap::with_capacity(legs.len());
    let one = |(leg, told): (u32, Leg)| {
        let same = seen.entry((told.kind.class(), told.mint, told.from, told.to, told.amount)).or_default();
        let n = *same;
        *same = same.saturating_add(1);
        Movement {
            chain: common.chain,
            tx: common.tx.clone(),
            kind: told.kind,
            asset: common.asset(told.mint),
            from: told.from.map(Key::address),
            to: told.to.map(Key::address),
            amount: Amount::from_be_bytes(&told.amount.to_be_bytes()).unwrap_or_default(),
            n,
            order: Order { height: common.height, tx: common.order, leg: Some(leg) },
            time: common.time,
        }
    };
    (0_u32..).zip(legs).map(one).collect()
}
