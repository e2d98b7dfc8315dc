//! One open account: its history, and its balances.

use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Account, Amount, Kind, Method, TxOrder};

use super::{
    Key,
    balance::{Balance, Missing, Room},
    upcoming::Upcoming,
};
use crate::lot::Parcel;

pub(crate) struct AccountState<'a> {
    pub(crate) id: AccountId,
    pub(crate) account: Account,
    /// Height from which on it matters what the data does not hold: of the first arrival, or 0 where the trace begins with all
    /// that was ever paid out.
    pub(crate) from_height: u64,
    pub(crate) upcoming: Upcoming<'a>,
    /// Until when it sleeps; none if nothing wakes it but what arrives.
    pub(crate) wakes: Option<Key>,
    /// Sorted by the store's numbers; by name wherever people see them.
    pub(crate) balances: Vec<(AssetId, Balance)>,
    /// The fewest hops by which value has arrived, per method, so that no method depends on which others are asked.
    /// None if none has, and empty if none has under any: unknown inflow before that cannot have been the seed's.
    reached: Vec<Option<u32>>,
    /// How many of its movements stand where their time alone puts them.
    pub(crate) placed_by_time: u64,
    /// How many bytes it was last found to hold.
    pub(super) counted: u64,
    order: OrderNote,
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

impl AccountState<'_> {
    pub(crate) fn new(id: AccountId, account: Account, from_height: u64) -> Self {
        Self {
            id,
            account,
            from_height,
            upcoming: Upcoming::default(),
            wakes: None,
            balances: Vec::new(),
            reached: Vec::new(),
            placed_by_time: 0,
            counted: 0,
            order: OrderNote::default(),
        }
    }

    /// An entry from before the first traced value: all of it is clean. None if a sum does not fit 256 bits.
    pub(crate) fn replay(&mut self, entry: &Entry) -> Option<()> {
        match entry.side {
            Side::In => self.pay_in(entry, &[], None),
            Side::Out => self.pay_out(entry, &[], Missing::Possible, &mut []).map(|_| ()),
        }
    }

    /// Changes what it holds of an asset of which it holds nothing traced.
    pub(crate) fn change(&mut self, asset: AssetId, side: Side, amount: Amount) {
        let total = &mut self.balance(asset).total;
        *total = if side == Side::In { total.saturating_add(amount) } else { total.saturating_sub(amount) };
    }

    /// An inflow, with what it carries per method; clean if that is none. None if a sum does not fit 256 bits.
    pub(crate) fn pay_in(&mut self, entry: &Entry, methods: &[Method], parcels: Option<&[Parcel]>) -> Option<()> {
        if let Some(parcels) = parcels {
            self.reached.resize(methods.len(), None);
            for (reached, parcel) in self.reached.iter_mut().zip(parcels) {
                let arrived = parcel.iter().filter_map(|lot| lot.taint).map(|taint| taint.hops).min();
                *reached = reached.iter().copied().chain(arrived).min();
            }
        }
        let balance = self.balance(entry.asset);
        match parcels {
            Some(parcels) => {
                let height = entry.position.height;
                // Of what is placed by time only the height after which it came is known, so it may have come after any other.
                let last = if entry.position.timed > 0 { u64::MAX } else { height };
                balance.pay_in_traced(entry.amount, methods, parcels, (height, last))
            }
            None => balance.pay_in(entry.amount),
        }
    }

    /// An outflow: puts into the parcels what it takes along per method, and says whether any of it is traced. None if a
    /// sum does not fit 256 bits.
    pub(crate) fn pay_out(
        &mut self,
        entry: &Entry,
        methods: &[Method],
        missing: Missing,
        parcels: &mut [Parcel],
    ) -> Option<bool> {
        let place = self.place_of(entry.asset);
        self.balances[place].1.pay_out(entry.amount, methods, (&self.reached, missing), parcels)
    }

    /// What it holds of an asset.
    pub(crate) fn held(&self, asset: AssetId) -> Amount {
        let place = self.balances.binary_search_by_key(&asset, |(asset, _)| *asset);
        place.map_or(Amount::ZERO, |place| self.balances[place].1.total)
    }

    /// What can leave of an asset before traced value does.
    pub(crate) fn room(&self, asset: AssetId) -> Room {
        let place = self.balances.binary_search_by_key(&asset, |(asset, _)| *asset);
        place.map_or_else(|_| Room::default(), |place| self.balances[place].1.room())
    }

    fn balance(&mut self, asset: AssetId) -> &mut Balance {
        let place = self.place_of(asset);
        &mut self.balances[place].1
    }

    fn place_of(&mut self, asset: AssetId) -> usize {
        self.balances.binary_search_by_key(&asset, |(asset, _)| *asset).unwrap_or_else(|place| {
            self.balances.insert(place, (asset, Balance::default()));
            place
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
