//! Tables of extractors: programs that ask a node for whole blocks and write what it answers.
//!
//! They tell everything a node knows, and split it over tables that need each other (see `side`). What follows from the
//! rows is the same whichever program wrote them, so it is here; a file for each table says which column is what.

mod call;
mod event;
mod transaction;
mod values;

use fundtrail_types::{Address, Amount, Asset, Chain, Kind, Movement, Order, Time, TxId, TxOrder};
use serde::{Deserialize, Serialize};

use crate::{
    cryo, ethereum_etl,
    foreign::{Context, LeftOut, Schema, Told},
    movements::MovementRow,
    record::Record,
    side::Side,
};

pub(crate) use call::{Call, CallKind, reward, withdraws_native};
pub(crate) use event::{Event, transfer};
pub(crate) use transaction::{Transaction, product};
pub(crate) use values::{address20, bytes_of, time, tx, wei};

/// Which table of which extractor a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extracted {
    /// Blocks, from ethereum-etl.
    EthereumEtlBlocks,
    /// Transactions, from the same.
    EthereumEtlTransactions,
    /// Receipts, from the same.
    EthereumEtlReceipts,
    /// Logs, from the same.
    EthereumEtlLogs,
    /// Token transfers, from the same.
    EthereumEtlTokenTransfers,
    /// Traces, from the same.
    EthereumEtlTraces,
    /// Blocks, from cryo.
    CryoBlocks,
    /// Transactions, from the same.
    CryoTransactions,
    /// Logs, from the same.
    CryoLogs,
    /// ERC-20 transfers, from the same.
    CryoErc20Transfers,
    /// Traces, from the same.
    CryoTraces,
    /// Native transfers, from the same.
    CryoNativeTransfers,
}

/// What a table is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// For what moved.
    Movements,
    /// For what it says about the rows of other tables of the command, and for nothing else.
    Side,
    /// For both: for the others first, then for what moved.
    Both,
}

/// What adds a record to the side tables.
pub(crate) type AddSide = fn(&Record, Chain, &mut Side) -> Result<(), String>;

impl Extracted {
    /// What a file of this table is read for.
    pub fn role(self) -> Role {
        match self {
            Self::EthereumEtlReceipts | Self::CryoBlocks => Role::Side,
            _ if self.side().is_some() => Role::Both,
            _ => Role::Movements,
        }
    }

    pub(crate) fn schema(self) -> &'static Schema {
        match self {
            Self::EthereumEtlBlocks => &ethereum_etl::blocks::SCHEMA,
            Self::EthereumEtlTransactions => &ethereum_etl::transactions::SCHEMA,
            Self::EthereumEtlReceipts => &ethereum_etl::receipts::SCHEMA,
            Self::EthereumEtlLogs => &ethereum_etl::logs::SCHEMA,
            Self::EthereumEtlTokenTransfers => &ethereum_etl::token_transfers::SCHEMA,
            Self::EthereumEtlTraces => &ethereum_etl::traces::SCHEMA,
            Self::CryoBlocks => &cryo::blocks::SCHEMA,
            Self::CryoTransactions => &cryo::transactions::SCHEMA,
            Self::CryoLogs => &cryo::logs::SCHEMA,
            Self::CryoErc20Transfers => &cryo::erc20_transfers::SCHEMA,
            Self::CryoTraces => &cryo::traces::SCHEMA,
            Self::CryoNativeTransfers => &cryo::native_transfers::SCHEMA,
        }
    }

    /// What adds its rows to the side tables, if others need them.
    pub(crate) fn side(self) -> Option<AddSide> {
        match self {
            Self::EthereumEtlBlocks => Some(ethereum_etl::blocks::add),
            Self::EthereumEtlReceipts => Some(ethereum_etl::receipts::add),
            Self::EthereumEtlLogs => Some(ethereum_etl::logs::add),
            Self::EthereumEtlTraces => Some(ethereum_etl::traces::add),
            Self::CryoBlocks => Some(cryo::blocks::add),
            Self::CryoLogs => Some(cryo::logs::add),
            Self::CryoTraces => Some(cryo::traces::add),
            Self::EthereumEtlTransactions
            | Self::EthereumEtlTokenTransfers
            | Self::CryoTransactions
            | Self::CryoErc20Transfers
            | Self::CryoNativeTransfers => None,
        }
    }
}

/// What a block itself moves (rewards, withdrawals) comes after its transactions.
const AFTER_TRANSACTIONS: TxOrder = TxOrder::Index(u32::MAX);

/// Where a row belongs.
pub(crate) struct Head {
    pub(crate) chain: Chain,
    pub(crate) tx: TxId,
    pub(crate) height: u64,
    pub(crate) order: TxOrder,
    pub(crate) time: Option<Time>,
}

impl Head {
    /// Of a row of a transaction. The time is that of the row, else that of the block.
    pub(crate) fn of_tx(
        record: &Record,
        context: &Context<'_>,
        tx: TxId,
        index: Option<u32>,
        time: Option<Time>,
    ) -> Result<Self, String> {
        let chain = context.chain;
        let height = height(record, "block_number")?;
        let order = index.map_or(TxOrder::Unknown, TxOrder::Index);
        Ok(Self { chain, tx, height, order, time: time.or_else(|| block_time(context, height)) })
    }

    /// Of what a block moves by itself. The hash of the block stands for the transaction that there is not.
    pub(crate) fn of_block(
        context: &Context<'_>,
        height: u64,
        id: Option<TxId>,
        time: Option<Time>,
    ) -> Result<Self, String> {
        let side = context.side().and_then(|side| side.block(height));
        let tx = id.or_else(|| side.and_then(|block| block.id.clone())).ok_or_else(|| {
            format!(
                "this moved in block {height} and in no transaction, and the block's hash, which stands for one, is not \
                 known: give the blocks table of the same blocks in the same command"
            )
        })?;
        let time = time.or_else(|| block_time(context, height));
        Ok(Self { chain: context.chain, tx, height, order: AFTER_TRANSACTIONS, time })
    }

    /// One movement of the native coin.
    pub(crate) fn native(
        &self,
        kind: Kind,
        sides: (Option<Address>, Option<Address>),
        amount: Amount,
        leg: Option<u32>,
    ) -> MovementRow {
        self.row(kind, Asset::native(self.chain), sides, amount, leg)
    }

    pub(crate) fn row(
        &self,
        kind: Kind,
        asset: Asset,
        (from, to): (Option<Address>, Option<Address>),
        amount: Amount,
        leg: Option<u32>,
    ) -> MovementRow {
        let order = Order { height: self.height, tx: self.order, leg };
        let (chain, tx, time) = (self.chain, self.tx.clone(), self.time);
        let movement = Movement { chain, tx, kind, asset, from, to, amount, n: 0, order, time };
        MovementRow { movement, symbol: None, decimals: None, note: None }
    }

    /// What a row tells.
    pub(crate) fn told(&self, movements: Vec<MovementRow>, left_out: Option<LeftOut>) -> Told {
        Told { movements, left_out, height: Some(self.height), about: Vec::new() }
    }
}

/// The height of a row, which every row needs.
pub(crate) fn height(record: &Record, column: &str) -> Result<u64, String> {
    record.required(column)?;
    record.height(column)?.ok_or_else(|| format!("`{column}` is empty: every row needs it"))
}

fn block_time(context: &Context<'_>, height: u64) -> Option<Time> {
    context.side()?.block(height)?.time
}

#[cfg(test)]
mod tests;
