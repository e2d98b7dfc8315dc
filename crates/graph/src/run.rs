//! A trace over all chains that it touches: an engine for each, and what they found put together.

use std::collections::BTreeSet;

use fundtrail_store::AccountId;
use fundtrail_types::{Asset, Chain, Question, SeedAmount};

use crate::{
    Ledger, TraceError,
    cached::Labelled,
    engine::{Carried, Engine, Record},
    seeds::Seeds,
    sought::{AskedFor, Sought},
};

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
    pub(crate) fn follow(
        self,
        absorbing: Option<AccountId>,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Record, TraceError> {
        let chains: BTreeSet<Chain> = match self.asked {
            Some(asked) => asked.list.iter().map(|asked| asked.account.chain).collect(),
            None => self.seeds.chains().collect(),
        };
        let mut whole = Record::new(self.question.methods.len());
        for chain in chains {
            let left = self.question.accounts_max.saturating_sub(whole.accounts_opened);
            let read = whole.movements_read;
            let engine = Engine::new(self, chain, absorbing).with_accounts_max(left);
            whole.merge(engine.run(&mut |more| go_on(read + more))?);
        }
        whole.carried = in_order(std::mem::take(&mut whole.carried));
        Ok(whole)
    }

    /// What arrives at the end of a path, per method, if nothing else is followed.
    pub(crate) fn alone(self, path: &[&Carried]) -> Result<Vec<SeedAmount>, TraceError> {
        let Some(first) = path.first() else { return Ok(vec![SeedAmount::default(); self.question.methods.len()]) };
        let seeds = self.seeds.alone();
        let run = Run { seeds: &seeds, sought: None, colour: None, ..self };
        Engine::new(run, first.chain, None).alone(path)
    }
}

/// Movements in the order in which they happened: each chain's in its own, and between chains by time. A movement without a time
/// takes that of the one before it.
fn in_order(mut carried: Vec<Carried>) -> Vec<Carried> {
    carried.sort_by_key(|one| (one.chain, one.order()));
    let (mut last, mut keyed) = (None, Vec::with_capacity(carried.len()));
    for one in carried {
        let (chain, time) = last.unwrap_or((one.chain, i64::MIN));
        let before = if chain == one.chain { time } else { i64::MIN };
        let time = one.entry.time.map_or(before, |time| time.unix().max(before));
        last = Some((one.chain, time));
        keyed.push((time, one));
    }
    // Stable, so that each chain keeps its own order.
    keyed.sort_by_key(|(time, _)| *time);
    keyed.into_iter().map(|(_, one)| one).collect()
}
