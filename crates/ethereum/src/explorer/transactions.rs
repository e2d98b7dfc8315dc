//! A row of `txlist`: the value of a transaction, and its fee.
//!
//! Every row tells its fee, also of transactions that the account received. It is the sender's all the same. What of it was
//! burnt and what the block's maker got is not told, so it goes to nobody.

use fundtrail_types::{Amount, Kind};

use super::{
    Fees,
    left_out::Why,
    row::Row,
    told::{Key, Read},
};

pub(super) fn read(row: &Row<'_>, fees: Fees) -> Result<Read, String> {
    // What accounts had before the first block is told as a transaction of nobody: `GENESIS`, `GENESIS_0x..`.
    if row.get("hash").is_some_and(|hash| hash.starts_with("GENESIS")) {
        return Ok(Read::left_out(Why::NoTransaction));
    }
    let tx = row.tx()?;
    let failed = failed(row)?;
    let from = row.address_required("from")?;
    let to = row.receiver()?;
    let value = row.amount_required("value")?;
    let mut read = Read { key: Some(Key::Transaction(tx)), ..Read::default() };
    match fee(row, fees)? {
        Some(fee) => read.native(row, Kind::Fee, from.clone(), None, fee)?,
        None => read.why.push(Why::FeeUnknown),
    }
    if failed {
        read.why.push(Why::Failed);
    } else {
        let to = to.ok_or("`to` and `contractAddress` are both empty: a transaction that succeeded has one of them")?;
        read.native(row, Kind::Native, from, Some(to), value)?;
        // Before all calls and events of the transaction, whose places other lists tell. The fee is first anyway.
        read.at(Some(0));
    }
    Ok(read)
}

/// Whether it failed. Receipts tell it since Byzantium, explorers themselves tell it of the years before.
fn failed(row: &Row<'_>) -> Result<bool, String> {
    let receipt = match row.get("txreceipt_status").as_deref() {
        None => None,
        Some("1") => Some(false),
        Some("0") => Some(true),
        Some(_) => return Err("`txreceipt_status` is neither 0 nor 1".to_owned()),
    };
    match (row.is_error()?, receipt) {
        (None, None) => Err("neither `isError` nor `txreceipt_status` tells whether it succeeded".to_owned()),
        (error, receipt) => Ok(error == Some(true) || receipt == Some(true)),
    }
}

/// What the gas cost; none where that is not the whole fee, or not told.
fn fee(row: &Row<'_>, fees: Fees) -> Result<Option<Amount>, String> {
    let (Fees::GasTimesPrice, Some(gas), Some(price)) = (fees, row.amount("gasUsed")?, row.amount("gasPrice")?) else {
        return Ok(None);
    };
    let product = gas.mul_div(price, Amount::from(1_u64)).map(|(product, _)| product);
    product.map(Some).ok_or_else(|| "`gasUsed` times `gasPrice` does not fit 256 bits".to_owned())
}
