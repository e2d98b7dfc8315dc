//! A trace over all chains that it touches: an engine for each, and what they found put together.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fundtrail_store::AccountId;
use fundtrail_types::{Asset, Chain, Question, SeedAmount};

use crate::{
    Ledger, TraceError,
    cached::Labelled,
    crossings::{Arrival, Arrivals, Crossings, Given, Lost},
    engine::{Carried, Engine, Record, Space},
    lot::Parcel,
    seeds::Seeds,
    sought::{AskedFor, Sought},
};

/// How often all chains are gone through at most. Value that goes to and fro between chains is followed so often.
const ROUNDS_MAX: u32 = 64;

/// Everything that a trace looks at.
pub(crate) struct Run<'a, L: Ledger> {
    pub(crate) ledger: &'a L,
    pub(crate) labels: &'a Labelled<'a>,
    pub(crate) question: &'a Question,
    pub(crate) seeds: &'a Seeds,
    pub(crate) is_followed: &'a dyn Fn(&Asset) -> bool,
    /// What a backward trace was asked about.
    pub(crate) asked: Option<&'a AskedFor>,
    /// If set, what is replayed: its sources are followed and no seeds.
    pub(crate) sought: Option<&'a Sought>,
    /// If set, the only source that is coloured.
    pub(crate) colour: Option<usize>,
    /// What joins chains.
    pub(crate) crossings: &'a Crossings,
    /// What a trace found that this one tells more of.
    pub(crate) first: Option<&'a Record>,
}

impl<L: Ledger> Clone for Run<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L: Ledger> Copy for Run<'_, L> {}

impl<'a, L: Ledger> Run<'a, L> {
    /// The same of another question.
    pub(crate) fn asking(self, question: &'a Question) -> Self {
        Self { question, ..self }
    }

    /// Follows the seeds to their ends. An account that absorbs keeps what reaches it.
    ///
    /// Chains are gone through one by one. What a bridge takes on one arrives on another, which is then gone through again, until
    /// nothing new arrives anywhere.
    pub(crate) fn follow(
        self,
        absorbing: Option<AccountId>,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Record, TraceError> {
        let mut found: BTreeMap<Chain, Record> = BTreeMap::new();
        let mut arrivals = Arrivals::new();
        let (mut due, mut rounds, mut read) = (self.chains()?, 0, 0);
        let ends = self.crossings.joined.iter().flat_map(|one| one.releases.iter().map(|paid| paid.chain));
        let chains = ends.chain(due.iter().copied()).collect::<BTreeSet<Chain>>().len().max(1) as u64;
        while !due.is_empty() && rounds < ROUNDS_MAX {
            for chain in due {
                found.remove(&chain);
                let space = self.space(&found, chains, absorbing.is_some());
                let arrived = arrivals.get(&chain).map_or(&[][..], Vec::as_slice);
                let engine = Engine::new(self, chain, absorbing).within(space).with_arrivals(arrived);
                let record = engine.run(&mut |more| go_on(read + more))?;
                read += record.movements_read;
                found.insert(chain, record);
            }
            let (now, _) = self.arrivals(&found)?;
            let chains: BTreeSet<Chain> = now.keys().chain(arrivals.keys()).copied().collect();
            due = chains.into_iter().filter(|chain| now.get(chain) != arrivals.get(chain)).collect();
            (arrivals, rounds) = (now, rounds + 1);
        }
        let (_, lost) = self.arrivals(&found)?;
        let mut whole = Record::new(self.question.methods.len());
        whole.rounds_over = (!due.is_empty()).then_some(ROUNDS_MAX);
        let shared = arrivals.values().flatten().filter(|arrival| self.crossings.is_shared(arrival));
        whole.shared = shared.map(|arrival| arrival.crossing).collect();
        found.into_values().for_each(|record| whole.merge(record));
        if self.sought.is_none() {
            for (method, lots, (account, asset), fate) in lost {
                let account = (account != AccountId::NONE).then_some(account);
                whole.dispose(method, lots.iter(), account, asset, &fate);
            }
        }
        whole.carried = in_order(std::mem::take(&mut whole.carried));
        Ok(whole)
    }

    /// How far a chain may be followed beside what was found on the others. Each of so many chains has an equal part of the memory, so
    /// that what one holds changes nothing of another. What is replayed to tell more of what was found goes as far as that did, and as it
    /// keeps no record of its way, it takes no more memory.
    fn space(&self, found: &BTreeMap<Chain, Record>, chains: u64, replays: bool) -> Space<'a> {
        let opened: usize = found.values().map(|record| record.accounts_opened).sum();
        let accounts = self.question.accounts_max.saturating_sub(opened);
        let limit = self.question.memory_max.filter(|_| !replays);
        let held = self.first.map_or(0, |record| record.held);
        let bytes = limit.map_or(u64::MAX, |limit| limit.saturating_sub(held) / chains);
        Space { accounts, bytes, until: self.first.filter(|_| replays).map(|first| &first.stopped) }
    }

