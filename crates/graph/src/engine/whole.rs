//! Transactions in which value passes through accounts: taken as a whole, not leg by leg.

use std::{collections::BTreeSet, rc::Rc};

use fundtrail_store::{AccountId, Entry, Leg, Side};
use fundtrail_types::{Account, Amount, Fate, Kind, Position, Token};

use super::{Carried, Engine, deliver::Place, replay::change_as_whole};
use crate::{
    Ledger, TraceError,
    lot::convert,
    settle::{Known, Move, Settled, Taken, settle},
};

/// The place of a transaction: (height, stand-in, slot).
pub(super) type TxPlace = (u64, u64, u64);

/// How the transaction that was last looked at is taken, with its legs.
pub(super) struct Looked {
    at: TxPlace,
    pub(super) taken: Taken,
    legs: Vec<Leg>,
}

pub(super) fn tx_of(at: Position) -> TxPlace {
    (at.height, at.timed, at.tx)
}

/// Before every leg of a transaction.
pub(super) fn start_of(at: Position) -> Position {
    Position { leg: 0, ..at }
}

impl<L: Ledger> Engine<'_, '_, L> {
    /// Takes the transaction for which an account woke as a whole, if value passes through accounts in it. Says whether it did.
    pub(super) fn take_whole(&mut self, place: usize, at: Position) -> Result<bool, TraceError> {
        self.pass(place, Some((start_of(at), Side::Out)))?;
        let Some(entry) = self.accounts[place].upcoming.peek().cloned() else { return Ok(false) };
        // Fees come before what the transaction does.
        if entry.kind == Kind::Fee || self.begins_seed(at) {
            return Ok(false);
        }
        let account = self.accounts[place].account.clone();
        let looked = self.look_at(&account, at)?;
        match &looked.taken {
            Taken::Plain => Ok(false),
            Taken::Tangled => {
                self.record.tangled.insert(at);
                Ok(false)
            }
            Taken::Whole(settled) => {
                self.whole(&looked.legs, settled, &entry)?;
                Ok(true)
            }
        }
    }

    /// Whether a seed begins with a leg of the transaction: it begins with that leg, and not with what the leg was part of.
    pub(super) fn begins_seed(&self, at: Position) -> bool {
        self.seeds.movements.iter().any(|movement| tx_of(movement.entry.position) == tx_of(at))
    }

    pub(super) fn look_at(&mut self, account: &Account, at: Position) -> Result<Rc<Looked>, TraceError> {
        if let Some(looked) = self.looked.as_ref().filter(|looked| looked.at == tx_of(at)) {
            return Ok(Rc::clone(looked));
        }
        let legs = self.ledger.legs(self.question.from.chain, at)?;
        let taken = if may_pass(&legs) { self.taken(account, &legs)? } else { Taken::Plain };
        let looked = Rc::new(Looked { at: tx_of(at), taken, legs });
        self.looked = Some(Rc::clone(&looked));
        Ok(looked)
    }

    fn taken(&mut self, account: &Account, legs: &[Leg]) -> Result<Taken, TraceError> {
        let mut followed = Vec::new();
        let (mut ends, mut contracts) = (BTreeSet::new(), Vec::new());
        for leg in legs {
            if !self.follows(leg.asset)? {
                continue;
            }
            for id in [leg.from, leg.to] {
                if id != AccountId::NONE && self.is_end(id)? {
                    ends.insert(id);
                }
            }
            let asset = self.ledger.asset(leg.asset)?;
            if let Token::Contract(address) = asset.token {
                let contract = Account { chain: asset.chain, address };
                contracts.push((leg.asset, self.ledger.account_id(&contract)?));
            }
            followed.push(leg.clone());
        }
        let sender = legs.iter().find(|leg| leg.kind == Kind::Fee).map(|leg| leg.from);
        let contract_of = |asset| contracts.iter().find(|(one, _)| *one == asset).and_then(|(_, account)| *account);
        let known = Known { sender, contract_of: &contract_of, is_end: &|id| ends.contains(&id) };
        settle(&followed, &known).ok_or_else(|| TraceError::Overflow(account.clone()))
    }

    /// Whether value ends at an account or is looked for there.
    fn is_end(&self, id: AccountId) -> Result<bool, TraceError> {
        let account = self.ledger.account(id)?;
        let is_looked_for = self.labels.is_looked_for(id, &account, self.question);
        Ok(is_looked_for || self.source() == Some(id) || self.absorbing == Some(id) || self.stop_at(id)?.is_some())
    }

    /// `like` is an entry of the transaction.
    fn whole(&mut self, legs: &[Leg], settled: &Settled, like: &Entry) -> Result<(), TraceError> {
        if settled.shares_stand_in {
            self.record.shares_stand_in.insert(like.position);
        }
        let touched: BTreeSet<AccountId> = legs.iter().flat_map(|leg| [leg.from, leg.to]).collect();
        for id in &touched {
            if let Some(place) = self.open_place(*id) {
                self.skip(place, like.position)?;
            }
        }
        for (index, one) in settled.moves.iter().enumerate() {
            self.make(one, like, &settled.moves[..index])?;
        }
        for id in &touched {
            if let Some(place) = self.open_place(*id) {
                self.sleep(place);
            }
        }
        Ok(())
    }

