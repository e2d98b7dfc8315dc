//! What the engine found, in the ledger's numbers. The answer gives them names and an order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Category, Coverage, Fate, Label, Position, SeedAmount};

use crate::{
    lot::{Lot, Origin, Parcel, by_origin},
    unexplained::is_unexplained,
};

/// A movement that carried traced or possible value.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) from: AccountId,
    pub(crate) to: AccountId,
    /// As it arrived.
    pub(crate) entry: Entry,
    /// What was given for it, if that is something else.
    pub(crate) gave: Option<(AssetId, Amount)>,
    /// Accounts through which it may have passed.
    pub(crate) through: Vec<AccountId>,
    /// Its place in the order in which things left within the transaction.
    pub(crate) rank: u32,
    /// Whether its transaction was taken as a whole.
    pub(crate) whole: bool,
    /// Per method: what it carried, per origin, with the fewest hops.
    pub(crate) shares: Vec<Vec<(Origin, u32, SeedAmount)>>,
    /// Whether a seed begins here.
    pub(crate) start: bool,
    /// Whether all that arrived was cut by a limit, so that no path goes on from here.
    pub(crate) ended: bool,
    /// What the payer holds of the asset after it; none where all that he paid out is the seed, whatever he held.
    pub(crate) kept: Option<Amount>,
    /// What the receiver held of the asset before it; none if the way ends there.
    pub(crate) met: Option<Amount>,
}

impl Carried {
    pub(crate) fn new(from: AccountId, to: AccountId, entry: &Entry, parcels: &[Parcel], start: bool) -> Self {
        let shares = parcels.iter().map(|parcel| by_origin(parcel)).collect();
        let (entry, rank) = (entry.clone(), entry.position.leg);
        Self {
            from,
            to,
            entry,
            gave: None,
            through: Vec::new(),
            rank,
            whole: false,
            shares,
            start,
            ended: false,
            kept: None,
            met: None,
        }
    }

    /// Where it stands in the order in which value moved.
    pub(crate) fn order(&self) -> (u64, u64, u64, u32) {
        let at = self.entry.position;
        (at.height, at.timed, at.tx, self.rank)
    }

    /// The asset in which it left.
    pub(crate) fn given(&self) -> AssetId {
        self.gave.map_or(self.entry.asset, |(asset, _)| asset)
    }
}

/// Where a piece of a seed ended: (seed, fate, account, asset).
pub(crate) type End = (usize, Fate, Option<AccountId>, AssetId);

#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) carried: Vec<Carried>,
    /// Movements with which a seed begins, once more as outflows of other traced value.
    pub(crate) returned: Vec<Carried>,
    /// Per method.
    pub(crate) ends: Vec<HashMap<End, (SeedAmount, u32)>>,
    pub(crate) accounts_opened: usize,
    pub(crate) not_opened: BTreeSet<AccountId>,
    pub(crate) unknown_inflow: Vec<(AccountId, AssetId, Amount)>,
    /// By how much balances rose and fell that no movement tells, in all that was read of opened accounts.
    pub(crate) unexplained: BTreeMap<(AccountId, AssetId), (Amount, Amount)>,
    /// Heights of opened accounts for which top-level value is listed and inner calls are not.
    pub(crate) internal_missing: Vec<(AccountId, Vec<(u64, u64)>)>,
    pub(crate) unknown_order: BTreeSet<(AccountId, u64)>,
    /// Transactions in which equal shares stand in for the values of several assets.
    pub(crate) shares_stand_in: BTreeSet<Position>,
    /// Transactions in which value went round.
    pub(crate) tangled: BTreeSet<Position>,
    /// Movements of opened accounts that stand where their time alone puts them.
    pub(crate) placed_by_time: Vec<(AccountId, u64)>,
    pub(crate) coverage: Vec<Coverage>,
    pub(crate) movements_read: u64,
    /// The lowest and the highest that was read.
    pub(crate) heights: Option<(u64, u64)>,
}

impl Record {
    pub(crate) fn new(methods: usize) -> Self {
        Self { ends: vec![HashMap::new(); methods], ..Self::default() }
    }

    pub(crate) fn read(&mut self, height: u64) {
        self.movements_read += 1;
        let (low, high) = self.heights.unwrap_or((height, height));
        self.heights = Some((low.min(height), high.max(height)));
    }

    /// Notes what an account held before a movement with which a seed begins.
    pub(crate) fn met_by_seed(&mut self, at: Position, met: Amount) {
        // These movements were carried first, in the order of time.
        let begins = self.carried.iter_mut().take_while(|carried| carried.start);
        for carried in begins.filter(|carried| carried.entry.position == at) {
            carried.met = Some(met);
        }
    }

    /// Counts what only an account's balance tells.
    pub(crate) fn note_unexplained(&mut self, account: AccountId, entry: &Entry) {
        if is_unexplained(entry) {
            let (rose, fell) = self.unexplained.entry((account, entry.asset)).or_default();
            let sum = if entry.side == Side::In { rose } else { fell };
            *sum = sum.saturating_add(entry.amount);
        }
    }

    /// Books what ended. Possible value has no disposition: only the seeds' own units are accounted for.
    pub(crate) fn dispose<'l>(
        &mut self,
        method: usize,
        lots: impl Iterator<Item = &'l Lot>,
        at: Option<AccountId>,
        asset: AssetId,
        fate: &Fate,
    ) {
        for (lot, taint) in lots.filter_map(|lot| Some((lot, lot.taint?))) {
            let Origin::Seed(seed) = taint.origin else { continue };
            let end = (seed, fate.clone(), at, asset);
            let (sum, hops) = self.ends[method].entry(end).or_insert((SeedAmount::default(), taint.hops));
            sum.held_raw = sum.held_raw.saturating_add(lot.amount);
            sum.seed_raw = sum.seed_raw.saturating_add(taint.seed);
            *hops = taint.hops.min(*hops);
        }
    }
}

/// What becomes of value that arrives at a commingling service.
pub(crate) fn fate_of_stop(label: &Label) -> Fate {
    let entity = label.entity.clone();
    match label.category {
        Category::Mixer => Fate::Mixer { entity },
        Category::Bridge => Fate::Bridge { entity },
        _ => Fate::Service { entity },
    }
}