    /// The chains on which something begins.
    fn chains(&self) -> Result<BTreeSet<Chain>, TraceError> {
        let Some(sought) = self.sought else { return Ok(self.seeds.chains().collect()) };
        let accounts = sought.accounts.iter().map(|id| Ok(self.ledger.account(*id)?.chain));
        let deposits = sought.crossed.iter().map(|index| Ok(self.crossings.joined[*index].deposit.chain));
        accounts.chain(deposits).collect()
    }

    /// What arrives on all chains by what bridges took, and what does not.
    fn arrivals(&self, found: &BTreeMap<Chain, Record>) -> Result<(Arrivals, Vec<Lost>), TraceError> {
        let given: Given = found.values().flat_map(|record| record.given_over.clone()).collect();
        self.crossings.arrivals(&given, &self.question.methods).ok_or(TraceError::OverflowCrossing)
    }

    /// What arrives at the end of a path, per method, if nothing else is followed.
    pub(crate) fn alone(self, path: &[&Carried]) -> Result<Vec<SeedAmount>, TraceError> {
        let mut arrived = vec![SeedAmount::default(); self.question.methods.len()];
        let seeds = self.seeds.alone();
        let run = Run { seeds: &seeds, sought: None, colour: None, ..self };
        let mut begin: Option<Vec<Parcel>> = None;
        // A path is cut where it comes out of a bridge.
        let mut rest = path;
        while let Some(first) = rest.first() {
            let cut = rest.iter().skip(1).position(|one| one.out_of_crossing.is_some());
            let (segment, next) = rest.split_at(cut.map_or(rest.len(), |cut| cut + 1));
            let (shares, given) = Engine::new(run, first.chain, None).alone(segment, begin.take())?;
            arrived = shares;
            if let Some(release) = next.first() {
                let (arrivals, _) =
                    self.crossings.arrivals(&given, &self.question.methods).ok_or(TraceError::OverflowCrossing)?;
                let all = arrivals.into_values().flatten();
                let is_of = |one: &Arrival| release.out_of_crossing == Some(one.crossing);
                let at = release.entry.position;
                let mut mine = all.filter(|one| is_of(one) && self.crossings.is_paid_at(one, at, release.whole));
                begin = mine.next().map(|arrival| arrival.parcels);
                if begin.is_none() {
                    return Ok(vec![SeedAmount::default(); self.question.methods.len()]);
                }
            }
            rest = next;
        }
        Ok(arrived)
    }
}

/// Movements in the order in which they happened: each chain's in its own, between chains by time, and what a bridge pays out after
/// what it took for it, whatever the clocks say. A movement without a time takes that of the one before it.
fn in_order(mut carried: Vec<Carried>) -> Vec<Carried> {
    carried.sort_by_key(|one| (one.chain, one.order()));
    let is_one_chain = carried.first().zip(carried.last()).is_none_or(|(first, last)| first.chain == last.chain);
    if is_one_chain && carried.iter().all(|one| one.out_of_crossing.is_none()) {
        return carried;
    }
    let mut waits: BTreeMap<usize, usize> = BTreeMap::new();
    for crossing in carried.iter().flat_map(|one| &one.into_crossings) {
        *waits.entry(*crossing).or_default() += 1;
    }
    let mut chains: BTreeMap<Chain, (i64, VecDeque<Carried>)> = BTreeMap::new();
    let whole = carried.len();
    for one in carried {
        chains.entry(one.chain).or_insert((i64::MIN, VecDeque::new())).1.push_back(one);
    }
    let mut ordered = Vec::with_capacity(whole);
    while ordered.len() < whole {
        let next = |(chain, (last, queue)): (&Chain, &(i64, VecDeque<Carried>))| {
            let one = queue.front()?;
            let waits = one.out_of_crossing.is_some_and(|crossing| waits.get(&crossing).is_some_and(|left| *left > 0));
            Some((waits, one.entry.time.map_or(*last, |time| time.unix().max(*last)), *chain))
        };
        let Some((_, time, chain)) = chains.iter().filter_map(next).min() else { break };
        let Some((last, queue)) = chains.get_mut(&chain) else { break };
        *last = time;
        if let Some(one) = queue.pop_front() {
            for crossing in &one.into_crossings {
                waits.entry(*crossing).and_modify(|left| *left = left.saturating_sub(1));
            }
            ordered.push(one);
        }
    }
    ordered
}
