//! Fees. On Ethereum the base fee and the blob fee are destroyed, and the rest goes to whoever made the block.
//!
//! Source: EIP-1559, EIP-4844. A transaction whose calls are not known is told with one fee to nobody, as explorers and
//! extractors tell it, so that partial views of it agree.

use alloy::primitives::U256;
use fundtrail_types::Kind;

use super::{Legs, Place};
use crate::{
    FeeRule,
    wire::{Receipt, Transaction},
};

/// Books the fee of a transaction.
pub(super) fn pay(
    legs: &mut Legs,
    place: &Place<'_>,
    transaction: &Transaction,
    receipt: &Receipt,
) -> Result<(), String> {
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
    let below = receipt.l1_fee.unwrap_or_default();
    let whole = sum(sum(paid, blobs)?, below)?;
    let payer = Some(transaction.from);
    let burnt = product(gas, place.header.base_fee_per_gas.unwrap_or_default())?;
    let to_maker = paid.checked_sub(burnt).filter(|_| below.is_zero());
    match to_maker {
        Some(tip) if legs.numbered && place.rules.fees == FeeRule::BurnAndTip => {
            let gone = sum(burnt, blobs)?;
            if !gone.is_zero() {
                legs.native(Kind::Fee, payer, None, gone);
            }
            if !tip.is_zero() {
                let maker = place.header.maker().ok_or("the block does not tell who made it: ask another node")?;
                legs.native(Kind::Fee, payer, Some(maker), tip);
            }
        }
        _ if whole.is_zero() => {}
        _ => legs.native(Kind::Fee, payer, None, whole),
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
