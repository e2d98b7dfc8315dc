//! Where a movement's value goes: to an account that is followed, or to its end.

use fundtrail_store::{AccountId, Entry, Side};
use fundtrail_types::{Amount, Fate, Kind, Position};

use super::{Carried, Engine, Key, record};
use crate::{
    Ledger, TraceError,
    lot::{Lot, Origin, by_origin},
    seeds::Start,
    unexplained::is_unexplained,
};

/// What is known of an account that value was paid to.
#[derive(Clone)]
pub(crate) enum Place {
    /// It is open, at this place.
    Open(usize),
    /// Nobody's label stops a trace here, but it is not open yet.
    Closed,
    /// A trace ends here by its label, with this fate.
    End(Fate),
}

impl<L: Ledger> Engine<'_, '_, L> {
    /// Hands what a movement carries to its receiver, or to its end. It carries something. `kept` is what its payer has left of the
    /// asset, none if it is a source.
    pub(super) fn deliver(&mut self, from: AccountId, entry: &Entry, kept: Option<Amount>) -> Result<(), TraceError> {
        self.hop(1);
        let to = entry.counterparty;
        let mut carried = Carried { kept, ..Carried::new(from, to, entry, &self.parcels, kept.is_none()) };
        if self.fades(&mut carried) {
            return Ok(());
        }
        if self.seeds.beginning_at(to, entry.position).is_none() {
            self.record.carried.push(carried);
        } else {
            self.record.returned.push(carried);
        }
        match self.receiver(entry, (entry.position, Side::In))? {
            Some(place) => self.arrive(place, entry.position),
            None => Ok(()),
        }
    }

    /// What the parcels carry has gone so many hops further.
    pub(super) fn hop(&mut self, hops: u32) {
        for taint in self.parcels.iter_mut().flatten().filter_map(|lot| lot.taint.as_mut()) {
            taint.hops += hops;
        }
    }

    /// The account that gets what the parcels carry, open, and if it was not before, replayed up to a place in the order; none if all of
    /// it ends, which it then has.
    pub(super) fn receiver(&mut self, entry: &Entry, until: Key) -> Result<Option<usize>, TraceError> {
        let to = entry.counterparty;
        let place = self.place_of(to, entry)?;
        if let Place::End(fate) = &place {
            self.dispose(entry, fate);
            return Ok(None);
        }
        self.cut(entry);
        let goes_on = self.parcels.iter().flatten().any(|lot| lot.taint.is_some());
        let fits = matches!(place, Place::Open(_)) || self.accounts.len() < self.question.accounts_max;
        if let Some(carried) = self.record.carried.last_mut() {
            carried.ended = !(goes_on && fits);
        }
        if !goes_on {
            return Ok(None);
        }
        if !fits {
            self.record.not_opened.insert(to);
            self.dispose(entry, &Fate::SizeLimit);
            return Ok(None);
        }
        let Place::Open(place) = place else {
            self.open(to, Some(until))?;
            return Ok(Some(self.accounts.len() - 1));
        };
        Ok(Some(place))
    }

    /// The inflow side of a movement whose outflow side has just been read, with what it carries.
    fn arrive(&mut self, place: usize, at: Position) -> Result<(), TraceError> {
        self.pass(place, Some((at, Side::In)))?;
        if self.accounts[place].upcoming.peek().is_some_and(|entry| entry.position == at)
            && let Some(entry) = self.accounts[place].upcoming.pop()?
        {
            self.record.read(entry.position.height);
            if self.note(place, &entry)? {
                let met = self.accounts[place].held(entry.asset);
                if let Some(carried) = self.record.carried.last_mut() {
                    carried.met = Some(met);
                }
                self.pay_in(place, &entry, true)?;
            }
        }
        self.sleep(place);
        Ok(())
    }

    /// What becomes of value that arrives at an account.
    fn place_of(&mut self, to: AccountId, entry: &Entry) -> Result<Place, TraceError> {
        if entry.kind == Kind::Fee {
            return Ok(Place::End(Fate::Fee));
        }
        if to == AccountId::NONE {
            return Ok(Place::End(if is_unexplained(entry) { Fate::Unexplained } else { Fate::Burned }));
        }
        if self.absorbing == Some(to) {
            return Ok(Place::End(Fate::DataEnds));
        }
        let is_source = to == self.seeds.account && self.seeds.start == Start::PaidOut;
        if is_source || self.seeds.beginning_at(to, entry.position).is_some() {
            return Ok(Place::End(Fate::ReturnedToSeed));
        }
        if let Some(place) = self.places.get(&to) {
            return Ok(place.clone());
        }
        let place = self.stop_at(to)?.map_or(Place::Closed, Place::End);
        self.places.insert(to, place.clone());
        Ok(place)
    }

    /// The fate of value at an account where a trace ends by its label.
    pub(super) fn stop_at(&self, id: AccountId) -> Result<Option<Fate>, TraceError> {
        let account = self.ledger.account(id)?;
        Ok(self.labels.stop_for(id, &account).map(record::fate_of_stop))
    }

    /// Ends what has come too far or is too small; the rest goes on, and the whole amount still arrives.
    fn cut(&mut self, entry: &Entry) {
        let (hops_max, dust) = (self.question.hops_max, self.question.dust_raw);
        for (method, parcel) in self.parcels.iter_mut().enumerate() {
            let small = small_origins(parcel, dust);
            let fate = |lot: &Lot| match lot.taint {
                Some(taint) if taint.hops >= hops_max => Some(Fate::HopLimit),
                Some(taint) if small.contains(&taint.origin) => Some(Fate::Dust),
                _ => None,
            };
            for cut in [Fate::HopLimit, Fate::Dust] {
                let lots = parcel.iter().filter(|lot| fate(lot).as_ref() == Some(&cut));
                self.record.dispose(method, lots, Some(entry.counterparty), entry.asset, &cut);
            }
            parcel.iter_mut().filter(|lot| fate(lot).is_some()).for_each(|lot| lot.taint = None);
        }
    }

    fn dispose(&mut self, entry: &Entry, fate: &Fate) {
        let to = (entry.counterparty != AccountId::NONE).then_some(entry.counterparty);
        for (method, parcel) in self.parcels.iter().enumerate() {
            self.record.dispose(method, parcel.iter(), to, entry.asset, fate);
        }
    }
}

/// Origins of which a parcel carries less than the dust line in all.
fn small_origins(parcel: &[Lot], dust: Amount) -> Vec<Origin> {
    if dust.is_zero() {
        return Vec::new();
    }
    by_origin(parcel).into_iter().filter(|(.., sum)| sum.held_raw < dust).map(|(origin, ..)| origin).collect()
}
