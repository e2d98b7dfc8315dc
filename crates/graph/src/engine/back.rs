//! The way back: what the engine does when it replays the ancestors of what was asked about.
//!
//! All accounts that value may have come through are open from the beginning. What comes to them from any other account is a source,
//! and so is what they pay beyond what is known to have come in. Nothing else is followed, and nothing ends but where it was asked about.

use fundtrail_store::{AccountId, AssetId, Entry, Side};
use fundtrail_types::{Amount, Fate, Kind, Position};

use super::{AccountState, Carried, Engine, Key, Left, Record, balance::Missing};
use crate::{
    Ledger, TraceError, coverage,
    settle::Move,
    sought::{Gave, Sought},
};

impl<'a, L: Ledger> Engine<'a, L> {
    /// Opens all accounts that are replayed.
    pub(super) fn begin_back(&mut self, sought: &Sought) -> Result<(), TraceError> {
        self.begin_deposits(sought);
        for id in sought.accounts.iter().copied() {
            if self.ledger.account(id)?.chain == self.chain {
                self.open(id, None)?;
                self.sleep(self.accounts.len() - 1);
            }
        }
        Ok(())
    }

    /// Whether all that was asked about has been replayed.
    pub(super) fn is_back(&self, next: Key) -> bool {
        let last = self.sought.and_then(|sought| sought.last.get(&self.chain));
        last.is_some_and(|last| next.0 > *last)
    }

    /// Whether what an account is paid is no part of an answer.
    pub(super) fn is_beside(&self, to: AccountId, asset: AssetId, at: Position) -> bool {
        self.sought.is_some() && self.opened(to).is_none() && self.gate(to, asset, at).is_none()
    }

    /// Whether all that an account received was asked about, so that what it pays is a source.
    pub(super) fn is_itself(&self, id: AccountId) -> bool {
        self.sought.is_some() && self.asked.is_some_and(|asked| asked.itself.contains(&id))
    }

    /// The source of what an account got. None if its giver is replayed, or if it does not matter.
    fn source_of(&self, to: AccountId, from: AccountId, asset: AssetId, kind: Kind) -> Option<usize> {
        let is_replayed = self.opened(from).is_some() && !self.is_itself(from);
        self.sought.filter(|_| !is_replayed)?.source(to, from, asset, kind)
    }

    fn matters(&self, to: AccountId, asset: AssetId, at: Position) -> bool {
        let is_asked = self.asked.is_some_and(|asked| asked.has(to, asset, at));
        is_asked || self.sought.is_some_and(|sought| sought.matters(to, asset, at))
    }

    /// Fills the parcels with what a source gives.
    fn fill_from(&mut self, source: usize, amount: Amount) {
        self.fill(source, amount);
        if self.colour.is_some_and(|one| one != source) {
            self.parcels.iter_mut().flatten().for_each(|lot| lot.taint = None);
        }
        let (sum, movements) = self.record.given.entry(source).or_default();
        *sum = sum.saturating_add(amount);
        *movements += 1;
    }

    /// What came to an account that is replayed, and was not handed over by another of them.
    pub(super) fn receive_back(&mut self, place: usize, entry: &Entry) -> Result<(), TraceError> {
        let (id, from) = (self.accounts[place].id, entry.counterparty);
        let matters = self.matters(id, entry.asset, entry.position);
        // What one of them paid and did not hand over is of nobody who is looked at.
        let is_handed = self.opened(from).is_some() || self.is_over(from, entry.asset, entry.position);
        let source = self.source_of(id, from, entry.asset, entry.kind).filter(|_| matters && !is_handed);
        let Some(source) = source else {
            return if self.is_itself(id) { Ok(()) } else { self.pay_in(place, entry, false) };
        };
        self.fill_from(source, entry.amount);
        self.hop(1);
        let met = self.accounts[place].held(entry.asset);
        let carried = Carried::new(self.chain, from, id, entry, &self.parcels, true);
        self.record.carried.push(Carried { met: Some(met), ..carried }.beginning(vec![(source, entry.amount)]));
        self.arrive_back(place, entry)
    }

    /// What an account pays that is not replayed, or of which all was asked about: value of its own.
    pub(super) fn pay_closed(&mut self, id: AccountId, entry: &Entry) -> Result<(), TraceError> {
        let to = entry.counterparty;
        let is_taken = self.gate(to, entry.asset, entry.position).is_some();
        let is_any = is_taken || (to != AccountId::NONE && self.matters(to, entry.asset, entry.position));
        let Some(source) = self.source_of(to, id, entry.asset, entry.kind).filter(|_| is_any) else { return Ok(()) };
        self.fill_from(source, entry.amount);
        self.deliver(id, entry, Left::Begun(vec![(source, entry.amount)]))
    }

