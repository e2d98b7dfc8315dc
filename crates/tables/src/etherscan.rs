//! The exports of Etherscan and of the explorers of its family: one account's transactions, internal transactions and
//! ERC-20 transfers.
//!
//! They tell height and time, but neither the index of a transaction in its block nor the order inside a transaction.
//! Their header has changed over the years (`Txhash` became `Transaction Hash`, `Value` became `TokenValue`), so
//! columns are found by any of their names. Explorers of other chains print another ticker in the header.

pub(crate) mod internal;
pub(crate) mod tokens;
pub(crate) mod transactions;

use fundtrail_types::{Address, Amount, Asset, Chain, Family, Kind, Movement, Order, Time, TxId};

use crate::{
    foreign::{ChainRule, Context},
    movements::MovementRow,
    numbers,
    record::{Record, shorten},
    schema::{Column, optional, required},
};

/// The explorers print one shape for every chain.
pub(crate) const CHAIN: ChainRule = ChainRule::Named(Family::Evm, "eip155:1 for Ethereum");

pub(crate) const HASH: Column = required("Txhash", &["Transaction Hash", "Tx Hash"]);
pub(crate) const HEIGHT: Column = required("Blockno", &["Block Number"]);
pub(crate) const TIME: Column = required("UnixTimestamp", &[]);
pub(crate) const CONTRACT: Column = optional("ContractAddress", &["Contract Address"]);
pub(crate) const VALUE_IN: Column = required("Value_IN", &["Value_IN(*)"]);
pub(crate) const VALUE_OUT: Column = required("Value_OUT", &["Value_OUT(*)"]);
pub(crate) const ERROR: Column = optional("ErrCode", &[]);

/// What all three exports tell of the transaction.
pub(crate) struct Head {
    pub(crate) chain: Chain,
    pub(crate) tx: TxId,
    pub(crate) time: Time,
    /// Old exports of tokens do not tell it.
    pub(crate) height: Option<u64>,
}

impl Head {
    pub(crate) fn read(record: &Record, context: &Context<'_>) -> Result<Self, String> {
        let chain = context.chain;
        let tx = TxId::parse(chain, record.required("Txhash")?).map_err(|error| format!("`Txhash`: {error}"))?;
        let seconds = record.integer_required("UnixTimestamp")?;
        let time = Time::from_unix(seconds)
            .ok_or_else(|| format!("`UnixTimestamp`: `{seconds}` is no time of a block: copy the row again"))?;
        Ok(Self { chain, tx, time, height: record.height("Blockno")? })
    }

    /// One movement of the transaction in the native coin.
    pub(crate) fn native(&self, kind: Kind, from: Option<Address>, to: Option<Address>, amount: Amount) -> MovementRow {
        self.row(kind, Asset::native(self.chain), (from, to), amount)
    }

    pub(crate) fn row(
        &self,
        kind: Kind,
        asset: Asset,
        (from, to): (Option<Address>, Option<Address>),
        amount: Amount,
    ) -> MovementRow {
        let (chain, tx, time) = (self.chain, self.tx.clone(), Some(self.time));
        let order = self.height.map_or(Order::timed(self.time), Order::at);
        let movement = Movement { chain, tx, kind, asset, from, to, amount, n: 0, order, time };
        MovementRow { movement, symbol: None, decimals: None, note: None }
    }
}

/// A value that one of two columns tells, and on which side of it the account stands.
pub(crate) struct Flow {
    pub(crate) amount: Amount,
    /// Of sender and receiver, those that may be the account.
    pub(crate) about: Vec<Address>,
}

impl Flow {
    /// Reads `Value_IN` and `Value_OUT`. One of the two is zero, unless the account paid itself.
    pub(crate) fn read(
        record: &Record,
        context: &Context<'_>,
        from: &Address,
        to: Option<&Address>,
    ) -> Result<Self, String> {
        let decimals = context.native_decimals()?;
        let into = numbers::amount_required(record, "Value_IN", decimals)?;
        let out = numbers::amount_required(record, "Value_OUT", decimals)?;
        let receiver = || to.into_iter().cloned();
        let either = || std::iter::once(from.clone()).chain(receiver()).collect();
        let (amount, about) = match (into.is_zero(), out.is_zero()) {
            (false, true) => (into, receiver().collect()),
            (true, false) => (out, vec![from.clone()]),
            (true, true) => (into, either()),
            (false, false) if into == out => (into, either()),
            (false, false) => {
                return Err(format!(
                    "`Value_IN` {} and `Value_OUT` {} are both filled and differ: copy the row again",
                    into.to_decimal(decimals),
                    out.to_decimal(decimals),
                ));
            }
        };
        Ok(Self { amount, about })
    }
}

/// Who got the value. A transaction or call that creates a contract goes to nobody; its value goes to the contract.
pub(crate) fn receiver(record: &Record, column: &str, chain: Chain) -> Result<Option<Address>, String> {
    match record.address(column, chain)? {
        Some(to) => Ok(Some(to)),
        None => record.address("ContractAddress", chain),
    }
}

/// Whether a row failed, by its `Status` and `ErrCode`: `Error(0)` and `Out of gas`, or both empty if it succeeded.
/// A bare number is refused, because it may be that of a receipt, where 1 is success, or that of an error.
pub(crate) fn failed(record: &Record) -> Result<bool, String> {
    let status = record.get("Status").unwrap_or_default();
    let lower = status.to_ascii_lowercase();
    match lower.as_str() {
        "" | "ok" | "success" => Ok(record.get("ErrCode").is_some()),
        _ if lower.starts_with("error") || lower.starts_with("fail") => Ok(true),
        _ => Err(format!(
            "`Status`: `{}` is no known status: write `Error(0)` if it failed, or empty it",
            shorten(status, 40)
        )),
    }
}
