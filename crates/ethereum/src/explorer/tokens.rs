//! A row of `tokentx`: an ERC-20 transfer.
//!
//! `value` is in base units, so nothing is scaled. Decimals and symbol are what the token says of itself; they are handed on
//! as that. Some explorers list NFTs here, whose `value` is missing and whose number stands in another field.

use fundtrail_types::{Asset, AssetInfo, Kind, Token};

use super::{
    left_out::Why,
    row::Row,
    told::{Key, Read},
    trace_id::LEGS,
};

pub(super) fn read(row: &Row<'_>) -> Result<Read, String> {
    if row.has("tokenID") || row.has("tokenIDs") {
        return Ok(Read::left_out(Why::Nft));
    }
    let (chain, tx) = (row.chain(), row.tx()?);
    let contract = row.address_required("contractAddress")?;
    let asset = Asset { chain, token: Token::Contract(contract) };
    let (from, to) = (row.address_required("from")?, row.address_required("to")?);
    let value = row.amount_required("value")?;
    let log = row.index("logIndex");
    let key = log.map(|index| Key::Event(tx, index));
    let leg = log.and_then(|index| LEGS.checked_add(index));
    let mut read = Read { key, ..Read::default() };
    let symbol = row.get("tokenSymbol").unwrap_or_default();
    let decimals = row.get("tokenDecimal").and_then(|text| text.parse().ok());
    if !symbol.is_empty() || decimals.is_some() {
        read.symbol = Some(AssetInfo { asset: asset.clone(), symbol, decimals, verified: false });
    }
    read.movements.push(row.movement(Kind::Token, asset, (from, Some(to)), value)?);
    read.at(leg);
    Ok(read)
}
