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
mod back;
mod balance;
mod begin;
mod cross;
mod deliver;
mod finish;
mod full;
mod place;
mod pot;
mod record;
mod replay;
mod sleep;
mod upcoming;
mod whole;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
    rc::Rc,
};

use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Asset, Chain, Kind, Position, Question, TxOrder};

pub(crate) use account::AccountState;
pub(crate) use alone::{Step, step_of};
use begin::Due;
use deliver::Left;
pub(crate) use full::Space;
use place::Place;
pub(crate) use place::is_busy;
pub(crate) use record::{Carried, Record, fate_of_stop};
use sleep::Rooms;
use whole::Looked;

use crate::{
    Ledger, TraceError,
    cached::Labelled,
    crossings::{Arrival, Crossings},
    lot::{Lot, Origin, Parcel, Taint},
    run::Run,
    seeds::{Seeds, TxPlace},
    sought::{AskedFor, Sought},
    unexplained::is_left_out,
};

/// How often the caller is asked whether to go on.
const ENTRIES_PER_REPORT: u64 = 4096;

/// A place in the order of all movements of a chain: by position, outflows before inflows of the same movement.
type Key = (Position, Side);

/// A question being answered on one chain.
pub(crate) struct Engine<'a, L: Ledger> {
    ledger: &'a L,
    labels: &'a Labelled<'a>,
    question: &'a Question,
    seeds: &'a Seeds,
    is_followed: &'a dyn Fn(&Asset) -> bool,
    /// On the way back, what was asked about and what is replayed; and if set, the only source that is coloured.
    asked: Option<&'a AskedFor>,
    sought: Option<&'a Sought>,
    colour: Option<usize>,
    crossings: &'a Crossings,
    /// What arrives here by crossings.
    arrivals: &'a [Arrival],
    /// Transactions in which something arrived and that were taken as a whole.
    wholes: HashSet<TxPlace>,
    chain: Chain,
    space: Space<'a>,
    /// Where it is in the order.
    height: Option<u64>,
    /// How many bytes it holds, and how many of the recorded movements are counted in that.
    held: u64,
    counted: usize,
    /// What `is_followed` said.
    followed: HashMap<AssetId, bool>,
    followed_last: Option<(AssetId, bool)>,
    /// An account that keeps what reaches it, so that what leaves it and comes back is not counted again.
    absorbing: Option<AccountId>,
    accounts: Vec<AccountState<'a>>,
    /// What is known of the accounts that value was paid to.
    places: HashMap<AccountId, Place>,
    /// What is to be done next. What an account does not say itself is out of date.
    queue: BinaryHeap<Reverse<(Key, Due)>>,
    /// What the movement at hand carries: one parcel per method.
    parcels: Vec<Parcel>,
    /// Room for what carries nothing.
    idle: Vec<Parcel>,
    rooms: Rooms,
    looked: Option<Rc<Looked>>,
    /// A short history that was read to see whether its account behaves like a service.
    read_for_hub: Option<(AccountId, Vec<Entry>)>,
    /// If set, only these movements carry anything on, and only what has gone so many hops.
    only: Option<HashMap<Step, u32>>,
    /// Movements read at the last report.
    reported: u64,
    record: Record,
}

impl<'a, L: Ledger> Engine<'a, L> {
    pub(crate) fn new(run: Run<'a, L>, chain: Chain, absorbing: Option<AccountId>) -> Self {
        let Run { ledger, labels, question, seeds, is_followed, asked, sought, colour, crossings, first: _ } = run;
        Self {
            ledger,
            labels,
            question,
            seeds,
            is_followed,
            asked,
            sought,
            colour,
            crossings,
            arrivals: &[],
            wholes: HashSet::new(),
            chain,
            space: Space { accounts: question.accounts_max, bytes: u64::MAX, until: None },
            height: None,
            held: 0,
            counted: 0,
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
            read_for_hub: None,
            only: None,
            reported: 0,
            record: Record::new(question.methods.len()),
        }
    }

    /// Follows the seeds to their ends.
    pub(crate) fn run(mut self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Record, TraceError> {
        self.begin()?;
        while self.next()? {
            self.report(go_on)?;
        }
        self.finish(go_on)
    }

    /// Does what is next in order. Says whether there was anything.
    fn next(&mut self) -> Result<bool, TraceError> {
        let Some(Reverse((key, due))) = self.queue.peek().copied() else { return Ok(false) };
        if self.is_back(key) || self.stops_at(key) {
            return Ok(false);
        }
        self.queue.pop();
        self.height = Some(key.0.height);
        match due {
            Due::Arrive(index) => self.arrive_over(index)?,
            Due::Take(index) => self.take_over(index)?,
            Due::Begin(index) => self.begin_with(index)?,
            Due::Wake(place) => self.wake(key, place)?,
        }
        self.count_movements();
        Ok(true)
    }

    /// Wakes an account, and goes on with it to where it may sleep again.
    fn wake(&mut self, key: Key, place: usize) -> Result<(), TraceError> {
        if self.accounts[place].wakes != Some(key) {
            return Ok(());
        }
        if !self.take_whole(place, key.0)? {
            self.pass(place, Some(key))?;
            if let Some(entry) = self.accounts[place].upcoming.pop()? {
                self.record.read(entry.position.height);
                self.step(place, &entry)?;
            }
        }
        self.sleep(place);
        Ok(())
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
                let missing = self.missing(self.accounts[place].id, &entry);
                let account = &mut self.accounts[place];
                let methods = &self.question.methods;
                let done = match entry.side {
                    Side::In => account.pay_in(&entry, methods, None),
                    Side::Out => account.pay_out(&entry, methods, missing, &mut self.idle).map(|carries| {
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
            Side::In if self.sought.is_some() => self.receive_back(place, entry),
            Side::Out if self.is_itself(id) => self.pay_closed(id, entry),
            Side::In => match self.seeds.beginning_at(id, entry.position) {
                Some(seed) => self.receive_seed(place, entry, seed),
                None if self.is_source(place) => Ok(()),
                None => self.pay_in(place, entry, false),
            },
            Side::Out if self.is_source(place) => {
                let seed = self.seed_paid(id, entry.asset, entry.position).filter(|_| entry.kind != Kind::Fee);
                let Some(seed) = seed else { return Ok(()) };
                self.fill(seed, entry.amount);
                self.deliver(id, entry, Left::Begun(vec![(seed, entry.amount)]))
            }
            Side::Out => {
                let missing = self.missing(id, entry);
                let account = &mut self.accounts[place];
                match account.pay_out(entry, &self.question.methods, missing, &mut self.parcels) {
                    Some(true) => {
                        let kept = self.accounts[place].held(entry.asset);
                        self.deliver(id, entry, Left::Kept(kept))
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

    /// Whether it is an account whose payments begin seeds, whatever it holds.
    fn is_source(&self, place: usize) -> bool {
        self.seeds.payers.contains_key(&self.accounts[place].id)
    }

    /// The seed that begins with what an account paid.
    fn seed_paid(&self, id: AccountId, asset: AssetId, at: Position) -> Option<usize> {
        self.seeds.payers.get(&id)?.seed_of(asset, at)
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
        let is_begun = self.seeds.beginning_at(account.id, entry.position).is_some();
        let is_asked = self.asked.is_some_and(|asked| asked.has(account.id, entry.asset, entry.position));
        if is_left_out(entry) && !is_begun && !is_asked {
            return Ok(false);
        }
        let noted = account.note_order(entry);
        self.record.unknown_order.extend(noted.map(|height| (account.id, height)));
        Ok(true)
    }
}
