//! Targets: every flagged account that the ledger knows, and whether and how it was reached.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use fundtrail_store::{AccountId, AssetId, Side};
use fundtrail_types::{
    Account, Amount, Asset, Chain, Date, FlowPath, Gap, Method, PathAmount, Question, Reach, ReachState, Scope,
    SeedAmount, Target, Time,
};

use crate::{
    Ledger, TraceError,
    engine::{Carried, Record},
    flow::Flow,
    lot::{Origin, Part, Parts},
    paths::{Found, Reachable, share},
    run::Run,
};

/// Targets whose value leaves and comes back are each traced once more, as accounts that keep what reaches them. So
/// many at most, because each costs a whole trace; beyond it the certificate names those that were not.
const ABSORBED_MAX: usize = 50;

/// Movements of a flow that is looked through once more for every account of a path.
const MUST_PASS_MOVEMENTS_MAX: usize = 200_000;

/// Candidates looked at for every path that is listed: the widest movements do not always carry the most value.
const CANDIDATES_PER_PATH: usize = 4;

/// Everything that the search for targets looks at.
pub(crate) struct Search<'a, L: Ledger> {
    pub(crate) run: Run<'a, L>,
    pub(crate) record: &'a Record,
    pub(crate) flow: &'a Flow<'a>,
}

