//! The exports of Solscan, the explorer of Solana: one account's transfers, and the older export of transactions.
//!
//! Neither tells the slot, so rows are placed by time and claim no coverage. Neither tells who paid a fee.

pub(crate) mod transactions;
pub(crate) mod transfers;

use fundtrail_types::{Address, Amount, Asset, Chain, Kind, Movement, Order, Time, TxId};

use crate::{
    foreign::{ChainRule, LeftOut, Told},
    movements::MovementRow,
    record::Record,
};

/// Solscan knows no other chain.
pub(crate) const CHAIN: ChainRule = ChainRule::Implied(Chain::SOLANA);

/// When and in which transaction.
pub(crate) struct Head {
    tx: TxId,
    time: Time,
}

impl Head {
    pub(crate) fn read(record: &Record, tx: &str, time: &str) -> Result<Self, String> {
        let id = TxId::parse(Chain::SOLANA, record.required(tx)?).map_err(|error| format!("`{tx}`: {error}"))?;
        let seconds = record.integer_required(time)?;
        let time = Time::from_unix(seconds)
            .ok_or_else(|| format!("`{time}`: `{seconds}` is no time of a block: copy the row again"))?;
        Ok(Self { tx: id, time })
    }

    pub(crate) fn row(
        self,
        kind: Kind,
        asset: Asset,
        (from, to): (Option<Address>, Option<Address>),
        amount: Amount,
    ) -> MovementRow {
        let (order, time) = (Order::timed(self.time), Some(self.time));
        let movement = Movement { chain: Chain::SOLANA, tx: self.tx, kind, asset, from, to, amount, n: 0, order, time };
        MovementRow { movement, symbol: None, decimals: None, note: None }
    }
}

/// A record that is one movement.
pub(crate) fn moved(row: MovementRow) -> Told {
    Told { movements: vec![row], left_out: None, height: None, about: Vec::new() }
}

/// A record that is none.
pub(crate) fn left_out(reason: LeftOut) -> Told {
    Told { movements: Vec::new(), left_out: Some(reason), height: None, about: Vec::new() }
}
