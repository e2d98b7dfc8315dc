//! Going back from what was asked about, hop by hop, to the accounts that its value may have come through.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use fundtrail_store::{AccountId, AssetId, Side};
use fundtrail_types::{Amount, Chain, Fate, Kind, Position, Seed, Source};

use super::{AskedFor, Gave, Sought, from_nobody};
use crate::{
    Ledger, TraceError,
    engine::{Engine, Space, is_busy},
    run::Run,
    seeds::{TxPlace, tx_of},
    settle::Taken,
};

/// What an account got, and until when that matters.
type Node = (AccountId, AssetId, Position);

/// What gave what an account got: (who, what, how it arrived).
type Giver = (AccountId, AssetId, Kind);

struct Collect<'a, 'r, L: Ledger> {
    run: Run<'a, L>,
    asked: &'a AskedFor,
    /// They tell how transactions are taken.
    engines: BTreeMap<Chain, Engine<'a, L>>,
    sought: Sought,
    given: BTreeSet<(AccountId, AssetId, Gave)>,
    /// Accounts that value may have come through.
    ancestors: BTreeSet<AccountId>,
    /// What accounts gave for what they got themselves: no hop further back.
    converted: Vec<Node>,
    go_on: &'r mut dyn FnMut(u64) -> bool,
    read: u64,
    /// How many movements the answer may tell.
    inflows: usize,
}

