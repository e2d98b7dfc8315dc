//! Targets: every flagged account that the ledger knows, and whether and how it was reached.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, AssetId, Side};
use fundtrail_types::{
    Account, Amount, Asset, Chain, FlowPath, Method, PathAmount, Question, Reach, ReachState, Scope, SeedAmount, Target,
};

use crate::{
    Ledger, TraceError,
    engine::Record,
    flow::Flow,
    lot::Origin,
    paths::{Found, Reachable, along},
    seeds::Seeds,
};

/// Everything that the search for targets looks at.
pub(crate) struct Search<'a, L: Ledger> {
    pub(crate) ledger: &'a L,
    pub(crate) labels: &'a LabelBook,
    pub(crate) question: &'a Question,
    pub(crate) seeds: &'a Seeds,
    pub(crate) record: &'a Record,
    pub(crate) flow: &'a Flow<'a>,
}

impl<L: Ledger> Search<'_, L> {
    /// The flagged accounts: proven ones first, then possible ones, then the others; each by address.
    pub(crate) fn targets(&self) -> Result<Vec<Target>, TraceError> {
        let origins = (0..self.seeds.seeds.len()).map(Origin::Seed).chain([Origin::Unknown]);
        let reachable: Vec<(Origin, Reachable)> = origins
            .map(|origin| (origin, Reachable::new(self.flow, &self.question.methods, origin, &self.begins(origin))))
            .collect();
        let mut targets = Vec::new();
        for account in self.flagged_accounts()? {
            if let Some(id) = self.ledger.account_id(&account)? {
                targets.push(self.target(account, id, &reachable)?);
            }
        }
        targets.sort_by(|a, b| b.state.cmp(&a.state).then_with(|| a.account.cmp(&b.account)));
        Ok(targets)
    }

    /// Every account that a flagged label is about, on every chain that the ledger holds, and those asked for by name.
    fn flagged_accounts(&self) -> Result<BTreeSet<Account>, TraceError> {
        let chains = self.ledger.chains()?;
        let mut accounts = BTreeSet::new();
        for label in self.labels.flagged().filter(|label| label.is_known(self.question.as_of)) {
            let on: Vec<Chain> = match label.chain {
                Scope::One(chain) => vec![chain],
                Scope::EveryEvm => chains.iter().copied().filter(|chain| label.chain.covers(*chain)).collect(),
            };
            accounts.extend(on.into_iter().filter_map(|chain| Account::parse(chain, &label.address).ok()));
        }
        accounts.remove(&self.question.from);
        accounts.extend(self.question.also.iter().cloned());
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
                Origin::Seed(_) => movement.start,
                Origin::Unknown => sources.contains(&(movement.from, movement.entry.asset)),
            }
        }
    }

    fn target(&self, account: Account, id: AccountId, reachable: &[(Origin, Reachable)]) -> Result<Target, TraceError> {
        let incoming = self.flow.arriving_at(id);
        let reaches = self.reaches(&incoming)?;
        let state = reach_state(&reaches);
        let (paths, paths_total) = self.paths(id, state, reachable)?;
        let is_proven = |index: &&usize| {
            let shares = self.flow.carried[**index].shares.iter().flatten();
            state == ReachState::Possible || shares.clone().any(|(origin, ..)| *origin != Origin::Unknown)
        };
        let counted: Vec<_> = incoming.iter().filter(is_proven).collect();
        let hops = counted
            .iter()
            .flat_map(|index| self.flow.carried[**index].shares.iter().flatten())
            .map(|(_, hops, _)| *hops)
            .min();
        let first_time = counted.first().and_then(|index| self.flow.carried[**index].entry.time);
        let labels = self.labels.lookup(&account, self.question.as_of).into_iter().cloned().collect();
        Ok(Target {
            account,
            labels,
            state,
            hops,
            first_time,
            received: self.received(id)?,
            reaches,
            paths,
            paths_total,
        })
    }

    /// The traced part of what arrived, per method and asset.
    fn reaches(&self, incoming: &[usize]) -> Result<Vec<Reach>, TraceError> {
        let mut reaches = Vec::new();
        for (place, method) in self.question.methods.iter().enumerate() {
            let mut sums: BTreeMap<Asset, BTreeMap<Origin, SeedAmount>> = BTreeMap::new();
            for movement in incoming.iter().map(|index| &self.flow.carried[*index]) {
                for (origin, _, share) in &movement.shares[place] {
                    let asset = self.ledger.asset(movement.entry.asset)?;
                    let sum = sums.entry(asset).or_default().entry(*origin).or_default();
                    sum.held_raw = sum.held_raw.saturating_add(share.held_raw);
                    sum.seed_raw = sum.seed_raw.saturating_add(share.seed_raw);
                }
            }
            for (asset, by_origin) in sums {
                let possible_raw = by_origin.values().map(|sum| sum.held_raw).sum();
                let seed = |(origin, sum): (&Origin, &SeedAmount)| match origin {
                    Origin::Seed(seed) => Some((*seed, *sum)),
                    Origin::Unknown => None,
                };
                let proven = by_origin.iter().filter_map(seed).collect();
                reaches.push(Reach { method: *method, asset, proven, possible_raw });
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
        let (mut found, mut total): (Vec<Found>, Option<u64>) = (Vec::new(), Some(0));
        // Paths of possible value are listed only where nothing is proven.
        let wanted =
            reachable.iter().filter(|(origin, _)| (*origin == Origin::Unknown) == (state == ReachState::Possible));
        for (origin, reachable) in wanted.filter(|_| state != ReachState::NotReached) {
            found.extend(reachable.widest(self.flow, id, self.question.paths_max, &self.begins(*origin)));
            total = total.zip(reachable.count(self.flow, id)).and_then(|(a, b)| a.checked_add(b));
        }
        let paths = found.into_iter().map(|path| self.path(path)).collect::<Result<_, _>>()?;
        Ok((paths, total))
    }

    fn path(&self, found: Found) -> Result<FlowPath, TraceError> {
        let seed = match found.origin {
            Origin::Seed(seed) => Some(seed),
            Origin::Unknown => None,
        };
        let mut amounts = Vec::new();
        if let Some(last) = found.movements.last().filter(|_| seed.is_some()) {
            let asset = self.ledger.asset(self.flow.carried[*last].entry.asset)?;
            for method in self.question.methods.iter().copied().filter(|method| Method::conserves(*method)) {
                let amount = along(self.ledger, self.flow, method, &found.movements)?;
                amounts.push(PathAmount { method, asset: asset.clone(), amount });
            }
        }
        Ok(FlowPath { seed, movements: found.movements, along: amounts })
    }

    /// All that an account is known to have received, per asset.
    fn received(&self, id: AccountId) -> Result<Vec<(Asset, Amount)>, TraceError> {
        let mut sums: BTreeMap<Asset, Amount> = BTreeMap::new();
        for entry in self.ledger.history(id) {
            let entry = entry?;
            if entry.side == Side::In {
                let sum = sums.entry(self.ledger.asset(entry.asset)?).or_default();
                *sum = sum.saturating_add(entry.amount);
            }
        }
        Ok(sums.into_iter().collect())
    }
}

/// What the methods together say. Only conserving methods prove; poison is reach, not value.
fn reach_state(reaches: &[Reach]) -> ReachState {
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