    /// What a move brings from an account that is not replayed: a source. None if it brings nothing that matters.
    pub(super) fn give_back(&mut self, one: &Move, at: Position) -> Option<Left> {
        let arrives = self.opened(one.to).is_some() && self.matters(one.to, one.got.0, at);
        let matters = arrives || self.gate(one.to, one.got.0, at).is_some();
        let source = self.source_of(one.to, one.from, one.gave.0, one.kind).filter(|_| matters)?;
        self.fill_from(source, one.gave.1);
        Some(Left::Begun(vec![(source, one.gave.1)]))
    }

    /// The source of what a move brings for which so little was given that it rounds to nothing: nobody knows whose it is.
    pub(super) fn rounded(&self, one: &Move, at: Position) -> Option<usize> {
        let (asset, amount) = one.got;
        let rounds = one.gave.1.is_zero() && !amount.is_zero();
        let is_it = rounds && self.opened(one.to).is_some() && self.matters(one.to, asset, at);
        self.sought.filter(|_| is_it)?.number(one.to, asset, Gave::Unknown)
    }

    /// Fills the parcels of methods that tell amounts with what a move brings for nothing.
    pub(super) fn fill_rounded(&mut self, source: usize, amount: Amount) {
        let question = self.question;
        let reach: Vec<_> = self.parcels.clone();
        self.fill_from(source, amount);
        for ((parcel, method), reached) in self.parcels.iter_mut().zip(&question.methods).zip(reach) {
            if !method.conserves() {
                *parcel = reached;
            }
        }
    }

    /// What an account has more of after a transaction than it gave, and nobody gave: a source, if it matters. Says whether it does.
    pub(super) fn gain_back(&mut self, place: usize, like: &Entry, more: Amount) -> Result<bool, TraceError> {
        let id = self.accounts[place].id;
        let matters = self.matters(id, like.asset, like.position) && !more.is_zero();
        let source = self.sought.filter(|_| matters).and_then(|sought| sought.number(id, like.asset, Gave::Unknown));
        let Some(source) = source else { return Ok(false) };
        self.fill_from(source, more);
        self.pay_in(place, &Entry { side: Side::In, amount: more, ..like.clone() }, true)?;
        Ok(true)
    }

    /// What came in, with what the parcels carry: told if it was asked about, and held.
    pub(super) fn arrive_back(&mut self, place: usize, entry: &Entry) -> Result<(), TraceError> {
        let id = self.accounts[place].id;
        if self.asked.is_some_and(|asked| asked.has(id, entry.asset, entry.position)) && self.sought.is_some() {
            for (method, parcel) in self.parcels.iter().enumerate() {
                self.record.dispose(method, parcel.iter(), Some(id), entry.asset, &Fate::Asked);
            }
            if let Some(carried) = self.record.carried.last_mut() {
                carried.asked = true;
            }
        }
        if self.is_itself(id) { Ok(()) } else { self.pay_in(place, entry, true) }
    }

    /// What an account pays beyond what it is known to hold.
    pub(super) fn missing(&self, id: AccountId, entry: &Entry) -> Missing {
        let Some(sought) = self.sought else { return Missing::Possible };
        let is_node = sought.matters(id, entry.asset, entry.position);
        let source = sought.number(id, entry.asset, Gave::Unknown).filter(|_| is_node);
        match source {
            Some(source) if self.colour.is_none_or(|one| one == source) => Missing::Of(source),
            _ => Missing::Clean,
        }
    }

    /// Notes of every account what is not known of it.
    pub(super) fn finish_back(mut self, sought: &Sought) -> Result<Record, TraceError> {
        let accounts = std::mem::take(&mut self.accounts);
        for account in &accounts {
            self.settle_back(account, sought)?;
        }
        self.close(accounts.len());
        Ok(self.record)
    }

    fn settle_back(&mut self, account: &AccountState<'_>, sought: &Sought) -> Result<(), TraceError> {
        let claims = self.ledger.coverage_of(&account.account)?;
        for (asset_id, balance) in &account.balances {
            let Some(until) = sought.nodes.get(&(account.id, *asset_id)) else { continue };
            let asset = self.ledger.asset(*asset_id)?;
            if !coverage::lists_inflows(&claims, &asset, until.height) {
                self.record.inflows_not_listed.push((account.id, *asset_id));
            }
            if !balance.unknown.is_zero() {
                self.record.unknown_inflow.push((account.id, *asset_id, balance.unknown));
                if let Some(source) = sought.number(account.id, *asset_id, Gave::Unknown) {
                    let (sum, _) = self.record.given.entry(source).or_default();
                    *sum = sum.saturating_add(balance.unknown);
                }
            }
        }
        if account.placed_by_time > 0 {
            self.record.placed_by_time.push((account.id, account.placed_by_time));
        }
        self.record.coverage.extend(claims);
        Ok(())
    }
}