/// Collects what has to be replayed to tell the sources of what was asked about.
pub(crate) fn collect<L: Ledger>(
    run: Run<'_, L>,
    asked: &AskedFor,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Sought, TraceError> {
    let run = Run { asked: Some(asked), ..run };
    let (engines, sought) = (BTreeMap::new(), Sought::default());
    let (given, ancestors) = (BTreeSet::new(), BTreeSet::new());
    let converted = Vec::new();
    let mut collect = Collect { run, asked, engines, sought, given, ancestors, converted, go_on, read: 0, inflows: 0 };
    collect.go_back()?;
    collect.finish()
}

impl<L: Ledger> Collect<'_, '_, L> {
    /// Layer by layer, so that every account is come to by the fewest hops first.
    fn go_back(&mut self) -> Result<(), TraceError> {
        let (mut layer, mut hops) = (Vec::new(), 1);
        let mut movements: Vec<(AccountId, AssetId, TxPlace)> = self.asked.movements().collect();
        movements.sort_unstable();
        for (account, asset, (height, timed, tx)) in movements {
            let at = Position { height, timed, tx, leg: u32::MAX };
            self.given.insert((account, asset, Gave::Unknown));
            let chain = self.run.ledger.account(account)?.chain;
            self.before((chain, account, asset), at, hops, &mut layer)?;
        }
        while !layer.is_empty() {
            // Of what is asked of one account and asset, the latest is enough.
            layer.sort_unstable_by_key(|(account, asset, until)| (*account, *asset, Reverse(*until)));
            layer.dedup_by_key(|(account, asset, _)| (*account, *asset));
            (hops, layer) = (hops.saturating_add(1), self.layer(layer, hops.saturating_add(1))?);
        }
        Ok(())
    }

    fn layer(&mut self, mut nodes: Vec<Node>, hops: u32) -> Result<Vec<Node>, TraceError> {
        let mut next = Vec::new();
        while let Some((account, asset, until)) = nodes.pop() {
            let from = self.sought.nodes.get(&(account, asset)).copied();
            if from.is_some_and(|from| until <= from) {
                continue;
            }
            self.sought.nodes.insert((account, asset), until);
            // It may turn out to have paid more than is known to have come in.
            self.given.insert((account, asset, Gave::Unknown));
            let (mut last, chain) = (None, self.run.ledger.account(account)?.chain);
            for entry in self.run.ledger.history(account) {
                let entry = entry?;
                if entry.position >= until {
                    break;
                }
                self.read += 1;
                if self.read.is_multiple_of(4096) && !(self.go_on)(self.read) {
                    return Err(TraceError::Interrupted);
                }
                let is_new = from.is_none_or(|from| entry.position >= from);
                let is_inflow = entry.side == Side::In && entry.asset == asset && entry.counterparty != account;
                if is_new && is_inflow && last != Some(tx_of(entry.position)) {
                    last = Some(tx_of(entry.position));
                    self.inflows += 1;
                    self.before((chain, account, asset), entry.position, hops, &mut next)?;
                }
            }
            nodes.append(&mut self.converted);
        }
        Ok(next)
    }

    /// Notes who gave what an account got of an asset in a transaction, so many hops before what was asked about.
    fn before(
        &mut self,
        (chain, to, asset): (Chain, AccountId, AssetId),
        at: Position,
        hops: u32,
        layer: &mut Vec<Node>,
    ) -> Result<(), TraceError> {
        let until = Position { leg: u32::MAX, ..at };
        let last = self.sought.last.entry(chain).or_insert(until);
        *last = until.max(*last);
        for (from, gave, kind) in self.givers(chain, to, asset, at)? {
            if self.is_over(from, gave, at, hops, layer)? {
                continue;
            }
            if from == AccountId::NONE {
                self.given.insert((to, asset, from_nobody(kind)));
            } else if from == to && !self.asked.itself.contains(&to) {
                self.converted.push((from, gave, until));
            } else if !self.is_closed(from, hops)? {
                layer.push((from, gave, until));
            } else {
                self.given.insert((from, gave, Gave::Paid));
            }
        }
        Ok(())
    }

    /// Whether what was paid comes out of a bridge; if so, goes on with those who gave it to the bridge, one hop further back. If that
    /// is too far, the bridge is where the way back ends.
    fn is_over(
        &mut self,
        from: AccountId,
        asset: AssetId,
        at: Position,
        hops: u32,
        layer: &mut Vec<Node>,
    ) -> Result<bool, TraceError> {
        let crossings = self.run.crossings;
        let paid = crossings.paid_at(&(tx_of(at), from, asset));
        let is_too_far = hops >= self.run.question.hops_max;
        if is_too_far && !paid.iter().all(|(index, _)| self.sought.crossed.contains(index)) {
            return Ok(false);
        }
        for (index, _) in paid {
            if self.sought.crossed.insert(*index) {
                let deposit = &crossings.joined[*index].deposit;
                let gate = (deposit.chain, deposit.leg.to, deposit.leg.asset);
                self.before(gate, deposit.at.position, hops.saturating_add(1), layer)?;
            }
        }
        Ok(!paid.is_empty())
    }

    fn givers(
        &mut self,
        chain: Chain,
        to: AccountId,
        asset: AssetId,
        at: Position,
    ) -> Result<BTreeSet<Giver>, TraceError> {
        let run = self.run;
        let engine = self.engines.entry(chain).or_insert_with(|| Engine::new(run, chain, None));
        let looked = engine.look_at(at)?;
        if let Taken::Whole(settled) = &looked.taken {
            let got = settled.moves.iter().filter(|one| one.to == to && one.got.0 == asset);
            return Ok(got.map(|one| (one.from, one.gave.0, one.kind)).collect());
        }
        let got = looked.legs.iter().filter(|leg| (leg.to, leg.asset) == (to, asset) && leg.from != to);
        let moved = got.filter(|leg| leg.kind != Kind::Fee && leg.amount != Amount::ZERO);
        Ok(moved.map(|leg| (leg.from, leg.asset, leg.kind)).collect())
    }

    /// Whether value is not followed further back than to an account, that many hops before what was asked about.
    fn is_closed(&mut self, id: AccountId, hops: u32) -> Result<bool, TraceError> {
        if self.ancestors.contains(&id) {
            return Ok(false);
        }
        if !self.sought.closed.contains_key(&id) {
            let Some(source) = self.source(id, hops)? else {
                self.ancestors.insert(id);
                return Ok(false);
            };
            self.sought.closed.insert(id, source);
        }
        Ok(true)
    }

    fn source(&self, id: AccountId, hops: u32) -> Result<Option<Source>, TraceError> {
        let Run { ledger, labels, question, .. } = self.run;
        let account = ledger.account(id)?;
        if self.asked.itself.contains(&id) {
            return Ok(Some(Source::Itself));
        }
        if labels.is_looked_for(id, &account, question) {
            return Ok(Some(Source::LookedFor));
        }
        if let Some(label) = labels.stop_for(id, &account) {
            let fate = crate::engine::fate_of_stop(label);
            return Ok(match fate {
                Fate::Mixer { entity } => Some(Source::Mixer { entity }),
                Fate::Bridge { entity } => Some(Source::Bridge { entity }),
                Fate::Service { entity } => Some(Source::Service { entity }),
                _ => None,
            });
        }
        if labels.of(id, &account).is_empty() && is_busy(ledger, id, question.hub_movements)? {
            return Ok(Some(Source::Hub));
        }
        if hops >= question.hops_max {
            return Ok(Some(Source::HopLimit));
        }
        let held = Space::held(self.ancestors.len(), self.inflows, question.methods.len());
        let is_full =
            question.memory_max.is_some_and(|most| held >= most) || self.ancestors.len() >= question.accounts_max;
        Ok(is_full.then_some(Source::SizeLimit))
    }

    /// Numbers the sources in the order of their names, so that no number of the store shows in an answer.
    fn finish(self) -> Result<Sought, TraceError> {
        let (mut sought, ledger) = (self.sought, self.run.ledger);
        let mut named = Vec::new();
        for (account, asset, gave) in self.given {
            named.push(((ledger.account(account)?, ledger.asset(asset)?, gave), (account, asset, gave)));
        }
        named.sort();
        for (number, ((account, asset, gave), key)) in named.into_iter().enumerate() {
            let source = match gave {
                Gave::Made => Some(Source::Made),
                Gave::Unknown => Some(Source::UnknownInflow),
                Gave::Paid => sought.closed.get(&key.0).cloned(),
            };
            let (amount_raw, movements) = (Amount::ZERO, 0);
            sought.seeds.push(Seed { start: None, source, account, asset, amount_raw, movements });
            sought.assets.push(key.1);
            sought.numbers.insert(key, number);
        }
        sought.accounts = self.ancestors;
        sought.accounts.extend(self.asked.accounts());
        Ok(sought)
    }
}
