//! Fees. On Ethereum the base fee and the blob fee are destroyed, and the rest goes to whoever made the block.
//!
//! Source: EIP-1559, EIP-4844. A transaction whose calls are not known is told with one fee to nobody, as explorers and
//! extractors tell it, so that partial views of it agree. Where the rule of the chain is not known it is one, too, until
//! balances show who got it: see `reconcile`.

use alloy::primitives::U256;
use fundtrail_types::Kind;

use super::{Legs, Place};
use crate::{
    FeeRule,
    wire::{Header, Receipt, Transaction},
};

/// What the fee of a transaction is made of, in wei.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fee {
    /// The block's price of gas, for all gas.
    pub base: U256,
    /// What the transaction pays for its gas beyond that.
    pub priority: U256,
    /// For blobs.
    pub blobs: U256,
    /// For the data that the transaction takes on the chain below (OP stack).
    pub below: U256,
}

impl Fee {
    /// Reads the fee of a transaction; its sum fits 256 bits.
    pub(super) fn of(header: &Header, transaction: &Transaction, receipt: &Receipt) -> Result<Self, String> {
        let gas = U256::from(receipt.gas_used);
        let price = receipt.effective_gas_price.or(transaction.gas_price);
        let price = price.ok_or("neither it nor its receipt tells the price of its gas: ask another node")?;
        let blobs = match (receipt.blob_gas_used, receipt.blob_gas_price) {
            (Some(gas), Some(price)) => product(gas, price)?,
            (None, _) => U256::ZERO,
            (Some(gas), None) if gas.is_zero() => U256::ZERO,
            (Some(_), None) => return Err("its receipt tells no price of its blobs: ask another node".to_owned()),
        };
        let paid = product(gas, price)?;
        // Transactions that a chain makes itself pay less than the price, mostly nothing.
        let base = product(gas, header.base_fee_per_gas.unwrap_or_default())?.min(paid);
        let below = receipt.l1_fee.unwrap_or_default();
        sum(sum(paid, blobs)?, below)?;
        Ok(Self { base, priority: paid.saturating_sub(base), blobs, below })
    }

    /// All of it.
    pub fn whole(&self) -> U256 {
        self.parts().into_iter().fold(U256::ZERO, U256::saturating_add)
    }

    /// Its four parts.
    pub(crate) fn parts(&self) -> [U256; 4] {
        [self.base, self.priority, self.blobs, self.below]
    }
}

/// Books the fee of a transaction.
pub(super) fn pay(legs: &mut Legs, place: &Place<'_>, transaction: &Transaction, fee: &Fee) -> Result<(), String> {
    let payer = Some(transaction.from);
    if !legs.numbered || place.rules.fees != FeeRule::BurnAndTip || !fee.below.is_zero() {
        // Explorers do not tell the blob fee, so in partial views it is apart: the rest is the same movement in theirs.
        let apart = if legs.numbered { U256::ZERO } else { fee.blobs };
        for part in [fee.whole().saturating_sub(apart), apart] {
            if !part.is_zero() {
                legs.native(Kind::Fee, payer, None, part);
            }
        }
        return Ok(());
    }
    let gone = sum(fee.base, fee.blobs)?;
    if !gone.is_zero() {
        legs.native(Kind::Fee, payer, None, gone);
    }
    if !fee.priority.is_zero() {
        let maker = place.header.maker().ok_or("the block does not tell who made it: ask another node")?;
        legs.native(Kind::Fee, payer, Some(maker), fee.priority);
    }
    Ok(())
}

fn product(a: U256, b: U256) -> Result<U256, String> {
    a.checked_mul(b).ok_or_else(|| TOO_LARGE.to_owned())
}

fn sum(a: U256, b: U256) -> Result<U256, String> {
    a.checked_add(b).ok_or_else(|| TOO_LARGE.to_owned())
}

const TOO_LARGE: &str = "its fee does not fit 256 bits: the answer is damaged, ask again";
