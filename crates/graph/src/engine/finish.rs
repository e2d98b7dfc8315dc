//! The end of a trace: what is left in the accounts is at rest, or beyond the data.

use std::collections::HashSet;

use fundtrail_store::{AccountId, Side};
use fundtrail_types::{Asset, Coverage, Fate, Position};

use super::{AccountState, Engine, Key, Record};
use crate::{Ledger, TraceError, coverage, ledger::Claims};

/// From so many accounts on, reading every claim about the chain once takes less time.
const ACCOUNTS_ASKED_ONE_BY_ONE: usize = 5_000;

impl<L: Ledger> Engine<'_, L> {
    /// Replays what is left of every history, and says of every account what became of its value and what is not known.
    pub(super) fn finish(mut self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Record, TraceError> {
        if let Some(sought) = self.sought {
            return self.finish_back(sought);
        }
        let stop = |height: &u64| (Position { height: *height, timed: 0, tx: 0, leg: 0 }, Side::Out);
        let until = self.record.stopped.get(&self.chain).map(stop);
        for place in 0..self.accounts.len() {
            self.pass(place, until)?;
            self.report(go_on)?;
        }
        if until.is_some() {
            self.end_the_rest()?;
        }
        let accounts = std::mem::take(&mut self.accounts);
        let claims = self.claims(&accounts)?;
        for account in &accounts {
            let claims = match &claims {
                Some(claims) => claims.of(account.id),
                None => self.ledger.coverage_of(&account.account)?,
            };
            self.settle(account, claims, until)?;
        }
        self.close(accounts.len());
        Ok(self.record)
    }

    /// All claims at once, where it takes longer to ask for those of each account.
    fn claims(&self, accounts: &[AccountState<'_>]) -> Result<Option<Claims>, TraceError> {
        if accounts.len() < ACCOUNTS_ASKED_ONE_BY_ONE {
            return Ok(None);
        }
        let ids: HashSet<AccountId> = accounts.iter().map(|account| account.id).collect();
        Ok(Some(self.ledger.coverage_among(self.chain, &|id| ids.contains(&id))?))
    }

    fn settle(
        &mut self,
        account: &AccountState<'_>,
        claims: Vec<Coverage>,
        until: Option<Key>,
    ) -> Result<(), TraceError> {
        for (asset_id, balance) in &account.balances {
            let asset = self.ledger.asset(*asset_id)?;
            for (method, held) in balance.held.iter().enumerate() {
                let fate = match until {
                    Some(_) => Fate::SizeLimit,
                    None => coverage::fate_at_end(&claims, &asset, held.arrivals),
                };
                self.record.dispose(method, held.pool.rest().iter(), Some(account.id), *asset_id, &fate);
            }
            if !balance.unknown.is_zero() {
                self.record.unknown_inflow.push((account.id, *asset_id, balance.unknown));
            }
        }
        if account.placed_by_time > 0 {
            self.record.placed_by_time.push((account.id, account.placed_by_time));
        }
        let native = Asset::native(account.account.chain);
        // Inner calls move the native coin: where it is not followed, nothing is missing.
        let missing = coverage::internal_missing(&claims, &native, account.from_height);
        if !missing.is_empty() && (self.is_followed)(&native) {
            self.record.internal_missing.push((account.id, missing));
        }
        self.record.coverage.extend(claims);
        Ok(())
    }
}
