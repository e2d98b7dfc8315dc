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
    /// Per method, heights of the first and the last inflow that carried a seed's value; none if there was none.
    pub(crate) arrivals: Vec<Option<(u64, u64)>>,
    /// Paid out beyond what was known to be held, after value had reached the account.
    pub(crate) unknown: Amount,
}

/// Whether an account has in- and outflows at one height, or in one transaction, whose order is not known.
#[derive(Clone, Copy, Default)]
struct OrderNote {
    height: u64,
    sides: [bool; 2],
    unknown: bool,
    tx: u64,
    tx_sides: [bool; 2],
    tx_untold: bool,
}

impl OrderNote {
    fn is_open(&self) -> bool {
        let both = [true, true];
        (self.sides == both && self.unknown) || (self.tx_sides == both && self.tx_untold)
    }
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
            Side::Out => self.pay_out(entry).map(|_| ()),
        }
    }

    /// An inflow, with what it carries per method; clean if that is none. None if a sum does not fit 256 bits.
    pub(crate) fn pay_in(&mut self, entry: &Entry, parcels: Option<Vec<Parcel>>) -> Option<()> {
        let parcels = parcels.unwrap_or_else(|| vec![vec![Lot::clean(entry.amount)]; self.methods.len()]);
        for (reached, parcel) in self.reached.iter_mut().zip(&parcels) {
            let arrived = parcel.iter().filter_map(|lot| lot.taint).map(|taint| taint.hops).min();
            *reached = reached.iter().copied().chain(arrived).min();
        }
        let height = entry.position.height;
        let balance = self.balance(entry.asset);
        balance.total = balance.total.checked_add(entry.amount)?;
        for (arrivals, parcel) in balance.arrivals.iter_mut().zip(&parcels) {
            if parcel.iter().any(|lot| lot.taint.is_some_and(|taint| taint.origin != Origin::Unknown)) {
                *arrivals = Some(arrivals.map_or((height, height), |(first, _)| (first, height)));
            }
        }
        balance.pools.iter_mut().zip(parcels).try_for_each(|(pool, parcel)| pool.pay_in(parcel))
    }

    /// An outflow: what it takes along per method. What the account is not known to hold comes in first: possible
    /// value if the method has seen value arrive, clean otherwise.
    pub(crate) fn pay_out(&mut self, entry: &Entry) -> Option<Vec<Parcel>> {
        let reached = self.reached.clone();
        let any_reached = reached.iter().any(Option::is_some);
        let balance = self.balance(entry.asset);
        let missing = shortage(balance.total, entry.amount);
        if !missing.is_zero() {
            for (pool, reached) in balance.pools.iter_mut().zip(&reached) {
                let taint = |hops| Taint { origin: Origin::Unknown, hops, seed: missing };
                let taint = reached.map(taint);
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
            arrivals: vec![None; methods.len()],
            unknown: Amount::ZERO,
        })
    }

    /// Looks for in- and outflows at one height, or in one transaction, whose order is not known. Gives the height when
    /// it is found.
    pub(crate) fn note_order(&mut self, entry: &Entry) -> Option<u64> {
        // Fees come first in their transaction, and opening facts before everything of their height.
        if entry.kind == Kind::Fee || entry.order == TxOrder::Opening {
            return None;
        }
        let (height, tx) = (entry.position.height, entry.position.tx);
        if self.order.height != height {
            self.order = OrderNote { height, tx, ..OrderNote::default() };
        }
        if self.order.tx != tx {
            self.order = OrderNote { tx, tx_sides: [false; 2], tx_untold: false, ..self.order };
        }
        let open_before = self.order.is_open();
        let side = usize::from(entry.side == Side::In);
        self.order.sides[side] = true;
        self.order.unknown |= matches!(entry.order, TxOrder::Unknown | TxOrder::Timed);
        self.order.tx_sides[side] = true;
        self.order.tx_untold |= !entry.leg_told;
        (self.order.is_open() && !open_before).then_some(height)
    }
}