impl<L: Ledger> Search<'_, L> {
    /// The flagged accounts: proven ones first, then possible ones, then the others; each by address.
    /// Beside them, the accounts to which what came back was counted again.
    pub(crate) fn targets(&self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<(Vec<Target>, Vec<Gap>), TraceError> {
        let origins = (0..self.run.seeds.seeds.len()).map(Origin::Seed).chain([Origin::Unknown]);
        let reachable = |end| {
            let of = |origin| Reachable::new(self.flow, &self.run.question.methods, origin, &self.begins(origin), end);
            origins.clone().map(|origin| (origin, of(origin))).collect::<Vec<_>>()
        };
        let shared = OnceCell::new();
        let (mut targets, mut gaps, mut absorbed) = (Vec::new(), Vec::new(), 0);
        for account in self.flagged_accounts()? {
            let Some(id) = self.run.ledger.account_id(&account)? else { continue };
            if !go_on(self.record.movements_read) {
                return Err(TraceError::Interrupted);
            }
            let comes_back = self.comes_back(id);
            let own = comes_back.then(|| reachable(Some(id)));
            let mut target =
                self.target(account, id, own.as_ref().unwrap_or_else(|| shared.get_or_init(|| reachable(None))))?;
            if comes_back {
                absorbed += 1;
                if absorbed > ABSORBED_MAX {
                    gaps.push(Gap::CountedAgain { account: target.account.clone() });
                } else {
                    target.reaches = self.reaches_absorbed(id, go_on)?;
                }
            }
            targets.push(target);
        }
        targets.sort_by(|a, b| b.state.cmp(&a.state).then_with(|| a.account.cmp(&b.account)));
        Ok((targets, gaps))
    }

    /// Every account that a flagged label is about, on every chain that the ledger holds, and those asked for by name.
    pub(crate) fn flagged_accounts(&self) -> Result<BTreeSet<Account>, TraceError> {
        let chains = self.run.ledger.chains()?;
        let mut accounts = BTreeSet::new();
        for label in self.run.labels.book.flagged().filter(|label| label.is_known(self.run.question.as_of)) {
            let on: Vec<Chain> = match label.chain {
                Scope::One(chain) => vec![chain],
                Scope::EveryEvm => chains.iter().copied().filter(|chain| label.chain.covers(*chain)).collect(),
            };
            accounts.extend(on.into_iter().filter_map(|chain| Account::parse(chain, &label.address).ok()));
        }
        for account in self.run.question.accounts() {
            accounts.remove(account);
        }
        accounts.extend(self.run.question.also.iter().cloned());
        Ok(accounts)
    }

    /// Whether a path of an origin may begin with a movement: where a seed begins, or at an account whose outflows
    /// show an unknown inflow.
    fn begins(&self, origin: Origin) -> impl Fn(usize) -> bool + '_ {
        let sources: BTreeSet<(AccountId, AssetId)> =
            self.record.unknown_inflow.iter().map(|(account, asset, _)| (*account, *asset)).collect();
        move |index| {
            let movement = &self.flow.carried[index];
            match origin {
                Origin::Seed(seed) => movement.start && movement.begins(seed),
                Origin::Unknown => sources.contains(&(movement.from, movement.given())),
            }
        }
    }

    fn target(&self, account: Account, id: AccountId, reachable: &[(Origin, Reachable)]) -> Result<Target, TraceError> {
        let incoming = self.arriving_at(id);
        let reaches = self.reaches(incoming.iter().map(|index| &self.flow.carried[*index]))?;
        let state = reach_state(&reaches);
        let (paths, paths_total) = self.paths(id, state, reachable)?;
        let must_pass = self.must_pass(id, state, &paths)?;
        let counted: Vec<(&Carried, u32)> = incoming.iter().filter_map(|index| self.counts(*index, state)).collect();
        let hops = counted.iter().map(|(_, hops)| *hops).min();
        let first_time = counted.first().and_then(|(first, _)| first.entry.time);
        let days: BTreeSet<Option<Date>> = counted.iter().map(|(one, _)| one.entry.time.map(Time::date)).collect();
        let labels = self.run.labels.of(id, &account).to_vec();
        let received = if state == ReachState::NotReached { Vec::new() } else { self.received(id)? };
        let arrived_on = days.into_iter().collect();
        let bounds = Vec::new();
        Ok(Target {
            account,
            labels,
            state,
            hops,
            first_time,
            arrived_on,
            received,
            reaches,
            bounds,
            paths,
            must_pass,
            paths_total,
        })
    }

    /// Whether a movement into a target counts for what is said of it, and its fewest hops: for proven targets only
    /// what conserving methods prove, so that asking for more methods changes nothing.
    fn counts(&self, index: usize, state: ReachState) -> Option<(&Carried, u32)> {
        let carried = &self.flow.carried[index];
        let counts = |(method, shares): (&Method, &Parts)| {
            let wanted = move |(origin, _, sum): &&Part| match state {
                ReachState::Proven => method.conserves() && *origin != Origin::Unknown && !sum.held_raw.is_zero(),
                ReachState::Possible => method.conserves() && *origin == Origin::Unknown,
                _ => true,
            };
            shares.iter().filter(wanted).map(|(_, hops, _)| *hops).min()
        };
        let hops = self.run.question.methods.iter().zip(&carried.shares).filter_map(counts).min()?;
        Some((carried, hops))
    }

    /// The movements into an account, without what it turned into other assets.
    fn arriving_at(&self, id: AccountId) -> Vec<usize> {
        let mut incoming = self.flow.arriving_at(id);
        incoming.retain(|index| self.flow.carried[*index].from != id);
        incoming
    }

    /// Whether value that had reached an account left it before more arrived, so that some may have come back.
    fn comes_back(&self, id: AccountId) -> bool {
        let arrivals = self.arriving_at(id);
        let first_out = self.flow.carried.iter().position(|one| one.from == id && one.to != id && !one.start);
        first_out.is_some_and(|first| arrivals.iter().any(|index| *index > first))
    }

    /// What arrives at an account that keeps it: the whole trace again, with the account as its end.
    fn reaches_absorbed(&self, id: AccountId, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Vec<Reach>, TraceError> {
        let record = self.run.follow(Some(id), go_on)?;
        self.reaches(record.carried.iter().filter(|one| one.to == id && one.from != id))
    }

    /// The traced part of what arrived, per method and asset.
    fn reaches<'m>(&self, incoming: impl Iterator<Item = &'m Carried> + Clone) -> Result<Vec<Reach>, TraceError> {
        let mut reaches = Vec::new();
        for (place, method) in self.run.question.methods.iter().enumerate() {
            let mut sums: BTreeMap<Asset, (BTreeMap<usize, SeedAmount>, Amount)> = BTreeMap::new();
            for movement in incoming.clone().filter(|movement| !movement.shares[place].is_empty()) {
                let (proven, possible) = sums.entry(self.run.ledger.asset(movement.entry.asset)?).or_default();
                let parts = &movement.shares[place];
                for (origin, _, share) in parts {
                    if let Origin::Seed(seed) = origin {
                        let sum = proven.entry(*seed).or_default();
                        sum.held_raw = sum.held_raw.saturating_add(share.held_raw);
                        sum.seed_raw = sum.seed_raw.saturating_add(share.seed_raw);
                    }
                }
                // Poison says of every origin that it is the whole of the movement, so its parts are not added.
                let held = parts.iter().map(|(.., share)| share.held_raw);
                let whole = if method.conserves() { held.sum() } else { held.max().unwrap_or_default() };
                *possible = possible.saturating_add(whole);
            }
            for (asset, (proven, possible_raw)) in sums {
                reaches.push(Reach { method: *method, asset, proven: proven.into_iter().collect(), possible_raw });
            }
        }
        Ok(reaches)
    }

    fn paths(
        &self,
        id: AccountId,
        state: ReachState,
        reachable: &[(Origin, Reachable)],
    ) -> Result<(Vec<FlowPath>, Option<u64>), TraceError> {
        let (mut listed, mut total) = (Vec::new(), Some(0));
        // Paths of possible value are listed only where nothing is proven.
        let wanted =
            reachable.iter().filter(|(origin, _)| (*origin == Origin::Unknown) == (state == ReachState::Possible));
        for (origin, reachable) in wanted.filter(|_| state != ReachState::NotReached) {
            let (paths, counted) = self.listed(id, reachable, &self.begins(*origin), &|_| true)?;
            total = total.zip(counted).and_then(|(a, b): (u64, u64)| a.checked_add(b));
            listed.extend(paths);
        }
        Ok((listed, total))
    }

    /// The most valuable paths of one origin to an account whose last movement is wanted, and how many there are.
    pub(crate) fn listed(
        &self,
        id: AccountId,
        reachable: &Reachable,
        begins: &dyn Fn(usize) -> bool,
        is_wanted: &dyn Fn(usize) -> bool,
    ) -> Result<(Vec<FlowPath>, Option<u64>), TraceError> {
        let looked_at = self.run.question.paths_max.saturating_mul(CANDIDATES_PER_PATH);
        let limits = (looked_at, self.movements_max());
        let (mut found, all) = reachable.widest(self.flow, id, limits, begins);
        found.retain(|path| path.movements.last().is_some_and(|last| is_wanted(*last)));
        let mut paths = found.into_iter().map(|path| self.path(path)).collect::<Result<Vec<_>, _>>()?;
        // Movements can connect although what came in by one had left before the other: no value came that way.
        // The widest stays in any case, because haircut may have rounded all of them to nothing.
        if paths.iter().any(|path| !path.along.is_empty()) {
            paths.sort_by_key(|path| std::cmp::Reverse(came_along(path)));
            let carried = paths.iter().filter(|path| !came_along(path).is_zero()).count();
            paths.truncate(carried.max(1));
        }
        let counted = u64::try_from(paths.len()).ok().filter(|_| all);
        paths.truncate(self.run.question.paths_max);
        Ok((paths, counted))
    }

    /// The most movements that a path can have under the limit on hops. What was received is itself no hop.
    fn movements_max(&self) -> usize {
        let hops = usize::try_from(self.run.question.hops_max).unwrap_or(usize::MAX);
        if self.run.seeds.has_received() { hops.saturating_add(1) } else { hops }
    }

    fn path(&self, found: Found) -> Result<FlowPath, TraceError> {
        let seed = match found.origin {
            Origin::Seed(seed) => Some(seed),
            Origin::Unknown => None,
        };
        let mut amounts = Vec::new();
        if let Some(last) = found.movements.last().filter(|_| seed.is_some()) {
            let asset = self.run.ledger.asset(self.flow.carried[*last].entry.asset)?;
            let path: Vec<&Carried> = found.movements.iter().map(|index| &self.flow.carried[*index]).collect();
            let alone = alone(self.run.question);
            for (method, amount) in alone.methods.iter().zip(self.run.asking(&alone).alone(&path)?) {
                amounts.push(PathAmount { method: *method, asset: asset.clone(), amount });
            }
        }
        let narrowest = self.narrowest(&found);
        Ok(FlowPath { seed, movements: found.movements, narrowest, along: amounts })
    }

    /// The place of a path's narrowest movement, the first of several.
    fn narrowest(&self, found: &Found) -> Option<usize> {
        let share = |index: &usize| share(&self.flow.carried[*index].shares, &self.run.question.methods, found.origin);
        let widths = found.movements.iter().map(share).enumerate();
        widths.min_by_key(|(place, width)| (*width, *place)).map(|(place, _)| place)
    }

    /// The accounts through which everything had to pass. Each lies on every path, so none is missed among those of the first one.
    pub(crate) fn must_pass(
        &self,
        id: AccountId,
        state: ReachState,
        paths: &[FlowPath],
    ) -> Result<Option<Vec<Account>>, TraceError> {
        let Some(first) = paths.first().filter(|_| self.flow.carried.len() <= MUST_PASS_MOVEMENTS_MAX) else {
            return Ok((state == ReachState::NotReached).then(Vec::new));
        };
        let mut passed = Vec::new();
        for index in first.movements.iter().skip(1) {
            let between = self.flow.carried[*index].from;
            if between == id || between == AccountId::NONE || passed.contains(&between) {
                continue;
            }
            let is_way_round = self.origins(state).any(|origin| self.reaches_without(id, origin, between));
            if !is_way_round {
                passed.push(between);
            }
        }
        let names = passed.into_iter().map(|id| self.run.ledger.account(id)).collect::<Result<_, _>>()?;
        Ok(Some(names))
    }

    /// Whether something of an origin comes to an account without passing through another.
    fn reaches_without(&self, id: AccountId, origin: Origin, without: AccountId) -> bool {
        let methods = &self.run.question.methods;
        let reachable = Reachable::new(self.flow, methods, origin, &self.begins(origin), Some(without));
        self.arriving_at(id).into_iter().any(|index| reachable.reaches(index))
    }

    /// The origins whose paths are told of an account that was reached so.
    fn origins(&self, state: ReachState) -> impl Iterator<Item = Origin> {
        let seeds = (0..self.run.seeds.seeds.len()).map(Origin::Seed).chain([Origin::Unknown]);
        seeds.filter(move |origin| (*origin == Origin::Unknown) == (state == ReachState::Possible))
    }

    /// All that an account is known to have received, per asset.
    fn received(&self, id: AccountId) -> Result<Vec<(Asset, Amount)>, TraceError> {
        let mut sums: BTreeMap<Asset, Amount> = BTreeMap::new();
        for entry in self.run.ledger.history(id) {
            let entry = entry?;
            if entry.side == Side::In && entry.counterparty != id {
                let sum = sums.entry(self.run.ledger.asset(entry.asset)?).or_default();
                *sum = sum.saturating_add(entry.amount);
            }
        }
        Ok(sums.into_iter().collect())
    }
}

