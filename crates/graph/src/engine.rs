//! The engine: merges the histories of all accounts that value has reached, in order of time, and replays their
//! balances.
//!
//! An account is opened when the first traced value reaches it: its history is replayed from the beginning, clean,
//! up to that movement, and then merged with the others. One queue holds the next entry of every open account, so
//! memory grows with the accounts reached and not with the database. A movement between two open accounts is read
//! twice, first as an outflow, then as an inflow; what it carries waits between the two under its position.

mod account;
mod record;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
};

use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Asset, Chain, Fate, Kind, Position, Question, TxOrder};

pub(crate) use account::AccountState;
pub(crate) use record::{Carried, Record};

use crate::{
    Ledger, TraceError,
    lot::{Lot, Origin, Parcel, Taint, by_origin},
    seeds::{Seeds, Start},
};

/// How often the caller is asked whether to go on.
const ENTRIES_PER_REPORT: u64 = 4096;

/// Order of all movements: by chain, then by position, outflows before inflows of the same movement.
///
/// Chains do not touch each other until bridges are joined; then times decide between them.
type Key = (Chain, Position, Side, AccountId);

/// A question being answered.
pub(crate) struct Engine<'a, L: Ledger> {
    ledger: &'a L,
    labels: &'a LabelBook,
    question: &'a Question,
    seeds: &'a Seeds,
    is_followed: &'a dyn Fn(&Asset) -> bool,
    /// What `is_followed` said.
    followed: HashMap<AssetId, bool>,
    /// An account that keeps what reaches it, so that what leaves it and comes back is not counted again.
    absorbing: Option<AccountId>,
    accounts: HashMap<AccountId, AccountState<'a>>,
    queue: BinaryHeap<Reverse<Key>>,
    /// What movements carry whose inflow side has not been read yet: one parcel per method.
    arrivals: HashMap<(AccountId, Position), Vec<Parcel>>,
    /// Accounts where a trace ends by their label, with the fate of what arrives.
    stops: HashMap<AccountId, Option<Fate>>,
    starts: HashSet<(AccountId, Position)>,
    record: Record,
}

impl<'a, L: Ledger> Engine<'a, L> {
    pub(crate) fn new(
        ledger: &'a L,
        labels: &'a LabelBook,
        question: &'a Question,
        seeds: &'a Seeds,
        is_followed: &'a dyn Fn(&Asset) -> bool,
        absorbing: Option<AccountId>,
    ) -> Self {
        Self {
            ledger,
            labels,
            question,
            seeds,
            is_followed,
            followed: HashMap::new(),
            absorbing,
            accounts: HashMap::new(),
            queue: BinaryHeap::new(),
            arrivals: HashMap::new(),
            stops: HashMap::new(),
            starts: HashSet::new(),
            record: Record::new(question.methods.len()),
        }
    }

