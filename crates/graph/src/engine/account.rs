//! One open account: its history, and its balances under every method.

use std::collections::BTreeMap;

use fundtrail_store::{AssetId, Entry, Side, StoreError};
use fundtrail_types::{Account, Amount, Kind, Method, TxOrder};

use super::shortage;
use crate::{
    lot::{Lot, Origin, Parcel, Taint},
    methods::{Pool, pool},
};

pub(crate) struct AccountState<'a> {
    pub(crate) account: Account,
    pub(crate) history: Box<dyn Iterator<Item = Result<Entry, StoreError>> + 'a>,
    /// The entry that waits in the queue.
    pub(crate) next: Option<Entry>,
    /// The fewest hops by which value came.
    pub(crate) hops: u32,
    /// In the order of the store's numbers; sorted by name wherever people see it.
    pub(crate) balances: BTreeMap<AssetId, Balance>,
    methods: Vec<Method>,
    /// The fewest hops by which value has arrived, per method, so that no method depends on which others are asked.
    /// None if none has: unknown inflow before that cannot have been the seed's.
    reached: Vec<Option<u32>>,
    order: OrderNote,
}

pub(crate) struct Balance {
    /// The same under every method.
    total: Amount,
    pub(crate) pools: Vec<Box<dyn Pool>>,
    /// Height of the last inflow that carried value; none if there was none.
    pub(crate) last_arrival: Option<u64>,
    /// Paid out beyond what was known to be held, after value had reached the account.
    pub(crate) unknown: Amount,
}

/// Whether an account has in- and outflows at one height whose order is not known.
#[derive(Default)]
struct OrderNote {
    height: u64,
    sides: [bool; 2],
    unknown: bool,
}

impl<'a> AccountState<'a> {
    pub(crate) fn new(
        account: Account,
        history: Box<dyn Iterator<Item = Result<Entry, StoreError>> + 'a>,
        methods: &[Method],
        hops: u32,
    ) -> Self {
        let reached = vec![None; methods.len()];
        Self {
            account,
            history,
            next: None,
            hops,
            balances: BTreeMap::new(),
            methods: methods.to_vec(),
            reached,
            order: OrderNote::default(),
        }
    }

    /// An entry from before the first traced value: all of it is clean. None if a sum does not fit 256 bits.
    pub(crate) fn replay(&mut self, entry: &Entry) -> Option<()> {
        match entry.side {
            Side::In => self.pay_in(entry, None),
            Side::Out => self.pay_out(entry, false).map(|_| ()),
        }
    }

    /// An inflow, with what it carries per method; clean if that is none. None if a sum does not fit 256 bits.
    pub(crate) fn pay_in(&mut self, entry: &Entry, parcels: Option<Vec<Parcel>>) -> Option<()> {
        let carries = parcels.is_some();
        let parcels = parcels.unwrap_or_else(|| vec![vec![Lot::clean(entry.amount)]; self.methods.len()]);
        for (reached, parcel) in self.reached.iter_mut().zip(&parcels) {
            let arrived = parcel.iter().filter_map(|lot| lot.taint).map(|taint| taint.hops).min();
            *reached = reached.iter().copied().chain(arrived).min();
        }
        let balance = self.balance(entry.asset);
        balance.total = balance.total.checked_add(entry.amount)?;
        if carries {
            balance.last_arrival = Some(entry.position.height);
        }
        balance.pools.iter_mut().zip(parcels).try_for_each(|(pool, parcel)| pool.pay_in(parcel))
    }

    /// An outflow: what it takes along per method. What the account is not known to hold comes in first: possible
    /// value if the method has seen value arrive and the asset is `verified`, clean otherwise.
    pub(crate) fn pay_out(&mut self, entry: &Entry, verified: bool) -> Option<Vec<Parcel>> {
        let reached = self.reached.clone();
        let any_reached = reached.iter().any(Option::is_some);
        let balance = self.balance(entry.asset);
        let missing = shortage(balance.total, entry.amount);
        if !missing.is_zero() {
            for (pool, reached) in balance.pools.iter_mut().zip(&reached) {
                let taint = |hops| Taint { origin: Origin::Unknown, hops, seed: missing };
                let taint = reached.filter(|_| verified).map(taint);
                pool.pay_in(vec![Lot { amount: missing, taint }])?;
            }
            balance.total = balance.total.checked_add(missing)?;
            if any_reached {
                balance.unknown = balance.unknown.checked_add(missing)?;
            }
        }
        balance.total = balance.total.checked_sub(entry.amount)?;
        balance.pools.iter_mut().map(|pool| pool.pay_out(entry.amount)).collect()
    }

    fn balance(&mut self, asset: AssetId) -> &mut Balance {
        let methods = &self.methods;
        self.balances.entry(asset).or_insert_with(|| Balance {
            total: Amount::ZERO,
            pools: methods.iter().copied().map(pool).collect(),
            last_arrival: None,
            unknown: Amount::ZERO,
        })
    }

    /// Looks for in- and outflows at one height whose order is not known. Gives the height once, when it is found.
    pub(crate) fn note_order(&mut self, entry: &Entry) -> Option<u64> {
        // Fees come first in their transaction, and opening facts before everything of their height.
        if entry.kind == Kind::Fee || entry.order == TxOrder::Opening {
            return None;
        }
        if self.order.height != entry.position.height {
            self.order = OrderNote { height: entry.position.height, ..OrderNote::default() };
        }
        let both_before = self.order.sides == [true, true] && self.order.unknown;
        self.order.sides[usize::from(entry.side == Side::In)] = true;
        self.order.unknown |= entry.order == TxOrder::Unknown;
        let both = self.order.sides == [true, true] && self.order.unknown;
        (both && !both_before).then_some(entry.position.height)
    }
}
