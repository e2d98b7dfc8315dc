//! The engine: merges the histories of all accounts that value has reached, in order of time, and replays their
//! balances.
//!
//! An account is opened when the first traced value reaches it: its history is replayed from the beginning, clean,
//! up to that movement, and then merged with the others. One queue holds the place of the next entry of every open
//! account, so memory grows with the accounts reached and not with the database. A movement between two open accounts
//! is read twice, first as an outflow, then as an inflow.

mod account;
mod balance;
mod deliver;
mod record;
mod upcoming;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, binary_heap::PeekMut},
};

use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Asset, Kind, Position, Question, TxOrder};

pub(crate) use account::AccountState;
use deliver::Place;
pub(crate) use record::{Carried, Record};
use upcoming::Upcoming;

use crate::{
    Ledger, TraceError,
    lot::{Lot, Origin, Parcel, Taint},
    seeds::{Seeds, Start},
};

/// How often the caller is asked whether to go on.
const ENTRIES_PER_REPORT: u64 = 4096;

/// Order of all movements: by position, outflows before inflows of the same movement; and whose history it stands in,
/// by its place among the open accounts.
///
/// All are of one chain: chains do not touch each other until bridges are joined.
type Key = (Position, Side, usize);

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
    accounts: Vec<AccountState<'a>>,
    /// What is known of the accounts that value was paid to.
    places: HashMap<AccountId, Place>,
    queue: BinaryHeap<Reverse<Key>>,
    /// What the movement at hand carries: one parcel per method.
    parcels: Vec<Parcel>,
    /// Whom the parcels wait for. Nothing stands between a movement's outflow and its inflow, so they need not wait
    /// beyond the next entry.
    arriving: Option<(AccountId, Position)>,
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
            accounts: Vec::new(),
            places: HashMap::new(),
            queue: BinaryHeap::new(),
            parcels: vec![Parcel::new(); question.methods.len()],
            arriving: None,
            record: Record::new(question.methods.len()),
        }
    }

    /// Follows the seeds to their ends.
    pub(crate) fn run(mut self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Record, TraceError> {
        self.begin()?;
        while let Some(&Reverse((position, _, place))) = self.queue.peek() {
            self.record.read(position.height);
            if self
                .record
                .movements_read
                .is_multiple_of(ENTRIES_PER_REPORT)
                && !go_on(self.record.movements_read)
            {
                return Err(TraceError::Interrupted);
            }
            if let Some(entry) = self.accounts[place].upcoming.pop()? {
                self.step(place, &entry)?;
            }
            // An account that was opened meanwhile comes behind this entry, so the head is still this account's.
            let next = self.accounts[place]
                .upcoming
                .peek()
                .map(|entry| (entry.position, entry.side, place));
            if let Some(mut head) = self.queue.peek_mut() {
                match next {
                    Some(next) => *head = Reverse(next),
                    None => drop(PeekMut::pop(head)),
                }
            }
        }
        self.finish()
    }

    /// Opens the account of the question, and puts the seeds where they begin.
    fn begin(&mut self) -> Result<(), TraceError> {
        let id = self.seeds.account;
        if self.seeds.start == Start::PaidOut {
            return self.open(id, None);
        }
        for movement in &self.seeds.movements {
            self.fill(movement.seed, movement.entry.amount);
            self.record.carried.push(Carried::new(
                movement.entry.counterparty,
                id,
                &movement.entry,
                &self.parcels,
                true,
            ));
        }
        if let Some(first) = self.seeds.movements.first() {
            self.open(id, Some(first.entry.position))?;
            // What comes back to it later is stopped by its label as anywhere.
            if let Some(fate) = self.stop_at(id)? {
                self.places.insert(id, Place::End(fate));
            }
        }
        Ok(())
    }

    /// Fills the parcels with the whole of a movement with which a seed begins.
    fn fill(&mut self, seed: usize, amount: Amount) {
        let taint = Some(Taint {
            origin: Origin::Seed(seed),
            hops: 0,
            seed: amount,
        });
        for parcel in &mut self.parcels {
            parcel.clear();
            parcel.push(Lot { amount, taint });
        }
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

    fn step(&mut self, place: usize, entry: &Entry) -> Result<(), TraceError> {
        let followed = self.follows(entry.asset)?;
        let account = &mut self.accounts[place];
        let id = account.id;
        // What an account pays to itself changes nothing.
        if entry.counterparty == id || !followed {
            return Ok(());
        }
        account.placed_by_time += u64::from(entry.order == TxOrder::Timed);
        if let Some(height) = account.note_order(entry) {
            self.record.unknown_order.insert((id, height));
        }
        let is_source = id == self.seeds.account && self.seeds.start == Start::PaidOut;
        match entry.side {
            Side::In if is_source => Ok(()),
            Side::In => {
                let seed = self.seeds.beginning_at(id, entry.position);
                if let Some(seed) = seed {
                    self.fill(seed, entry.amount);
                }
                let carries = seed.is_some() || self.arriving == Some((id, entry.position));
                let account = &mut self.accounts[place];
                let done = account.pay_in(
                    entry,
                    &self.question.methods,
                    carries.then_some(&self.parcels),
                );
                done.ok_or_else(|| TraceError::Overflow(account.account.clone()))
            }
            Side::Out if is_source => {
                let seed = self
                    .seeds
                    .of_asset(entry.asset)
                    .filter(|_| entry.kind != Kind::Fee);
                let Some(seed) = seed else { return Ok(()) };
                self.fill(seed, entry.amount);
                self.deliver(id, entry, true)
            }
            Side::Out => {
                let carries = account.pay_out(entry, &self.question.methods, &mut self.parcels);
                match carries {
                    Some(true) => self.deliver(id, entry, false),
                    Some(false) => Ok(()),
                    None => Err(TraceError::Overflow(account.account.clone())),
                }
            }
        }
    }

    /// Opens an account, replays its history up to the inflow at `until`, exclusive (not at all if there is none), and
    /// puts its next entry into the queue.
    fn open(&mut self, id: AccountId, until: Option<Position>) -> Result<(), TraceError> {
        let mut state = AccountState::new(id, self.ledger.account(id)?);
        let mut history = self.ledger.history(id);
        let mut next = history.next().transpose()?;
        while let (Some(entry), Some(until)) = (&next, until) {
            if (entry.position, entry.side) >= (until, Side::In) {
                break;
            }
            self.record.read(entry.position.height);
            if entry.counterparty != id && self.follows(entry.asset)? {
                state.placed_by_time += u64::from(entry.order == TxOrder::Timed);
                // What left at the height at which value arrives may have left after it.
                let noted = state
                    .note_order(entry)
                    .filter(|_| until.height == entry.position.height);
                self.record
                    .unknown_order
                    .extend(noted.map(|height| (id, height)));
                state
                    .replay(entry)
                    .ok_or_else(|| TraceError::Overflow(state.account.clone()))?;
            }
            next = history.next().transpose()?;
        }
        if let Some(entry) = next {
            self.queue
                .push(Reverse((entry.position, entry.side, self.accounts.len())));
            state.upcoming = Upcoming::new(entry, history)?;
        }
        self.accounts.push(state);
        self.places.insert(id, Place::Open);
        Ok(())
    }

    /// What is left in the accounts at the end is at rest, or beyond the data.
    fn finish(mut self) -> Result<Record, TraceError> {
        for account in &self.accounts {
            let coverage = self.ledger.coverage_of(&account.account)?;
            for (asset_id, balance) in &account.balances {
                let asset = self.ledger.asset(*asset_id)?;
                for (method, held) in balance.held.iter().enumerate() {
                    let fate = crate::coverage::fate_at_end(&coverage, &asset, held.arrivals);
                    self.record.dispose(
                        method,
                        held.pool.rest().iter(),
                        Some(account.id),
                        *asset_id,
                        &fate,
                    );
                }
                if !balance.unknown.is_zero() {
                    self.record
                        .unknown_inflow
                        .push((account.id, *asset_id, balance.unknown));
                }
            }
            if account.placed_by_time > 0 {
                self.record
                    .placed_by_time
                    .push((account.id, account.placed_by_time));
            }
            self.record.coverage.extend(coverage);
        }
        self.record.accounts_opened = self.accounts.len();
        Ok(self.record)
    }
}
