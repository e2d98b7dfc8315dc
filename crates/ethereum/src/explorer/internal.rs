//! A row of `txlistinternal`: native coin that a call inside a transaction moved.
//!
//! Neither a call that failed nor one in another's name moves anything. Blockscout numbers calls from the transaction's own,
//! which is 0 and stands in `txlist` already; Etherscan tells a path (`0_1`) below the transaction's own call. Sources:
//! docs.etherscan.io; Blockscout's `address_view.ex` and `etherscan.ex`.

use fundtrail_types::Kind;

use super::{
    left_out::Why,
    row::{Row, short},
    told::{Key, Read},
    trace_id,
};

pub(super) fn read(row: &Row<'_>) -> Result<Read, String> {
    if row.get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("reward")) {
        return Ok(Read::left_out(Why::NoTransaction));
    }
    let tx = row.tx()?;
    let index = row.index("index");
    let key = index.map(|index| Key::Call(tx, index));
    let from = row.address_required("from")?;
    let to = row.receiver()?;
    let value = row.amount_required("value")?;
    let moves = moves(row)?;
    let why = if index == Some(0) {
        Some(Why::TopLevel)
    } else if row.is_error()? == Some(true) || row.has("errCode") {
        Some(Why::Failed)
    } else if !moves {
        Some(Why::Borrowed)
    } else {
        value.is_zero().then_some(Why::ZeroCall)
    };
    let mut read = Read { key, why: why.into_iter().collect(), ..Read::default() };
    if why.is_none() {
        let to = to.ok_or("`to` and `contractAddress` are both empty: a call that succeeded has one of them")?;
        read.native(row, Kind::Internal, from, Some(to), value)?;
        let leg = index.or_else(|| row.get("traceId").as_deref().and_then(trace_id::leg));
        read.at(leg.filter(|leg| *leg < trace_id::LEGS));
    }
    Ok(read)
}

/// Whether a call of its type moves its value.
fn moves(row: &Row<'_>) -> Result<bool, String> {
    let kind = row.get("type").unwrap_or_else(|| "call".to_owned()).to_ascii_lowercase();
    // Some explorers add the place of the call: `call_0_1`.
    let kind = kind.split('_').next().unwrap_or_default();
    let call = row.get("callType").unwrap_or_default().to_ascii_lowercase();
    match (kind, call.as_str()) {
        ("call", "" | "call") | ("create" | "create2" | "suicide" | "selfdestruct", _) => Ok(true),
        ("call", "delegatecall" | "staticcall" | "callcode") | ("delegatecall" | "staticcall" | "callcode", _) => {
            Ok(false)
        }
        _ => Err(format!("`type`: `{} {}` is no known type of call", short(kind, 40), short(&call, 40))),
    }
}
