//! Policy-free bounds: between which amounts lies what reached some accounts, whatever rule of accounting one argues for.
//!
//! Every rule that conserves lets an outflow of q from a balance of T tainted and C clean units take between max(0, q - C) and
//! min(q, T) tainted ones along. The most and the least that any of these rules brings to some accounts are maximum flows in a
//! [`Network`] over time, which is made of the movements that poison carries: no rule carries anything anywhere else.

mod network;

use std::collections::HashSet;

use fundtrail_store::AccountId;
use fundtrail_types::{Amount, Bounds, Fate, Gap, Method, Question, Stop, StopAt, Target, Unbounded};

use crate::{
    Ledger, TraceError,
    engine::{Carried, Record},
    run::Run,
};
use network::{Arc, Cut, Network};

/// Movements of one network, at most: a flow is found for each target, in up to the square of them.
const MOVEMENTS_MAX: usize = 20_000;

/// What bounds are told of.
pub(crate) struct Asked<'a, L: Ledger> {
    pub(crate) run: Run<'a, L>,
    /// [`reach`] of its question.
    pub(crate) reach: &'a Question,
}

/// The question of everything that any rule can reach.
pub(crate) fn reach(question: &Question) -> Question {
    Question { methods: vec![Method::Poison], dust_raw: Amount::ZERO, ..question.clone() }
}

impl<L: Ledger> Asked<'_, L> {
    /// Tells the bounds of the first targets that any rule can reach, and gives those of all of them together. Beside them, what
    /// could not be told.
    pub(crate) fn tell(
        &self,
        targets: &mut [Target],
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<(Vec<Bounds>, Vec<Gap>), TraceError> {
        if self.run.question.bounds_max == 0 || targets.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let record = self.reached(go_on)?;
        let seeds = self.run.seeds;
        let networks: Vec<Network<'_>> = seeds
            .assets
            .iter()
            .zip(&seeds.seeds)
            .enumerate()
            .map(|(seed, (asset, one))| Network::new(&record, seed, *asset, one.amount_raw))
            .collect();
        let converted = self.reached_converted(&record, targets)?;
        let mut reached = Vec::new();
        for target in &mut *targets {
            let Some(id) = self.run.ledger.account_id(&target.account)? else { continue };
            if networks.iter().any(|network| network.touches(id)) {
                reached.push((target, id));
            }
        }
        let unbounded = |targets, why| Gap::Unbounded { targets, why };
        if let Some(why) = self.why_not(&record, &networks).filter(|_| !reached.is_empty()) {
            return Ok((Vec::new(), vec![unbounded(reached.len(), why)]));
        }
        // Those that were asked for by name come first.
        reached.sort_by_key(|(target, _)| !self.run.question.also.contains(&target.account));
        let all: HashSet<AccountId> = reached.iter().map(|(_, id)| *id).collect();
        let beyond = reached.len().saturating_sub(self.run.question.bounds_max);
        for (target, id) in reached.into_iter().take(self.run.question.bounds_max) {
            if !go_on(record.movements_read) {
                return Err(TraceError::Interrupted);
            }
            target.bounds = self.of(&networks, &HashSet::from([id]))?;
        }
        let together = if all.is_empty() { Vec::new() } else { self.of(&networks, &all)? };
        let gaps = [(beyond, Unbounded::Number), (converted, Unbounded::Converted)];
        Ok((together, gaps.into_iter().filter(|(targets, _)| *targets > 0).map(|(n, why)| unbounded(n, why)).collect()))
    }

    /// How many targets were reached in another asset than the seeds', of which bounds say nothing.
    fn reached_converted(&self, record: &Record, targets: &[Target]) -> Result<usize, TraceError> {
        let is_other = |one: &&Carried| !self.run.seeds.assets.contains(&one.entry.asset) && one.from != one.to;
        let reached: HashSet<AccountId> = record.carried.iter().filter(is_other).map(|one| one.to).collect();
        let mut count = 0;
        for target in targets {
            count += usize::from(self.run.ledger.account_id(&target.account)?.is_some_and(|id| reached.contains(&id)));
        }
        Ok(count)
    }

    fn why_not(&self, record: &Record, networks: &[Network<'_>]) -> Option<Unbounded> {
        let is_limit = |fate: &Fate| matches!(fate, Fate::HopLimit | Fate::SizeLimit);
        if record.ends.iter().flat_map(|ends| ends.keys()).any(|(_, fate, ..)| is_limit(fate)) {
            return Some(Unbounded::Limits);
        }
        // What comes back into the seed's asset comes from outside its network.
        let is_other = |one: &Carried| one.given() != one.entry.asset || one.out_of_crossing.is_some();
        let comes_back = |one: &Carried| is_other(one) && self.run.seeds.assets.contains(&one.entry.asset);
        if record.carried.iter().any(comes_back) {
            return Some(Unbounded::Converted);
        }
        networks.iter().any(|network| network.len() > MOVEMENTS_MAX).then_some(Unbounded::Size)
    }

    fn reached(&self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Record, TraceError> {
        self.run.asking(self.reach).follow(None, go_on)
    }

    fn of(&self, networks: &[Network<'_>], accounts: &HashSet<AccountId>) -> Result<Vec<Bounds>, TraceError> {
        let touched = networks.iter().enumerate().filter(|(_, one)| accounts.iter().any(|id| one.touches(*id)));
        let bounds = |(seed, network): (usize, &Network<'_>)| {
            let told = network.bounds(accounts);
            let stops = |cut: Cut| -> Result<Vec<Stop>, TraceError> {
                cut.into_iter().filter_map(|(arc, amount)| self.stop(network, arc, amount).transpose()).collect()
            };
            let asset = self.run.seeds.seeds[seed].asset.clone();
            let (lower_raw, upper_raw) = (told.least, told.most);
            Ok(Bounds {
                seed,
                asset,
                lower_raw,
                upper_raw,
                first_stops: stops(told.first)?,
                last_stops: stops(told.last)?,
            })
        };
        touched.map(bounds).collect()
    }

    /// What an edge of a cut stands for.
    fn stop(&self, network: &Network<'_>, arc: Arc, amount_raw: Amount) -> Result<Option<Stop>, TraceError> {
        let ledger = self.run.ledger;
        let at = |place: usize| -> Result<Option<StopAt>, TraceError> {
            let one = network.movement(place);
            let tx = ledger.txs(one.chain, &[one.entry.position])?.into_iter().next();
            Ok(tx.map(|tx| StopAt { height: one.entry.position.height, time: one.entry.time, tx }))
        };
        Ok(match arc {
            Arc::Payment(place) => {
                let one = network.movement(place);
                let to = if one.to == AccountId::NONE { None } else { Some(ledger.account(one.to)?) };
                // What nobody gave is told as its receiver's.
                let from = ledger.account(if one.from == AccountId::NONE { one.to } else { one.from })?;
                at(place)?.map(|at| Stop::Payment { at, from, to, amount_raw })
            }
            Arc::Held(account, after, before) => {
                let account = ledger.account(account)?;
                at(after)?.zip(at(before)?).map(|(after, before)| Stop::Balance { account, after, before, amount_raw })
            }
            Arc::Rest => None,
        })
    }
}
