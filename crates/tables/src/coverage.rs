//! Coverage rows: for which account, or which whole chain, and for which heights somebody claims to list movements.

use fundtrail_types::{Account, Chain, Coverage};

use crate::{Rows, TableFile, TableKind, record::Record};

/// Every column.
pub(crate) const COLUMNS: &[&str] =
    &["chain", "account", "what", "direction", "asset", "from_block", "to_block", "claim", "source", "note"];

/// The columns without which there is no row. No `account` is the whole chain, no `asset` every asset.
pub(crate) const REQUIRED: &[&str] = &["chain", "what", "direction", "from_block", "to_block", "claim", "source"];

/// Reads coverage.
pub fn read(file: TableFile) -> Rows<'static, Coverage> {
    Rows::new(file, TableKind::Coverage, parse)
}

fn parse(record: &Record) -> Result<Coverage, String> {
    let chain: Chain = record.parsed_required("chain")?;
    let from_height: u64 = record.integer_required("from_block")?;
    let to_height: u64 = record.integer_required("to_block")?;
    if from_height > to_height {
        return Err(format!("`from_block` {from_height} is over `to_block` {to_height}: swap or correct them"));
    }
    Ok(Coverage {
        chain,
        account: record.address("account", chain)?.map(|address| Account { chain, address }),
        what: record.parsed_required("what")?,
        direction: record.parsed_required("direction")?,
        asset: record.asset("asset", chain)?,
        from_height,
        to_height,
        claim: record.parsed_required("claim")?,
        source: record.required("source")?.to_owned(),
        note: record.text("note"),
    })
}

#[cfg(test)]
mod tests;