/// What the methods together say. Only conserving methods prove; poison is reach, not value.
pub(crate) fn reach_state(reaches: &[Reach]) -> ReachState {
    let proven = |reach: &&Reach| reach.proven.iter().any(|(_, sum)| !sum.held_raw.is_zero());
    if reaches.iter().filter(|reach| reach.method.conserves()).any(|reach| proven(&reach)) {
        ReachState::Proven
    } else if reaches.iter().any(|reach| reach.method.conserves() && !reach.possible_raw.is_zero()) {
        ReachState::Possible
    } else if reaches.iter().any(|reach| proven(&reach)) {
        ReachState::PoisonOnly
    } else if reaches.is_empty() {
        ReachState::NotReached
    } else {
        ReachState::Possible
    }
}

/// The question of what came along one path: under the methods that can tell, without limits.
fn alone(question: &Question) -> Question {
    let methods = question.methods.iter().copied().filter(|method| !method.looks_at_taint()).collect();
    let (hops_max, accounts_max) = (u32::MAX, usize::MAX);
    Question { methods, hops_max, accounts_max, memory_max: None, dust_raw: Amount::ZERO, ..question.clone() }
}

/// The most that any method says came along a path.
fn came_along(path: &FlowPath) -> Amount {
    path.along.iter().map(|part| part.amount.held_raw).max().unwrap_or_default()
}
