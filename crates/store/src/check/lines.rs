//! Lines of histories: each has its movement.

use fundtrail_types::Position;

use super::{Check, hex, owned};
use crate::{
    AccountId, ChainId, StoreError,
    bytes::Bytes,
    families::{HISTORY, MOVEMENTS},
    keys, rows,
};

impl Check<'_> {
    pub(super) fn lines(&mut self) -> Result<(), StoreError> {
        for row in self.store.scan(HISTORY, Bytes::new()) {
            let (key, value) = owned(row?);
            self.read()?;
            self.report.history_rows += 1;
            let Some(((account, at, side), line)) = keys::parse_history(&key).zip(rows::parse_history(&value)) else {
                self.broken("a line of a history can be read", hex(&key));
                self.delete(HISTORY, &key)?;
                continue;
            };
            if !self.has_movement(account, at, side, &line)? {
                self.broken("a line of a history has its movement", hex(&key));
                // It is the last trace of a movement that is gone, unless its account has no name either.
                match self.chain_of(account)? {
                    Some(chain) => self.lose((chain, at.height, at.tx), [(HISTORY, &key)])?,
                    None => self.delete(HISTORY, &key)?,
                }
            }
        }
        Ok(())
    }

    pub(super) fn chain_of(&self, account: AccountId) -> Result<Option<ChainId>, StoreError> {
        match self.store.account(account) {
            Ok(account) => self.store.chain_number(account.chain),
            Err(StoreError::Damaged { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    fn has_movement(
        &self,
        account: AccountId,
        at: Position,
        side: u8,
        line: &rows::HistoryRow,
    ) -> Result<bool, StoreError> {
        let Some(chain) = self.chain_of(account)? else { return Ok(false) };
        let Some(value) = self.store.get(MOVEMENTS, &keys::movement(chain, at))? else { return Ok(false) };
        Ok(rows::parse_movement(&value).is_some_and(|row| {
            let ends = if side == 0 { (row.from, row.to) } else { (row.to, row.from) };
            ends == (account, line.counterparty) && (row.asset, row.amount) == (line.asset, line.amount)
        }))
    }
}
