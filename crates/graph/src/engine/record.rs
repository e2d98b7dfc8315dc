//! What the engine found, in the ledger's numbers. The answer gives them names and an order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Category, Chain, Coverage, Fate, Label, Position, SeedAmount};

use crate::{
    crossings::{Gate, Given},
    lot::{Lot, Origin, Parcel, Shares, by_origin},
    unexplained::is_unexplained,
};

/// A movement that carried traced or possible value.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) chain: Chain,
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
    pub(crate) shares: Shares,
    /// Whether seeds begin here.
    pub(crate) start: bool,
    /// If so, which, with how much.
    pub(crate) begun: Vec<(usize, Amount)>,
    /// The crossings that it goes into, and the one that it comes out of.
    pub(crate) into_crossings: Vec<usize>,
    pub(crate) out_of_crossing: Option<usize>,
    /// Whether all that arrived was cut by a limit, so that no path goes on from here.
    pub(crate) ended: bool,
    /// Whether it arrives in what was asked about.
    pub(crate) asked: bool,
    /// What the payer holds of the asset after it; none where all that he paid out is the seed, whatever he held.
    pub(crate) kept: Option<Amount>,
    /// What the receiver held of the asset before it; none if the way ends there.
    pub(crate) met: Option<Amount>,
}

impl Carried {
    pub(crate) fn new(
        chain: Chain,
        from: AccountId,
        to: AccountId,
        entry: &Entry,
        parcels: &[Parcel],
        start: bool,
    ) -> Self {
        let shares = parcels.iter().map(|parcel| by_origin(parcel)).collect();
        let (entry, rank) = (entry.clone(), entry.position.leg);
        Self {
            chain,
            from,
            to,
            entry,
            gave: None,
            through: Vec::new(),
            rank,
            whole: false,
            shares,
            start,
            begun: Vec::new(),
            into_crossings: Vec::new(),
            out_of_crossing: None,
            ended: false,
            asked: false,
            kept: None,
            met: None,
        }
    }

    /// Seeds begin with it.
    pub(crate) fn beginning(self, begun: Vec<(usize, Amount)>) -> Self {
        Self { begun, ..self }
    }

    /// Whether a seed begins with it.
    pub(crate) fn begins(&self, seed: usize) -> bool {
        self.begun.iter().any(|(one, _)| *one == seed)
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
    /// Accounts that behave like services, and were reached.
    pub(crate) hubs: BTreeSet<AccountId>,
    /// What bridges took, and what they took that leads nowhere.
    pub(crate) given_over: Given,
    pub(crate) unjoined: BTreeSet<Gate>,
    /// Crossings of which the values of several payments are not known.
    pub(crate) shared: BTreeSet<usize>,
    /// How often all chains were gone through, if that was not often enough.
    pub(crate) rounds_over: Option<u32>,
    /// What sources gave on the way back, in how many movements.
    pub(crate) given: BTreeMap<usize, (Amount, usize)>,
    /// Accounts whose inflows of an asset nobody claims to list from the beginning on.
    pub(crate) inflows_not_listed: Vec<(AccountId, AssetId)>,
    pub(crate) unknown_inflow: Vec<(AccountId, AssetId, Amount)>,
    /// By how much balances rose and fell that no movement tells, in all that was read of opened accounts.
    pub(crate) unexplained: BTreeMap<(AccountId, AssetId), (Amount, Amount)>,
    /// Heights of opened accounts for which top-level value is listed and inner calls are not.
    pub(crate) internal_missing: Vec<(AccountId, Vec<(u64, u64)>)>,
    pub(crate) unknown_order: BTreeSet<(AccountId, u64)>,
    /// Transactions in which equal shares stand in for the values of several assets.
    pub(crate) shares_stand_in: BTreeSet<(Chain, Position)>,
    /// Transactions in which value went round.
    pub(crate) tangled: BTreeSet<(Chain, Position)>,
    /// Movements of opened accounts that stand where their time alone puts them.
    pub(crate) placed_by_time: Vec<(AccountId, u64)>,
    pub(crate) coverage: Vec<Coverage>,
    pub(crate) movements_read: u64,
    /// The height from which on nothing was followed for want of space, per chain.
    pub(crate) stopped: BTreeMap<Chain, u64>,
    /// How many bytes it holds, with the answer that is made of it.
    pub(crate) held: u64,
    /// The lowest and the highest that was read, per chain.
    pub(crate) heights: BTreeMap<Chain, (u64, u64)>,
    /// The same of the chain at hand.
    range: Option<(u64, u64)>,
}

impl Record {
    pub(crate) fn new(methods: usize) -> Self {
        Self { ends: vec![HashMap::new(); methods], ..Self::default() }
    }

    /// Says of which chain all that was read is.
    pub(super) fn close(&mut self, chain: Chain) {
        self.heights.extend(self.range.map(|range| (chain, range)));
    }

    /// Adds what was found on another chain.
    pub(crate) fn merge(&mut self, other: Self) {
        self.carried.extend(other.carried);
        self.returned.extend(other.returned);
        self.ends.resize(self.ends.len().max(other.ends.len()), HashMap::new());
        for (ends, others) in self.ends.iter_mut().zip(other.ends) {
            // What ended is told apart by its asset, and so by its chain.
            ends.extend(others);
        }
        self.accounts_opened += other.accounts_opened;
        self.given_over.extend(other.given_over);
        self.unjoined.extend(other.unjoined);
        self.shared.extend(other.shared);
        self.rounds_over = self.rounds_over.max(other.rounds_over);
        self.not_opened.extend(other.not_opened);
        self.hubs.extend(other.hubs);
        for (source, (amount, movements)) in other.given {
            let (sum, count) = self.given.entry(source).or_default();
            *sum = sum.saturating_add(amount);
            *count += movements;
        }
        self.inflows_not_listed.extend(other.inflows_not_listed);
        self.unknown_inflow.extend(other.unknown_inflow);
        self.unexplained.extend(other.unexplained);
        self.internal_missing.extend(other.internal_missing);
        self.unknown_order.extend(other.unknown_order);
        self.shares_stand_in.extend(other.shares_stand_in);
        self.tangled.extend(other.tangled);
        self.placed_by_time.extend(other.placed_by_time);
        self.coverage.extend(other.coverage);
        self.movements_read += other.movements_read;
        self.stopped.extend(other.stopped);
        self.held += other.held;
        self.heights.extend(other.heights);
    }

    pub(crate) fn read(&mut self, height: u64) {
        self.movements_read += 1;
        let (low, high) = self.range.unwrap_or((height, height));
        self.range = Some((low.min(height), high.max(height)));
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
