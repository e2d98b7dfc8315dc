//! Where a movement's value goes: to an account that is followed, or to its end.

use fundtrail_store::{AccountId, Entry, Side};
use fundtrail_types::{Amount, Fate, Position};

use super::{Carried, Engine, Key, place::Goes};
use crate::{
    Ledger, TraceError,
    lot::{Lot, Origin, by_origin},
};

/// How a movement left its payer.
pub(super) enum Left {
    /// With seeds that begin, and how much of each.
    Begun(Vec<(usize, Amount)>),
    /// Out of what it held, of which so much is left.
    Kept(Amount),
    /// By a crossing.
    Crossed(usize),
}

impl Left {
    pub(super) fn carried(self, carried: Carried) -> Carried {
        match self {
            Self::Begun(begun) => Carried { start: true, ..carried }.beginning(begun),
            Self::Kept(kept) => Carried { kept: Some(kept), ..carried },
            Self::Crossed(crossing) => Carried { out_of_crossing: Some(crossing), ..carried },
        }
    }
}

impl<L: Ledger> Engine<'_, L> {
    /// Hands what a movement carries to its receiver, or to its end. It carries something. `left` is what its payer has left of the
    /// asset, or the seeds that begin.
    pub(super) fn deliver(&mut self, from: AccountId, entry: &Entry, left: Left) -> Result<(), TraceError> {
        let to = entry.counterparty;
        if self.is_beside(to, entry.asset, entry.position) {
            return Ok(());
        }
        self.hop(1);
        let mut carried = left.carried(Carried::new(self.chain, from, to, entry, &self.parcels, false));
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
        if let Some(gate) = self.gate(to, entry.asset, entry.position) {
            self.cut(entry);
            self.cross(gate);
            return Ok(None);
        }
        let open = match self.goes(to, entry)? {
            Goes::End(fate) => {
                self.dispose(entry, &fate);
                return Ok(None);
            }
            Goes::Into(open) => open,
        };
        self.cut(entry);
        let goes_on = self.parcels.iter().flatten().any(|lot| lot.taint.is_some());
        let fits = open.is_some() || self.accounts.len() < self.space.accounts;
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
        if open.is_none() && self.sought.is_none() && self.is_hub(to)? {
            self.record.hubs.insert(to);
            self.dispose(entry, &Fate::Hub);
            return Ok(None);
        }
        if open.is_none() {
            self.open(to, Some(until))?;
        }
        Ok(self.opened(to))
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
                if self.sought.is_some() {
                    self.arrive_back(place, &entry)?;
                } else {
                    self.pay_in(place, &entry, true)?;
                }
            }
        }
        self.sleep(place);
        Ok(())
    }

    /// Ends what has come too far or is too small; the rest goes on, and the whole amount still arrives.
    fn cut(&mut self, entry: &Entry) {
        // What is too far was left out when the way back was gone.
        if self.sought.is_some() {
            return;
        }
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
