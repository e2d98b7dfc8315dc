//! Invariants: every row that can be derived is derived again and compared. For `fundtrail db check`.

use fundtrail_types::Position;
use serde::{Deserialize, Serialize};

use crate::{
    AccountId, Store, StoreError,
    bytes::Take,
    families::{HISTORY, MOVEMENTS, TXIDS, TXS},
    keys, rows,
    writer::rows_of,
};

/// How many broken rows of one kind are named; the rest is counted.
const NAMED_MAX: usize = 20;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Transactions read.
    pub transactions: u64,
    /// Movements read.
    pub movements: u64,
    /// Lines of histories read.
    pub history_rows: u64,
    /// Transactions whose sources contradict each other; not broken, but worth a look.
    pub conflicts: u64,
    /// What is broken; empty if all is well.
    pub broken: Vec<Broken>,
    /// How many broken rows there are in all.
    pub broken_total: u64,
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Which one.
    pub invariant: String,
    /// Where: a transaction id or a key.
    pub at: String,
}

impl CheckReport {
    fn broken(&mut self, invariant: &str, at: impl ToString) {
        self.broken_total += 1;
        if self.broken.len() < NAMED_MAX {
            self.broken.push(Broken { invariant: invariant.to_owned(), at: at.to_string() });
        }
    }
}

impl Store {
    /// Reads everything and checks that it fits together.
    ///
    /// # Errors
    /// If the database fails, or a row is so damaged that it cannot be read.
    pub fn check(&self) -> Result<CheckReport, StoreError> {
        let mut report = CheckReport::default();
        for (_, chain_id) in self.chains()? {
            for row in self.scan(TXS, chain_id.0.to_be_bytes().to_vec()) {
                let (key, _) = row?;
                let mut take = Take(&key);
                let place = take.u32().and_then(|_| take.u64().zip(take.u64()));
                let (height, slot) = place.ok_or_else(|| StoreError::damaged(TXS.name, &key, "place"))?;
                if let Some(tx) = self.tx_at(chain_id, height, slot)? {
                    report.transactions += 1;
                    report.conflicts += u64::from(tx.conflict);
                    self.check_transaction(&mut report, &tx)?;
                }
            }
        }
        self.check_histories(&mut report)?;
        Ok(report)
    }

    /// The rows that a transaction must have, derived by the same function that wrote them.
    fn check_transaction(&self, report: &mut CheckReport, tx: &crate::StoredTx) -> Result<(), StoreError> {
        let Some(view) = self.view_at(tx.chain_id, tx.height, tx.slot)? else {
            report.broken("a transaction has at least one movement", &tx.id);
            return Ok(());
        };
        let stored: Vec<_> =
            self.scan(MOVEMENTS, keys::tx(tx.chain_id, tx.height, tx.slot)).collect::<Result<_, _>>()?;
        report.movements += stored.len() as u64;
        let mut parsed = stored.iter().filter_map(|(_, value)| rows::parse_movement(value));
        let expected = rows_of(tx.chain_id, tx.slot, &view, |_| {
            parsed.next().ok_or_else(|| {
                StoreError::damaged(MOVEMENTS.name, tx.id.as_bytes(), "fewer movements than the view has")
            })
        })?;
        for (family, key, value) in expected {
            if self.get(family, &key)?.as_deref() != Some(&value) {
                let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
                report.broken(
                    &format!("family `{}` holds the row that the transaction's movements make", family.name),
                    format!("{} ({hex})", tx.id),
                );
            }
        }
        if keys::base_of(tx.slot) != keys::slot_base(tx.order, &tx.id) {
            report.broken("a transaction stands where its order puts it", &tx.id);
        }
        Ok(())
    }

    /// Every line of a history, and every id, leads to a transaction.
    fn check_histories(&self, report: &mut CheckReport) -> Result<(), StoreError> {
        for row in self.scan(HISTORY, Vec::new()) {
            let (key, value) = row?;
            report.history_rows += 1;
            let parsed = keys::parse_history(&key).zip(rows::parse_history(&value));
            let Some(((account, at, side), line)) = parsed else {
                report.broken("a line of a history can be read", format!("{key:02x?}"));
                continue;
            };
            if !self.has_movement(account, at, side, &line)? {
                report.broken(
                    "a line of a history has its movement",
                    format!("{} at height {}", self.account(account)?, at.height),
                );
            }
        }
        for row in self.scan(TXIDS, Vec::new()) {
            let (key, place) = row?;
            let mut fields = (Take(&key), Take(&place));
            let ids = fields.0.u32().zip(fields.1.u64().zip(fields.1.u64()));
            let found = match ids {
                Some((chain, (height, slot))) => {
                    self.get(TXS, &keys::tx(crate::ChainId(chain), height, slot))?.is_some()
                }
                None => false,
            };
            if !found {
                report.broken("a transaction id leads to a transaction", format!("{key:02x?}"));
            }
        }
        Ok(())
    }

    fn has_movement(
        &self,
        account: AccountId,
        at: Position,
        side: u8,
        line: &rows::HistoryRow,
    ) -> Result<bool, StoreError> {
        let Some(chain) = self.chain_id(self.account(account)?.chain)? else { return Ok(false) };
        let Some(value) = self.get(MOVEMENTS, &keys::movement(chain, at))? else { return Ok(false) };
        Ok(rows::parse_movement(&value).is_some_and(|row| {
            let ends = if side == 0 { (row.from, row.to) } else { (row.to, row.from) };
            ends == (account, line.counterparty) && (row.asset, row.amount) == (line.asset, line.amount)
        }))
    }
}
