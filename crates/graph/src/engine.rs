//! The engine: merges the histories of all accounts that value has reached, in order of time, and replays their
//! balances.
//!
//! An account is opened when the first traced value reaches it: its history is replayed from the beginning, clean,
//! up to that movement. From then on it sleeps until it may pay traced value out, or until more reaches it; what stands
//! between is replayed in one go when it wakes, because most movements of most accounts carry nothing, and going from
//! account to account for each of them would cost more than reading them. One queue holds when the open accounts wake, so
//! memory grows with the accounts reached and not with the database.

mod account;
mod alone;
mod balance;
mod deliver;
mod finish;
mod record;
mod replay;
mod sleep;
mod upcoming;
mod whole;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    rc::Rc,
};

use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Asset, Kind, Position, Question, TxOrder};

pub(crate) use account::AccountState;
use alone::Step;
use deliver::Place;
pub(crate) use record::{Carried, Record};
use sleep::Rooms;
use whole::Looked;

use crate::{
    Ledger, TraceError,
    cached::Labelled,
    lot::{Lot, Origin, Parcel, Taint},
    seeds::{Seeds, Start},
    unexplained::is_left_out,
};

/// How often the caller is asked whether to go on.
const ENTRIES_PER_REPORT: u64 = 4096;

/// A place in the order of all movements: by position, outflows before inflows of the same movement.
///
/// All are of one chain: chains do not touch each other until bridges are joined.
type Key = (Position, Side);

/// A question being answered.
pub(crate) struct Engine<'a, 'q, L: Ledger> {
    ledger: &'a L,
    labels: &'a Labelled<'a>,
    question: &'q Question,
    seeds: &'q Seeds,
    is_followed: &'a dyn Fn(&Asset) -> bool,
    /// What `is_followed` said.
    followed: HashMap<AssetId, bool>,
    followed_last: Option<(AssetId, bool)>,
    /// An account that keeps what reaches it, so that what leaves it and comes back is not counted again.
    absorbing: Option<AccountId>,
    accounts: Vec<AccountState<'a>>,
    /// What is known of the accounts that value was paid to.
    places: HashMap<AccountId, Place>,
    /// When accounts wake, by their place in `accounts`. What an account does not say itself is out of date.
    queue: BinaryHeap<Reverse<(Key, usize)>>,
    /// What the movement at hand carries: one parcel per method.
    parcels: Vec<Parcel>,
    /// Room for what carries nothing.
    idle: Vec<Parcel>,
    rooms: Rooms,
    looked: Option<Rc<Looked>>,
    /// If set, only these movements carry anything on, and only what has gone so many hops.
    only: Option<HashMap<Step, u32>>,
    /// Movements read at the last report.
    reported: u64,
    record: Record,
}

