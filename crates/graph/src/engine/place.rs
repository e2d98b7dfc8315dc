//! What becomes of value at an account: it is followed into it, or ends there.

use fundtrail_store::{AccountId, Entry};
use fundtrail_types::{Fate, Kind};

use super::{
    Engine, record,
    upcoming::{ENTRIES_AHEAD, Scan},
};
use crate::{Ledger, TraceError, unexplained::is_unexplained};

/// What is known of an account that value was paid to, or that was opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// Its place among the open accounts.
    open: Option<usize>,
    /// What becomes of value there, once that was asked: its end, or none if it is followed.
    end: Option<Option<Fate>>,
    /// Whether it behaves like a service, once that was asked.
    hub: Option<bool>,
}

/// Where value goes.
pub(super) enum Goes {
    /// Into an account, which is open if its place is told.
    Into(Option<usize>),
    /// To its end.
    End(Fate),
}

impl<'a, L: Ledger> Engine<'a, L> {
    /// What becomes of value that arrives at an account.
    pub(super) fn goes(&mut self, to: AccountId, entry: &Entry) -> Result<Goes, TraceError> {
        if self.sought.is_some() {
            return Ok(Goes::Into(self.opened(to)));
        }
        if let Some(fate) = self.unjoined(to, entry) {
            return Ok(Goes::End(fate));
        }
        if entry.kind == Kind::Fee {
            return Ok(Goes::End(Fate::Fee));
        }
        if to == AccountId::NONE {
            return Ok(Goes::End(if is_unexplained(entry) { Fate::Unexplained } else { Fate::Burned }));
        }
        if self.absorbing == Some(to) {
            return Ok(Goes::End(Fate::DataEnds));
        }
        if self.seeds.payers.contains_key(&to) || self.seeds.beginning_at(to, entry.position).is_some() {
            return Ok(Goes::End(Fate::ReturnedToSeed));
        }
        Ok(self.end_at(to)?.map_or_else(|| Goes::Into(self.opened(to)), Goes::End))
    }

    /// The fate of value at an account where a trace ends by its label, which is asked once.
    fn end_at(&mut self, id: AccountId) -> Result<Option<Fate>, TraceError> {
        if let Some(end) = self.places.get(&id).and_then(|place| place.end.clone()) {
            return Ok(end);
        }
        let end = self.stop_at(id)?;
        self.places.entry(id).or_default().end = Some(end.clone());
        Ok(end)
    }

    /// The fate of value at an account where a trace ends by its label.
    pub(super) fn stop_at(&self, id: AccountId) -> Result<Option<Fate>, TraceError> {
        let account = self.ledger.account(id)?;
        if let Some(label) = self.labels.stop_for(id, &account) {
            return Ok(Some(record::fate_of_stop(label)));
        }
        let labels = self.labels.of(id, &account);
        let flagged = labels.iter().find(|label| self.question.stop_at_flagged && label.class.is_flagged());
        Ok(flagged.map(|label| Fate::Flagged { entity: label.entity.clone() }))
    }

    /// Whether an account has more movements than the question allows, and no label says what it is. Its movements are counted, so it is
    /// asked only of accounts that value would go on from, and once.
    pub(super) fn is_hub(&mut self, id: AccountId) -> Result<bool, TraceError> {
        if let Some(hub) = self.places.get(&id).and_then(|place| place.hub) {
            return Ok(hub);
        }
        let account = self.ledger.account(id)?;
        let hub = self.labels.of(id, &account).is_empty() && self.is_busy(id)?;
        self.places.entry(id).or_default().hub = Some(hub);
        Ok(hub)
    }

    /// As [`is_busy`], and keeps a short history that was read for it, because the account is opened next.
    fn is_busy(&mut self, id: AccountId) -> Result<bool, TraceError> {
        let mut history = self.ledger.history(id);
        let first = history.by_ref().take(ENTRIES_AHEAD).collect::<Result<Vec<Entry>, _>>()?;
        if first.len() < ENTRIES_AHEAD {
            let busy = first.len() as u64 > self.question.hub_movements;
            self.read_for_hub = Some((id, first));
            return Ok(busy);
        }
        drop(history);
        is_busy(self.ledger, id, self.question.hub_movements)
    }

    /// An account's history, read once more only if it was not read just before.
    pub(super) fn history_of(&mut self, id: AccountId) -> Scan<'a> {
        match self.read_for_hub.take() {
            Some((of, history)) if of == id => Box::new(history.into_iter().map(Ok)),
            _ => self.ledger.history(id),
        }
    }

    /// The place of an account that is open.
    pub(super) fn opened(&self, id: AccountId) -> Option<usize> {
        self.places.get(&id)?.open
    }

    pub(super) fn note_open(&mut self, id: AccountId, place: usize) {
        self.places.entry(id).or_default().open = Some(place);
    }
}

/// Whether an account has more than so many movements.
pub(crate) fn is_busy(ledger: &impl Ledger, id: AccountId, movements: u64) -> Result<bool, TraceError> {
    let Some(movements) = usize::try_from(movements).ok().filter(|movements| *movements < usize::MAX) else {
        return Ok(false);
    };
    Ok(ledger.history(id).nth(movements).transpose()?.is_some())
}
