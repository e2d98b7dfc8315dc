//! Transactions in which value passes through accounts: taken as a whole, not leg by leg.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use fundtrail_store::{AccountId, AssetId, Entry, Leg, Side, is_plain};
use fundtrail_types::{Account, Fate, Kind, Position, Token};

use super::{Carried, Engine, Left, pot::Pot, replay::change_as_whole};
use crate::{
    Ledger, TraceError,
    lot::{Lot, Origin, Taint, convert},
    seeds::{TxPlace, tx_of},
    settle::{Known, Move, Settled, Taken, settle},
};

/// How the transaction that was last looked at is taken, with its legs.
pub(crate) struct Looked {
    at: TxPlace,
    pub(crate) taken: Taken,
    pub(crate) legs: Vec<Leg>,
}

/// Before every leg of a transaction.
pub(super) fn start_of(at: Position) -> Position {
    Position { leg: 0, ..at }
}

impl<L: Ledger> Engine<'_, L> {
    /// Takes the transaction for which an account woke as a whole, if value passes through accounts in it. Says whether it did.
    pub(super) fn take_whole(&mut self, place: usize, at: Position) -> Result<bool, TraceError> {
        self.pass(place, Some((start_of(at), Side::Out)))?;
        let Some(entry) = self.accounts[place].upcoming.peek().cloned() else { return Ok(false) };
        // Fees come before what the transaction does.
        if entry.kind == Kind::Fee || entry.plain || self.begins_seed(at) {
            return Ok(false);
        }
        let looked = self.look_at(at)?;
        match &looked.taken {
            Taken::Plain => Ok(false),
            Taken::Tangled => {
                self.record.tangled.insert((self.chain, start_of(at)));
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
        self.seeds.begins_in(self.chain, at)
    }

    pub(crate) fn look_at(&mut self, at: Position) -> Result<Rc<Looked>, TraceError> {
        if let Some(looked) = self.looked.as_ref().filter(|looked| looked.at == tx_of(at)) {
            return Ok(Rc::clone(looked));
        }
        let legs = self.ledger.legs(self.chain, at)?;
        let is_plain = is_plain(legs.iter().map(|leg| (leg.kind, leg.from, leg.to, leg.amount)));
        let taken = if is_plain { Taken::Plain } else { self.taken(at, &legs)? };
        let looked = Rc::new(Looked { at: tx_of(at), taken, legs });
        self.looked = Some(Rc::clone(&looked));
        Ok(looked)
    }

    fn taken(&mut self, at: Position, legs: &[Leg]) -> Result<Taken, TraceError> {
        let mut followed = Vec::new();
        let (mut ends, mut contracts) = (BTreeSet::new(), Vec::new());
        for leg in legs {
            if !self.follows(leg.asset)? {
                continue;
            }
            for id in [leg.from, leg.to] {
                if id != AccountId::NONE && self.is_end(id, at)? {
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
        let taken = settle(&followed, &known);
        taken.ok_or(TraceError::OverflowIn { chain: self.chain, height: at.height })
    }

    /// Whether value ends at an account or is looked for there.
    fn is_end(&self, id: AccountId, at: Position) -> Result<bool, TraceError> {
        let account = self.ledger.account(id)?;
        let is_looked_for = self.labels.is_looked_for(id, &account, self.question);
        let is_payer = self.seeds.payers.contains_key(&id);
        let is_asked = self.asked.is_some_and(|asked| asked.ends_at(id, at));
        let is_bridge = self.crossings.is_end(tx_of(at), id);
        Ok(is_looked_for
            || is_payer
            || is_asked
            || is_bridge
            || self.absorbing == Some(id)
            || self.stop_at(id)?.is_some())
    }

    /// `like` is an entry of the transaction.
    pub(super) fn whole(&mut self, legs: &[Leg], settled: &Settled, like: &Entry) -> Result<(), TraceError> {
        if settled.shares_stand_in {
            self.record.shares_stand_in.insert((self.chain, start_of(like.position)));
        }
        let touched: BTreeSet<AccountId> = legs.iter().flat_map(|leg| [leg.from, leg.to]).collect();
        for id in &touched {
            if let Some(place) = self.opened(*id) {
                self.skip(place, like.position)?;
            }
        }
        let (mut pots, mut over) = (BTreeMap::new(), self.paid_over(legs, like.position));
        if !over.is_empty() || self.sought.is_some() {
            self.wholes.insert(tx_of(like.position));
        }
        for (index, one) in settled.moves.iter().enumerate() {
            let given = (one.from, one.gave.0);
            if self.seeds.payers.contains_key(&one.from) && !pots.contains_key(&given) {
                pots.insert(given, self.paid(legs, given, like.position));
            }
            let pot = match over.get_mut(&given) {
                Some((crossing, pot)) => Some((pot, Some(*crossing))),
                None => pots.get_mut(&given).map(|pot| (pot, None)),
            };
            self.make(one, like, &settled.moves[..index], pot)?;
        }
        for id in &touched {
            if let Some(place) = self.opened(*id) {
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
    fn make(
        &mut self,
        one: &Move,
        like: &Entry,
        before: &[Move],
        pot: Option<(&mut Pot, Option<usize>)>,
    ) -> Result<(), TraceError> {
        let (gave, got) = (one.gave, one.got);
        let out = Entry { side: Side::Out, asset: gave.0, amount: gave.1, counterparty: one.to, ..arrival(one, like) };
        let arrival = Entry { asset: got.0, amount: got.1, ..out.clone() };
        let rounded = self.rounded(one, arrival.position);
        let left = if let Some((pot, crossing)) = pot {
            let taken = pot.take(gave.1, &self.question.methods, &mut self.parcels);
            let Some(begun) = taken else { return Err(TraceError::Overflow(self.ledger.account(one.from)?)) };
            if self.carries_nothing() {
                return self.receive_clean(one, &arrival);
            }
            crossing.map_or(Left::Begun(begun), Left::Crossed)
        } else if self.sought.is_some() && (self.opened(one.from).is_none() || self.is_itself(one.from)) {
            match self.give_back(one, arrival.position) {
                Some(left) => left,
                None => return self.receive_clean(one, &arrival),
            }
        } else {
            let Some(giver) = self.opened(one.from) else { return self.receive_clean(one, &arrival) };
            if one.from == one.to && gave.0 == got.0 {
                return self.take_change(giver, one, &out);
            }
            let missing = self.missing(one.from, &out);
            let account = &mut self.accounts[giver];
            let carries = account.pay_out(&out, &self.question.methods, missing, &mut self.parcels);
            if !carries.ok_or_else(|| TraceError::Overflow(account.account.clone()))? && rounded.is_none() {
                return self.receive_clean(one, &arrival);
            }
            Left::Kept(self.accounts[giver].held(gave.0))
        };
        if gave != got {
            self.convert(one, &arrival)?;
            if let Some(source) = rounded {
                self.fill_rounded(source, got.1);
            }
            if self.carries_nothing() {
                return self.receive_clean(one, &arrival);
            }
        }
        self.carry(one, &arrival, left, before)
    }

    /// What an account gave came back to it as the same asset: only the difference came or went. What went stands for nothing.
    fn take_change(&mut self, place: usize, one: &Move, out: &Entry) -> Result<(), TraceError> {
        if let Some(more) = one.got.1.checked_sub(one.gave.1) {
            if self.gain_back(place, out, more)? {
                return Ok(());
            }
            return self.pay_in(place, &Entry { side: Side::In, amount: more, ..out.clone() }, false);
        }
        let lost = Entry { amount: one.gave.1.saturating_sub(one.got.1), ..out.clone() };
        let missing = self.missing(one.from, &lost);
        let account = &mut self.accounts[place];
        let carries = account.pay_out(&lost, &self.question.methods, missing, &mut self.parcels);
        if carries.ok_or_else(|| TraceError::Overflow(account.account.clone()))? {
            for (method, parcel) in self.parcels.iter().enumerate() {
                self.record.dispose(method, parcel.iter(), Some(one.from), lost.asset, &Fate::ConversionLoss);
            }
        }
        Ok(())
    }

    /// What a payer with whom seeds begin gave of an asset in a transaction, with the seeds.
    fn paid(&self, legs: &[Leg], (from, asset): (AccountId, AssetId), at: Position) -> Pot {
        let mut pot = Pot::new(self.question.methods.len());
        let given = legs.iter().filter(|leg| (leg.from, leg.asset) == (from, asset));
        for leg in given.filter(|leg| leg.kind != Kind::Fee && leg.to != from) {
            let seed = self.seed_paid(from, asset, Position { leg: leg.leg, ..at });
            let taint = seed.map(|seed| Taint { origin: Origin::Seed(seed), hops: 0, seed: leg.amount });
            pot.put(Lot { amount: leg.amount, taint });
        }
        pot
    }

    fn carries_nothing(&self) -> bool {
        self.parcels.iter().flatten().all(|lot| lot.taint.is_none())
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
    fn carry(&mut self, one: &Move, arrival: &Entry, left: Left, before: &[Move]) -> Result<(), TraceError> {
        if self.is_beside(one.to, arrival.asset, arrival.position) {
            return Ok(());
        }
        // What stays with an account has gone no further.
        let hops = u32::from(one.from != one.to || self.only.is_some());
        let gave = (one.gave != one.got).then_some(one.gave);
        self.hop(hops);
        let rank = u32::try_from(before.len()).unwrap_or(u32::MAX);
        let carried = left.carried(Carried::new(self.chain, one.from, one.to, arrival, &self.parcels, false));
        let mut carried = Carried { gave, through: one.through.clone(), rank, whole: true, ..carried };
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
        if self.sought.is_some() {
            self.arrive_back(place, arrival)?;
        } else {
            self.pay_in(place, arrival, true)?;
        }
        self.sleep(place);
        Ok(())
    }

    /// What arrives that carries nothing.
    fn receive_clean(&mut self, one: &Move, arrival: &Entry) -> Result<(), TraceError> {
        match self.opened(one.to) {
            Some(place) if !self.is_source(place) => self.pay_in(place, arrival, false),
            _ => Ok(()),
        }
    }
}

/// The inflow side of a move, without its amount.
fn arrival(one: &Move, like: &Entry) -> Entry {
    Entry { position: Position { leg: one.arrived, ..like.position }, leg_told: true, kind: one.kind, ..like.clone() }
}