    /// Follows the seeds to their ends.
    pub(crate) fn run(mut self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Record, TraceError> {
        self.begin()?;
        while let Some(Reverse((chain, _, _, id))) = self.queue.pop() {
            let Some(entry) = self.accounts.get_mut(&id).and_then(|account| account.next.take()) else { continue };
            self.record.read(chain, entry.position.height);
            if self.record.movements_read.is_multiple_of(ENTRIES_PER_REPORT) && !go_on(self.record.movements_read) {
                return Err(TraceError::Interrupted);
            }
            self.step(id, &entry)?;
            self.advance(id)?;
        }
        self.finish()
    }

    /// Opens the account of the question, and puts the seeds where they begin.
    fn begin(&mut self) -> Result<(), TraceError> {
        let id = self.seeds.account;
        if self.seeds.start == Start::PaidOut {
            self.open(id, 0, None)?;
            return self.advance(id);
        }
        for movement in &self.seeds.movements {
            let seed = Some(Taint { origin: Origin::Seed(movement.seed), hops: 0, seed: movement.entry.amount });
            let parcels = vec![vec![Lot { amount: movement.entry.amount, taint: seed }]; self.question.methods.len()];
            self.record.carried.push(Carried::new(movement.entry.counterparty, id, &movement.entry, &parcels, true));
            self.arrivals.insert((id, movement.entry.position), parcels);
            self.starts.insert((id, movement.entry.position));
        }
        if let Some(first) = self.seeds.movements.first() {
            self.open(id, 0, Some(first.entry.position))?;
            self.advance(id)?;
        }
        Ok(())
    }

    /// Whether an asset is looked at: one that a token table vouches for, or that the question names. Anybody can send
    /// worthless tokens to anybody, in amounts that fit no balance.
    fn follows(&mut self, asset: AssetId) -> Result<bool, TraceError> {
        if let Some(follows) = self.followed.get(&asset) {
            return Ok(*follows);
        }
        let follows = (self.is_followed)(&self.ledger.asset(asset)?);
        self.followed.insert(asset, follows);
        Ok(follows)
    }

    fn step(&mut self, id: AccountId, entry: &Entry) -> Result<(), TraceError> {
        let followed = self.follows(entry.asset)?;
        let Some(account) = self.accounts.get_mut(&id) else { return Ok(()) };
        // What an account pays to itself changes nothing.
        if entry.counterparty == id || !followed {
            return Ok(());
        }
        if entry.order == TxOrder::Timed {
            *self.record.placed_by_time.entry(account.account.clone()).or_default() += 1;
        }
        if let Some(height) = account.note_order(entry) {
            self.record.unknown_order.insert((account.account.clone(), height));
        }
        let is_source = id == self.seeds.account && self.seeds.start == Start::PaidOut;
        match entry.side {
            Side::In if is_source => Ok(()),
            Side::In => {
                let parcels = self.arrivals.remove(&(id, entry.position));
                let done = account.pay_in(entry, parcels);
                done.ok_or_else(|| TraceError::Overflow(account.account.clone()))
            }
            Side::Out if is_source => {
                let Some(seed) = self.seeds.of_asset(entry.asset).filter(|_| entry.kind != Kind::Fee) else {
                    return Ok(());
                };
                let taint = Some(Taint { origin: Origin::Seed(seed), hops: 0, seed: entry.amount });
                let parcels = vec![vec![Lot { amount: entry.amount, taint }]; self.question.methods.len()];
                self.deliver(id, entry, parcels, true)
            }
            Side::Out => {
                let parcels = account.pay_out(entry);
                let parcels = parcels.ok_or_else(|| TraceError::Overflow(account.account.clone()))?;
                self.deliver(id, entry, parcels, false)
            }
        }
    }

    /// Hands what a movement carries to its receiver, or to its end.
    fn deliver(
        &mut self,
        from: AccountId,
        entry: &Entry,
        mut parcels: Vec<Parcel>,
        start: bool,
    ) -> Result<(), TraceError> {
        for taint in parcels.iter_mut().flatten().filter_map(|lot| lot.taint.as_mut()) {
            taint.hops += 1;
        }
        if parcels.iter().flatten().all(|lot| lot.taint.is_none()) {
            return Ok(());
        }
        let to = entry.counterparty;
        let is_seed_already = self.starts.contains(&(to, entry.position));
        if !is_seed_already {
            self.record.carried.push(Carried::new(from, to, entry, &parcels, start));
        }
        if let Some(fate) = self.end_at(to, entry)? {
            self.dispose(&parcels, to, entry, |_| Some(fate.clone()));
            return Ok(());
        }
        let parcels = self.cut(parcels, to, entry);
        if parcels.iter().flatten().all(|lot| lot.taint.is_none()) {
            if let Some(carried) = self.record.carried.last_mut() {
                carried.ended = true;
            }
            return Ok(());
        }
        let hops =
            parcels.iter().flatten().filter_map(|lot| lot.taint).map(|taint| taint.hops).min().unwrap_or_default();
        if self.accounts.contains_key(&to) {
            if let Some(account) = self.accounts.get_mut(&to) {
                account.hops = account.hops.min(hops);
            }
        } else if self.accounts.len() >= self.question.accounts_max {
            self.record.not_opened.insert(to);
            if let Some(carried) = self.record.carried.last_mut() {
                carried.ended = true;
            }
            self.dispose(&parcels, to, entry, |_| Some(Fate::SizeLimit));
            return Ok(());
        } else {
            self.open(to, hops, Some(entry.position))?;
            self.arrivals.insert((to, entry.position), parcels);
            return self.advance(to);
        }
        self.arrivals.insert((to, entry.position), parcels);
        Ok(())
    }

    /// The fate of value that arrives at an account where traces end; none if it is followed.
    fn end_at(&mut self, to: AccountId, entry: &Entry) -> Result<Option<Fate>, TraceError> {
        if entry.kind == Kind::Fee {
            return Ok(Some(Fate::Fee));
        }
        if to == AccountId::NONE {
            return Ok(Some(Fate::Burned));
        }
        if self.absorbing == Some(to) {
            return Ok(Some(Fate::DataEnds));
        }
        let is_source = to == self.seeds.account && self.seeds.start == Start::PaidOut;
        if is_source || self.starts.contains(&(to, entry.position)) {
            return Ok(Some(Fate::ReturnedToSeed));
        }
        if let Some(fate) = self.stops.get(&to) {
            return Ok(fate.clone());
        }
        let account = self.ledger.account(to)?;
        let fate = self.labels.stop_for(&account, self.question.as_of).map(record::fate_of_stop);
        self.stops.insert(to, fate.clone());
        Ok(fate)
    }

    /// Ends what has come too far or is too small; the rest goes on, and the whole amount still arrives.
    fn cut(&mut self, parcels: Vec<Parcel>, to: AccountId, entry: &Entry) -> Vec<Parcel> {
        let (hops_max, dust) = (self.question.hops_max, self.question.dust_raw);
        let mut kept = Vec::with_capacity(parcels.len());
        for (method, parcel) in parcels.into_iter().enumerate() {
            let sums = by_origin(&parcel);
            let small = |origin: Origin| sums.iter().any(|(one, _, sum)| *one == origin && sum.held_raw < dust);
            let fate = |taint: &Taint| match taint {
                taint if taint.hops >= hops_max => Some(Fate::HopLimit),
                taint if small(taint.origin) => Some(Fate::Dust),
                _ => None,
            };
            self.record.dispose(method, &parcel, Some(to), entry.asset, fate);
            let clean = |lot: Lot| {
                if lot.taint.as_ref().is_some_and(|taint| fate(taint).is_some()) { Lot::clean(lot.amount) } else { lot }
            };
            kept.push(parcel.into_iter().map(clean).collect());
        }
        kept
    }

    fn dispose(&mut self, parcels: &[Parcel], to: AccountId, entry: &Entry, fate: impl Fn(&Taint) -> Option<Fate>) {
        let to = (to != AccountId::NONE).then_some(to);
        for (method, parcel) in parcels.iter().enumerate() {
            self.record.dispose(method, parcel, to, entry.asset, &fate);
        }
    }

    /// Opens an account and replays its history up to the inflow at `until`, exclusive; not at all if there is none.
    fn open(&mut self, id: AccountId, hops: u32, until: Option<Position>) -> Result<(), TraceError> {
        let account = self.ledger.account(id)?;
        let mut state = AccountState::new(account, self.ledger.history(id), &self.question.methods, hops);
        while let Some(entry) = state.history.next().transpose()? {
            if until.is_none_or(|until| (entry.position, entry.side) >= (until, Side::In)) {
                state.next = Some(entry);
                break;
            }
            self.record.read(state.account.chain, entry.position.height);
            if entry.counterparty != id && self.follows(entry.asset)? {
                if entry.order == TxOrder::Timed {
                    *self.record.placed_by_time.entry(state.account.clone()).or_default() += 1;
                }
                // What left at the height at which value arrives may have left after it.
                let arrives_here = until.is_some_and(|until| until.height == entry.position.height);
                if let Some(height) = state.note_order(&entry).filter(|_| arrives_here) {
                    self.record.unknown_order.insert((state.account.clone(), height));
                }
                state.replay(&entry).ok_or_else(|| TraceError::Overflow(state.account.clone()))?;
            }
        }
        self.accounts.insert(id, state);
        Ok(())
    }

    /// Puts the account's next entry into the queue.
    fn advance(&mut self, id: AccountId) -> Result<(), TraceError> {
        let Some(account) = self.accounts.get_mut(&id) else { return Ok(()) };
        if account.next.is_none() {
            account.next = account.history.next().transpose()?;
        }
        if let Some(entry) = &account.next {
            self.queue.push(Reverse((account.account.chain, entry.position, entry.side, id)));
        }
        Ok(())
    }

    /// What is left in the accounts at the end is at rest, or beyond the data.
    fn finish(mut self) -> Result<Record, TraceError> {
        let mut ids: Vec<AccountId> = self.accounts.keys().copied().collect();
        ids.sort_by_key(|id| (self.accounts[id].hops, self.accounts[id].account.clone()));
        for id in ids {
            let account = &self.accounts[&id];
            let coverage = self.ledger.coverage_of(&account.account)?;
            for (asset_id, balance) in &account.balances {
                let asset = self.ledger.asset(*asset_id)?;
                for (method, (pool, arrivals)) in balance.pools.iter().zip(&balance.arrivals).enumerate() {
                    let fate = crate::coverage::fate_at_end(&coverage, &asset, *arrivals);
                    self.record.dispose(method, &pool.rest(), Some(id), *asset_id, |_| Some(fate.clone()));
                }
                if !balance.unknown.is_zero() {
                    self.record.unknown_inflow.push((id, *asset_id, balance.unknown));
                }
            }
            self.record.opened.push((id, account.hops));
            self.record.coverage.extend(coverage);
        }
        Ok(self.record)
    }
}

/// The part of a movement's amount that `balance` does not hold.
pub(crate) fn shortage(balance: Amount, amount: Amount) -> Amount {
    amount.saturating_sub(balance)
}