    /// Goes on to behind a transaction in an account's history. Of its entries only fees change the balance.
    pub(super) fn skip(&mut self, place: usize, at: Position) -> Result<(), TraceError> {
        self.pass(place, Some((start_of(at), Side::Out)))?;
        while self.accounts[place].upcoming.peek().is_some_and(|entry| tx_of(entry.position) == tx_of(at)) {
            let Some(entry) = self.accounts[place].upcoming.pop()? else { break };
            self.record.read(entry.position.height);
            if entry.kind == Kind::Fee {
                self.step(place, &entry)?;
            } else {
                self.note(place, &entry)?;
            }
        }
        Ok(())
    }

    /// Makes a move: takes what was given from one balance, and brings what was got to another. Some moves of the transaction were made
    /// before.
    fn make(&mut self, one: &Move, like: &Entry, before: &[Move]) -> Result<(), TraceError> {
        let (gave, got) = (one.gave, one.got);
        let out = Entry { side: Side::Out, asset: gave.0, amount: gave.1, counterparty: one.to, ..arrival(one, like) };
        let arrival = Entry { asset: got.0, amount: got.1, ..out.clone() };
        let is_change = one.from == one.to && gave.0 == got.0;
        let Some(giver) = self.open_place(one.from) else { return self.receive_clean(one, &arrival) };
        let kept = if self.is_source(giver) {
            let Some(seed) = self.seeds.of_asset(gave.0) else { return self.receive_clean(one, &arrival) };
            self.fill(seed, gave.1);
            None
        } else if is_change {
            return Ok(());
        } else {
            let account = &mut self.accounts[giver];
            let carries = account.pay_out(&out, &self.question.methods, &mut self.parcels);
            if !carries.ok_or_else(|| TraceError::Overflow(account.account.clone()))? {
                return self.receive_clean(one, &arrival);
            }
            Some(self.accounts[giver].held(gave.0))
        };
        if gave != got {
            self.convert(one, &arrival)?;
            if self.parcels.iter().flatten().all(|lot| lot.taint.is_none()) {
                return self.receive_clean(one, &arrival);
            }
        }
        self.carry(one, &arrival, kept, before)
    }

    /// Turns what a move carries into what was got for it.
    fn convert(&mut self, one: &Move, arrival: &Entry) -> Result<(), TraceError> {
        for (index, method) in self.question.methods.iter().enumerate() {
            let converted = convert(&self.parcels[index], one.got.1, method.conserves());
            let (parcel, lost) = match converted {
                Some(converted) => converted,
                None => return Err(TraceError::Overflow(self.ledger.account(one.to)?)),
            };
            self.record.dispose(index, lost.iter(), Some(one.to), arrival.asset, &Fate::ConversionLoss);
            self.parcels[index] = parcel;
        }
        Ok(())
    }

    /// Hands over what a move carries. It carries something.
    fn carry(&mut self, one: &Move, arrival: &Entry, kept: Option<Amount>, before: &[Move]) -> Result<(), TraceError> {
        // What stays with an account has gone no further.
        let hops = u32::from(one.from != one.to || self.only.is_some());
        let gave = (one.gave != one.got).then_some(one.gave);
        let start = kept.is_none();
        self.hop(hops);
        let rank = u32::try_from(before.len()).unwrap_or(u32::MAX);
        let carried = Carried::new(one.from, one.to, arrival, &self.parcels, start);
        let mut carried = Carried { kept, gave, through: one.through.clone(), rank, whole: true, ..carried };
        if self.fades(&mut carried) {
            return self.receive_clean(one, arrival);
        }
        self.record.carried.push(carried);
        let open = self.accounts.len();
        let Some(place) = self.receiver(arrival, (start_of(arrival.position), Side::Out))? else {
            // It arrives all the same.
            return self.receive_clean(one, arrival);
        };
        self.skip(place, arrival.position)?;
        if self.accounts.len() > open {
            change_as_whole(&mut self.accounts[place], before);
        }
        let met = self.accounts[place].held(arrival.asset);
        if let Some(carried) = self.record.carried.last_mut() {
            carried.met = Some(met);
        }
        self.pay_in(place, arrival, true)?;
        self.sleep(place);
        Ok(())
    }

    /// What arrives that carries nothing.
    fn receive_clean(&mut self, one: &Move, arrival: &Entry) -> Result<(), TraceError> {
        match self.open_place(one.to) {
            Some(place) if !self.is_source(place) => self.pay_in(place, arrival, false),
            _ => Ok(()),
        }
    }

    /// The place of an account that is open. The account of the question is, and the first, also if a trace stops at its label.
    fn open_place(&self, id: AccountId) -> Option<usize> {
        match self.places.get(&id) {
            Some(Place::Open(place)) => Some(*place),
            _ => self.accounts.first().filter(|account| account.id == id).map(|_| 0),
        }
    }
}

/// The inflow side of a move, without its amount.
fn arrival(one: &Move, like: &Entry) -> Entry {
    Entry { position: Position { leg: one.arrived, ..like.position }, leg_told: true, kind: one.kind, ..like.clone() }
}

/// Whether value may pass through an account: one that gives and gets, or something newly made or destroyed.
fn may_pass(legs: &[Leg]) -> bool {
    let looked_at = || legs.iter().filter(|leg| crate::settle::is_looked_at(leg));
    let is_made = |leg: &Leg| matches!(leg.kind, Kind::Mint | Kind::Burn | Kind::Wrap | Kind::Unwrap);
    let givers: BTreeSet<AccountId> = looked_at().map(|leg| leg.from).collect();
    looked_at().any(|leg| is_made(leg) || (leg.to != AccountId::NONE && givers.contains(&leg.to)))
}