impl<'a, 'q, L: Ledger> Engine<'a, 'q, L> {
    pub(crate) fn new(
        ledger: &'a L,
        labels: &'a Labelled<'a>,
        question: &'q Question,
        seeds: &'q Seeds,
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
            followed_last: None,
            absorbing,
            accounts: Vec::new(),
            places: HashMap::new(),
            queue: BinaryHeap::new(),
            parcels: vec![Parcel::new(); question.methods.len()],
            idle: vec![Parcel::new(); question.methods.len()],
            rooms: Rooms::default(),
            looked: None,
            only: None,
            reported: 0,
            record: Record::new(question.methods.len()),
        }
    }

    /// Follows the seeds to their ends.
    pub(crate) fn run(mut self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Record, TraceError> {
        self.begin()?;
        while self.wake()? {
            self.report(go_on)?;
        }
        self.finish(go_on)
    }

    /// Wakes the account that is next in order, and goes on with it to where it may sleep again. Says whether there was one.
    fn wake(&mut self) -> Result<bool, TraceError> {
        let Some(Reverse((key, place))) = self.queue.pop() else { return Ok(false) };
        if self.accounts[place].wakes != Some(key) {
            return Ok(true);
        }
        if !self.take_whole(place, key.0)? {
            self.pass(place, Some(key))?;
            if let Some(entry) = self.accounts[place].upcoming.pop()? {
                self.record.read(entry.position.height);
                self.step(place, &entry)?;
            }
        }
        self.sleep(place);
        Ok(true)
    }

    fn report(&mut self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<(), TraceError> {
        let read = self.record.movements_read;
        if read - self.reported >= ENTRIES_PER_REPORT {
            self.reported = read;
            if !go_on(read) {
                return Err(TraceError::Interrupted);
            }
        }
        Ok(())
    }

    /// Opens the account of the question, and puts the seeds where they begin.
    fn begin(&mut self) -> Result<(), TraceError> {
        let id = self.seeds.account;
        if self.seeds.start == Start::PaidOut {
            self.open(id, None)?;
            self.sleep(0);
            return Ok(());
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
            self.open(id, Some((first.entry.position, Side::In)))?;
            self.sleep(0);
            // What comes back to it later is stopped by its label as anywhere.
            if let Some(fate) = self.stop_at(id)? {
                self.places.insert(id, Place::End(fate));
            }
        }
        Ok(())
    }

    /// Fills the parcels with the whole of a movement with which a seed begins.
    fn fill(&mut self, seed: usize, amount: Amount) {
        let taint = Some(Taint { origin: Origin::Seed(seed), hops: 0, seed: amount });
        for parcel in &mut self.parcels {
            parcel.clear();
            parcel.push(Lot { amount, taint });
        }
    }

    /// Whether an asset is looked at: one that a token table vouches for, or that the question names. Anybody can send
    /// worthless tokens to anybody, in amounts that fit no balance.
    fn follows(&mut self, asset: AssetId) -> Result<bool, TraceError> {
        // Most movements are of the asset of the one before.
        if let Some((last, follows)) = self.followed_last
            && last == asset
        {
            return Ok(follows);
        }
        let follows = match self.followed.get(&asset) {
            Some(follows) => *follows,
            None => (self.is_followed)(&self.ledger.asset(asset)?),
        };
        self.followed.insert(asset, follows);
        self.followed_last = Some((asset, follows));
        Ok(follows)
    }

    /// Replays what stands before `until` in an account's history, or all of it. Nothing of it carries anything: the
    /// account slept.
    fn pass(&mut self, place: usize, until: Option<Key>) -> Result<(), TraceError> {
        while let Some(entry) = self.accounts[place].upcoming.pop_before(until)? {
            self.record.read(entry.position.height);
            if self.note(place, &entry)? && !self.is_source(place) {
                let account = &mut self.accounts[place];
                let done = match entry.side {
                    Side::In => account.pay_in(&entry, &self.question.methods, None),
                    Side::Out => account.pay_out(&entry, &self.question.methods, &mut self.idle).map(|carries| {
                        debug_assert!(!carries, "an account slept over value that left it");
                    }),
                };
                done.ok_or_else(|| TraceError::Overflow(account.account.clone()))?;
            }
        }
        Ok(())
    }

    /// An entry for which an account woke.
    fn step(&mut self, place: usize, entry: &Entry) -> Result<(), TraceError> {
        if !self.note(place, entry)? {
            return Ok(());
        }
        let id = self.accounts[place].id;
        match entry.side {
            Side::In if self.is_source(place) => Ok(()),
            Side::In => {
                let seed = self.seeds.beginning_at(id, entry.position);
                if let Some(seed) = seed {
                    self.fill(seed, entry.amount);
                    let met = self.accounts[place].held(entry.asset);
                    self.record.met_by_seed(entry.position, met);
                }
                self.pay_in(place, entry, seed.is_some())
            }
            Side::Out if self.is_source(place) => {
                let seed = self.seeds.of_asset(entry.asset).filter(|_| entry.kind != Kind::Fee);
                let Some(seed) = seed else { return Ok(()) };
                self.fill(seed, entry.amount);
                self.deliver(id, entry, None)
            }
            Side::Out => {
                let account = &mut self.accounts[place];
                match account.pay_out(entry, &self.question.methods, &mut self.parcels) {
                    Some(true) => {
                        let kept = self.accounts[place].held(entry.asset);
                        self.deliver(id, entry, Some(kept))
                    }
                    Some(false) => Ok(()),
                    None => Err(TraceError::Overflow(account.account.clone())),
                }
            }
        }
    }

    fn pay_in(&mut self, place: usize, entry: &Entry, carries: bool) -> Result<(), TraceError> {
        let account = &mut self.accounts[place];
        let parcels = carries.then_some(self.parcels.as_slice());
        let done = account.pay_in(entry, &self.question.methods, parcels);
        done.ok_or_else(|| TraceError::Overflow(account.account.clone()))
    }

    /// Whether it is the account all of whose payments are followed, whatever it holds.
    fn is_source(&self, place: usize) -> bool {
        self.source() == Some(self.accounts[place].id)
    }

    fn source(&self) -> Option<AccountId> {
        (self.seeds.start == Start::PaidOut).then_some(self.seeds.account)
    }

    /// Notes what an entry says beside amounts, and whether it changes a balance that is looked at. What an account pays to
    /// itself does not, and what only its balance shows to have come in is left out, unless a seed begins with it.
    fn note(&mut self, place: usize, entry: &Entry) -> Result<bool, TraceError> {
        let followed = self.follows(entry.asset)?;
        let account = &mut self.accounts[place];
        if entry.counterparty == account.id || !followed {
            return Ok(false);
        }
        account.placed_by_time += u64::from(entry.order == TxOrder::Timed);
        self.record.note_unexplained(account.id, entry);
        if is_left_out(entry) && self.seeds.beginning_at(account.id, entry.position).is_none() {
            return Ok(false);
        }
        let noted = account.note_order(entry);
        self.record.unknown_order.extend(noted.map(|height| (account.id, height)));
        Ok(true)
    }
}
