//! The signatures of the transactions that name an address.

use std::collections::BTreeMap;

use fundtrail_solana::ways::{Signature, Source};
use fundtrail_types::{Address, Time, TxId};

use super::intake::Intake;
use crate::{
    Error,
    ingest::{Listener, Stage},
};

/// What was listed of an address.
pub(super) struct Listing {
    /// Its transactions by slot, each once.
    pub(super) slots: BTreeMap<u64, Vec<Signature>>,
    /// From here on the list is whole.
    pub(super) from: u64,
}

/// How far back to list.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Not before this slot.
    pub(super) slot: u64,
    /// Not before this time.
    pub(super) since: Option<Time>,
    /// What the source keeps begins here.
    pub(super) first: u64,
}

/// Lists the transactions of an address page by page, the newest first, down to the bounds or to the beginning.
pub(super) async fn list(
    source: &mut Source,
    intake: &mut Intake<'_>,
    address: &Address,
    bounds: Bounds,
    listener: &mut Listener<'_>,
) -> Result<Listing, Error> {
    let mut listing = Listing { slots: BTreeMap::new(), from: bounds.first };
    let mut before: Option<TxId> = None;
    loop {
        let page = match intake.wait(listener, source.signatures(address, before.as_ref())).await {
            // A recording of several loads has pages that do not join. What is listed stands; below it nothing is claimed.
            Err(Error::Solana(fundtrail_solana::Error::NotRecorded { .. })) if before.is_some() => {
                let lowest = listing.slots.keys().next().copied().unwrap_or(bounds.first);
                intake.missing(format!("the recorded list of transactions of {address} breaks off at slot {lowest}"));
                listing.from = lowest.saturating_add(1);
                listing.slots = listing.slots.split_off(&listing.from);
                return Ok(listing);
            }
            page => page?,
        };
        let Some(last) = page.last().map(|signature| signature.id.clone()) else { return Ok(listing) };
        let mut fresh = false;
        for signature in page {
            if bounds.excludes(&signature) {
                listing.from = signature.slot.saturating_add(1).max(bounds.first);
                listing.slots = listing.slots.split_off(&listing.from);
                return Ok(listing);
            }
            let slot = listing.slots.entry(signature.slot).or_default();
            if !slot.iter().any(|known| known.id == signature.id) {
                slot.push(signature);
                fresh = true;
            }
        }
        // A page of nothing new would go round for ever.
        if !fresh || before.as_ref() == Some(&last) {
            return Err(Error::PagesRepeat { source_name: source.name(), address: address.clone() });
        }
        before = Some(last);
        intake.tell(Stage::Waiting, listener)?;
    }
}

impl Bounds {
    fn excludes(&self, signature: &Signature) -> bool {
        let early = signature.time.zip(self.since).is_some_and(|(time, since)| time < since.unix());
        early || signature.slot < self.slot
    }
}
